/**
 * A service that cleans what is uploaded. The network runs in a thread of its own, so the service goes on answering; two photos are in
 * work at one time and the others wait their turn; a client that hangs up takes its photo out of the queue.
 *
 *     PORT=8080 node examples/httpService.js
 *     curl --data-binary @IMG_0042.jpg localhost:8080 > clean.jpg
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { denoise, PerpixelError } from 'perpixel';

const LARGEST = 50e6;
/** @type {Partial<Record<import('perpixel').ErrorCode, number>>} */
const STATUS = { E_READ: 400, E_FORMAT: 415, E_SIZE: 422 };

const server = createServer(async (request, response) => {
  const hungUp = new AbortController();
  response.once('close', () => hungUp.abort());
  try {
    const photo = await bodyOf(request);
    if (photo === undefined) return void response.writeHead(413).end('A photo of 50 MB at most.\n');
    const clean = await denoise(photo, { worker: true, signal: hungUp.signal });
    response.end(clean);
  } catch (error) {
    if (hungUp.signal.aborted) return;
    const isTheirs = error instanceof PerpixelError && error.code in STATUS;
    if (!isTheirs) console.error(error);
    response.writeHead((isTheirs && STATUS[error.code]) || 500).end(isTheirs ? `${error.message}\n` : undefined);
  }
});

/** @param {import('node:http').IncomingMessage} request */
async function bodyOf(request) {
  const pieces = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > LARGEST) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

server.listen(Number(process.env.PORT ?? 8080));
await once(server, 'listening');
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
console.log(`listening on ${port}`);
