import { type ModelFault, type ModelServer, type ModelServerOptions, startModelServer } from '@holdfast/testing';
import { afterEach, describe, expect, it } from 'vitest';

import { testDeps } from '../endpoint/testing.ts';
import { type EmbedderConfig, EmbedderConfigSchema } from './config.ts';
import { describeEmbedder } from './conformance.ts';
import type { Embedder } from './embedder.ts';
import { openEmbedder } from './open.ts';

const ALIKE = ['the blue box', 'a blue box', '完全不同'] as const;

const servers: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function started(options: ModelServerOptions = {}): Promise<ModelServer> {
  const server = await startModelServer(options);
  servers.push(server);
  return server;
}

function configOf(server: { readonly url: string }, more: object = {}): EmbedderConfig {
  return EmbedderConfigSchema.parse({ provider: 'openai', url: `${server.url}/v1`, model: 'small', ...more });
}

describeEmbedder(
  'behind OpenAI’s protocol',
  async () => {
    const server = await startModelServer();
    const embedder = await openEmbedder(configOf(server), testDeps());
    return { ...embedder, close: () => Promise.all([embedder.close(), server.close()]).then(() => undefined) };
  },
  ALIKE,
);

describe('ME-2 embedder behind OpenAI’s protocol', () => {
  it('asks for its dimensions once where none are configured, and for nothing where they are', async () => {
    const server = await started({ dimensions: 48 });
    const asked = await openEmbedder(configOf(server), testDeps());
    expect([asked.id, asked.dimensions, asked.kind]).toEqual(['openai/small/48', 48, 'endpoint']);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.body).not.toHaveProperty('dimensions');
    const told = await openEmbedder(configOf(server, { dimensions: 32 }), testDeps());
    expect(server.requests).toHaveLength(1);
    const [vector] = await told.embed(['x'], 'query');
    expect(vector).toHaveLength(32);
    expect(server.requests[1]?.body).toMatchObject({ dimensions: 32, encoding_format: 'float', model: 'small' });
  });

  it('sets prefixes for models that embed questions and texts differently, and says so in its id', async () => {
    const server = await started();
    const more = { query_prefix: 'query: ', document_prefix: 'passage: ', dimensions: 64 };
    const embedder = await openEmbedder(configOf(server, more), testDeps());
    await embedder.embed(['a'], 'query');
    await embedder.embed(['b', ''], 'document');
    expect(server.requests.map(({ body }) => body['input'])).toEqual([['query: a'], ['passage: b', 'passage: .']]);
    const plain = await openEmbedder(configOf(server, { dimensions: 64 }), testDeps());
    expect(embedder.id).not.toBe(plain.id);
  });

  it('sends the key, from the configuration or the environment, and never shows it', async () => {
    const server = await started({ apiKey: 'sk-secret-12345' });
    await openEmbedder(configOf(server, { api_key: 'sk-secret-12345' }), testDeps());
    await openEmbedder(configOf(server, { api_key_env: 'EMBED_KEY' }), testDeps({ EMBED_KEY: 'sk-secret-12345' }));
    await expect(openEmbedder(configOf(server, { api_key: 'wrong' }), testDeps())).rejects.toMatchObject({
      code: 'MODEL_REJECTED',
    });
    await expect(openEmbedder(configOf(server, { api_key_env: 'EMBED_KEY' }), testDeps())).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('EMBED_KEY') as string,
    });
    const echo = await started({ fault: () => ({ status: 400, body: '{"error":{"message":"bad sk-secret-12345"}}' }) });
    const refused = openEmbedder(configOf(echo, { api_key: 'sk-secret-12345' }), testDeps());
    await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('sk-secret') as string });
  });

  it('cuts texts and requests to what the server takes', async () => {
    const server = await started();
    const embedder = await openEmbedder(configOf(server, { dimensions: 64, max_batch: 2, max_chars: 20 }), testDeps());
    const texts = ['y'.repeat(50), `${'z'.repeat(19)}😀`, 'a\0b', 'c', 'd'];
    expect(await embedder.embed(texts, 'document')).toHaveLength(5);
    const inputs = server.requests.map(({ body }) => body['input']);
    expect(inputs).toEqual([['y'.repeat(20), `${'z'.repeat(19)}\ufffd`], ['a b', 'c'], ['d']]);
  });

  it('orders vectors by their index', async () => {
    const server = await started({ fault: () => ({ change: (answer) => ({ data: dataOf(answer).toReversed() }) }) });
    const straight = await openEmbedder(configOf(await started()), testDeps());
    const turned = await openEmbedder(configOf(server), testDeps());
    const texts = ['one', 'two', 'three'];
    expect(await turned.embed(texts, 'query')).toEqual(await straight.embed(texts, 'query'));
  });
});

describe('ME-2 embedder behind a server that fails', () => {
  const first = (fault: ModelFault) => (n: number) => (n === 0 ? fault : undefined);

  it.each<[string, ModelFault]>([
    ['HTTP 500', { status: 500 }],
    ['HTTP 429', { status: 429 }],
    ['HTTP 503', { status: 503 }],
    ['a dropped connection', { disconnectAfter: 0 }],
    ['a connection that drops in the middle of the body', { disconnectAfter: 40 }],
    ['text that is not JSON', { body: '<html>Bad gateway</html>' }],
    ['half an answer', { body: '{"data": [{"embedding": [0.1' }],
    ['numbers that are none', { body: '{"data": [{"embedding": [NaN, 1]}]}' }],
    ['too few vectors', { change: (answer) => ({ data: dataOf(answer).slice(1) }) }],
    ['too many vectors', { change: (answer) => ({ data: [...dataOf(answer), ...dataOf(answer)] }) }],
    ['one index twice', { change: (answer) => ({ data: dataOf(answer).map((one) => ({ ...one, index: 0 })) }) }],
    ['an index outside', { change: (answer) => ({ data: dataOf(answer).map((one) => ({ ...one, index: 7 })) }) }],
    ['vectors of zeros', { change: (answer) => ({ data: dataOf(answer).map(() => ({ embedding: [0, 0, 0] })) }) }],
    ['empty vectors', { change: (answer) => ({ data: dataOf(answer).map(() => ({ embedding: [] })) }) }],
    ['null in a vector', { change: (answer) => ({ data: dataOf(answer).map(() => ({ embedding: [null, 1] })) }) }],
    ['text as a vector', { change: (answer) => ({ data: dataOf(answer).map(() => ({ embedding: 'AAAA' })) }) }],
    [
      'vectors of another length',
      { change: (answer) => ({ data: dataOf(answer).map(() => ({ embedding: [1, 2] })) }) },
    ],
    ['too large a number', { body: '{"data": [{"embedding": [1e999, 1]}]}' }],
  ])('asks again after %s, and gives whole vectors or an error, never half', async (_, fault) => {
    const server = await started({ fault: first(fault) });
    const deps = testDeps();
    const embedder = await openEmbedder(configOf(server, { dimensions: 64 }), deps);
    const vectors = await embedder.embed(['a', 'b'], 'document');
    expect(vectors.map((vector) => vector.length)).toEqual([64, 64]);
    expect(deps.waits).toHaveLength(1);
    expect(server.requests).toHaveLength(2);

    const always = await started({ fault: () => fault });
    const hopeless = await openEmbedder(configOf(always, { dimensions: 64 }), testDeps());
    await expect(hopeless.embed(['a', 'b'], 'document')).rejects.toMatchObject({
      code: expect.stringMatching(/^MODEL_(?:UNAVAILABLE|RATE_LIMITED|MALFORMED)$/) as string,
      message: expect.stringContaining('asked 3 times') as string,
    });
    expect(always.requests).toHaveLength(3);
  });

  it('waits as long as Retry-After says, and gives up where that is too long', async () => {
    const server = await started({ fault: first({ status: 429, headers: { 'retry-after': '2' } }) });
    const deps = testDeps();
    const embedder = await openEmbedder(configOf(server, { dimensions: 64 }), deps);
    await embedder.embed(['a'], 'query');
    expect(deps.waits).toEqual([2250]);
    const late = await started({ fault: () => ({ status: 429, headers: { 'retry-after': '3600' } }) });
    const patient = await openEmbedder(configOf(late, { dimensions: 64 }), testDeps());
    await expect(patient.embed(['a'], 'query')).rejects.toMatchObject({
      code: 'MODEL_RATE_LIMITED',
      details: { retryAfterMs: 3_600_000 },
    });
    expect(late.requests).toHaveLength(1);
  });

  it.each<[string, ModelFault]>([
    ['a bad request', { status: 400 }],
    ['a model that is not there', { status: 404 }],
    ['too large a request', { status: 413 }],
    ['an account without money', { status: 429, body: '{"error":{"code":"insufficient_quota","message":"no"}}' }],
    ['a redirect, which could take the key elsewhere', { status: 307, headers: { location: 'http://127.0.0.1:1/' } }],
  ])('does not ask again after %s', async (_, fault) => {
    const server = await started({ fault: () => fault });
    await expect(openEmbedder(configOf(server), testDeps())).rejects.toMatchObject({ code: 'MODEL_REJECTED' });
    expect(server.requests).toHaveLength(1);
  });

  it('ends a request that takes too long', async () => {
    const server = await started({ fault: () => ({ delayMs: 5000 }) });
    const config = configOf(server, { timeout_ms: 100, retries: { attempts: 1 } });
    await expect(openEmbedder(config, testDeps())).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('within 0.1 s') as string,
    });
  });

  it('says that nothing listens', async () => {
    const server = await startModelServer();
    await server.close();
    await expect(openEmbedder(configOf(server), testDeps())).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('is cancelled while it waits for an answer, and between two attempts', async () => {
    const stop = new AbortController();
    const server = await started({
      fault: () => {
        stop.abort();
        return { delayMs: 5000 };
      },
    });
    const embedder = await openEmbedder(configOf(server, { dimensions: 64 }), testDeps());
    await expect(embedder.embed(['a'], 'query', stop.signal)).rejects.toMatchObject({ code: 'CANCELED' });

    const failing = await started({ fault: () => ({ status: 500 }) });
    const second = new AbortController();
    const sleep = async (_: number, signal: AbortSignal) => {
      second.abort();
      signal.throwIfAborted();
    };
    const retrying = await openEmbedder(configOf(failing, { dimensions: 64 }), { ...testDeps(), sleep });
    await expect(retrying.embed(['a'], 'query', second.signal)).rejects.toMatchObject({ code: 'CANCELED' });
    expect(failing.requests).toHaveLength(1);
  });

  it('works on when the server is back', async () => {
    let down = false;
    const server = await started({ fault: () => (down ? { disconnectAfter: 0 } : undefined) });
    const embedder: Embedder = await openEmbedder(configOf(server), testDeps());
    down = true;
    await expect(embedder.embed(['a'], 'query')).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    down = false;
    expect(await embedder.embed(['a'], 'query')).toHaveLength(1);
  });
});

function dataOf(answer: unknown): Record<string, unknown>[] {
  return (answer as { data: Record<string, unknown>[] }).data;
}
