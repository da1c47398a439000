import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

/** How the vectors of the tokens of a text become one. */
export type Pooling = 'mean' | 'cls';

/** A model's folder, as sentence-transformers exports it. */
export interface Layout {
  readonly folder: string;
  readonly modelFile: string;
  readonly tokenizer: object;
  readonly tokenizerConfig: object;
  readonly pooling: Pooling;
  /** Tokens that the model reads at most. */
  readonly maxTokens: number;
  /** The token that fills up shorter texts. */
  readonly padId: number;
}

const MODEL_FILES = [join('onnx', 'model.onnx'), 'model.onnx', join('onnx', 'model_quantized.onnx')];
const DEFAULT_MAX_TOKENS = 512;
/** RoBERTa counts places from here: two of its places take no token. */
const ROBERTA_OFFSET = 2;

const Config = z.looseObject({
  model_type: z.string().default(''),
  max_position_embeddings: z.int().min(1).optional(),
  pad_token_id: z.int().min(0).nullish(),
});
const Tokenizer = z.looseObject({
  model: z.looseObject({}),
  padding: z.looseObject({ pad_id: z.int().min(0).optional() }).nullish(),
});
const TokenizerConfig = z.looseObject({ model_max_length: z.number().min(1).optional() });
const SentenceConfig = z.looseObject({ max_seq_length: z.int().min(1).nullish() });
const PoolingConfig = z.looseObject({
  pooling_mode_cls_token: z.boolean().default(false),
  pooling_mode_mean_tokens: z.boolean().default(false),
});
const Modules = z.array(z.looseObject({ type: z.string() }));

/**
 * Reads what a folder says of its model; the model itself is not read.
 *
 * @throws HoldfastError CONFIG_INVALID where a file is missing or says what is not supported.
 */
export function readLayout(path: string): Layout {
  const folder = resolve(path);
  const modelFile = MODEL_FILES.map((file) => join(folder, file)).find((file) => existsSync(file));
  if (modelFile === undefined) throw unusable(folder, `${MODEL_FILES[0]} is missing`);
  const config = read(folder, 'config.json', Config);
  const tokenizer = read(folder, 'tokenizer.json', Tokenizer);
  if (!config || !tokenizer) throw unusable(folder, `${config ? 'tokenizer.json' : 'config.json'} is missing`);
  const tokenizerConfig = read(folder, 'tokenizer_config.json', TokenizerConfig) ?? {};
  const modules = read(folder, 'modules.json', Modules) ?? [];
  const dense = modules.find(({ type }) => type.endsWith('.Dense'));
  if (dense) throw unusable(folder, 'it has a dense layer after its pooling, which is not supported');

  const { max_position_embeddings: positions } = config;
  const offset = config.model_type.includes('roberta') ? ROBERTA_OFFSET : 0;
  const sentence = read(folder, 'sentence_bert_config.json', SentenceConfig);
  const limits = [
    positions === undefined ? undefined : positions - offset,
    tokenizerConfig.model_max_length,
    sentence?.max_seq_length,
  ].filter((limit) => typeof limit === 'number');
  return {
    folder,
    modelFile,
    tokenizer,
    tokenizerConfig,
    pooling: poolingOf(folder),
    maxTokens: limits.length === 0 ? DEFAULT_MAX_TOKENS : Math.min(...limits),
    padId: tokenizer.padding?.pad_id ?? config.pad_token_id ?? 0,
  };
}

function poolingOf(folder: string): Pooling {
  const pooling = read(folder, join('1_Pooling', 'config.json'), PoolingConfig);
  if (!pooling || pooling.pooling_mode_mean_tokens) return 'mean';
  if (pooling.pooling_mode_cls_token) return 'cls';
  throw unusable(folder, '1_Pooling/config.json asks for another pooling than mean or cls, which is not supported');
}

/** The content of one file; undefined where it is not there. */
function read<T extends z.ZodType>(folder: string, file: string, schema: T): z.output<T> | undefined {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw unusable(folder, `${file} cannot be understood`, error);
  }
}

/** The error for a folder whose model cannot be used. */
export function unusable(folder: string, what: string, cause?: unknown): HoldfastError {
  const message = `The folder ${folder} holds no model that can be used: ${what}. Nothing was changed. Name a folder with config.json, tokenizer.json and onnx/model.onnx.`;
  return new HoldfastError('CONFIG_INVALID', message, { cause });
}
