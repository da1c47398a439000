import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { agentpb } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { call, makeKey, rawCall, startGateway, type TestGateway } from '../testing.ts';

let test: TestGateway;
let root: string;

beforeAll(async () => {
  test = await startGateway();
  root = await mkdtemp(join(tmpdir(), 'holdfast-artifacts-'));
  const workspace = join(root, 'workspace');
  await mkdir(join(workspace, 'out'), { recursive: true });
  await mkdir(join(root, 'workspace-other'));
  await writeFile(join(root, 'secret'), 'secret');
  await writeFile(join(root, 'workspace-other', 'secret'), 'secret');
  await writeFile(join(workspace, 'report.md'), '# Report');
  await writeFile(join(workspace, 'empty'), '');
  await writeFile(join(workspace, 'out', '数据 "1".csv'), 'a,b\n');
  await symlink('report.md', join(workspace, 'inside'));
  await symlink('../secret', join(workspace, 'outside'));
  await symlink('/etc/passwd', join(workspace, 'absolute'));
  await symlink('..', join(workspace, 'up'));
  await symlink('loop', join(workspace, 'loop'));
  await promisify(execFile)('mkfifo', [join(workspace, 'pipe')]);
  test.agent.add({
    id: 'r1',
    workspace,
    status: agentpb.RunStatus.SUCCEEDED,
    output: '# 报告',
    artifacts: ['report.md', '/workspace/out/数据 "1".csv', 'outside', 'gone.txt'],
  });
});
afterAll(async () => {
  await test.close();
  await rm(root, { recursive: true, force: true });
});

const get = (path: string) => call(`${test.url}/api/v1/runs/r1${path}`, { key: test.ownerKey });

describe('the report of a run', () => {
  it('is Markdown', async () => {
    const answer = await get('/report');
    expect([answer.status, answer.text]).toEqual([200, '# 报告']);
    expect(answer.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
  });

  it('is not there before the run has ended, and a run that failed says why', async () => {
    test.agent.add({ id: 'young' });
    test.agent.add({
      id: 'broken',
      status: agentpb.RunStatus.FAILED,
      error: { $typeName: 'holdfast.v1.ErrorDetail', code: 'MODEL_UNAVAILABLE', message: 'No model.' },
    });
    const of = (id: string) => call(`${test.url}/api/v1/runs/${id}/report`, { key: test.ownerKey });
    expect((await of('young')).json().error).toMatchObject({ code: 'FAILED_PRECONDITION', message: /has not ended/ });
    expect((await of('broken')).json().error.message).toContain('No model.');
  });
});

describe('the playbook of a run', () => {
  it('is Markdown under the name that was asked for', async () => {
    expect((await get('/playbook?name=my-book')).text).toContain('name: my-book');
    expect((await get('/playbook?name=../x')).json().error.code).toBe('INVALID_ARGUMENT');
    expect((await get('/playbook')).json().error.code).toBe('INVALID_ARGUMENT');
  });
});

describe('a run that is saved as a playbook', () => {
  const save = (run: string, json: unknown, key = test.ownerKey) =>
    call(`${test.url}/api/v1/runs/${run}/playbook`, { key, json });

  it('says under which name and where', async () => {
    const answer = await save('r1', { name: 'my-book' });
    expect([answer.status, answer.json<unknown>()]).toEqual([
      201,
      { name: 'my-book', path: '/data/playbooks/my-book.md' },
    ]);
  });

  it('is refused without a name, with more than that, and to who may only read', async () => {
    for (const json of [{}, { name: 5 }, { name: 'x'.repeat(61) }, { name: 'a', path: '/etc' }]) {
      expect((await save('r1', json)).json().error.code).toBe('INVALID_ARGUMENT');
    }
    expect((await save('none', { name: 'a' })).json().error.code).toBe('NOT_FOUND');
    expect((await save('r1', { name: 'a' }, await makeKey(test, 'viewer'))).status).toBe(403);
  });
});

describe('the files of a run (QA-4)', () => {
  it('are listed where they really are in the workspace', async () => {
    const { artifacts } = (await get('/artifacts')).json<{ artifacts: { path: string; size: number }[] }>();
    expect(artifacts).toEqual([
      { path: 'report.md', size: 8, modified_at: expect.any(String) },
      { path: 'out/数据 "1".csv', size: 4, modified_at: expect.any(String) },
    ]);
  });

  it('are given as downloads, never as pages', async () => {
    const answer = await get('/artifacts/report.md');
    expect([answer.status, answer.text]).toEqual([200, '# Report']);
    expect(answer.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''report.md");
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await get('/artifacts/empty')).text).toBe('');
    expect((await get('/artifacts/inside')).text).toBe('# Report');
    const named = await get(`/artifacts/out/${encodeURIComponent('数据 "1".csv')}`);
    expect(named.text).toBe('a,b\n');
    expect(named.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''%E6%95%B0[\w%.]+$/);
  });

  it.each([
    'outside',
    'absolute',
    'up/secret',
    'up/workspace-other/secret',
    'loop',
    'pipe',
    'out',
    'gone.txt',
    '',
    '%2e%2e%2fsecret',
    '..%2fsecret',
    '..%2fworkspace-other%2fsecret',
    'out%2f..%2f..%2fsecret',
    '%2fetc%2fpasswd',
    '%2Fetc%2Fpasswd',
    'report.md%00.png',
    '....%2f%2fsecret',
    '%252e%252e%252fsecret',
    '..%5csecret',
  ])('%j is not one of them', async (path) => {
    const answer = await get(`/artifacts/${path}`);
    expect([answer.status, answer.json().error.code]).toEqual([404, 'NOT_FOUND']);
  });

  it('are not reached by dots that a client does not resolve', async () => {
    const answer = await rawCall(
      test.url,
      { authorization: `Bearer ${test.ownerKey}` },
      {
        path: '/api/v1/runs/r1/artifacts/../../secret',
      },
    );
    expect(answer.statusCode).toBe(404);
    answer.resume();
  });
});
