/** Ways from the scores of pixels to classes of regions; see docs/structured.md. */
export const regionKinds = ['superpixels', 'cover', 'crf'] as const;
export type RegionKind = (typeof regionKinds)[number];
