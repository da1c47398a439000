import type { Encoded } from './encode.ts';
import { type Layout, type Pooling, unusable } from './layout.ts';
import type { FolderTask } from './wire.ts';

/** A tensor of the runtime. */
export interface Tensor {
  readonly data: Float32Array | BigInt64Array;
  readonly dims: readonly number[];
}

/** A model that the runtime has loaded. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(inputs: Record<string, Tensor>, outputs: readonly string[]): Promise<Record<string, Tensor>>;
}

/** Makes a tensor of whole numbers. */
export type MakeTensor = (data: BigInt64Array, dims: readonly number[]) => Tensor;

/** Outputs that are taken, the first that there is: a finished vector before those of the tokens. */
const OUTPUTS = { embed: ['sentence_embedding', 'last_hidden_state', 'token_embeddings'], score: ['logits'] } as const;

/** The name of the output that a task needs: one of the usual names, or else the first. */
export function outputFor(session: Session, task: FolderTask): string {
  const usual = OUTPUTS[task].find((name) => session.outputNames.includes(name));
  return usual ?? session.outputNames[0] ?? '';
}

/**
 * Runs texts of like length through a model.
 *
 * @returns one row for each text: its vector, or its logits
 */
export async function runGroup(
  session: Session,
  output: string,
  encoded: readonly Encoded[],
  layout: Pick<Layout, 'folder' | 'padId' | 'pooling'>,
  makeTensor: MakeTensor,
): Promise<Float32Array[]> {
  const length = Math.max(1, ...encoded.map(({ ids }) => ids.length));
  const dims = [encoded.length, length];
  const mask = filled(encoded, length, 0, ({ ids }) => ids.map(() => 1));
  const inputs: Record<string, BigInt64Array> = {
    input_ids: filled(encoded, length, layout.padId, ({ ids }) => ids),
    attention_mask: mask,
    token_type_ids: filled(encoded, length, 0, ({ types }) => types),
    position_ids: filled(encoded, length, 0, ({ ids }) => [...ids.keys()]),
  };
  const feeds: Record<string, Tensor> = {};
  for (const name of session.inputNames) {
    const data = inputs[name];
    if (!data) throw unusable(layout.folder, `its model asks for the input "${name}", which is not known`);
    feeds[name] = makeTensor(data, dims);
  }
  const result = (await session.run(feeds, [output]))[output];
  if (!(result?.data instanceof Float32Array)) throw unusable(layout.folder, 'its model gives no 32-bit numbers');
  return rowsOf(result.data, result.dims, mask, layout);
}

function filled(
  encoded: readonly Encoded[],
  length: number,
  filler: number,
  values: (one: Encoded) => number[],
): BigInt64Array {
  const data = new BigInt64Array(encoded.length * length).fill(BigInt(filler));
  for (const [row, one] of encoded.entries()) {
    for (const [at, value] of values(one).entries()) data[row * length + at] = BigInt(value);
  }
  return data;
}

function rowsOf(
  data: Float32Array,
  dims: readonly number[],
  mask: BigInt64Array,
  layout: Pick<Layout, 'folder' | 'pooling'>,
): Float32Array[] {
  const [rows = 0, length = 0, width = 0] = dims;
  if (dims.length === 2) return Array.from({ length: rows }, (_, row) => data.slice(row * length, (row + 1) * length));
  if (dims.length !== 3) throw unusable(layout.folder, `its model gives numbers in ${dims.length} dimensions`);
  return Array.from({ length: rows }, (_, row) => {
    const tokens = data.subarray(row * length * width, (row + 1) * length * width);
    return pool(tokens, mask.subarray(row * length, (row + 1) * length), width, layout.pooling);
  });
}

/**
 * One vector of those of the tokens of a text.
 *
 * @param tokens `mask.length` vectors of `width` numbers
 * @param mask 1 where there is a token, 0 where the text is filled up
 */
export function pool(tokens: Float32Array, mask: BigInt64Array, width: number, pooling: Pooling): Float32Array {
  if (pooling === 'cls') return tokens.slice(0, width);
  const sums = new Float64Array(width);
  let count = 0;
  for (const [at, there] of mask.entries()) {
    if (there === 0n) continue;
    count += 1;
    for (let place = 0; place < width; place += 1) sums[place] = (sums[place] ?? 0) + (tokens[at * width + place] ?? 0);
  }
  return Float32Array.from(sums, (sum) => sum / Math.max(1, count));
}
