import { expect, it } from 'vitest';

import { whyNoCage } from '../../../services/sandbox/src/testing-cage.ts';
import { runCycles } from './cycles.ts';
import { whatLeaked } from './what-leaked.ts';

it('leaves nothing after 100 sandboxes: processes, mounts, groups, disks, descriptors, memory (SB-2)', async (ctx) => {
  const reason = whyNoCage();
  if (reason !== undefined) return ctx.skip(reason);
  expect(whatLeaked(await runCycles(100))).toEqual([]);
});
