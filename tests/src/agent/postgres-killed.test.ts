import { agentpb } from '@holdfast/protocol';
import { type PostgresCluster, startPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startAgentHost } from '../support/agent-host.ts';
import { clientOf } from '../support/client.ts';
import { saying, testTools } from '../support/script.ts';
import { tempDir } from '../support/temp-dir.ts';

describe('PostgreSQL killed in the middle of a run (AG-2)', () => {
  let cluster: PostgresCluster | undefined;
  beforeAll(async () => {
    cluster = await startPostgres({ replicas: 0 });
  });
  afterAll(() => cluster?.stop());

  it('loses nothing: the same process takes the run up again when the database is back', async (context) => {
    if (!cluster) return context.skip('PostgreSQL is not installed (scripts/services.sh installs it)');
    const { url } = await cluster.createDatabase('killed');
    const dir = tempDir();
    const problems: string[] = [];
    let entered: () => void = () => undefined;
    let leave: () => void = () => undefined;
    const inTool = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const gone = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const run = async () => {
      entered();
      await gone;
      return { done: true };
    };
    const host = await startAgentHost({
      dataDir: dir.path,
      postgres: url,
      agents: ['a'],
      model: () => saying((step) => (step === 0 ? { calls: [['look', {}]] } : { text: 'Done.' })),
      tools: testTools({ look: { run } }),
      config: { lease_ms: 1000 },
      observer: {
        run: () => ({ action: () => ({ traceparent: '', ended: () => undefined }), left: () => undefined }),
        problem: (message) => problems.push(message),
      },
    });
    try {
      const client = clientOf(host.agent);
      const { id } = await client.create('a', 'Go.');
      await inTool;
      await cluster.killPrimary();
      leave();
      await expect
        .poll(() => problems, { timeout: 20_000 })
        .toContain('A worker lost its run; what was acknowledged is kept.');
      await cluster.restartPrimary();
      await expect
        .poll(async () => (await client.get(id)).status, { timeout: 30_000 })
        .toBe(agentpb.RunStatus.SUCCEEDED);
      expect((await client.get(id)).output).toBe('Done.');
    } finally {
      await host.close();
      dir.remove();
    }
  });
});
