/** The joints of a person, in the order of LSP (Johnson, Everingham, BMVC 2010); left and right are the person's own. */
export const jointNames = [
  'right ankle',
  'right knee',
  'right hip',
  'left hip',
  'left knee',
  'left ankle',
  'right wrist',
  'right elbow',
  'right shoulder',
  'left shoulder',
  'left elbow',
  'left wrist',
  'neck',
  'head top',
] as const;

const joint = (name: string) => (jointNames as readonly string[]).indexOf(name);

/** Which joint stands where each stood when left and right are changed. */
export const mirroredJoints: readonly number[] = jointNames.map((name) => {
  return joint(name.replace(/left|right/, (side) => (side === 'left' ? 'right' : 'left')));
});

/** From the left shoulder to the right hip: what distances are measured in. */
export const torso = [joint('left shoulder'), joint('right hip')] as const;

/** A part between two joints; an end may be the middle of two. */
export interface Limb {
  name: string;
  side: 'left' | 'right' | 'middle';
  ends: readonly [readonly number[], readonly number[]];
}

const between = (side: 'left' | 'right', name: string, from: string, to: string): Limb => ({
  name: `${side} ${name}`,
  side,
  ends: [[joint(`${side} ${from}`)], [joint(`${side} ${to}`)]],
});

/** The ten limbs of PCP. */
export const limbs: readonly Limb[] = [
  {
    name: 'torso',
    side: 'middle',
    ends: [
      [joint('left shoulder'), joint('right shoulder')],
      [joint('left hip'), joint('right hip')],
    ],
  },
  { name: 'head', side: 'middle', ends: [[joint('neck')], [joint('head top')]] },
  ...(['left', 'right'] as const).flatMap((side) => [
    between(side, 'upper arm', 'shoulder', 'elbow'),
    between(side, 'forearm', 'elbow', 'wrist'),
    between(side, 'upper leg', 'hip', 'knee'),
    between(side, 'lower leg', 'knee', 'ankle'),
  ]),
];
