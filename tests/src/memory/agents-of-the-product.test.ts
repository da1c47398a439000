import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Provider, type ProviderRequest, type Reply, startProvider } from '@holdfast/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { freePort, type Product, startProduct } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';
import { promptsOf, until } from './world.ts';

const dir = tempDir();
let provider: Provider;
let product: Product;
let start: () => Promise<Product>;
let slow = false;

/** Remembers what it is told to, answers what it is asked, and has nothing to say about runs that have ended. */
function script({ body, toolResults }: ProviderRequest): Reply {
  const said = JSON.stringify(body['messages']);
  if (!('tools' in body)) return { text: '[]' };
  if (toolResults > 0) return { text: 'Kept.' };
  if (/Keep this/.test(said)) {
    return {
      toolCalls: [{ name: 'remember', arguments: { text: 'The launch codes of Heron are in a blue folder.' } }],
    };
  }
  return { text: 'I have looked.', ...(slow ? { delayMs: 60_000 } : {}) };
}

beforeAll(async () => {
  provider = await startProvider({ script });
  const data = join(dir.path, 'data');
  mkdirSync(data, { mode: 0o700 });
  const local = { type: 'openai-compatible', base_url: provider.openaiUrl, models: ['scripted'] };
  const config = { models: { default: ['local/scripted'], providers: { local } } };
  // JSON is YAML.
  writeFileSync(join(data, 'holdfast.yaml'), JSON.stringify(config));
  const port = await freePort();
  start = () => startProduct(data, port);
  product = await start();
});
afterAll(async () => {
  await product?.kill();
  await provider?.close();
  dir.remove();
});

const run = async (task: string): Promise<string> => {
  const { body } = await product.call('POST', '/api/v1/runs', { agent: 'assistant', task });
  return String(body['id']);
};
const ended = async (id: string) => {
  for (;;) {
    const { body } = await product.call('GET', `/api/v1/runs/${id}`);
    if (['succeeded', 'failed'].includes(String(body['status']))) return body;
    await sleep(50);
  }
};
/** The prompts of agents, without those by which memory learns. */
const prompts = () => promptsOf(provider).filter((_, n) => 'tools' in (provider.requests[n]?.body ?? {}));

it('ME-2 AG-2 an agent of the product recalls what another run kept, and the same after kill -9', async () => {
  expect(await ended(await run('Keep this in mind.'))).toMatchObject({ status: 'succeeded', output: 'Kept.' });
  slow = true;
  const id = await run('Where are the launch codes of Heron?');
  await until('the model is asked', () => /Where are/.test(prompts().at(-1) ?? ''));
  const before = prompts().at(-1) ?? '';
  const asked = prompts().length;
  expect(before).toContain('blue folder');
  await product.kill();
  slow = false;
  product = await start();
  expect(await ended(id)).toMatchObject({ status: 'succeeded', output: 'I have looked.' });
  expect(prompts()).toHaveLength(asked + 1);
  expect(prompts().at(-1)).toBe(before);
  const { body } = await product.call('GET', `/api/v1/runs/${id}/events?flow=free`);
  expect(String(body['text'])).toContain('event: memory.recalled');
});
