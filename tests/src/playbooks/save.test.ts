import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { freePort, type Product, startProduct } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';

let dir = tempDir();
let product: Product | undefined;
let dataDir = '';
beforeEach(() => {
  dir = tempDir();
  dataDir = join(dir.path, 'data');
});
afterEach(async () => {
  await product?.kill();
  product = undefined;
  dir.remove();
});

async function start(): Promise<Product> {
  product = await startProduct(dataDir, await freePort());
  return product;
}

/** Starts a run and waits for its end. */
async function run(on: Product, agent: string, parameters: Record<string, string>): Promise<Record<string, unknown>> {
  const created = await on.call('POST', '/api/v1/runs', { agent, parameters });
  expect(created).toMatchObject({ status: 201 });
  const path = `/api/v1/runs/${String(created.body['id'])}`;
  await on.call('GET', `${path}/events`);
  return (await on.call('GET', path)).body;
}

const save = (on: Product, id: unknown, name: string) =>
  on.call('POST', `/api/v1/runs/${String(id)}/playbook`, { name });

describe('a finished run, saved as a playbook', () => {
  it('runs at once without a restart, and after one', async () => {
    const one = join(dir.path, 'one.csv');
    const two = join(dir.path, 'two.csv');
    writeFileSync(one, 'city,price\nRome,1\n');
    writeFileSync(two, 'planet,moons\nMars,2\n');
    const first = await start();
    const origin = await run(first, 'csv-profile', { file: one });
    expect(origin).toMatchObject({ status: 'succeeded' });

    const saved = await save(first, origin['id'], 'my-profile');
    const path = join(dataDir, 'playbooks', 'my-profile.md');
    expect(saved).toEqual({ status: 201, body: { name: 'my-profile', path } });
    const exported = await first.call('GET', `/api/v1/runs/${String(origin['id'])}/playbook?name=my-profile`);
    expect(readFileSync(path, 'utf8')).toBe(exported.body['text']);
    const agents = (await first.call('GET', '/api/v1/agents')).body['agents'] as { name: string; playbook: boolean }[];
    expect(agents.find(({ name }) => name === 'my-profile')).toMatchObject({ playbook: true, unavailable: null });

    const again = await run(first, 'my-profile', { file: two });
    expect(again).toMatchObject({ status: 'succeeded', playbook: true });
    expect(again['output']).toContain('moons');

    expect(await first.stop()).toBe(0);
    writeFileSync(two, 'lake,depth\nComo,3\n');
    const after = await run(await start(), 'my-profile', { file: two });
    expect(after).toMatchObject({ status: 'succeeded' });
    expect(after['output']).toContain('depth');
    expect(after['output']).not.toContain('moons');
  });

  it('is refused under a name that is taken or none, and nothing is written', async () => {
    const file = join(dir.path, 'one.csv');
    writeFileSync(file, 'a\n1\n');
    const on = await start();
    const { id } = await run(on, 'csv-profile', { file });
    const code = async (name: string) => {
      const { status, body } = await save(on, id, name);
      return [status, (body['error'] as { code: string } | undefined)?.code];
    };
    expect((await save(on, id, 'mine')).status).toBe(201);
    for (const taken of ['mine', 'csv-profile', 'assistant'])
      expect(await code(taken)).toEqual([409, 'ALREADY_EXISTS']);
    for (const bad of [
      '',
      'Mine',
      'my_book',
      '-a',
      'a-',
      'a--b',
      '1a',
      '../x',
      'a/b',
      'a.md',
      'ä',
      'a\n',
      'x'.repeat(60) + 'y',
    ]) {
      expect([bad, ...(await code(bad))]).toEqual([bad, 400, 'INVALID_ARGUMENT']);
    }
    expect(readdirSync(join(dataDir, 'playbooks'))).toEqual(['mine.md']);
  });
});
