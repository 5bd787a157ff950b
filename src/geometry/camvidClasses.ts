import type { ClassSet } from './nyuClasses.js';

/**
 * The 11 classes in which CamVid is scored; files of SegNet's version count them from 0, and 11 is void.
 * Brostow, Fauqueur, Cipolla: Semantic object classes in video, 2009; Badrinarayanan, Kendall, Cipolla: SegNet, PAMI 2017.
 */
export const camvidClasses: Pick<ClassSet, 'names'> & { fromFile: readonly number[] } = {
  names: [
    'void',
    ...['sky', 'building', 'pole', 'road', 'pavement', 'tree', 'sign', 'fence', 'car', 'pedestrian', 'bicyclist'],
  ],
  fromFile: [...Array.from({ length: 11 }, (_, index) => index + 1), 0],
};
