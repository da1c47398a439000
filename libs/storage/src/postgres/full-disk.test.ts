import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startPostgres, unprivilegedUser } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';

import { sql } from 'kysely';

import { addNote, noteIds } from '../testing.ts';
import { openPostgres } from './open.ts';

describe('AG-2 a full disk of the database server', () => {
  it('refuses what does not fit, keeps what was acknowledged, and goes on once there is room', async (context) => {
    const user = await unprivilegedUser();
    if (user === undefined) return context.skip('mounting a small file system needs root');
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-tablespace-'));
    const options = (megabytes: number) => `size=${megabytes}m,uid=${user.uid},gid=${user.gid},mode=0700`;
    let mounted = false;
    const cluster = await startPostgres({ replicas: 0 });
    try {
      if (cluster === undefined) return context.skip('PostgreSQL is not installed; run scripts/services.sh');
      const small = join(folder, 'small');
      mkdirSync(small);
      // The parent must let the server's user pass.
      execFileSync('chmod', ['755', folder]);
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', options(4), 'holdfast-test', small], { stdio: 'ignore' });
        mounted = true;
      } catch {
        return context.skip('this container does not allow mounting a small file system');
      }
      const db = await openPostgres({ url: cluster.url, replicas: [] });
      await sql`create tablespace small location ${sql.lit(small)}`.execute(db.writer());
      await sql`create table notes (id bigint, text text) tablespace small`.execute(db.writer());
      await sql`alter table notes alter column text set storage external`.execute(db.writer());
      const kept: number[] = [];
      for (let id = 1; ; id++) {
        const [outcome] = await Promise.allSettled([addNote(db, id, 'x'.repeat(300_000))]);
        if (outcome.status === 'rejected') {
          expect(outcome.reason).toMatchObject({ code: 'STORAGE_FULL', details: { outcome: 'none' } });
          break;
        }
        kept.push(id);
      }
      expect(kept.length).toBeGreaterThan(3);
      expect(await noteIds(db)).toEqual(kept);
      execFileSync('mount', ['-o', `remount,${options(16)}`, small]);
      await addNote(db, 1000, 'x'.repeat(300_000));
      expect(await noteIds(db)).toEqual([...kept, 1000]);
      await db.close();
    } finally {
      await cluster?.stop();
      if (mounted) execFileSync('umount', [join(folder, 'small')]);
      rmSync(folder, { recursive: true });
    }
  });
});
