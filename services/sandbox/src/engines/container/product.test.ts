import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createDockerEngine, DOCKER } from './docker.ts';
import { createPodmanEngine, PODMAN } from './podman.ts';
import { findSocket } from './product.ts';
import { testSpec } from './testing-box.ts';

describe('where there is no engine (SB-1)', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-no-engine-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('says what to do, and starts nothing', async () => {
    for (const [create, variable, words] of [
      [createDockerEngine, 'DOCKER_HOST', 'apt-get install docker.io'],
      [createPodmanEngine, 'CONTAINER_HOST', 'apt-get install podman'],
    ] as const) {
      const env = { [variable]: `unix://${join(folder, 'none.sock')}` };
      const engine = create({ instance: 'test', folder, env, arch: process.arch });
      const unavailable = (error: unknown): boolean =>
        HoldfastError.has(error, 'SANDBOX_UNAVAILABLE') && error.message.includes(words);
      await expect(engine.version()).rejects.toSatisfy(unavailable);
      await expect(engine.create(testSpec())).rejects.toSatisfy(unavailable);
    }
  });

  it('takes a file that nobody listens on for what it is', async () => {
    const socket = join(folder, 'dead.sock');
    await writeFile(socket, '');
    const env = { DOCKER_HOST: `unix://${socket}` };
    const engine = createDockerEngine({ instance: 'test', folder, env, arch: process.arch });
    await expect(engine.version()).rejects.toSatisfy(
      (error) => HoldfastError.has(error, 'SANDBOX_UNAVAILABLE') && error.message.includes(socket),
    );
  });
});

it('honours the variables of the products, and takes no daemon of another machine', () => {
  expect(findSocket(DOCKER, { DOCKER_HOST: 'unix:///x/y.sock' })).toBe('/x/y.sock');
  expect(findSocket(PODMAN, { CONTAINER_HOST: 'unix:///x/z.sock', DOCKER_HOST: 'unix:///x/y.sock' })).toBe('/x/z.sock');
  expect(() => findSocket(DOCKER, { DOCKER_HOST: 'tcp://10.0.0.1:2375' })).toThrow(/on this machine/);
  expect(PODMAN.sockets({ XDG_RUNTIME_DIR: '/run/user/5' })).toEqual([
    '/run/user/5/podman/podman.sock',
    '/run/podman/podman.sock',
  ]);
});
