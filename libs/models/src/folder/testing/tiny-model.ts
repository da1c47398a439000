import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { FLOAT, onnxModel, type OnnxGraph } from './onnx-writer.ts';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const WORDS = [
  ...'a the is in it red blue bicycle cat sleeps cellar box bread and butter where home x abc . v 1 2 3'.split(' '),
  ...Array.from('红车在家哪里猫睡项目的'),
];
const VOCABULARY = [...SPECIAL, ...WORDS];
const WIDTH = 16;

/** What differs from a model that is as it should be. */
export interface TinyModelOptions {
  readonly pooling?: 'mean' | 'cls' | 'max';
  /** Tokens that the model says it reads. Default 32. */
  readonly maxTokens?: number;
  /** Numbers that a cross-encoder gives. Default 1. */
  readonly labels?: number;
  /** Another seed makes another model of the same shape. */
  readonly seed?: number;
  /** Every number of its matrix is this one. */
  readonly constant?: number;
}

/** Writes the folder of an embedder: the vector of a token is a row of a matrix. */
export function writeTinyEmbedder(folder: string, options: TinyModelOptions = {}): void {
  const { pooling } = options;
  writeFolder(folder, options, {
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'],
    nodes: [{ op: 'Gather', inputs: ['words', 'input_ids'], output: 'last_hidden_state' }],
    constants: [{ name: 'words', dims: [VOCABULARY.length, WIDTH], data: matrix(options) }],
    output: { name: 'last_hidden_state', dims: ['texts', 'tokens', WIDTH] },
  });
  if (pooling === undefined) return;
  mkdirSync(join(folder, '1_Pooling'), { recursive: true });
  const flags = { pooling_mode_mean_tokens: pooling === 'mean', pooling_mode_cls_token: pooling === 'cls' };
  writeJson(join(folder, '1_Pooling', 'config.json'), { word_embedding_dimension: WIDTH, ...flags });
}

/** Writes the folder of a cross-encoder: its logit grows with the words that query and text share. */
export function writeTinyCrossEncoder(folder: string, options: TinyModelOptions = {}): void {
  const { labels = 1 } = options;
  const data = matrix(options);
  // The special tokens stand in every text: they must not count. What fills a text up would, were it not masked.
  data.fill(0, WIDTH, SPECIAL.length * WIDTH);
  const sums = (side: string, mask: string) => [
    { op: 'Unsqueeze', inputs: [mask, 'last'], output: `${side}_mask` },
    { op: 'Mul', inputs: ['vectors', `${side}_mask`], output: `${side}_vectors` },
    { op: 'ReduceSum', inputs: [`${side}_vectors`, 'tokens'], output: `${side}_sum`, attributes: { keepdims: 0 } },
  ];
  writeFolder(folder, options, {
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'],
    nodes: [
      { op: 'Gather', inputs: ['words', 'input_ids'], output: 'vectors' },
      { op: 'Cast', inputs: ['attention_mask'], output: 'there', attributes: { to: FLOAT } },
      { op: 'Cast', inputs: ['token_type_ids'], output: 'second', attributes: { to: FLOAT } },
      { op: 'Mul', inputs: ['there', 'second'], output: 'in_text' },
      { op: 'Sub', inputs: ['there', 'in_text'], output: 'in_query' },
      ...sums('query', 'in_query'),
      ...sums('text', 'in_text'),
      { op: 'Mul', inputs: ['query_sum', 'text_sum'], output: 'products' },
      { op: 'MatMul', inputs: ['products', 'weights'], output: 'logits' },
    ],
    constants: [
      { name: 'words', dims: [VOCABULARY.length, WIDTH], data },
      { name: 'weights', dims: [WIDTH, labels], data: weights(labels) },
      { name: 'last', dims: [1], data: BigInt64Array.of(2n) },
      { name: 'tokens', dims: [1], data: BigInt64Array.of(1n) },
    ],
    output: { name: 'logits', dims: ['texts', labels] },
  });
}

/** Of two labels (no, yes) only the second says something: the difference is then what a single one would be. */
function weights(labels: number): Float32Array {
  return Float32Array.from({ length: WIDTH * labels }, (_, at) => (at % labels === labels - 1 ? 1 : 0));
}

/** Rows of pseudo-random numbers, each its own direction. */
function matrix({ seed = 1, constant }: TinyModelOptions): Float32Array {
  let state = seed;
  return Float32Array.from({ length: VOCABULARY.length * WIDTH }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return constant ?? state / 0x40000000 - 1;
  });
}

function writeFolder(folder: string, { maxTokens = 32 }: TinyModelOptions, graph: OnnxGraph): void {
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  writeFileSync(join(folder, 'onnx', 'model.onnx'), onnxModel(graph));
  writeJson(join(folder, 'config.json'), { model_type: 'bert', max_position_embeddings: maxTokens, pad_token_id: 0 });
  writeJson(join(folder, 'tokenizer_config.json'), { tokenizer_class: 'BertTokenizer', unk_token: '[UNK]' });
  writeJson(join(folder, 'tokenizer.json'), TOKENIZER);
}

function writeJson(file: string, value: object): void {
  writeFileSync(file, JSON.stringify(value));
}

const special = (token: string) => ({ id: token, ids: [VOCABULARY.indexOf(token)], tokens: [token] });
const placed = (id: string, type: number) => ({ SpecialToken: { id, type_id: type } });
const sequence = (id: string, type: number) => ({ Sequence: { id, type_id: type } });

const TOKENIZER = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: SPECIAL.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [placed('[CLS]', 0), sequence('A', 0), placed('[SEP]', 0)],
    pair: [placed('[CLS]', 0), sequence('A', 0), placed('[SEP]', 0), sequence('B', 1), placed('[SEP]', 1)],
    special_tokens: { '[CLS]': special('[CLS]'), '[SEP]': special('[SEP]') },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(VOCABULARY.map((word, id) => [word, id])),
  },
};
