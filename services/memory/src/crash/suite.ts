import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { type Doing, nothingYet, workAndDie, wrongAfter } from './round.ts';

/** How processes are killed. */
export interface Kills {
  readonly doing: Doing;
  /** One process after the other dies at each of them, all in the same folder. */
  readonly points: readonly string[];
  /** How often a point is passed before. Left out: never. */
  readonly passes?: (point: string) => number;
  /** Of the embedder in each round. Left out: always the same. */
  readonly dimensions?: (round: number) => number;
}

/** The suite over processes that are killed at named points. */
export function describeKilled(what: string, { doing, points, passes, dimensions }: Kills): void {
  describe(what, { timeout: 240_000 }, () => {
    it('loses nothing, doubles nothing, and its stores agree', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'holdfast-killed-'));
      const acknowledged = nothingYet();
      for (const [round, point] of points.entries()) {
        const of = dimensions?.(round) ?? 64;
        const when = { point, passes: passes?.(point) ?? 0 };
        const killed = await workAndDie(folder, doing, { seed: `s${round}`, dimensions: of, when }, acknowledged);
        expect(killed, point).toBe(true);
        expect(await wrongAfter(folder, of, acknowledged), point).toEqual([]);
      }
      expect(acknowledged.kept.size).toBeGreaterThan(0);
      await rm(folder, { recursive: true });
    });
  });
}
