import { describe, expect, it } from 'vitest';

import { RerankerConfigSchema } from '../rerank/config.ts';
import { EmbedderConfigSchema } from './config.ts';

describe('ME-2 configuration of embedders and rerankers', () => {
  it('is complete without a key: the built-in embedder, and no reranker', () => {
    expect(EmbedderConfigSchema.parse({})).toMatchObject({ provider: 'lexical', max_batch: 32, query_prefix: '' });
    expect(RerankerConfigSchema.parse({})).toMatchObject({ provider: 'none' });
  });

  it.each([
    ['url', EmbedderConfigSchema, { provider: 'openai', model: 'm' }],
    ['model', EmbedderConfigSchema, { provider: 'openai', url: 'http://127.0.0.1:1/v1' }],
    ['folder', EmbedderConfigSchema, { provider: 'onnx' }],
    ['url', EmbedderConfigSchema, { provider: 'openai', model: 'm', url: 'file:///etc/passwd' }],
    ['api_key_env', EmbedderConfigSchema, { api_key: 'a', api_key_env: 'B' }],
    ['dimensions', EmbedderConfigSchema, { dimensions: 1.5 }],
    ['url', RerankerConfigSchema, { provider: 'tei' }],
    ['model', RerankerConfigSchema, { provider: 'jina' }],
    ['model', RerankerConfigSchema, { provider: 'cohere' }],
    ['folder', RerankerConfigSchema, { provider: 'onnx' }],
    ['provider', RerankerConfigSchema, { provider: 'bm25' }],
  ] as const)('names the key %s that is missing or wrong (%#)', (key, schema, value) => {
    const { error } = schema.safeParse(value);
    expect(error?.issues.map(({ path }) => path[0])).toEqual([key]);
  });

  it('says what each key means', () => {
    for (const schema of [EmbedderConfigSchema, RerankerConfigSchema]) {
      for (const [key, field] of Object.entries(schema.shape)) expect(field.description, key).toMatch(/\.$/);
    }
  });
});
