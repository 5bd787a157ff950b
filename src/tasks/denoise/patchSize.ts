/** Side of a patch. */
export const SIDE = 7;
export const SAMPLES = SIDE * SIDE;
/** Fewer patches than this do not tell the noise's eigenvalues apart from chance. */
export const MIN_PATCHES = 20 * SAMPLES;
