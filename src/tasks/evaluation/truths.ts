import ndarray, { type NdArray } from 'ndarray';
import { decodeDepth, decodeLabels } from '../../training/datasets/decode.js';

/** A 16-bit picture of millimetres as metres `[h, w]`, 0 where unknown. */
export async function readDepth(file: string): Promise<NdArray<Float32Array>> {
  const { data, height, width } = await decodeDepth(file);
  return ndarray(
    Float32Array.from(data, (mm) => mm / 1000),
    [height, width],
  );
}

/** An 8-bit picture of class ids `[h, w]`, each turned to another by `classOf`. */
export async function readLabels(file: string, classOf: readonly number[]): Promise<NdArray<Uint8Array>> {
  const { data, height, width } = await decodeLabels(file);
  return ndarray(
    Uint8Array.from(data, (id) => classOf[id] ?? 0),
    [height, width],
  );
}
