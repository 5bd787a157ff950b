import { addAbortSignal, type Duplex, Transform } from 'node:stream';
import { PictureCollector } from '../images/pictureCollector.js';

/** A stream over a call from the bytes of one file to those of another. @param signal destroys the stream */
export function photoStream(
  call: (photo: Buffer, signal: AbortSignal) => Promise<Buffer>,
  signal?: AbortSignal,
): Duplex {
  const aborter = new AbortController();
  const collector = new PictureCollector();
  const stream = new Transform({
    transform(piece: Buffer, _, done) {
      try {
        collector.add(piece);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      call(collector.take(), aborter.signal).then((result) => done(null, result), done);
    },
    destroy(error, done) {
      aborter.abort();
      done(error);
    },
  });
  return signal ? addAbortSignal(signal, stream) : stream;
}
