import { describe, expect, it } from 'vitest';

import { noteIds, startWriter, temporaryFolder } from '../testing.ts';
import { openSqlite } from './open.ts';

const ROUNDS = 8;

// Each round starts a process: long on a loaded machine.
describe('AG-2 a process killed while it writes', { timeout: 240_000 }, () => {
  it(`loses nothing that was acknowledged, in ${ROUNDS} rounds`, async () => {
    using folder = temporaryFolder();
    const acknowledged = new Set<number>();
    for (let round = 0; round < ROUNDS; round++) {
      const writer = startWriter(folder.path);
      // Killed at another moment each time: after 1, 24, 47 ... acknowledgements.
      for (let count = 0; count < 1 + round * 23; count++) acknowledged.add(await writer.nextAcknowledged());
      for (const id of await writer.kill()) acknowledged.add(id);
      const db = await openSqlite({ dataDir: folder.path });
      const kept = new Set(await noteIds(db));
      await db.close();
      expect([...acknowledged].filter((id) => !kept.has(id))).toEqual([]);
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS);
  });
});
