import { fileURLToPath } from 'node:url';
import { bufferOver } from '../../core/bufferOver.js';
import { PerpixelError } from '../../core/errors.js';
import { collectPicture } from '../pictureCollector.js';
import type { Kind } from './kind.js';

/** A file by its path or URL, or the bytes of one: bytes come back. */
export function fileKind(photo: string | URL | Uint8Array): Kind {
  return {
    open(signal) {
      if (typeof photo === 'string') return { path: photo };
      if (!(photo instanceof URL)) return { bytes: photo };
      return photo.protocol === 'file:' ? { path: fileURLToPath(photo) } : fetched(photo, signal);
    },
    wrap: ({ bytes }) => bytes && bufferOver(bytes),
  };
}

/** @throws PerpixelError E_READ where there is no such host, or it does not give the file */
async function fetched(url: URL, signal?: AbortSignal): Promise<{ bytes: Uint8Array }> {
  const parts = { code: 'E_READ', subject: url.href, expected: 'a picture', cure: 'Check the address.' } as const;
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new PerpixelError({ ...parts, received: `status ${response.status}` });
    return { bytes: response.body ? await collectPicture(response.body) : new Uint8Array() };
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof PerpixelError) throw cause.about(url.href);
    const { message, cause: reason } = cause as Error;
    throw new PerpixelError({ ...parts, received: reason instanceof Error ? reason.message : message, cause });
  }
}
