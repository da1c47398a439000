import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type BrowserApi, browserpb, create, HoldfastError } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createGateway } from '../gateway.ts';
import { call, testDeps } from '../testing.ts';

const acted: browserpb.ActRequest[] = [];
const BROWSER = create(browserpb.BrowserSchema, {
  runId: 'r1',
  engine: 'playwright',
  reason: 'It was asked for.',
  openedAt: 1,
});
const TAKEN = create(browserpb.BrowserSchema, { ...BROWSER, takenOverBy: 'someone', takenOverAt: 2 });
const known = (runId: string) => {
  if (runId !== 'r1') throw new HoldfastError('NOT_FOUND', `The run ${runId} has no browser open.`);
};
const browser: BrowserApi = {
  listBrowsers: async () => create(browserpb.ListBrowsersResponseSchema, { browsers: [BROWSER] }),
  async takeOver({ runId }) {
    known(runId);
    return create(browserpb.TakeOverResponseSchema, { browser: TAKEN });
  },
  async resume({ runId }) {
    known(runId);
    return create(browserpb.ResumeResponseSchema, { browser: BROWSER });
  },
  async act(request) {
    known(request.runId);
    acted.push(request);
    return create(browserpb.ActResponseSchema);
  },
  async *watchBrowser({ runId }) {
    known(runId);
    for (const jpeg of [Buffer.from('one'), Buffer.from('two')]) {
      yield create(browserpb.WatchBrowserResponseSchema, { jpeg, url: 'https://example.org/' });
    }
  },
};

describe('browsers of runs by the API (TL-1)', () => {
  let url = '';
  let key = '';
  let close = async (): Promise<void> => undefined;
  beforeAll(async () => {
    const { deps, remove } = await testDeps();
    const gateway = await createGateway({ ...deps, browser });
    url = `${await gateway.listen()}/api/v1`;
    key = (await readFile(join(deps.dataDir, 'local.key'), 'utf8')).trim();
    close = async () => {
      await gateway.close();
      await remove();
    };
  });
  afterAll(() => close());

  it('lists them, takes one over and gives it back', async () => {
    const listed = await call(`${url}/browsers`, { key });
    expect(listed.json()).toMatchObject({ browsers: [{ run_id: 'r1', engine: 'playwright', taken_over: null }] });
    const taken = await call(`${url}/runs/r1/browser/take-over`, { key, method: 'POST' });
    expect(taken.json()).toMatchObject({ taken_over: { by: 'someone', at: '1970-01-01T00:00:00.002Z' } });
    const back = await call(`${url}/runs/r1/browser/resume`, { key, method: 'POST' });
    expect(back.json()).toMatchObject({ taken_over: null });
    expect((await call(`${url}/runs/r2/browser/take-over`, { key, method: 'POST' })).status).toBe(404);
  });

  it('hands input on, and what is typed is not in the audit log', async () => {
    const inputs = [
      { kind: 'mouse', type: 'down', x: 0.5, y: 1, button: 'left' },
      { kind: 'key', type: 'down', key: 'Enter' },
      { kind: 'text', text: 'hunter2-secret' },
    ];
    expect((await call(`${url}/runs/r1/browser/input`, { key, json: { inputs } })).status).toBe(204);
    expect(acted[0]?.inputs.map(({ kind }) => kind.case)).toEqual(['mouse', 'key', 'text']);
    const log = await call(`${url}/audit`, { key });
    expect(log.text).toContain('browser.input');
    expect(log.text).not.toContain('hunter2-secret');
  });

  it.each([
    [{ inputs: [] }],
    [{ inputs: [{ kind: 'mouse', type: 'down', x: 2, y: 0 }] }],
    [{ inputs: [{ kind: 'drag' }] }],
    [{ inputs: [{ kind: 'text', text: 'x'.repeat(20_000) }] }],
    [{ inputs: Array.from({ length: 101 }, () => ({ kind: 'text', text: 'x' })) }],
    [{}],
  ])('input that makes no sense, %#: 400', async (json) => {
    expect((await call(`${url}/runs/r1/browser/input`, { key, json })).status).toBe(400);
  });

  it('streams pictures as events, and an error has its status', async () => {
    const live = await call(`${url}/runs/r1/browser/live`, { key });
    expect(live.headers.get('content-type')).toContain('text/event-stream');
    const frames = live.text.split('\n\n').filter((part) => part.startsWith('event: frame'));
    expect(frames.map((frame) => JSON.parse(frame.split('data: ')[1] ?? '') as unknown)).toEqual([
      { url: 'https://example.org/', jpeg: Buffer.from('one').toString('base64') },
      { url: 'https://example.org/', jpeg: Buffer.from('two').toString('base64') },
    ]);
    expect((await call(`${url}/runs/r2/browser/live`, { key })).status).toBe(404);
  });

  it('a server without browsers says so', async () => {
    const { deps, remove } = await testDeps();
    const gateway = await createGateway(deps);
    const bare = await gateway.listen();
    const ownKey = (await readFile(join(deps.dataDir, 'local.key'), 'utf8')).trim();
    expect((await call(`${bare}/api/v1/browsers`, { key: ownKey })).json()).toMatchObject({
      error: { code: 'FAILED_PRECONDITION' },
    });
    await gateway.close();
    await remove();
  });
});
