import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { describe, expect, it, onTestFinished } from 'vitest';

import { ModelsConfig } from './config.ts';
import { parsePlaybook } from './playbook/parse.ts';
import { collect, errorOf, provide, SECRET, urlOf } from './provider/testing.ts';
import { type ModelRegistry, type ModelsDeps, openModels } from './registry.ts';

function open(config: Record<string, unknown>, deps: Partial<ModelsDeps> = {}): Promise<ModelRegistry> {
  return openModels(ModelsConfig.parse(config), {
    env: {},
    fetch,
    clock: { now: () => 0 },
    random: () => 0,
    loopback: [],
    ...deps,
  });
}

function ids(registry: ModelRegistry): string[] {
  return registry.list().map(({ id, source, available }) => `${id} ${source} ${available}`);
}

/** A web server that is no model server. */
async function web(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe('openModels', () => {
  it('says how to connect a model where none is', async () => {
    const registry = await open({});
    expect(registry.defaults()).toEqual([]);
    expect(() => registry.resolve([])).toThrow(
      /No model is connected\. To go on, connect a model\. Set OPENAI_API_KEY/,
    );
  });

  it('takes keys of the environment, in a fixed order, and falls back from one to the next', async () => {
    const registry = await open({}, { env: { GEMINI_API_KEY: 'g', OPENAI_API_KEY: 'o', ANTHROPIC_API_KEY: '  ' } });
    expect(ids(registry)).toEqual(['openai/gpt-5.5 environment true', 'google/gemini-3.5-flash environment true']);
    expect(registry.defaults()).toEqual(['openai/gpt-5.5', 'google/gemini-3.5-flash']);
    expect(registry.resolve([]).id).toBe('openai/gpt-5.5');
    expect(registry.resolve(['openai/o9', 'google/x']).id).toBe('openai/o9');
  });

  it('takes OPENAI_BASE_URL for another server, whose models must be named', async () => {
    const env = { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1/', OPENAI_API_KEY: 'o' };
    expect((await open({}, { env })).defaults()).toEqual([]);
    expect((await open({}, { env: { ...env, OPENAI_MODEL: 'qwen' } })).defaults()).toEqual(['openai/qwen']);
    expect(await errorOf(open({}, { env: { OPENAI_BASE_URL: 'file:///x' } }))).toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  it('puts the configuration first, and never sends a key of the environment to a configured URL', async () => {
    const server = await provide(() => ({ text: 'hi' }));
    const providers = {
      openai: { type: 'openai', base_url: urlOf(server, 'openai'), models: ['a', 'b'] },
      mine: {
        type: 'openai-compatible',
        base_url: urlOf(server, 'openai-compatible'),
        api_key_env: 'MY_KEY',
        models: ['c'],
      },
      bare: { type: 'anthropic' },
    };
    const env = { OPENAI_API_KEY: 'of-the-environment', MY_KEY: 'mine' };
    const registry = await open({ providers, default: ['mine/c'] }, { env });
    expect(ids(registry)).toEqual([
      'openai/a configuration true',
      'openai/b configuration true',
      'mine/c configuration true',
      'bare/claude-sonnet-5 configuration false',
    ]);
    expect(registry.list().at(-1)?.why).toContain('ANTHROPIC_API_KEY');
    expect(() => registry.resolve(['bare/claude-sonnet-5'])).toThrow(
      /bare\/claude-sonnet-5 cannot be used: it has no key/,
    );
    await collect(registry.resolve([]));
    expect(server.requests.at(-1)?.headers['authorization']).toBe('Bearer mine');
    await collect(registry.resolve(['openai/a']));
    expect(JSON.stringify(server.requests.at(-1)?.headers)).not.toContain('of-the-environment');
  });

  it('lists the default models too that no provider lists', async () => {
    const env = { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1/', OPENAI_API_KEY: 'o' };
    const registry = await open({ default: ['openai/qwen', 'gone/x'] }, { env });
    expect(ids(registry)).toEqual(['openai/qwen configuration true', 'gone/x configuration false']);
    expect(registry.list().at(-1)?.why).toContain('no provider "gone" is connected');
  });

  it('finds model servers on loopback, and takes no other web server for one', async () => {
    const real = await provide(() => ({ text: 'hi' }), { models: ['nomic-embed-text', 'qwen3:8b'] });
    const list = JSON.stringify({ object: 'list', data: [{ id: 'x', object: 'user' }] });
    const html = await web((_, response) => response.end('<html>'));
    const json = await web((_, response) => response.end(list));
    const hanging = await web(() => undefined);
    const endless = await web((_, response) => {
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', write);
      write();
    });
    const away = await web((_, response) => response.writeHead(302, { location: `${real.url}/v1/models` }).end());
    const loopback = [html, json, hanging, endless, away, Number(new URL(real.url).port)].map((port) => ({
      name: `p${port}`,
      port,
    }));
    const registry = await open({}, { loopback });
    const name = loopback.at(-1)?.name ?? '';
    expect(ids(registry)).toEqual([`${name}/qwen3:8b loopback true`]);
    expect(registry.defaults()).toEqual([`${name}/qwen3:8b`]);
    const finish = (await collect(registry.resolve([]))).at(-1);
    expect(finish).toMatchObject({ type: 'finish', model: `${name}/qwen3:8b`, costUsd: undefined });
    expect(ids(await open({ discover: false }, { loopback }))).toEqual([]);
    // One that was merely found is no fallback for one that was chosen.
    expect((await open({}, { loopback, env: { OPENAI_API_KEY: 'o' } })).defaults()).toEqual(['openai/gpt-5.5']);
  });

  it('names the nearest model where one is not known', async () => {
    const registry = await open({}, { env: { OPENAI_API_KEY: 'o' } });
    expect(() => registry.resolve(['opneai/gpt-5.5'])).toThrow(
      /no provider "opneai" is connected\. Did you mean "openai\/gpt-5\.5"\?/,
    );
    expect(() => registry.resolve(['gpt'])).toThrow(/an id is "provider\/model"/);
    expect(() => registry.resolve(['playbook/none'])).toThrow(/is not known/);
  });

  it('resolves playbooks', async () => {
    const playbook = parsePlaybook(
      '---\nname: p\ntitle: T\ndescription: D\nsteps: [{ id: a, tool: t }]\n---\nx',
      'p.md',
    );
    const registry = await open({}, { playbooks: [playbook] });
    expect(registry.resolve(['playbook/p'])).toMatchObject({ id: 'playbook/p', playbook: true });
    expect(ids(registry)).toEqual(['playbook/p playbook true']);
    expect(registry.defaults()).toEqual([]);
  });

  it('checks a model by one real call', async () => {
    const server = await provide(({ model }) =>
      model === 'bad' ? { status: 401, message: `no: ${SECRET}` } : { text: 'ok' },
    );
    const providers = {
      mine: { type: 'openai-compatible', base_url: server.openaiUrl, api_key: SECRET, models: ['good'] },
    };
    const registry = await open({
      providers,
      prices: { 'mine/good': { input_per_million: 1, output_per_million: 1 } },
    });
    expect(await registry.check('mine/good')).toEqual({ id: 'mine/good', ok: true, ms: 0, costUsd: 0.000015 });
    expect(await registry.check('mine/bad')).toMatchObject({
      ok: false,
      error: { code: 'MODEL_REJECTED', message: 'mine/bad: no: [key] (HTTP 401)' },
    });
    expect(await registry.check('other/x')).toMatchObject({ ok: false, error: { code: 'MODEL_UNAVAILABLE' } });
    expect(server.stats().requests).toBe(2);
  });
});

describe('ModelsConfig', () => {
  it.each([
    [{ providers: { a: { type: 'openai-compatible' } } }, /base_url/],
    [{ providers: { a: { type: 'openai', base_url: 'ftp://x' } } }, /base_url/],
    [{ providers: { a: { type: 'openai', api_key: 'x', api_key_env: 'Y' } } }, /api_key_env/],
    [{ providers: { playbook: { type: 'openai' } } }, /playbook/],
    [{ providers: { a: { type: 'openai', modles: [] } } }, /modles/],
    [{ default: ['gpt-5'] }, /provider\/model/],
    [{ prices: { 'a/b': { input_per_million: -1, output_per_million: 1 } } }, /input_per_million/],
    [{ idle_timeout_ms: 5 }, /idle_timeout_ms/],
  ])('refuses %j', (config, message) => {
    expect(JSON.stringify(ModelsConfig.safeParse(config).error?.issues)).toMatch(message);
  });
});
