import { type ModelFault, startModelServer } from '@holdfast/testing';
import { afterEach, describe, expect, it } from 'vitest';

import { modelServers, testDeps } from '../endpoint/testing.ts';
import { RerankerConfigSchema } from './config.ts';
import { describeReranker } from './conformance.ts';
import { openReranker } from './open.ts';
import type { Reranker } from './reranker.ts';

const PATHS = { jina: '/v1', cohere: '/v2', tei: '' } as const;
const PROVIDERS = ['jina', 'cohere', 'tei'] as const;

const servers = modelServers();
afterEach(servers.stop);

async function opened(provider: (typeof PROVIDERS)[number], url: string, deps = testDeps()): Promise<Reranker> {
  const model = provider === 'tei' ? {} : { model: 'cross' };
  const config = RerankerConfigSchema.parse({ provider, url: `${url}${PATHS[provider]}`, ...model });
  const reranker = await openReranker(config, deps);
  if (!reranker) throw new Error('no reranker');
  return reranker;
}

for (const provider of PROVIDERS) {
  describeReranker(`behind the protocol of ${provider}`, async () => {
    const server = await startModelServer();
    const reranker = await opened(provider, server.url);
    return { ...reranker, close: () => server.close() };
  });
}

describe('ME-2 rerankers behind servers', () => {
  it('is none unless one is configured', async () => {
    expect(await openReranker(RerankerConfigSchema.parse({}), testDeps())).toBeUndefined();
  });

  it('asks each server as it wants to be asked', async () => {
    const server = await servers.start();
    for (const provider of PROVIDERS) await (await opened(provider, server.url)).rerank('q', ['a', 'b']);
    expect(server.requests.map(({ path, body }) => [path, body])).toEqual([
      ['/v1/rerank', { model: 'cross', query: 'q', documents: ['a', 'b'], top_n: 2, return_documents: false }],
      ['/v2/rerank', { model: 'cross', query: 'q', documents: ['a', 'b'] }],
      ['/rerank', { query: 'q', texts: ['a', 'b'], raw_scores: false, return_text: false, truncate: true }],
    ]);
  });

  it('keeps the order of logits, which some servers send', async () => {
    const logits = [3.5, -2, 0.5];
    const server = await servers.start({
      fault: () => ({ change: () => logits.map((score, index) => ({ index, score })) }),
    });
    const scores = await (await opened('tei', server.url)).rerank('q', ['a', 'b', 'c']);
    expect(scores).toEqual(logits.map((logit) => 1 / (1 + Math.exp(-logit))));
  });

  it.each<[string, ModelFault]>([
    ['HTTP 503', { status: 503, body: '{"error":"Model is overloaded","error_type":"Overloaded"}' }],
    ['HTTP 429', { status: 429 }],
    ['a dropped connection', { disconnectAfter: 0 }],
    ['half an answer', { disconnectAfter: 10 }],
    ['text that is not JSON', { body: 'no' }],
    ['another shape', { body: '{"scores":[1,2]}' }],
    ['too few scores', { change: (answer) => (answer as readonly object[]).slice(1) }],
    ['one text twice', { change: (answer) => (answer as readonly object[]).map((one) => ({ ...one, index: 0 })) }],
    [
      'a text that is not there',
      { change: (answer) => (answer as readonly object[]).map((one) => ({ ...one, index: 9 })) },
    ],
    ['a score that is no number', { change: () => [0, 1].map((index) => ({ index, score: null })) }],
  ])('asks again after %s, and then says what is wrong', async (_, fault) => {
    const server = await servers.start({ fault: (n) => (n === 0 ? fault : undefined) });
    expect(await (await opened('tei', server.url)).rerank('a', ['a', 'b'])).toHaveLength(2);
    expect(server.requests).toHaveLength(2);
    const always = await servers.start({ fault: () => fault });
    await expect((await opened('tei', always.url)).rerank('a', ['a', 'b'])).rejects.toMatchObject({
      code: expect.stringMatching(/^MODEL_(?:UNAVAILABLE|RATE_LIMITED|MALFORMED)$/) as string,
    });
    expect(always.requests).toHaveLength(3);
  });

  it('does not ask again what is refused, and says the sentence of the server', async () => {
    const server = await servers.start({
      fault: () => ({ status: 424, body: '{"error":"Model is not a re-ranker","error_type":"Backend"}' }),
    });
    await expect((await opened('tei', server.url)).rerank('a', ['b'])).rejects.toMatchObject({
      code: 'MODEL_REJECTED',
      message: expect.stringContaining('Model is not a re-ranker') as string,
    });
    expect(server.requests).toHaveLength(1);
  });
});
