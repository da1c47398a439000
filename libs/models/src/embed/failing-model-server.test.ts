import { type ModelFault, startModelServer } from '@holdfast/testing';
import { afterEach, describe, expect, it } from 'vitest';

import { modelServers, testDeps } from '../endpoint/testing.ts';
import { openEmbedder } from './open.ts';
import { dataOf, openAiConfig } from './testing.ts';

const servers = modelServers();
afterEach(servers.stop);

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
    const server = await servers.start({ fault: first(fault) });
    const deps = testDeps();
    const embedder = await openEmbedder(openAiConfig(server, { dimensions: 64 }), deps);
    const vectors = await embedder.embed(['a', 'b'], 'document');
    expect(vectors.map((vector) => vector.length)).toEqual([64, 64]);
    expect(deps.waits).toHaveLength(1);
    expect(server.requests).toHaveLength(2);

    const always = await servers.start({ fault: () => fault });
    const hopeless = await openEmbedder(openAiConfig(always, { dimensions: 64 }), testDeps());
    await expect(hopeless.embed(['a', 'b'], 'document')).rejects.toMatchObject({
      code: expect.stringMatching(/^MODEL_(?:UNAVAILABLE|RATE_LIMITED|MALFORMED)$/) as string,
      message: expect.stringContaining('asked 3 times') as string,
    });
    expect(always.requests).toHaveLength(3);
  });

  it('waits as long as Retry-After says, and gives up where that is too long', async () => {
    const server = await servers.start({ fault: first({ status: 429, headers: { 'retry-after': '2' } }) });
    const deps = testDeps();
    const embedder = await openEmbedder(openAiConfig(server, { dimensions: 64 }), deps);
    await embedder.embed(['a'], 'query');
    expect(deps.waits).toEqual([2250]);
    const late = await servers.start({ fault: () => ({ status: 429, headers: { 'retry-after': '3600' } }) });
    const patient = await openEmbedder(openAiConfig(late, { dimensions: 64 }), testDeps());
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
    const server = await servers.start({ fault: () => fault });
    await expect(openEmbedder(openAiConfig(server), testDeps())).rejects.toMatchObject({ code: 'MODEL_REJECTED' });
    expect(server.requests).toHaveLength(1);
  });

  it('ends a request that takes too long', async () => {
    const server = await servers.start({ fault: () => ({ delayMs: 5000 }) });
    const config = openAiConfig(server, { timeout_ms: 100, retries: { attempts: 1 } });
    await expect(openEmbedder(config, testDeps())).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('within 0.1 s') as string,
    });
  });

  it('says that nothing listens', async () => {
    const server = await startModelServer();
    await server.close();
    await expect(openEmbedder(openAiConfig(server), testDeps())).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('is cancelled while it waits for an answer, and between two attempts', async () => {
    const stop = new AbortController();
    const server = await servers.start({
      fault: () => {
        stop.abort();
        return { delayMs: 5000 };
      },
    });
    const embedder = await openEmbedder(openAiConfig(server, { dimensions: 64 }), testDeps());
    await expect(embedder.embed(['a'], 'query', stop.signal)).rejects.toMatchObject({ code: 'CANCELED' });

    const failing = await servers.start({ fault: () => ({ status: 500 }) });
    const second = new AbortController();
    const sleep = async (_: number, signal: AbortSignal) => {
      second.abort();
      signal.throwIfAborted();
    };
    const retrying = await openEmbedder(openAiConfig(failing, { dimensions: 64 }), { ...testDeps(), sleep });
    await expect(retrying.embed(['a'], 'query', second.signal)).rejects.toMatchObject({ code: 'CANCELED' });
    expect(failing.requests).toHaveLength(1);
  });

  it('works on when the server is back', async () => {
    let down = false;
    const server = await servers.start({ fault: () => (down ? { disconnectAfter: 0 } : undefined) });
    const embedder = await openEmbedder(openAiConfig(server), testDeps());
    down = true;
    await expect(embedder.embed(['a'], 'query')).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    down = false;
    expect(await embedder.embed(['a'], 'query')).toHaveLength(1);
  });
});
