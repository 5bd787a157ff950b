import { GLYPH_NAMES } from '../images/strokeGlyph.js';

/** The letters that text is drawn with, lower case first. */
export const ALPHABET = GLYPH_NAMES.filter((name) => /[a-z]/i.test(name));
