import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { agentpb, create } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { call, makeKey, startGateway, type TestGateway } from '../testing.ts';

let test: TestGateway;
let folder: string;
const keys: Record<string, string> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-inputs-'));
  await mkdir(join(folder, 'open', 'deep'), { recursive: true });
  await mkdir(join(folder, 'open-too'));
  await symlink(folder, join(folder, 'open', 'up'));
  test = await startGateway({ gateway: { inputs: { roots: [join(folder, 'open')] } } });
  await symlink(test.dataDir, join(folder, 'data'));
  test.agent.agents.push(
    create(agentpb.AgentSchema, {
      name: 'book',
      playbook: true,
      parameters: {
        type: 'object',
        properties: { where: { type: 'string', format: 'host-path' }, n: { type: 'number' } },
      },
    }),
    create(agentpb.AgentSchema, { name: 'tester' }),
  );
  for (const role of ['owner', 'admin', 'operator']) keys[role] = await makeKey(test, role);
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true, force: true });
});

const start = (role: string, json: object) =>
  call(`${test.url}/api/v1/runs`, { key: keys[role] ?? '', json: { agent: 'tester', task: 'x', ...json } });
const input = async (role: string, path: string) => (await start(role, { inputs: [{ path }] })).status;

describe('who may name a path of the host as input (QA-4)', () => {
  it('operators: below the roots, and nothing else', async () => {
    expect(await input('operator', join(folder, 'open'))).toBe(201);
    expect(await input('operator', join(folder, 'open', 'deep'))).toBe(201);
    for (const path of [
      '/etc/passwd',
      folder,
      join(folder, 'open-too'),
      `${folder}/open/../open-too`,
      join(folder, 'open', 'up'),
    ]) {
      expect([path, await input('operator', path)]).toEqual([path, 403]);
    }
  });

  it('owners and admins: anything but the data directory and the file systems of the kernel', async () => {
    for (const role of ['owner', 'admin']) {
      expect(await input(role, folder)).toBe(201);
      expect(await input(role, '/etc/hostname')).toBe(201);
      const closed = [
        test.dataDir,
        join(test.dataDir, 'local.key'),
        join(folder, 'data'),
        join(folder, 'data', 'local.key'),
      ];
      for (const path of [
        ...closed,
        tmpdir(),
        '/',
        '/proc',
        '/proc/self/environ',
        '/sys/kernel',
        '/dev/mem',
        '/etc/../proc',
      ]) {
        expect([path, await input(role, path)]).toEqual([path, 403]);
      }
    }
  });

  it('goes for the parameters and the task of a playbook too', async () => {
    const closed = join(test.dataDir, 'local.key');
    const before = test.agent.runs.size;
    expect((await start('owner', { agent: 'book', task: '', parameters: { where: closed } })).status).toBe(403);
    expect((await start('owner', { agent: 'book', task: ` ${closed} ` })).status).toBe(403);
    expect((await start('operator', { agent: 'book', task: '', parameters: { where: '/etc' } })).status).toBe(403);
    expect((await start('operator', { agent: 'book', task: '/etc' })).status).toBe(403);
    expect(test.agent.runs.size).toBe(before);
    expect(
      (await start('operator', { agent: 'book', task: '', parameters: { where: join(folder, 'open'), n: 1 } })).status,
    ).toBe(201);
    expect((await start('operator', { agent: 'tester', task: '/etc is what I want to know about' })).status).toBe(201);
  });

  it('goes for a fork, which reads what the old run could read', async () => {
    test.agent.add({ id: 'wide', inputs: [{ $typeName: 'holdfast.v1.Input', name: 'etc', path: '/etc' }] });
    const fork = (role: string) =>
      call(`${test.url}/api/v1/runs/wide/fork`, { key: keys[role] ?? '', json: { seq: 1 } });
    expect((await fork('operator')).json().error.code).toBe('PERMISSION_DENIED');
    expect((await fork('admin')).status).toBe(201);
  });
});
