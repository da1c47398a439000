/**
 * What a cage costs: `node bench/src/sandbox.ts [--json]`.
 *
 * The time from the call to its end for `true`, bare and in each engine that works here; the same for eight at once;
 * and how fast output streams through.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { create, sandboxpb } from '@holdfast/protocol';

import { openSandboxService } from '../../tests/src/support/sandbox-service.ts';
import { tempDir } from '../../tests/src/support/temp-dir.ts';
import { type Figure, median, report } from './report.ts';

const ROUNDS = 60;
const AT_ONCE = 8;
const FLOOD_BYTES = 200 * 1024 * 1024;

const service = openSandboxService({ allow_unisolated: true });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function repeated(work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  // The first ones warm the file cache and the compiler.
  for (let n = -5; n < ROUNDS; n += 1) {
    const ms = await timed(work);
    if (n >= 0) times.push(ms);
  }
  return times;
}

function percentile95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN;
}

async function engine(name: string, level: sandboxpb.Level): Promise<Figure[]> {
  const dir = tempDir();
  try {
    const mounts = { workspace: dir.path, inputs: [] };
    const { sandboxId } = await service.create(create(sandboxpb.CreateRequestSchema, { level, mounts }));
    const exec = async (...argv: string[]): Promise<number> => {
      let bytes = 0;
      for await (const { event } of service.exec(create(sandboxpb.ExecRequestSchema, { sandboxId, argv }))) {
        if (event.case === 'stdout') bytes += event.value.byteLength;
        if (event.case === 'exited' && event.value.exitCode !== 0) throw new Error(`${argv[0]} failed in ${name}`);
      }
      return bytes;
    };
    const one = await repeated(() => exec('true'));
    const many = await repeated(() => Promise.all(Array.from({ length: AT_ONCE }, () => exec('true'))));
    const flood = await timed(() => exec('head', '-c', String(FLOOD_BYTES), '/dev/zero'));
    await service.destroy(create(sandboxpb.DestroyRequestSchema, { sandboxId }));
    return [
      { name: `${name}: true, median`, value: median(one), unit: 'ms' },
      { name: `${name}: true, 95th percentile`, value: percentile95(one), unit: 'ms' },
      { name: `${name}: each of ${AT_ONCE} at once, median`, value: median(many) / AT_ONCE, unit: 'ms' },
      { name: `${name}: output`, value: FLOOD_BYTES / 1024 / 1024 / (flood / 1000), unit: 'MB/s' },
    ];
  } finally {
    dir.remove();
  }
}

const bare = await repeated(() => once(spawn('true', { stdio: ['pipe', 'pipe', 'pipe'] }), 'close'));
const figures: Figure[] = [{ name: 'a bare child process: true, median', value: median(bare), unit: 'ms' }];
const { engines } = await service.probe(create(sandboxpb.ProbeRequestSchema));
for (const found of engines) if (found.works) figures.push(...(await engine(found.engine, found.level)));
await service.close();
report('What a cage costs', figures);
