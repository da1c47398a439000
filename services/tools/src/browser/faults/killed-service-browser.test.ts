import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { treeOf } from '../process-tree.ts';
import { liveRecords } from '../process/records.ts';
import { CHROMIUM, eventually, NAMED, type Site, startSite, tempFolder } from '../testing.ts';

describe.skipIf(CHROMIUM === '')(`the service with the browser is killed by SIGKILL (TL-1)${NAMED}`, () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let site: Site;
  let temp = '';
  let live = '';
  let child: ChildProcess | undefined;
  beforeEach(async () => {
    folder = await tempFolder();
    site = await startSite({ '/': '<title>home</title>' });
    [temp, live] = [join(folder.path, 'tmp'), join(folder.path, 'live')];
    await mkdir(temp);
    for (const path of [folder.path, temp]) await chmod(path, 0o711);
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await liveRecords(live).reap();
    await site[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const left = () => treeOf(join(temp, 'holdfast-chromium-'));
  const start = async (): Promise<{ chromium: number; service: ChildProcess }> => {
    const program = join(import.meta.dirname, 'service-process.ts');
    const env = { ...process.env, TMPDIR: temp };
    const service = spawn(process.execPath, [program, live, `${site.url}/`], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = service;
    const [line] = (await once(service.stdout, 'data')) as [Buffer];
    return { chromium: Number(line.toString()), service };
  };
  const kill = async (service: ChildProcess): Promise<void> => {
    service.kill('SIGKILL');
    await once(service, 'exit');
  };

  it('Chromium ends by itself, and the next start removes its folder', async () => {
    const { service } = await start();
    expect((await left()).length).toBeGreaterThan(2);
    expect(await liveRecords(live).reap()).toBe(0);
    expect((await left()).length).toBeGreaterThan(2);
    await kill(service);
    await eventually(async () => (await left()).length === 0, 'no process of it is left');
    expect((await readdir(temp)).some((name) => name.startsWith('holdfast-chromium-'))).toBe(true);
    expect(await liveRecords(live).reap()).toBe(1);
    expect((await readdir(temp)).filter((name) => name.startsWith('holdfast-chromium-'))).toEqual([]);
    expect(await readdir(live)).toEqual([]);
  }, 60_000);

  it('a Chromium that cannot end, since it is stopped, is ended by the next start', async () => {
    const { service, chromium } = await start();
    process.kill(chromium, 'SIGSTOP');
    await kill(service);
    expect((await left()).length).toBeGreaterThan(2);
    expect(await liveRecords(live).reap()).toBe(1);
    expect(await left()).toEqual([]);
    expect((await readdir(temp)).filter((name) => name.startsWith('holdfast-chromium-'))).toEqual([]);
  }, 60_000);
});
