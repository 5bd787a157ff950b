import type { Node } from './node.js';

/** Along one axis of a convolution or a pool. */
export interface Span {
  size: number;
  kernel: number;
  stride: number;
  dilation: number;
  before: number;
  after: number;
}

/** Height and width of what a convolution or a pool looks at; `auto_pad` is worked out. */
export function spansOf(node: Node, [height, width]: [number, number], kernel: number[]): [Span, Span] {
  if (kernel.length !== 2) throw node.refuse(`in ${kernel.length}-D`, '2-D');
  const strides = node.ints('strides') ?? [1, 1];
  const dilations = node.ints('dilations') ?? [1, 1];
  const pads = node.ints('pads') ?? [0, 0, 0, 0];
  const autoPad = node.text('auto_pad', 'NOTSET');
  const span = (size: number, axis: 0 | 1): Span => {
    const [stride, dilation] = [strides[axis]!, dilations[axis]!];
    const fixed = { size, kernel: kernel[axis]!, stride, dilation };
    if (autoPad === 'NOTSET') return { ...fixed, before: pads[axis]!, after: pads[axis + 2]! };
    if (autoPad === 'VALID') return { ...fixed, before: 0, after: 0 };
    const total = samePadding(fixed);
    const less = Math.floor(total / 2);
    return autoPad === 'SAME_LOWER'
      ? { ...fixed, before: total - less, after: less }
      : { ...fixed, before: less, after: total - less };
  };
  return [span(height, 0), span(width, 1)];
}

/** Pixels that a kernel reaches over, dilation included. */
export const reachOf = ({ kernel, dilation }: Pick<Span, 'kernel' | 'dilation'>) => (kernel - 1) * dilation + 1;

/** Padding in all with which there is one result a stride. */
function samePadding(span: Pick<Span, 'size' | 'kernel' | 'stride' | 'dilation'>): number {
  const windows = Math.ceil(span.size / span.stride);
  return Math.max((windows - 1) * span.stride + reachOf(span) - span.size, 0);
}
