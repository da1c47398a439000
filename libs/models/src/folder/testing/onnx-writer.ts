import { message } from './protobuf.ts';

/** Element types of the ONNX format (onnx.proto, TensorProto.DataType). */
export const FLOAT = 1;
export const INT64 = 7;

const IR_VERSION = 8;
const OPSET = 13;
const ATTRIBUTE_INT = 2;

/** One operation of a graph. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number>>;
}

/** A constant of a graph. */
export interface OnnxConstant {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** A graph: its inputs are whole numbers `[texts, tokens]`, its output is of floats. */
export interface OnnxGraph {
  readonly inputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  /** The name of the output and its dimensions; a name stands for one that is not fixed. */
  readonly output: { readonly name: string; readonly dims: readonly (number | string)[] };
}

/** Writes an ONNX model (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
export function onnxModel({ inputs, nodes, constants, output }: OnnxGraph): Uint8Array {
  const graph = message([
    ...nodes.map((node) => [1, nodeMessage(node)] as const),
    [2, 'tiny'],
    ...constants.map(({ name, dims, data }) => {
      const type = data instanceof Float32Array ? FLOAT : INT64;
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return [5, message([...dims.map((dim) => [1, dim] as const), [2, type], [8, name], [9, bytes]])] as const;
    }),
    ...inputs.map((name) => [11, valueMessage(name, INT64, ['texts', 'tokens'])] as const),
    [12, valueMessage(output.name, FLOAT, output.dims)],
  ]);
  return message([
    [1, IR_VERSION],
    [7, graph],
    [
      8,
      message([
        [1, ''],
        [2, OPSET],
      ]),
    ],
  ]);
}

function nodeMessage({ op, inputs, output, attributes = {} }: OnnxNode): Uint8Array {
  return message([
    ...inputs.map((name) => [1, name] as const),
    [2, output],
    [4, op],
    ...Object.entries(attributes).map(
      ([name, value]) =>
        [
          5,
          message([
            [1, name],
            [3, value],
            [20, ATTRIBUTE_INT],
          ]),
        ] as const,
    ),
  ]);
}

function valueMessage(name: string, type: number, dims: readonly (number | string)[]): Uint8Array {
  const shape = message(dims.map((dim) => [1, message([[typeof dim === 'number' ? 1 : 2, dim]])] as const));
  const tensor = message([
    [1, type],
    [2, shape],
  ]);
  return message([
    [1, name],
    [2, message([[1, tensor]])],
  ]);
}
