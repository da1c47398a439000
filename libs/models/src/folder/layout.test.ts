import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { readLayout } from './layout.ts';
import { temporaryFolders } from './testing/temporary.ts';
import { writeTinyEmbedder } from './testing/tiny-model.ts';

const folders = temporaryFolders();
afterAll(folders.remove);

function tiny(files: Readonly<Record<string, object>> = {}): string {
  const folder = folders.make();
  writeTinyEmbedder(folder, { maxTokens: 64 });
  mkdirSync(join(folder, '1_Pooling'));
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), JSON.stringify(content));
  return folder;
}

describe('ME-2 folder of a model', () => {
  it.each<[string, Readonly<Record<string, object>>, object]>([
    ['mean unless it says otherwise', {}, { pooling: 'mean', maxTokens: 64, padId: 0 }],
    ['cls', { '1_Pooling/config.json': { pooling_mode_cls_token: true } }, { pooling: 'cls' }],
    ['the least of all lengths', { 'sentence_bert_config.json': { max_seq_length: 16 } }, { maxTokens: 16 }],
    ['a tokenizer without a limit', { 'tokenizer_config.json': { model_max_length: 1e30 } }, { maxTokens: 64 }],
    [
      'the places of RoBERTa',
      { 'config.json': { model_type: 'xlm-roberta', max_position_embeddings: 514, pad_token_id: 1 } },
      { maxTokens: 512, padId: 1 },
    ],
    ['no length at all', { 'config.json': { model_type: 'x' } }, { maxTokens: 512 }],
    ['the padding of the tokenizer', { 'tokenizer.json': { model: {}, padding: { pad_id: 7 } } }, { padId: 7 }],
    [
      'a normalising layer',
      { 'modules.json': [{ type: 'sentence_transformers.models.Normalize' }] },
      { pooling: 'mean' },
    ],
  ])('reads %s', (_, files, expected) => {
    expect(readLayout(tiny(files))).toMatchObject(expected);
  });

  it.each<[string, Readonly<Record<string, object>>]>([
    ['max', { '1_Pooling/config.json': { pooling_mode_max_tokens: true } }],
    ['dense layer', { 'modules.json': [{ type: 'sentence_transformers.models.Dense' }] }],
    ['config.json', { 'config.json': ['wrong'] }],
    ['tokenizer.json', { 'tokenizer.json': { version: '1.0' } }],
  ])('refuses what it does not support: %s', (_, files) => {
    expect(() => readLayout(tiny(files))).toThrowError(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });

  it.each(['onnx/model.onnx', 'config.json', 'tokenizer.json'])('says that %s is missing', (file) => {
    const folder = tiny();
    rmSync(join(folder, file));
    expect(() => readLayout(folder)).toThrowError(`${file} is missing`);
  });
});
