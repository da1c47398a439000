import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { applyToFile, deltaOf, readSignature, signatureOf } from '@holdfast/delta';

import { findProgram } from '../../../services/sandbox/src/host/find-program.ts';
import type { Figure } from '../report.ts';
import type { FigureGroup } from '../groups.ts';
import { medians } from '../rounds.ts';

const FILE_BYTES = 100 * 1024 * 1024;
const CHANGED_BYTES = FILE_BYTES / 100;
const ROUNDS = 9;
const MAX_BYTES_RATIO = 1.1;
/** Half of rdiff's throughput. */
const MAX_TIME_RATIO = 2;

const run = promisify(execFile);

/** Three ways in which 1 % of a file of noise may have changed. The bytes of the old file are left alone. */
const WORKLOADS: readonly { readonly name: string; readonly regions: number; readonly bytes: number }[] = [
  { name: '1 % changed, in one region', regions: 1, bytes: CHANGED_BYTES },
  { name: '1 % changed, in 100 regions', regions: 100, bytes: Math.floor(CHANGED_BYTES / 100) },
  { name: 'a byte changed in 1 % of the blocks', regions: 100, bytes: 1 },
];

function changed(old: Buffer, regions: number, bytes: number): Buffer {
  const copy = Buffer.from(old);
  const apart = Math.floor(old.length / regions);
  for (let region = 0; region < regions; region++) {
    const start = region * apart + Math.floor(apart / 3);
    if (bytes === 1) copy[start] = (copy[start] ?? 0) ^ 0xff;
    else randomFillSync(copy, start, bytes);
  }
  return copy;
}

/** Signature, delta and patch by our library, through files as rdiff does it. */
async function sync(at: (name: string) => string): Promise<void> {
  await writeFile(at('ours.sig'), signatureOf(at('old')));
  const signature = await readSignature(createReadStream(at('ours.sig')));
  await writeFile(at('ours.delta'), deltaOf(signature, at('new')));
  await applyToFile(at('old'), createReadStream(at('ours.delta')), at('ours.out'));
}

/** The same by rdiff, with the same kind and length of sums. */
async function syncByRdiff(at: (name: string) => string): Promise<void> {
  await run('rdiff', ['-f', '-S', '8', 'signature', at('old'), at('rdiff.sig')]);
  await run('rdiff', ['-f', 'delta', at('rdiff.sig'), at('new'), at('rdiff.delta')]);
  await run('rdiff', ['-f', 'patch', at('old'), at('rdiff.delta'), at('rdiff.out')]);
}

/** What rsync sends in both directions to do it, by its own count. */
async function bytesOfRsync(at: (name: string) => string): Promise<number> {
  for (const side of ['from', 'to']) await mkdir(at(side), { recursive: true });
  await copyFile(at('new'), at('from/file'));
  await copyFile(at('old'), at('to/file'));
  const args = ['--stats', '--no-human-readable', '--no-whole-file', '--ignore-times', at('from/file'), at('to/file')];
  const { stdout } = await run('rsync', args, { env: { ...process.env, LC_ALL: 'C' } });
  const counted = (what: string) =>
    Number(new RegExp(`Total bytes ${what}: ([0-9,]+)`).exec(stdout)?.[1]?.replaceAll(',', ''));
  return counted('sent') + counted('received');
}

/** Bytes on the wire beside rsync's, and time beside rdiff's, for 100 MiB of which 1 % has changed. */
export async function benchDelta(): Promise<readonly Figure[]> {
  // In memory where there is such a folder: a disk would be measured instead.
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'holdfast-bench-delta-'));
  const at = (name: string) => join(folder, name);
  const figures: Figure[] = [];
  try {
    const old = randomFillSync(Buffer.allocUnsafe(FILE_BYTES));
    await writeFile(at('old'), old);
    for (const { name, regions, bytes } of WORKLOADS) {
      await writeFile(at('new'), changed(old, regions, bytes));
      const times = await medians(ROUNDS, [
        { name: 'rdiff', run: () => syncByRdiff(at) },
        { name: 'ours', run: () => sync(at) },
      ]);
      const [rdiff = Number.NaN, ours = Number.NaN] = [times.get('rdiff'), times.get('ours')];
      const [signature, delta] = await Promise.all(
        ['sig', 'delta'].map(async (end) => (await stat(at(`ours.${end}`))).size),
      );
      const sent = (signature ?? Number.NaN) + (delta ?? Number.NaN);
      const rsync = await bytesOfRsync(at);
      figures.push(
        { name: `${name}: rsync, bytes both ways`, value: rsync, unit: 'B' },
        { name: `${name}: signature and delta`, value: sent, unit: 'B' },
        { name: `${name}: bytes, against rsync`, value: sent / rsync, unit: 'x', budget: MAX_BYTES_RATIO },
        { name: `${name}: rdiff, signature + delta + patch`, value: rdiff, unit: 'ms' },
        { name: `${name}: signature + delta + patch`, value: ours, unit: 'ms' },
        { name: `${name}: time, against rdiff`, value: ours / rdiff, unit: 'x', budget: MAX_TIME_RATIO },
      );
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Incremental sync of a file. */
export const delta: FigureGroup = {
  name: 'delta',
  async whyNot() {
    for (const program of ['rdiff', 'rsync']) {
      if (!(await findProgram(program))) return `${program} is not installed`;
    }
    return undefined;
  },
  measure: benchDelta,
};
