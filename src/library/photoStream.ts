import { addAbortSignal, type Duplex, Transform } from 'node:stream';

/** A stream over a call from the bytes of one file to those of another. @param signal destroys the stream */
export function photoStream(
  call: (photo: Buffer, signal: AbortSignal) => Promise<Buffer>,
  signal?: AbortSignal,
): Duplex {
  const aborter = new AbortController();
  const pieces: Buffer[] = [];
  const stream = new Transform({
    transform(piece: Buffer, _, done) {
      pieces.push(piece);
      done();
    },
    flush(done) {
      call(Buffer.concat(pieces.splice(0)), aborter.signal).then((result) => done(null, result), done);
    },
    destroy(error, done) {
      aborter.abort();
      done(error);
    },
  });
  return signal ? addAbortSignal(signal, stream) : stream;
}
