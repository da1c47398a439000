import { agentpb } from '@holdfast/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { RunExport } from '../export/run-export.ts';
import { addFinishedRun, HOSTILE } from '../export/testing.ts';
import { call, makeKey, startGateway, type TestGateway } from '../testing.ts';

let test: TestGateway;
let operator: string;
let viewer: string;

beforeAll(async () => {
  test = await startGateway({ gateway: { rate_limit: { rejected_per_minute: 30 } } });
  operator = await makeKey(test, 'operator');
  viewer = await makeKey(test, 'viewer');
  await test.deps.database
    .writer<Record<string, Record<string, unknown>>>()
    .insertInto('gateway_user')
    .values({ id: 'u1', name: 'Ann', email: 'ann@example.org', createdAt: 'x', updatedAt: 'x' })
    .execute();
  await test.deps.database
    .writer<Record<string, Record<string, unknown>>>()
    .insertInto('gateway_member')
    .values({ user_id: 'u1', tenant: 'default', role: 'viewer', created_at: 1 })
    .execute();
});
beforeEach(() => {
  addFinishedRun(test.agent, {
    id: 'r1',
    workspace: `${test.dataDir}/runs/r1/workspace`,
    task: `Look at /home/ann/repo for ann@example.org\n${HOSTILE}`,
    inputs: [{ $typeName: 'holdfast.v1.Input', name: 'repo', path: '/home/ann/repo' }],
  });
});
afterAll(() => test.close());

interface Created {
  readonly id: string;
  readonly url: string;
  readonly expires_at: string;
}

const at = (path: string) => `${test.url}/api/v1/runs/${path}`;
const share = async (json: unknown = {}) => (await call(at('r1/shares'), { key: operator, json })).json<Created>();

describe('a share (QA-1)', () => {
  it('shows a run to whoever has the link, without a log-in, and counts it', async () => {
    const { expires_at: expires, id, url } = await share({ expires_in_hours: 2, lang: 'zh' });
    expect(Date.parse(expires)).toBe(test.time.now + 2 * 3_600_000);
    const answer = await call(url);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('<html lang="zh-CN">');
    expect(answer.text).toContain('共享副本');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-robots-tag')).toContain('noindex');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect((await call(`${url}&format=md`)).headers.get('content-type')).toContain('text/markdown');
    const { shares } = (await call(at('r1/shares'), { key: viewer })).json<{
      shares: { id: string; views: number }[];
    }>();
    expect(shares.find((one) => one.id === id)?.views).toBe(2);
  });

  it('hides secrets, where things lie on the host, and who the people are', async () => {
    const { url } = await share();
    for (const format of ['json', 'md', 'html']) {
      const { text } = await call(`${url}&format=${format}`);
      for (const hidden of ['hush-hush', 'abcdefghijklmnop', test.dataDir, '/home/ann', 'ann@example.org']) {
        expect(text, format).not.toContain(hidden);
      }
      for (const hidden of ['user-7', 'worker-9', 'worker-10']) expect(text, format).not.toContain(hidden);
      expect(text, format).toContain('/input/repo');
    }
    const document = (await call(`${url}&format=json`)).json<RunExport>();
    expect(document).toMatchObject({ redacted: true, run: { created_by: null, workspace: '/workspace' } });
    expect(document.events.find(({ type }) => type === 'run.started')?.data).toEqual({
      isolation: 'process (bubblewrap)',
      seq: 2,
    });
  });

  it('shows a run that goes on as it stands', async () => {
    const { url } = await share();
    addFinishedRun(test.agent, {
      id: 'r1',
      workspace: '/w',
      status: agentpb.RunStatus.RUNNING,
      endedAt: 0,
      output: '',
    });
    expect((await call(url)).text).toContain('This run has not ended.');
  });

  it('opens nothing once it has expired, was revoked or is forged, and never says which', async () => {
    const expired = await share({ expires_in_hours: 1 });
    const revoked = await share({ expires_in_hours: 100 });
    expect((await call(at(`r1/shares/${revoked.id}`), { key: operator, method: 'DELETE' })).status).toBe(204);
    expect((await call(at(`r1/shares/${revoked.id}`), { key: operator, method: 'DELETE' })).status).toBe(204);
    test.time.now += 3_600_000;
    const gone = await share();
    test.agent.runs.delete('r1');
    const forged = gone.url.replace(/\/share\/(.)/, (_, first: string) => `/share/${first === 'a' ? 'b' : 'a'}`);
    const answers = [];
    for (const url of [expired.url, revoked.url, forged, gone.url, `${test.url}/share/x?lang=en`])
      answers.push(await call(url));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.text).toContain('Nothing is shared here');
    expect((await call(`${test.url}/share/x`, { headers: { 'accept-language': 'zh' } })).text).toContain(
      '此处没有共享内容',
    );
  });

  it('is made and revoked by who may steer runs of its tenant only', async () => {
    test.agent.add({ id: 'foreign', tenant: 'other' });
    expect((await call(at('r1/shares'), { key: viewer, json: {} })).status).toBe(403);
    expect((await call(at('foreign/shares'), { key: operator, json: {} })).status).toBe(404);
    expect((await call(at('foreign/shares'), { key: operator })).status).toBe(404);
    const { id } = await share();
    test.agent.add({ id: 'r2' });
    expect((await call(at(`r2/shares/${id}`), { key: operator, method: 'DELETE' })).status).toBe(404);
    expect((await call(at(`r1/shares/${id}`), { key: viewer, method: 'DELETE' })).status).toBe(403);
    for (const hours of [0, 8761, 1.5, '5']) {
      const answer = await call(at('r1/shares'), { key: operator, json: { expires_in_hours: hours } });
      expect(answer.json().error.code).toBe('INVALID_ARGUMENT');
    }
  });

  it('cannot be found by trying', async () => {
    const statuses: number[] = [];
    for (let tried = 0; tried < 40; tried += 1) statuses.push((await call(`${test.url}/share/guess${tried}`)).status);
    expect(statuses.at(-1)).toBe(429);
  });
});
