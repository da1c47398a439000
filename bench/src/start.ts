/**
 * How long a start takes: `npm run bench:start [-- --json]` (after `npm run build`).
 *
 * 1. The built product, from the start of its process until it says that it listens, on an empty data directory.
 * 2. A process with 1,000 runs under way is killed; the next one takes them all up and brings them to their end.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { tempDir } from '../../tests/src/support/temp-dir.ts';
import { type Figure, median, report } from './report.ts';

const BUILT = fileURLToPath(new URL('../../apps/holdfast/dist/holdfast.js', import.meta.url));
const CHILD = fileURLToPath(new URL('./recovery-child.ts', import.meta.url));
const RUNS = 1000;
const STARTS = 7;

/** Starts a process, and resolves to the first line on its standard output that matches, with the time it took. */
async function firstLine(args: readonly string[], env: Record<string, string>, match: RegExp) {
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    text += String(chunk);
    const found = match.exec(text);
    if (found) return { child, found, ms: performance.now() - began };
  }
  throw new Error(`The process ended before it said ${match.source}: ${text}`);
}

async function starts(): Promise<Figure> {
  const times: number[] = [];
  for (let n = 0; n <= STARTS; n += 1) {
    const dir = tempDir();
    const env = {
      HOLDFAST_DATA_DIR: dir.path,
      HOLDFAST_GATEWAY__PORT: '0',
      HOLDFAST_TELEMETRY__METRICS__PORT: '0',
      HOLDFAST_TELEMETRY__LOG__LEVEL: 'error',
    };
    const { child, ms } = await firstLine([BUILT, 'up', '--json'], env, /"event":\s*"ready"/);
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    dir.remove();
    // The first one fills the compile cache.
    if (n > 0) times.push(ms);
  }
  return { name: 'built product, process start to listening (median)', value: median(times), unit: 'ms', budget: 1000 };
}

async function recovery(): Promise<Figure[]> {
  const dir = tempDir();
  try {
    const first = await firstLine([CHILD, dir.path, 'hang', String(RUNS)], {}, /ready/);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const { found } = await firstLine([CHILD, dir.path, 'answer'], {}, /ended ([\d.]+) (\d+)/);
    if (Number(found[2]) !== RUNS) throw new Error(`Only ${found[2]} of ${RUNS} runs were recovered and ended well.`);
    return [
      {
        name: `recovery of ${RUNS} unfinished runs, process start to their end`,
        value: Number(found[1]),
        unit: 'ms',
        budget: 10_000,
      },
    ];
  } finally {
    dir.remove();
  }
}

if (!existsSync(BUILT)) {
  process.stderr.write('The product is not built yet: run `npm run build` first.\n');
  process.exitCode = 2;
} else {
  report('bench:start', [await starts(), ...(await recovery())]);
}
