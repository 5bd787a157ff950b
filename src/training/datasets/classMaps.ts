import { nyuClasses } from '../../geometry/nyuClasses.js';

/** From the number in a file of labels to the class, which counts from 1; 0 is void. By the kind of files. */
export const classMaps = {
  same: (label: number) => label,
  /** CamVid as SegNet has it: 0 sky .. 10 bicyclist, 11 unlabelled. */
  camvid: (label: number) => (label === 11 ? 0 : label + 1),
  /** ISBI 2012: black membranes, white cells. */
  isbi2012: (label: number) => (label > 127 ? 2 : 1),
  /** The 40 official classes of NYU Depth v2 as 13, and as 4. */
  nyu13: (label: number) => nyuClasses[13].from40[label],
  nyu4: (label: number) => nyuClasses[4].from40[label],
} as const;
