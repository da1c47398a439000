import { join } from 'node:path';

import { type Provider, startProvider } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { freePort, type Product, startProduct } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';

const CSV = 'city,people\nBerlin,3700000\n北京,21900000\n';
const ENDED = /succeeded|failed|canceled/;

let dir: ReturnType<typeof tempDir>;
let provider: Provider;
let product: Product;
beforeAll(async () => {
  dir = tempDir();
  provider = await startProvider({
    script: ({ body, turns }) => {
      if (JSON.stringify(body).includes('word: ok')) return { text: 'ok', usage: { input: 10, output: 1 } };
      const command = 'cat /input/cities.csv && test ! -w /input/cities.csv';
      return turns === 0 ? { toolCalls: [{ name: 'bash', arguments: { command } }] } : { text: 'Read.' };
    },
  });
  const broken = { type: 'openai-compatible', base_url: 'http://127.0.0.1:1/v1', models: ['absent'] };
  const mine = { type: 'openai-compatible', base_url: provider.openaiUrl, api_key: 'hunter2', models: ['scripted'] };
  product = await startProduct(join(dir.path, 'data'), await freePort(), {
    HOLDFAST_MODELS__PROVIDERS: JSON.stringify({ mine, broken }),
    HOLDFAST_MODELS__DEFAULT: 'mine/scripted',
  });
});
afterAll(async () => {
  await product.kill();
  await provider.close();
  dir.remove();
});

async function upload(name: string): Promise<string> {
  const headers = { authorization: `Bearer ${product.key}`, 'content-type': 'application/octet-stream' };
  const answer = await fetch(`${product.url}/api/v1/uploads?name=${name}`, { method: 'POST', headers, body: CSV });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

async function run(wanted: object): Promise<Record<string, unknown>> {
  const { body, status } = await product.call('POST', '/api/v1/runs', wanted);
  expect([status, body]).toEqual([201, expect.anything()]);
  return ended(String(body['id']));
}

async function ended(id: string): Promise<Record<string, unknown>> {
  const look = async () => (await product.call('GET', `/api/v1/runs/${id}`)).body;
  await expect.poll(async () => (await look())['status'], { timeout: 60_000 }).toMatch(ENDED);
  return look();
}

describe('the product', () => {
  it('profiles an uploaded table, named as task or as parameter, and a fork of that run too (QA-1)', async () => {
    const id = await upload('cities.csv');
    const byTask = await run({ agent: 'csv-profile', task: `upload:${id}` });
    const byParameter = await run({ agent: 'csv-profile', parameters: { file: `upload:${id}` } });
    const { body: fork, status } = await product.call('POST', `/api/v1/runs/${String(byTask['id'])}/fork`, {});
    expect([status, fork]).toEqual([201, expect.anything()]);
    for (const one of [byTask, byParameter, await ended(String(fork['id']))]) {
      expect([one['status'], one['error']]).toEqual(['succeeded', null]);
      expect(one['output']).toContain('# CSV profile: cities.csv');
      expect(one['output']).toContain('| 2 | `people` | integer |');
    }
  });

  it('lets commands in the sandbox read an upload under /input, and not write to it (QA-1)', async () => {
    const id = await upload('cities.csv');
    const done = await run({ agent: 'assistant', task: 'Read it.', inputs: [{ upload: id }] });
    expect([done['status'], done['error']]).toEqual(['succeeded', null]);
    const { body } = await product.call('GET', `/api/v1/runs/${String(done['id'])}/actions`);
    const [, command] = body['actions'] as { name: string; outcome: string; result: unknown }[];
    expect(command).toMatchObject({ name: 'bash', outcome: 'ok' });
    const shown = JSON.stringify(command?.result);
    expect(shown).toContain(JSON.stringify(CSV).slice(1, -1));
    expect(shown).toContain('"exit_code":0');
  });

  it('calls a connected model once, and says why another does not answer', async () => {
    const { body: listed } = await product.call('GET', '/api/v1/models');
    expect(listed['models']).toMatchObject([
      { id: 'mine/scripted', source: 'configuration', available: true, is_default: true },
      { id: 'broken/absent', source: 'configuration', available: true, is_default: false },
    ]);
    expect(listed['connect']).toContain('OPENAI_API_KEY');
    const before = provider.stats().requests;
    const { body: good } = await product.call('POST', '/api/v1/models/check', { id: 'mine/scripted' });
    expect(good).toMatchObject({ id: 'mine/scripted', ok: true, error: null });
    expect(provider.stats().requests).toBe(before + 1);
    const { body: bad } = await product.call('POST', '/api/v1/models/check', { id: 'broken/absent' });
    expect(bad).toMatchObject({ ok: false, cost_usd: null, error: { code: 'MODEL_UNAVAILABLE' } });
    expect((await product.call('POST', '/api/v1/models/check', { id: 'mine/other' })).status).toBe(404);
  });

  it('shows the configuration that is in force, without secrets (QA-4)', async () => {
    const { body } = await product.call('GET', '/api/v1/config');
    const values = body['values'] as { key: string; value: unknown; origin: string; environment: string }[];
    const of = (key: string) => values.find((one) => one.key === key);
    expect(of('gateway.upload_limit')).toMatchObject({ value: 104_857_600, origin: 'default' });
    expect(of('models.default')).toMatchObject({ value: ['mine/scripted'], origin: 'HOLDFAST_MODELS__DEFAULT' });
    expect(of('models.providers.mine.api_key')).toMatchObject({ value: '[redacted]' });
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });
});
