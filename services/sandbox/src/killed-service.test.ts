import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { whyNoCage, whyNoNamespaces } from './testing-cage.ts';
import { processesWith } from './testing.ts';

const PROGRAM = fileURLToPath(new URL('testing-process.ts', import.meta.url));

it.for([
  ['bubblewrap', whyNoCage],
  ['namespaces', whyNoNamespaces],
] as const)(
  'takes every process of %s along when the service is killed (SB-1, TL-2)',
  async ([engine, whyNot], ctx) => {
    const reason = whyNot();
    if (reason !== undefined) return ctx.skip(reason);
    const script = 'trap "" TERM HUP; setsid sleep 1000 & (sleep 1000 &); sleep 1000';
    const service = spawn(process.execPath, [PROGRAM, JSON.stringify([['sh', '-c', script]]), engine], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: service.stdout });
    const [line] = (await once(lines, 'line')) as [string];
    const { mark, workspace } = JSON.parse(line) as { mark: string; workspace: string };
    // Three sleeps, so that the whole tree is there.
    while ((await processesWith(mark)).filter((process) => /^\d+: sleep/.test(process)).length < 3) await sleep(20);

    service.kill('SIGKILL');
    await once(service, 'exit');
    while ((await processesWith(mark)).length > 0) await sleep(20);
    expect(await processesWith(mark)).toEqual([]);
    await rm(workspace, { recursive: true });
  },
);
