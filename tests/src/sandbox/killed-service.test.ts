import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { whyNoCage } from '../../../services/sandbox/src/testing-cage.ts';
import { leftBehind } from '../support/left-behind.ts';
import { createLive, createWithWorkspace, destroyIn, execIn, openSandboxService } from '../support/sandbox-service.ts';
import { tempDir } from '../support/temp-dir.ts';

const CHILD = fileURLToPath(new URL('./killed-child.ts', import.meta.url));
const COUNT = 50;

describe('a service with 50 live sandboxes, killed with SIGKILL (SB-2)', () => {
  let dataDir: ReturnType<typeof tempDir>;
  let workspace: ReturnType<typeof tempDir>;
  beforeEach(() => {
    dataDir = tempDir();
    workspace = tempDir();
  });
  afterEach(() => {
    workspace.remove();
    dataDir.remove();
  });

  it('has everything of theirs removed by its next start, paused ones too, and works on', async (ctx) => {
    const reason = whyNoCage();
    if (reason !== undefined) return ctx.skip(reason);
    const child = spawn(process.execPath, [CHILD, dataDir.path, workspace.path, String(COUNT)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    expect(String(((await once(child.stdout, 'data')) as [Buffer])[0])).toBe('ready\n');
    child.kill('SIGKILL');
    await exited;
    expect(await leftBehind(dataDir.path)).not.toEqual([]);

    const next = openSandboxService({}, dataDir.path);
    // Where there are control groups, each sandbox had one.
    const { kind } = (await next.state()).cgroups;
    expect(await next.start()).toBe(kind === 'none' ? 0 : COUNT);
    expect(await leftBehind(dataDir.path)).toEqual([]);

    const id = await createWithWorkspace(next, workspace.path);
    expect((await execIn(next, id, ['echo', 'on'])).stdout).toBe('on\n');
    await destroyIn(next, id);
    await (await next.sandboxes()).kill(await createLive(next));
    await next.close();
    expect(await leftBehind(dataDir.path)).toEqual([]);
  });
});
