import { describe, expect, test } from 'vitest';
import type { OnnxPlace } from '../../../src/engines/onnxruntime/onnxPlace.js';
import { OnnxRemote } from '../../../src/engines/onnxruntime/onnxRemote.js';
import type { Reply, Request } from '../../../src/engines/onnxruntime/onnxWorker.js';

const OPEN = { bytes: new Uint8Array(1), provider: 'cpu', threads: 1 };
const input = { x: { data: new Float32Array(1), dims: [1] } };
const died = new Error('the process of the session has ended (SIGKILL)');

/** Places that answer nothing but the opening by themselves. */
function places() {
  const started: { requests: Request[]; say: (reply: Reply) => void; die: () => void }[] = [];
  const place: OnnxPlace = {
    start(heard, ended) {
      const requests: Request[] = [];
      started.push({ requests, say: heard, die: () => ended(died) });
      return {
        post(request) {
          requests.push(request);
          if (typeof request === 'object' && 'bytes' in request)
            queueMicrotask(() => heard({ id: request.id, inputs: [] }));
        },
        hold() {},
        release() {},
        async close() {},
      };
    },
  };
  return { place, started };
}

const runIds = (requests: readonly Request[]) =>
  requests.flatMap((request) => (typeof request === 'object' && 'feeds' in request ? [request.id] : []));

describe('a place that ends', () => {
  test('before it has begun a run: another does it', async () => {
    const { place, started } = places();
    const remote = await OnnxRemote.open(place, OPEN);
    const run = remote.run(input);
    started[0].die();
    const [id] = runIds(started[1].requests);
    started[1].say({ id, outputs: input });
    expect(await run).toBe(input);
  });

  test('in the middle of a run: that one is told of it, the one behind is done by another', async () => {
    const { place, started } = places();
    const remote = await OnnxRemote.open(place, OPEN);
    const [first, second] = [remote.run(input), remote.run(input)];
    const [id, next] = runIds(started[0].requests);
    started[0].say({ id, begun: true });
    started[0].die();
    await expect(first).rejects.toBe(died);
    expect(runIds(started[1].requests)).toEqual([next]);
    started[1].say({ id: next, outputs: input });
    expect(await second).toBe(input);
  });

  test('again and again: a run is not sent for ever', async () => {
    const { place, started } = places();
    const remote = await OnnxRemote.open(place, OPEN);
    const run = remote.run(input);
    started[0].die();
    await Promise.resolve();
    started[1].die();
    await expect(run).rejects.toBe(died);
    expect(started).toHaveLength(2);
  });
});
