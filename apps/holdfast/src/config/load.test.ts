import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { loadConfig, type Sources } from './load.ts';

const schema = z.strictObject({
  data_dir: z.string().default('/default'),
  gateway: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.number().int().max(65_535).default(7717),
      roots: z.array(z.string()).default([]),
      limits: z.strictObject({ steps: z.number().optional() }).prefault({}),
    })
    .prefault({}),
  models: z
    .strictObject({ providers: z.record(z.string(), z.strictObject({ api_key: z.string() })).default({}) })
    .prefault({}),
  agents: z.array(z.strictObject({ name: z.string() })).default([]),
  on: z.boolean().default(false),
});
const spec = { schema, paths: ['data_dir', 'gateway.roots.*'] };

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-config-'));
});
afterEach(() => rm(cwd, { recursive: true }));

const load = (sources: Partial<Sources> = {}) => loadConfig(spec, { env: { HOME: cwd }, cwd, ...sources });
const file = (text: string) => writeFile(join(cwd, 'holdfast.yaml'), text);
async function refused(sources: Partial<Sources> = {}): Promise<HoldfastError> {
  const outcome = await load(sources).catch((error: unknown) => error);
  if (!HoldfastError.has(outcome, 'CONFIG_INVALID')) throw new Error('It was accepted.', { cause: outcome });
  return outcome;
}

describe('configuration', () => {
  it('needs no file', async () => {
    const { config, file: path, effective } = await load();
    expect(path).toBeUndefined();
    expect(config.gateway.port).toBe(7717);
    expect(effective.find((one) => one.key === 'gateway.port')).toMatchObject({ value: 7717, origin: 'default' });
  });

  it('takes a flag before the environment before the file before the default, and says which', async () => {
    await file('gateway:\n  port: 1\n  host: a\n  limits:\n    steps: 4\n');
    const { config, effective } = await load({
      env: { HOME: cwd, HOLDFAST_GATEWAY__PORT: '2', HOLDFAST_GATEWAY__LIMITS__STEPS: '5' },
      flags: [{ key: 'gateway.port', text: '3', origin: '--port' }],
    });
    expect(config.gateway).toMatchObject({ port: 3, host: 'a', limits: { steps: 5 } });
    const origins = Object.fromEntries(effective.map((one) => [one.key, one.origin]));
    expect(origins).toMatchObject({
      'gateway.port': '--port',
      'gateway.limits.steps': 'HOLDFAST_GATEWAY__LIMITS__STEPS',
      'gateway.host': `${join(cwd, 'holdfast.yaml')}:3`,
      on: 'default',
    });
  });

  it('reads variables as the key wants them', async () => {
    const { config } = await load({
      env: {
        HOME: cwd,
        HOLDFAST_ON: 'true',
        HOLDFAST_GATEWAY__HOST: '0',
        HOLDFAST_GATEWAY__ROOTS: '/a, /b',
        HOLDFAST_AGENTS: '[{name: x}]',
        HOLDFAST_MODELS__PROVIDERS__OPENAI__API_KEY: '123',
      },
    });
    expect(config).toMatchObject({
      on: true,
      gateway: { host: '0', roots: ['/a', '/b'] },
      agents: [{ name: 'x' }],
      models: { providers: { openai: { api_key: '123' } } },
    });
  });

  it('finds the file by --config, by HOLDFAST_CONFIG, here, and in the data directory', async () => {
    const data = join(cwd, 'data');
    await mkdir(data);
    await writeFile(join(data, 'holdfast.yaml'), 'gateway: { port: 4 }');
    await writeFile(join(cwd, 'other.yaml'), 'gateway: { port: 5 }');
    expect((await load({ env: { HOME: cwd, HOLDFAST_DATA_DIR: data } })).config.gateway.port).toBe(4);
    await file('gateway: { port: 6 }');
    expect((await load({ env: { HOME: cwd, HOLDFAST_DATA_DIR: data } })).config.gateway.port).toBe(6);
    expect((await load({ env: { HOME: cwd, HOLDFAST_CONFIG: 'other.yaml' } })).config.gateway.port).toBe(5);
    expect(
      (await load({ env: { HOME: cwd, HOLDFAST_CONFIG: 'none' }, configPath: 'other.yaml' })).config.gateway.port,
    ).toBe(5);
    expect((await refused({ configPath: 'none.yaml' })).message).toContain(join(cwd, 'none.yaml'));
  });

  it('resolves relative paths against the file, those of the environment against the current folder', async () => {
    await mkdir(join(cwd, 'etc'));
    await writeFile(join(cwd, 'etc', 'h.yaml'), 'data_dir: here\ngateway:\n  roots: [in, ~/mine, /abs]\n');
    const { config } = await load({ configPath: 'etc/h.yaml' });
    expect(config.data_dir).toBe(join(cwd, 'etc', 'here'));
    expect(config.gateway.roots).toEqual([join(cwd, 'etc', 'in'), join(cwd, 'mine'), '/abs']);
    const other = await load({ configPath: 'etc/h.yaml', env: { HOME: cwd, HOLDFAST_DATA_DIR: 'there' } });
    expect(other.config.data_dir).toBe(join(cwd, 'there'));
  });

  it.each([
    ['gateway:\n  host: a\n  prot: 1\n', 'holdfast.yaml:3', 'Did you mean "gateway.port"?'],
    ['port: 1\n', 'holdfast.yaml:1', 'Did you mean "gateway.port"?'],
    ['gatway:\n  port: 1\n', 'holdfast.yaml:1', 'Did you mean "gateway"?'],
    ['gateway:\n  port: many\n', 'holdfast.yaml:2', 'gateway.port: '],
    ['gateway:\n  port: 99999\n', 'holdfast.yaml:2', '65535'],
    ['agents:\n  - name: a\n  - nam: b\n', 'holdfast.yaml:3', '"agents.1.nam"'],
    ['a: [1,\n', 'holdfast.yaml:2', 'not YAML'],
    ['port: 1\nport: 2\n', 'holdfast.yaml:2', 'unique'],
    ['- a\n', 'holdfast.yaml', 'must hold keys'],
    ['zzzzzzzzzz: 1\n', 'holdfast.yaml:1', 'there is no key "zzzzzzzzzz"'],
  ])('refuses %j, naming the place and the nearest right key', async (text, where, what) => {
    await file(text);
    const { message } = await refused();
    expect(message).toContain(where);
    expect(message).toContain(what);
  });

  it('says nothing about a far-fetched key', async () => {
    await file('zzzzzzzzzz: 1\n');
    expect((await refused()).message).not.toContain('Did you mean');
  });

  it.each([
    ['HOLDFAST_GATEWAY__PROT', 'HOLDFAST_GATEWAY__PORT'],
    ['HOLDFAST_GATEWAY_PORT', 'HOLDFAST_GATEWAY__PORT'],
    ['HOLDFAST_DATADIR', 'HOLDFAST_DATA_DIR'],
  ])('refuses the variable %s', async (name, meant) => {
    const { message } = await refused({ env: { HOME: cwd, [name]: '1' } });
    expect(message).toContain(name);
    expect(message).toContain(`Did you mean ${meant}?`);
  });

  it('leaves variables of others alone', async () => {
    await expect(
      load({ env: { HOME: cwd, HOLDFAST_URL: 'x', HOLDFAST_API_KEY: 'y', HOLDFAST_WORKER: 'z' } }),
    ).resolves.toBeDefined();
  });

  it('names the variable or the flag that holds a wrong value', async () => {
    expect((await refused({ env: { HOME: cwd, HOLDFAST_GATEWAY__PORT: 'x' } })).message).toContain(
      'HOLDFAST_GATEWAY__PORT: gateway.port',
    );
    expect((await refused({ flags: [{ key: 'gateway.port', text: 'x', origin: '--port' }] })).message).toContain(
      '--port: ',
    );
    expect(
      (await refused({ flags: [{ key: 'gateway.prot', text: '1', origin: '--set gateway.prot=1' }] })).message,
    ).toContain('gateway.port');
  });

  it('tells of every mistake at once', async () => {
    await file('gateway:\n  prot: 1\n  host: 5\n');
    const { message } = await refused();
    expect(message).toContain('gateway.prot');
    expect(message).toContain('gateway.host');
  });

  it('cannot be blown up by aliases', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 0; i < 8; i += 1)
      bomb.push(`${'bcdefghi'[i]}: &${'bcdefghi'[i]} [${Array(10).fill(`*${'abcdefgh'[i]}`).join(', ')}]`);
    await file(bomb.join('\n'));
    expect((await refused()).message).toContain('aliases');
  });
});
