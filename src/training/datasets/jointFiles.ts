import path from 'node:path';
import * as z from 'zod';
import { PerpixelError } from '../../core/errors.js';
import { readRegular } from '../../core/files/openRegular.js';
import { jointNames } from '../../geometry/personJoints.js';
import type { MarkedJoint } from '../../metrics/pose.js';

const marked = z.array(z.tuple([z.number(), z.number(), z.number()])).length(jointNames.length);

/** LSP as one file: for each picture, by its name, x, y and whether it is visible of each joint, in the order of `jointNames`. */
const wholeSet = z.record(z.string(), marked);

/**
 * The joints of the pictures of a set, which one JSON file holds: `{ "im0001.jpg": [[x, y, visible], ... 14], ... }`.
 *
 * @returns by the picture's file name
 * @throws PerpixelError E_DATA where it cannot be read or is not such a file
 */
export async function readJoints(file: string): Promise<ReadonlyMap<string, MarkedJoint[]>> {
  try {
    const all = wholeSet.parse(JSON.parse((await readRegular(file)).toString()));
    const joint = ([x, y, visible]: readonly [number, number, number]) => ({ x, y, visible: visible > 0 });
    return new Map(Object.entries(all).map(([name, joints]) => [name, joints.map(joint)]));
  } catch (cause) {
    throw new PerpixelError({
      code: 'E_DATA',
      subject: file,
      received: 'no file of joints that can be read',
      expected: `JSON: for each picture's name ${jointNames.length} of [x, y, visible]`,
      cure: 'Check the path; docs/pose.md tells the order of the joints.',
      cause,
    });
  }
}

/** The joints of one picture. @throws PerpixelError E_DATA where there are none of it */
export function jointsOfPicture(
  all: ReadonlyMap<string, MarkedJoint[]>,
  picture: string,
  file: string,
): readonly MarkedJoint[] {
  const joints = all.get(path.basename(picture));
  if (joints) return joints;
  throw new PerpixelError({
    code: 'E_DATA',
    subject: picture,
    received: `no joints of ${path.basename(picture)} in ${file}`,
    expected: 'those of every picture',
    cure: 'Add them, or leave the picture out.',
  });
}
