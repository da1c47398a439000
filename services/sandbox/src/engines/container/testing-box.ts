import { randomUUID } from 'node:crypto';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import type { BoxUser, ProcessEnding } from '../../agent/agent.ts';
import type { EngineUnderTest } from '../conformance.ts';
import type { Box, BoxSpec, Engine } from '../engine.ts';
import { DaemonApi } from './api.ts';
import { boxesWithFolder } from './box-folder.ts';
import { createDockerEngine } from './docker.ts';
import { createPodmanEngine } from './podman.ts';
import { startTestDaemon, type TestDaemon } from './testing.ts';

const MIB = 1024 * 1024;

/** The users that tests give their boxes. */
export const TEST_OWNERS = { user: { uid: 52_917, gid: 52_917 }, root: { uid: 52_918, gid: 52_918 } } as const;

/** An engine of the daemon's product, with a folder of its own in that of the daemon. */
export function testEngine(daemon: TestDaemon, instance = 'test'): Engine {
  const create = daemon.product === 'docker' ? createDockerEngine : createPodmanEngine;
  return create({ instance, folder: join(daemon.folder, 'boxes'), env: daemon.env, arch: process.arch });
}

/** What a test's box is to be, with an id of its own. */
export function testSpec(changes: Partial<BoxSpec> = {}): BoxSpec {
  return {
    id: randomUUID().replaceAll('-', '').slice(0, 20),
    image: 'busybox',
    inputs: [],
    owners: TEST_OWNERS,
    limits: {
      memoryBytes: 256 * MIB,
      cpus: 1,
      pids: 64,
      diskBytes: 16 * MIB,
      tmpBytes: 8 * MIB,
      openFiles: 1024,
    },
    ...changes,
  };
}

/** A daemon with an engine, as the suite of all engines wants it. */
export async function engineUnderTest(product: TestDaemon['product']): Promise<EngineUnderTest> {
  const daemon = await startTestDaemon(product);
  const engine = testEngine(daemon);
  return {
    create: () => engine.create(testSpec()),
    restore: async (folder) => {
      const box = await engine.restore?.(folder, testSpec());
      if (!box) throw new Error(`${product} cannot restore`);
      return box;
    },
    folder: () => mkdtemp(join(daemon.folder, 'snapshot-')),
    leaks: async () => {
      const api = new DaemonApi(daemon.socket, product, '');
      const [containers, volumes] = await Promise.all([
        api.do({ method: 'GET', path: '/containers/json?all=true' }),
        api.do({ method: 'GET', path: '/volumes' }),
      ]);
      const named = [
        ...Buffer.concat([containers.body, volumes.body])
          .toString('utf8')
          .matchAll(/"holdfast-[a-z0-9-]+"|"\/holdfast-[a-z0-9-]+"/g),
      ];
      return [...named.map(([name]) => name), ...(await boxesWithFolder(join(daemon.folder, 'boxes')))];
    },
    close: () => daemon.stop(),
  };
}

/** A folder that belongs to the `user` of the tests' boxes. */
export async function testWorkspace(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-workspace-'));
  await chown(path, TEST_OWNERS.user.uid, TEST_OWNERS.user.gid);
  return { path, remove: () => rm(path, { recursive: true }) };
}

/** Runs a command of the shell in a box, and reads it to its end. */
export async function shell(
  box: Box,
  script: string,
  user: BoxUser = 'user',
): Promise<ProcessEnding & { stdout: string; stderr: string }> {
  const process = await box.agent.spawn({
    argv: ['sh', '-c', script],
    env: { PATH: '/bin:/usr/bin' },
    cwd: '/',
    user,
    stdin: false,
    endTree: true,
  });
  const [stdout, stderr, ending] = await Promise.all([buffer(process.stdout), buffer(process.stderr), process.exited]);
  return { stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8'), ...ending };
}
