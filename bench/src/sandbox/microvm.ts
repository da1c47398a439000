import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

import { openTestQemu, testSpec, whyNoQemu } from '../../../services/sandbox/src/engines/qemu/testing.ts';
import type { Figure } from '../report.ts';
import { trueIn } from './first-command.ts';
import type { FigureGroup } from '../groups.ts';
import { medians, timed } from '../rounds.ts';

const ROUNDS = 10;
const BUDGET_MS = 1000;
const FRESH = 'qemu: a saved guest begins, and the first command';
const SNAPSHOT = 'qemu: a snapshot of a sandbox goes on, and the first command';

/** Guests of QEMU that begin where they were saved. There is no bare tool to be compared with: QEMU has no agent. */
export const microvmRestore: FigureGroup = {
  name: 'microvm',
  whyNot: whyNoQemu,
  async measure() {
    const qemu = await openTestQemu();
    try {
      let first = await qemu.create();
      await first.destroy();
      const bootMs = await timed(async () => {
        first = await qemu.create({ limits: { ...testSpec().limits, memoryBytes: 200 * 1024 * 1024 } });
      });
      const saved = await mkdtemp(join(qemu.folder, 'snapshot-'));
      await first.snapshot?.(saved);
      await first.destroy();
      const after = (box: Awaited<ReturnType<typeof qemu.create>>): Promise<void> => box.destroy();
      const times = await medians(
        ROUNDS,
        [
          { name: FRESH, run: async () => trueIn(await qemu.create()), after },
          {
            name: SNAPSHOT,
            async run() {
              const spec = testSpec({ limits: { ...testSpec().limits, memoryBytes: 200 * 1024 * 1024 } });
              const box = await qemu.engine.restore?.(saved, spec);
              if (!box) throw new Error('QEMU restores');
              return trueIn(box);
            },
            after,
          },
        ],
        { warmUp: 1 },
      );
      return [
        { name: 'qemu: the first sandbox of a kind, which boots a guest and saves it', value: bootMs, unit: 'ms' },
        ...[FRESH, SNAPSHOT].map(
          (name): Figure => ({ name, value: times.get(name) ?? Number.NaN, unit: 'ms', budget: BUDGET_MS }),
        ),
      ];
    } finally {
      await qemu.close();
    }
  },
};
