/** What lies on a photo and does not belong to it, in the order of the maps that tell it. */
export const MARK_KINDS = ['scratches', 'text', 'dust'] as const;

/** The name of one of them. */
export type MarkKind = (typeof MARK_KINDS)[number];
