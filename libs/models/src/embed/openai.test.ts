import { startModelServer } from '@holdfast/testing';
import { afterEach, describe, expect, it } from 'vitest';

import { modelServers, testDeps } from '../endpoint/testing.ts';
import { describeEmbedder } from './conformance.ts';
import { openEmbedder } from './open.ts';
import { dataOf, openAiConfig } from './testing.ts';

const ALIKE = ['the blue box', 'a blue box', '完全不同'] as const;

const servers = modelServers();
afterEach(servers.stop);

describeEmbedder(
  'behind OpenAI’s protocol',
  async () => {
    const server = await startModelServer();
    const embedder = await openEmbedder(openAiConfig(server), testDeps());
    return { ...embedder, close: () => Promise.all([embedder.close(), server.close()]).then(() => undefined) };
  },
  ALIKE,
);

describe('ME-2 embedder behind OpenAI’s protocol', () => {
  it('asks for its dimensions once where none are configured, and for nothing where they are', async () => {
    const server = await servers.start({ dimensions: 48 });
    const asked = await openEmbedder(openAiConfig(server), testDeps());
    expect([asked.id, asked.dimensions, asked.kind]).toEqual(['openai/small/48', 48, 'endpoint']);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.body).not.toHaveProperty('dimensions');
    const told = await openEmbedder(openAiConfig(server, { dimensions: 32 }), testDeps());
    expect(server.requests).toHaveLength(1);
    const [vector] = await told.embed(['x'], 'query');
    expect(vector).toHaveLength(32);
    expect(server.requests[1]?.body).toMatchObject({ dimensions: 32, encoding_format: 'float', model: 'small' });
  });

  it('sets prefixes for models that embed questions and texts differently, and says so in its id', async () => {
    const server = await servers.start();
    const more = { query_prefix: 'query: ', document_prefix: 'passage: ', dimensions: 64 };
    const embedder = await openEmbedder(openAiConfig(server, more), testDeps());
    await embedder.embed(['a'], 'query');
    await embedder.embed(['b', ''], 'document');
    expect(server.requests.map(({ body }) => body['input'])).toEqual([['query: a'], ['passage: b', 'passage: .']]);
    const plain = await openEmbedder(openAiConfig(server, { dimensions: 64 }), testDeps());
    expect(embedder.id).not.toBe(plain.id);
  });

  it('sends the key, from the configuration or the environment, and never shows it', async () => {
    const server = await servers.start({ apiKey: 'sk-secret-12345' });
    await openEmbedder(openAiConfig(server, { api_key: 'sk-secret-12345' }), testDeps());
    await openEmbedder(openAiConfig(server, { api_key_env: 'EMBED_KEY' }), testDeps({ EMBED_KEY: 'sk-secret-12345' }));
    await expect(openEmbedder(openAiConfig(server, { api_key: 'wrong' }), testDeps())).rejects.toMatchObject({
      code: 'MODEL_REJECTED',
    });
    await expect(openEmbedder(openAiConfig(server, { api_key_env: 'EMBED_KEY' }), testDeps())).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('EMBED_KEY') as string,
    });
    const echo = await servers.start({
      fault: () => ({ status: 400, body: '{"error":{"message":"bad sk-secret-12345"}}' }),
    });
    const refused = openEmbedder(openAiConfig(echo, { api_key: 'sk-secret-12345' }), testDeps());
    await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('sk-secret') as string });
  });

  it('cuts texts and requests to what the server takes', async () => {
    const server = await servers.start();
    const embedder = await openEmbedder(
      openAiConfig(server, { dimensions: 64, max_batch: 2, max_chars: 20 }),
      testDeps(),
    );
    const texts = ['y'.repeat(50), `${'z'.repeat(19)}😀`, 'a\0b', 'c', 'd'];
    expect(await embedder.embed(texts, 'document')).toHaveLength(5);
    const inputs = server.requests.map(({ body }) => body['input']);
    expect(inputs).toEqual([['y'.repeat(20), `${'z'.repeat(19)}\ufffd`], ['a b', 'c'], ['d']]);
  });

  it('orders vectors by their index', async () => {
    const server = await servers.start({
      fault: () => ({ change: (answer) => ({ data: dataOf(answer).toReversed() }) }),
    });
    const straight = await openEmbedder(openAiConfig(await servers.start()), testDeps());
    const turned = await openEmbedder(openAiConfig(server), testDeps());
    const texts = ['one', 'two', 'three'];
    expect(await turned.embed(texts, 'query')).toEqual(await straight.embed(texts, 'query'));
  });
});
