import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { commonpb, create, memorypb } from '../../../libs/protocol/src/index.ts';
import type { FigureGroup } from '../groups.ts';
import { type Figure, percentile } from '../report.ts';
import { timed } from '../rounds.ts';
import { DIMENSIONS, openStore } from './open-store.ts';
import { sentenceOf } from './sentences.ts';

const run = promisify(execFile);
const CHILD = fileURLToPath(new URL('./store-child.ts', import.meta.url));
const BATCH = 1000;
const QUESTIONS = 200;
/** Only the largest store takes so long that one wants to hear of it. */
const SAID_EVERY = 100_000;
const say = (what: string) => process.stderr.write(`bench:memory: ${what}\n`);

interface Asked {
  readonly openMs: number;
  readonly times: readonly number[];
  readonly bm25: readonly number[];
  readonly dense: readonly number[];
  readonly grown: number;
}

/** The whole of memory at one size: kept, opened and asked as the product does. */
async function measure(size: number, budgets: boolean): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-store-'));
  const caller = create(commonpb.CallerSchema, { tenant: 'bench', subject: 'bench' });
  try {
    const store = await openStore(folder);
    const status = () => store.api.getMemoryStatus(create(memorypb.GetMemoryStatusRequestSchema, { caller }));
    const keptMs = await timed(async () => {
      for (let after = 0; after < size; after += BATCH) {
        if (after > 0 && after % SAID_EVERY === 0) say(`${after.toLocaleString('en')} memories are kept`);
        await store.api.remember(batchOf(caller, after, size));
      }
    });
    const wholeMs =
      keptMs +
      (await timed(async () => {
        for (let left = 1; left > 0; await sleep(20)) {
          const { toEmbed, toIndex } = await status();
          left = toEmbed + toIndex;
        }
      }));
    const linkMs = await timed(async () => {
      for (let left = (await status()).toLink, said = left; left > 0; left = (await status()).toLink) {
        if (said - left >= SAID_EVERY) say(`${((said = left)).toLocaleString('en')} vectors are not linked yet`);
        // The status counts what there is: asked too often it takes a processor of its own.
        await sleep(size / 1000);
      }
    });
    await store.close();
    const args = ['--expose-gc', CHILD, folder, String(size), String(QUESTIONS)];
    const { stdout } = await run(process.execPath, args, { maxBuffer: 16 * 1024 * 1024 });
    const asked = JSON.parse(stdout) as Asked;
    const named = (what: string) => `${size.toLocaleString('en')} memories: ${what}`;
    const budget = (most: number) => (budgets ? { budget: most } : {});
    return [
      { name: named('recall of ten (median)'), value: percentile(asked.times, 50), unit: 'ms', ...budget(15) },
      { name: named('recall of ten (95th percentile)'), value: percentile(asked.times, 95), unit: 'ms', ...budget(40) },
      { name: named('of it words (median)'), value: percentile(asked.bm25, 50), unit: 'ms' },
      { name: named('of it vectors, side by side (median)'), value: percentile(asked.dense, 50), unit: 'ms' },
      { name: named('opening, until all sources answer'), value: asked.openMs, unit: 'ms', ...budget(2000) },
      {
        name: named('memory, times the vectors'),
        value: asked.grown / (size * DIMENSIONS * 4),
        unit: '',
        ...budget(2),
      },
      { name: named('kept, milliseconds for each thousand'), value: (keptMs * 1000) / size, unit: 'ms' },
      {
        name: named('kept with vectors and index, for each thousand'),
        value: (wholeMs * 1000) / size,
        unit: 'ms',
        ...budget(500),
      },
      { name: named('after that, until the graph over the vectors is there'), value: linkMs, unit: 'ms' },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function batchOf(caller: commonpb.Caller, after: number, size: number): memorypb.RememberRequest {
  const length = Math.min(BATCH, size - after);
  return create(memorypb.RememberRequestSchema, {
    caller,
    memories: Array.from({ length }, (_, at) => ({
      kind: memorypb.MemoryKind.TURN,
      text: sentenceOf(after + at),
      group: `talk-${Math.floor((after + at) / 50)}`,
      position: (after + at) % 50,
      provenance: { trust: memorypb.Trust.USER, origin: 'user' },
    })),
  });
}

/** Whole recall at the size that the budgets are for. */
export const store: FigureGroup = {
  name: 'store',
  whyNot: async () => undefined,
  measure: () => measure(100_000, true),
};

/** How whole recall grows. */
export const smallStore: FigureGroup = {
  name: 'small-store',
  whyNot: async () => undefined,
  measure: () => measure(10_000, false),
};

/** A million memories: some 4 GB on the disk, 2 GB of memory and half an hour. */
export const million: FigureGroup = {
  name: 'million',
  whyNot: async () =>
    process.argv.some((one) => one.split(',').includes('million'))
      ? undefined
      : 'it takes half an hour and 4 GB; ask for it by --only million',
  measure: () => measure(1_000_000, false),
};
