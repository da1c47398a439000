import { agentpb } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { call, makeKey, startGateway, type TestGateway } from '../testing.ts';

let test: TestGateway;
beforeAll(async () => {
  test = await startGateway();
});
afterAll(() => test.close());

const get = (path: string, key = test.ownerKey) => call(`${test.url}/api/v1/tools${path}`, { key });
const dryRun = (tool: string, body: object, key = test.ownerKey) =>
  call(`${test.url}/api/v1/tools/${encodeURIComponent(tool)}/dry-run`, { key, json: body });

describe('tools by the API (TL-5)', () => {
  it('TL-5: says what a call would do, of no run', async () => {
    const answer = await dryRun('mcp__shop__buy', { arguments: { n: 1, deep: [{ a: null }] } });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      effect: 'write',
      approval: 'always',
      problem: null,
      cost_usd: 0.5,
      rates: [{ tools: 'mcp__shop__buy', calls: 3, per: 'hour', of: 'run', left: 2, wait_ms: 0 }],
      budgets: [{ of: 'day', limit_usd: 2, spent_usd: 1 }],
      preview: { args: { n: 1, deep: [{ a: null }] }, runId: '', workspace: '' },
    });
  });

  it('TL-5: looks at the workspace of a run that the caller may see, and of no other', async () => {
    const run = test.agent.add({
      id: 'run-of-tools',
      workspace: '/data/runs/x/workspace',
      status: agentpb.RunStatus.RUNNING,
    });
    const seen = await dryRun('write_file', { run_id: run.id });
    expect(seen.json()).toMatchObject({ preview: { runId: run.id, workspace: '/data/runs/x/workspace' } });
    expect((await dryRun('write_file', { run_id: 'run-of-nobody' })).status).toBe(404);
  });

  it('finds tools, and shows usage', async () => {
    const found = await get(`/search?${new URLSearchParams({ q: '读取 文件', limit: '3' }).toString()}`);
    expect(found.json()).toMatchObject({ tools: [{ name: '读取 文件', timeout_ms: 3, source: 'builtin' }] });
    const usage = await get('/usage?since=2026-11-27');
    expect(usage.json()).toEqual({
      usage: [{ day: '2026-11-27', tool: 'bash', calls: 3, failed: 1, cost_usd: 0.25 }],
      budgets: [{ tools: '*', of: 'day', limit_usd: 2, spent_usd: 1 }],
    });
  });

  it.each(['/search', '/search?q=', '/search?q=a&limit=51', '/usage?since=today', `/search?q=${'x'.repeat(501)}`])(
    'bad input: refuses %s',
    async (path) => {
      expect((await get(path)).status).toBe(400);
    },
  );

  it('bad input: refuses arguments that are no object', async () => {
    for (const body of [{ arguments: [1] }, { arguments: 'x' }, { args: {} }, { run_id: '' }]) {
      expect((await dryRun('bash', body)).status).toBe(400);
    }
  });

  it('is for whoever may read runs', async () => {
    const key = await makeKey(test, 'viewer', ['runs:read']);
    expect((await dryRun('bash', {}, key)).status).toBe(200);
    expect((await get('/usage', 'hf_wrong')).status).toBe(401);
  });
});
