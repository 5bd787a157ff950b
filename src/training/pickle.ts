import { PerpixelError } from '../core/errors.js';

/** A Python function or class, by module and name, as a pickle calls it. */
export type PickleGlobals = Readonly<Record<string, (...args: never[]) => unknown>>;

export interface PickleOptions {
  globals: PickleGlobals;
  /** Makes the object of a persistent id, which the pickle keeps outside itself. */
  persistent(id: unknown[]): unknown;
}

const MARK = Symbol('mark');
const utf8 = new TextDecoder();

/**
 * Reads one pickle of data (numbers, strings, lists, dictionaries, and what `globals` makes), from a position on. Nothing
 * in it is executed but `globals`. Source: Python's pickletools.py; of its instructions, those that PyTorch writes.
 *
 * @throws PerpixelError E_FORMAT for any other instruction or function, or where the bytes end before the pickle does
 */
export function readPickle(
  bytes: Uint8Array,
  start: number,
  { globals, persistent }: PickleOptions,
): { value: unknown; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const memo = new Map<number, unknown>();
  const stack: unknown[] = [];
  let at = start;

  const take = (count: number) => {
    at += count;
    if (!(count >= 0 && at <= bytes.length)) throw notPickle('a pickle that is cut short');
    return at - count;
  };
  const byte = () => bytes[take(1)];
  const int32 = () => view.getInt32(take(4), true);
  const text = (length: number) => utf8.decode(bytes.subarray(take(length), at));
  const line = () => text(bytes.indexOf(10, at) + 1 - at).trimEnd();
  const sinceMark = () => {
    const items = stack.splice(stack.lastIndexOf(MARK));
    return items.slice(1);
  };
  const last = <T>() => stack.at(-1) as T;
  const setItems = (items: unknown[]) => {
    const target = last<Map<unknown, unknown>>();
    for (let index = 0; index < items.length; index += 2) target.set(items[index], items[index + 1]);
  };
  const call = () => {
    const args = stack.pop() as never[];
    stack.push((stack.pop() as (...args: never[]) => unknown)(...args));
  };
  const global = () => {
    const name = `${line()} ${line()}`;
    if (!Object.hasOwn(globals, name)) throw notPickle(`a pickle that calls ${name}`);
    return globals[name];
  };

  const append = (items: unknown[]) => last<unknown[]>().push(...items);

  const instructions: Readonly<Record<string, () => unknown>> = {
    '\x80': byte, // version
    '\x88': () => stack.push(true),
    '\x89': () => stack.push(false),
    N: () => stack.push(null),
    K: () => stack.push(byte()),
    M: () => stack.push(view.getUint16(take(2), true)),
    J: () => stack.push(int32()),
    '\x8a': () => stack.push(bytes.subarray(take(byte()), at)), // an integer of any length, as its bytes
    X: () => stack.push(text(int32())),
    '(': () => stack.push(MARK),
    ')': () => stack.push([]),
    '\x85': () => stack.push(stack.splice(-1)),
    '\x86': () => stack.push(stack.splice(-2)),
    '\x87': () => stack.push(stack.splice(-3)),
    t: () => stack.push(sinceMark()),
    ']': () => stack.push([]),
    a: () => append(stack.splice(-1)),
    e: () => append(sinceMark()),
    '}': () => stack.push(new Map()),
    s: () => setItems(stack.splice(-2)),
    u: () => setItems(sinceMark()),
    q: () => memo.set(byte(), last()),
    r: () => memo.set(int32(), last()),
    h: () => stack.push(memo.get(byte())),
    j: () => stack.push(memo.get(int32())),
    c: () => stack.push(global()),
    R: call,
    Q: () => stack.push(persistent(stack.pop() as unknown[])),
    b: () => stack.pop(), // attributes, which the objects of ours have none of
  };
  for (;;) {
    const instruction = String.fromCharCode(byte());
    if (instruction === '.') return { value: stack.pop(), end: at };
    if (!Object.hasOwn(instructions, instruction)) throw notPickle(`the instruction ${JSON.stringify(instruction)}`);
    try {
      instructions[instruction]();
    } catch (cause) {
      if (cause instanceof PerpixelError) throw cause;
      throw notPickle(`instructions that make no sense (${JSON.stringify(instruction)})`, cause);
    }
  }
}

function notPickle(received: string, cause?: unknown): PerpixelError {
  return new PerpixelError({
    code: 'E_FORMAT',
    received,
    expected: 'a pickle of plain data and tensors',
    cure: 'Save the state dictionary alone: torch.save(model.state_dict(), path, _use_new_zipfile_serialization=False).',
    cause,
  });
}
