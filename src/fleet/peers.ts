import { PerpixelError } from '../core/errors.js';

/** The packages of a fleet, which are the user's to install, and where to get them. */
const INSTALL = {
  bullmq: 'npm install bullmq@6 ioredis@6',
  ioredis: 'npm install bullmq@6 ioredis@6',
  '@aws-sdk/client-s3': 'npm install @aws-sdk/client-s3@3',
} as const;

/** What a peer is called. */
export type Peer = keyof typeof INSTALL;

/**
 * Loads a package that only a fleet needs.
 *
 * @param load its `import`
 * @throws PerpixelError E_PROGRAM where it is not installed
 */
export async function peer<T>(name: Peer, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new PerpixelError({
      code: 'E_PROGRAM',
      subject: name,
      received: 'a package that is not installed',
      expected: 'it beside perpixel, as a fleet needs it',
      cure: `Run \`${INSTALL[name]}\`.`,
      cause,
    });
  }
}
