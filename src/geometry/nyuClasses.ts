/** A set of classes of NYU Depth v2: the index is the class, 0 is void. */
export interface ClassSet {
  names: readonly string[];
  /** Class of each of the 40 official classes: `from40[0]` is 0, void stays void. */
  from40: readonly number[];
}

const names = (list: string): string[] => ['void', ...list.split(', ')];

/**
 * The 4, 13 and 40 classes in which labels of NYU Depth v2 are scored.
 * 40: Gupta, Arbelaez, Malik (CVPR 2013). 13: Couprie, Farabet, Najman, LeCun (ICLR 2013). 4: Silberman, Hoiem,
 * Kohli, Fergus (ECCV 2012).
 */
export const nyuClasses: Readonly<Record<4 | 13 | 40, ClassSet>> = {
  4: {
    names: names('floor, structure, furniture, props'),
    from40: [
      0, 2, 1, 3, 3, 3, 3, 3, 2, 2, 3, 4, 2, 2, 3, 3, 2, 3, 4, 4, 4, 4, 2, 4, 3, 4, 4, 4, 2, 4, 2, 4, 3, 3, 4, 4, 3, 4,
      2, 3, 4,
    ],
  },
  13: {
    names: names('bed, books, ceiling, chair, floor, furniture, objects, picture, sofa, table, tv, wall, window'),
    from40: [
      0, 12, 5, 6, 1, 4, 9, 10, 12, 13, 6, 8, 6, 13, 10, 6, 13, 6, 7, 7, 5, 7, 3, 2, 6, 11, 7, 7, 7, 7, 7, 7, 6, 7, 7,
      7, 7, 7, 7, 6, 7,
    ],
  },
  40: {
    names: names(
      'wall, floor, cabinet, bed, chair, sofa, table, door, window, bookshelf, picture, counter, blinds, desk, ' +
        'shelves, curtain, dresser, pillow, mirror, floor mat, clothes, ceiling, books, refrigerator, television, ' +
        'paper, towel, shower curtain, box, whiteboard, person, night stand, toilet, sink, lamp, bathtub, bag, ' +
        'other structure, other furniture, other prop',
    ),
    from40: Array.from({ length: 41 }, (_, index) => index),
  },
};
