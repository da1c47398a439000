import { join } from 'node:path';

import { agentpb } from '@holdfast/protocol';
import { type PostgresCluster, startPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { tempDir } from '../support/temp-dir.ts';
import { Ledger } from './effect-tools.ts';
import { runChild } from './harness.ts';
import { violations } from './invariants.ts';

describe('a worker killed beside another one, on PostgreSQL (AG-2)', () => {
  let cluster: PostgresCluster | undefined;
  beforeAll(async () => {
    cluster = await startPostgres({ replicas: 0 });
  });
  afterAll(() => cluster?.stop());

  it.for(['effect_idempotent', 'effect_write', 'effect_reconcilable'])(
    'the other worker finishes its run, and repeats no write (%s)',
    async (effect, context) => {
      if (!cluster) return context.skip('PostgreSQL is not installed (scripts/services.sh installs it)');
      const { url } = await cluster.createDatabase(`lost_${effect}`);
      const dir = tempDir();
      try {
        const args = [dir.path, `${effect}-parallel`, '1'];
        const first = await runChild(args, { HARNESS_POSTGRES: url, HOLDFAST_FAULT: 'inside-tool@t1.2' }, undefined);
        expect(first.signal).toBe('SIGKILL');
        const others = await Promise.all([1, 2].map(() => runChild(args, { HARNESS_POSTGRES: url }, undefined)));
        for (const { code, stdout, stderr } of others) {
          expect(stderr).toBe('');
          expect(code).toBe(0);
          const reports = JSON.parse(stdout) as {
            status: agentpb.RunStatus;
            actions: agentpb.Action[];
            recoveries: number;
          }[];
          expect(reports).toHaveLength(1);
          expect(reports[0]).toMatchObject({ status: agentpb.RunStatus.SUCCEEDED, recoveries: 1 });
          const lines = new Ledger(join(dir.path, 'ledger.ndjson')).read();
          expect(violations(reports[0]?.actions ?? [], lines, [])).toEqual([]);
        }
      } finally {
        dir.remove();
      }
    },
  );
});
