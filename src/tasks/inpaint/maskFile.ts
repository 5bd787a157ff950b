import { pairedFile } from '../pairedFile.js';

const MASK = {
  name: 'mask',
  cure: 'Add one, white where the photo has a hole; black all over leaves the photo as it is.',
};

/** The file of a photo's mask, as `pairedFile` finds it. */
export const maskFile = (mask: string, photo: string | undefined): Promise<string> => pairedFile(mask, photo, MASK);
