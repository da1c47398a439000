import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { nothingYet, workAndDie, wrongAfter } from './round.ts';

const POINTS = ['before-replace', 'before-commit', 'after-commit', 'after-replace', 'after-index'];

describe('ME-3 a process killed in the middle of a compression', { timeout: 240_000 }, () => {
  it('loses nothing, doubles nothing, and its stores agree', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-killed-'));
    const acknowledged = nothingYet();
    for (const [round, point] of POINTS.entries()) {
      const dimensions = 64;
      const when = { point, passes: 0 };
      const killed = await workAndDie(folder, 'compress', { seed: `s${round}`, dimensions, when }, acknowledged);
      expect(killed, point).toBe(true);
      expect(await wrongAfter(folder, dimensions, acknowledged), point).toEqual([]);
    }
    expect(acknowledged.kept.size).toBeGreaterThan(0);
    await rm(folder, { recursive: true });
  });
});
