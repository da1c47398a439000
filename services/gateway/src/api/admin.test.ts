import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { EffectiveConfig, ModelsAdmin } from '../deps.ts';
import { createGateway } from '../gateway.ts';
import { call, makeKey, startGateway, type TestGateway, until } from '../testing.ts';
import { checkModel } from './models.ts';

const CONFIG: EffectiveConfig = {
  file: '/etc/holdfast.yaml',
  values: [
    {
      key: 'gateway.port',
      value: 7717,
      origin: 'default',
      description: '0: any free port.',
      environment: 'HOLDFAST_GATEWAY__PORT',
    },
    { key: 'gateway.inputs.roots', value: ['/data'], origin: '--set', description: '', environment: 'X' },
  ],
};

const state = { hanging: false, aborted: false };
const models: ModelsAdmin = {
  connect: 'connect a model.',
  list: () => [
    { id: 'mine/a', source: 'configuration', available: true, why: 'from the configuration' },
    { id: 'mine/b', source: 'configuration', available: false, why: 'it has no key' },
  ],
  defaults: () => ['mine/a'],
  async check(id, signal) {
    if (state.hanging) {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      state.aborted = true;
    }
    if (id === 'mine/a' && !state.hanging) return { id, ok: true, ms: 12.6, costUsd: 0.001 };
    const error = { code: 'MODEL_UNAVAILABLE', message: 'It has no key.' } as const;
    return { id, ok: false, ms: 1, costUsd: undefined, error };
  },
};

let test: TestGateway;
let url: string;
let close: () => Promise<void>;
beforeEach(async () => {
  Object.assign(state, { hanging: false, aborted: false });
  test = await startGateway();
  const deps = { ...test.deps, models, effectiveConfig: () => CONFIG };
  const config = { ...deps.config, auth: { ...deps.config.auth, local_key: false } };
  const gateway = await createGateway({ ...deps, config });
  url = await gateway.listen();
  close = () => gateway.close();
});
afterEach(async () => {
  await close();
  await test.close();
});

describe('the models', () => {
  it('are listed for everybody, with what is missing and how to connect one', async () => {
    const answer = await call(`${url}/api/v1/models`, { key: await makeKey(test, 'viewer') });
    expect(answer.json()).toEqual({
      models: [
        { id: 'mine/a', source: 'configuration', available: true, why: 'from the configuration', is_default: true },
        { id: 'mine/b', source: 'configuration', available: false, why: 'it has no key', is_default: false },
      ],
      connect: 'connect a model.',
    });
  });

  it('are called once, for admins, and what goes wrong is told', async () => {
    const key = await makeKey(test, 'admin');
    const check = (id: string, by = key) => call(`${url}/api/v1/models/check`, { key: by, json: { id } });
    expect((await check('mine/a')).json()).toEqual({ id: 'mine/a', ok: true, ms: 13, cost_usd: 0.001, error: null });
    expect((await check('mine/b')).json()).toEqual({
      id: 'mine/b',
      ok: false,
      ms: 1,
      cost_usd: null,
      error: { code: 'MODEL_UNAVAILABLE', message: 'It has no key.' },
    });
    expect((await check('mine/c')).json().error.code).toBe('NOT_FOUND');
    expect((await check('')).json().error.code).toBe('INVALID_ARGUMENT');
    expect((await check('mine/a', await makeKey(test, 'operator'))).status).toBe(403);
    const audit = await call(`${url}/api/v1/audit?action=model.check`, { key });
    const { entries } = audit.json<{ entries: { target: string; status: number }[] }>();
    expect(entries.map(({ status, target }) => `${target} ${status}`).toSorted()).toEqual([
      ' 403',
      'mine/a 200',
      'mine/b 200',
      'mine/c 404',
    ]);
  });

  it('are left alone when the client goes away', async () => {
    state.hanging = true;
    const gone = new AbortController();
    const headers = { authorization: `Bearer ${await makeKey(test, 'admin')}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ id: 'mine/a' });
    const asked = fetch(`${url}/api/v1/models/check`, { method: 'POST', headers, body, signal: gone.signal });
    setTimeout(() => gone.abort(), 100);
    await expect(asked).rejects.toThrow();
    await until(() => state.aborted);
  });

  it('are waited for so long and no longer', async () => {
    state.hanging = true;
    const verdict = await checkModel(models, 'mine/a', new AbortController().signal, 20);
    expect(verdict).toMatchObject({ ok: false, error: { code: 'TIMED_OUT' } });
    expect(verdict.error?.message).toContain('did not answer within 0.02 s');
  });
});

describe('the configuration', () => {
  it('is shown to admins as it is in force', async () => {
    expect((await call(`${url}/api/v1/config`, { key: await makeKey(test, 'admin') })).json()).toEqual(CONFIG);
    expect((await call(`${url}/api/v1/config`, { key: await makeKey(test, 'operator') })).status).toBe(403);
  });

  it('and the models are UNAVAILABLE where the server was not given them', async () => {
    for (const path of ['/config', '/models']) {
      const answer = await call(`${test.url}/api/v1${path}`, { key: test.ownerKey });
      expect([path, answer.status, answer.json().error.code]).toEqual([path, 503, 'UNAVAILABLE']);
    }
  });
});
