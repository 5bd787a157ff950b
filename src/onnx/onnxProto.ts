import protobuf from 'protobufjs';
import { PerpixelError } from '../core/errors.js';

/**
 * The part of onnx.proto that image networks use; unknown fields are dropped in reading.
 * Source: https://github.com/onnx/onnx/blob/v1.17.0/onnx/onnx.proto (Apache-2.0), field numbers as there.
 */
const schema = `
  syntax = "proto2";
  package onnx;

  message ModelProto {
    optional int64 ir_version = 1;
    optional string producer_name = 2;
    optional string producer_version = 3;
    optional string domain = 4;
    optional int64 model_version = 5;
    optional string doc_string = 6;
    optional GraphProto graph = 7;
    repeated OperatorSetIdProto opset_import = 8;
    repeated StringStringEntryProto metadata_props = 14;
  }
  message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
  message StringStringEntryProto { optional string key = 1; optional string value = 2; }

  message GraphProto {
    repeated NodeProto node = 1;
    optional string name = 2;
    repeated TensorProto initializer = 5;
    optional string doc_string = 10;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
    repeated ValueInfoProto value_info = 13;
  }
  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    optional string name = 3;
    optional string op_type = 4;
    repeated AttributeProto attribute = 5;
    optional string domain = 7;
  }
  message AttributeProto {
    optional string name = 1;
    optional float f = 2;
    optional int64 i = 3;
    optional bytes s = 4;
    optional TensorProto t = 5;
    repeated float floats = 7;
    repeated int64 ints = 8;
    repeated bytes strings = 9;
    optional int32 type = 20;
  }
  message TensorProto {
    repeated int64 dims = 1;
    optional int32 data_type = 2;
    repeated float float_data = 4 [packed = true];
    repeated int32 int32_data = 5 [packed = true];
    repeated int64 int64_data = 7 [packed = true];
    optional string name = 8;
    optional bytes raw_data = 9;
    repeated double double_data = 10 [packed = true];
    repeated StringStringEntryProto external_data = 13;
    optional int32 data_location = 14;
  }

  message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
  message TypeProto {
    message Tensor { optional int32 elem_type = 1; optional TensorShapeProto shape = 2; }
    optional Tensor tensor_type = 1;
  }
  message TensorShapeProto {
    message Dimension { optional int64 dim_value = 1; optional string dim_param = 2; }
    repeated Dimension dim = 1;
  }
`;

const modelProto = protobuf.parse(schema).root.lookupType('onnx.ModelProto');

/** `AttributeProto.AttributeType`. */
export const AttributeType = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 } as const;

/** `TensorProto.DataType`, the kinds that image networks hold. */
export const DataType = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10, double: 11 } as const;

export interface OnnxEntry {
  key: string;
  value: string;
}

export interface OnnxOperatorSet {
  /** Empty or absent for ONNX itself. */
  domain?: string;
  version: number;
}

export interface OnnxTensor {
  name?: string;
  dims: number[];
  /** One of `DataType`. */
  dataType: number;
  /** Little-endian, row-major. Where absent, the values are in the list of their kind. */
  rawData?: Uint8Array;
  floatData?: number[];
  /** Also holds float16 (as bit patterns), int8, uint8 and bool. */
  int32Data?: number[];
  int64Data?: number[];
  doubleData?: number[];
}

export interface OnnxAttribute {
  name: string;
  /** One of `AttributeType`; says which of the following holds the value. */
  type: number;
  f?: number;
  i?: number;
  /** UTF-8. */
  s?: Uint8Array;
  t?: OnnxTensor;
  floats?: number[];
  ints?: number[];
  strings?: Uint8Array[];
}

export interface OnnxNode {
  /** Names of values; an empty name is an optional input that is left out. */
  input: string[];
  output: string[];
  name?: string;
  opType: string;
  domain?: string;
  attribute?: OnnxAttribute[];
}

export interface OnnxDimension {
  dimValue?: number;
  /** Name of a dimension that is free: `height`. */
  dimParam?: string;
}

export interface OnnxValueInfo {
  name: string;
  type?: { tensorType?: { elemType: number; shape?: { dim: OnnxDimension[] } } };
}

export interface OnnxGraph {
  name?: string;
  docString?: string;
  /** In an order in which every value is made before it is used. */
  node: OnnxNode[];
  initializer: OnnxTensor[];
  input: OnnxValueInfo[];
  output: OnnxValueInfo[];
  valueInfo?: OnnxValueInfo[];
}

/** A `ModelProto` as plain objects, field names in camel case. */
export interface OnnxModel {
  irVersion: number;
  producerName?: string;
  producerVersion?: string;
  domain?: string;
  modelVersion?: number;
  docString?: string;
  opsetImport: OnnxOperatorSet[];
  graph: OnnxGraph;
  metadataProps?: OnnxEntry[];
}

/**
 * Reads an .onnx file. Byte fields are views into `bytes`, not copies.
 *
 * @throws PerpixelError E_MODEL where the bytes are not an ONNX model, or keep their weights in another file.
 */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  let model: OnnxModel;
  try {
    // Repeated fields are always there, so that readers need no `?? []`; absent optional fields stay absent.
    model = modelProto.toObject(modelProto.decode(bytes), { arrays: true, longs: Number }) as OnnxModel;
  } catch (cause) {
    throw notOnnx(`${bytes.length} bytes that are not a protobuf message`, cause);
  }
  if (!model.graph?.node.length) throw notOnnx('a file without a graph');
  const external = model.graph.initializer.find((tensor) => (tensor as { dataLocation?: number }).dataLocation === 1);
  if (external) {
    throw new PerpixelError({
      code: 'E_MODEL',
      received: `weights kept outside the file (${external.name})`,
      expected: 'one .onnx file that holds its weights',
      cure: 'Save it again with onnx.save(model, path, save_as_external_data=False).',
    });
  }
  return model;
}

/** Writes an .onnx file; the inverse of `decodeModel`. */
export function encodeModel(model: OnnxModel): Uint8Array {
  return modelProto.encode(modelProto.fromObject(model)).finish();
}

function notOnnx(received: string, cause?: unknown): PerpixelError {
  return new PerpixelError({
    code: 'E_MODEL',
    received,
    expected: 'an ONNX model',
    cure: 'Name an .onnx file, or leave the option out for the default model.',
    cause,
  });
}
