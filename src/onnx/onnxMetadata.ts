import protobuf from 'protobufjs';
import { PerpixelError } from '../core/errors.js';

/** Field numbers of ModelProto and StringStringEntryProto. */
const GRAPH = 7;
const METADATA_PROPS = 14;
const KEY = 1;
const VALUE = 2;

/**
 * The `metadata_props` of an .onnx file, without reading its graph: a few microseconds for any size.
 *
 * @throws PerpixelError E_MODEL where the bytes are not an ONNX model.
 */
export function readMetadata(bytes: Uint8Array): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const field of topLevelFields(bytes)) {
    if (field.number !== METADATA_PROPS) continue;
    const [key, value] = entryOf(bytes.subarray(field.content, field.end));
    metadata[key] = value;
  }
  return metadata;
}

/** @throws PerpixelError E_MODEL where it is damaged */
function entryOf(bytes: Uint8Array): [key: string, value: string] {
  const entry = protobuf.Reader.create(bytes);
  let key = '';
  let value = '';
  try {
    while (entry.pos < entry.len) {
      const tag = entry.uint32();
      if (tag >>> 3 === KEY) key = entry.string();
      else if (tag >>> 3 === VALUE) value = entry.string();
      else entry.skipType(tag & 7);
    }
  } catch (cause) {
    throw notOnnx(bytes, cause);
  }
  return [key, value];
}

/**
 * The same file with these `metadata_props` set; keys that are not named stay. Every other byte is kept as it is,
 * also what this library does not know of ONNX.
 */
export function writeMetadata(bytes: Uint8Array, metadata: Record<string, string>): Uint8Array {
  const merged = { ...readMetadata(bytes), ...metadata };
  const kept = topLevelFields(bytes)
    .filter((field) => field.number !== METADATA_PROPS)
    .map((field) => bytes.subarray(field.start, field.end));
  const writer = protobuf.Writer.create();
  for (const [key, value] of Object.entries(merged)) {
    writer.uint32((METADATA_PROPS << 3) | 2).fork();
    writer.uint32((KEY << 3) | 2).string(key);
    writer.uint32((VALUE << 3) | 2).string(value);
    writer.ldelim();
  }
  return Buffer.concat([...kept, writer.finish()]);
}

interface Field {
  number: number;
  /** Where its tag begins, where the content of a length-delimited field begins, and where it ends. */
  start: number;
  content: number;
  end: number;
}

function topLevelFields(bytes: Uint8Array): Field[] {
  const reader = protobuf.Reader.create(bytes);
  const fields: Field[] = [];
  try {
    while (reader.pos < reader.len) {
      const start = reader.pos;
      const tag = reader.uint32();
      const wireType = tag & 7;
      const length = wireType === 2 ? reader.uint32() : undefined;
      const content = reader.pos;
      if (length === undefined) reader.skipType(wireType);
      else reader.skip(length);
      fields.push({ number: tag >>> 3, start, content, end: reader.pos });
    }
  } catch (cause) {
    throw notOnnx(bytes, cause);
  }
  if (!fields.some((field) => field.number === GRAPH)) throw notOnnx(bytes);
  return fields;
}

function notOnnx(bytes: Uint8Array, cause?: unknown): PerpixelError {
  return new PerpixelError({
    code: 'E_MODEL',
    received: bytes.length === 0 ? 'an empty file' : `${bytes.length} bytes that are no ONNX model`,
    expected: 'an ONNX model',
    cure: 'Name an .onnx file that is complete, or leave the option out for the default model.',
    cause,
  });
}
