import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { AuthConfigSchema, createGateway, type Gateway, GatewayConfigSchema } from '@holdfast/gateway';
import { create, sandboxpb } from '@holdfast/protocol';
import type { SandboxService } from '@holdfast/sandbox';
import { silentLogger, systemClock } from '@holdfast/telemetry';
import { createPdfPrinter, createToolsService, ToolsConfigSchema } from '@holdfast/tools';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type AgentHost, startAgentHost } from '../support/agent-host.ts';
import { clientOf } from '../support/client.ts';
import { resultsIn, saying } from '../support/script.ts';
import { openSandboxService } from '../support/sandbox-service.ts';
import { tempDir } from '../support/temp-dir.ts';

interface Change {
  action_id: string;
  files: { path: string; change: string; after: { sha256: string; kept: boolean } | null }[];
}

const probe = openSandboxService();
const { chosen } = await probe.probe(create(sandboxpb.ProbeRequestSchema));
await probe.close();

describe.skipIf(chosen === '')('the files of a run, with the real tools and a sandbox that works here (AG-2)', () => {
  let host: AgentHost;
  let sandbox: SandboxService;
  let gateway: Gateway;
  let url = '';
  let key = '';
  let remove: () => void;
  const seen: unknown[] = [];

  beforeEach(async () => {
    const dir = tempDir();
    remove = dir.remove;
    await chmod(dir.path, 0o711);
    seen.length = 0;
    sandbox = openSandboxService();
    const tools = createToolsService({
      sandbox,
      config: ToolsConfigSchema.parse({}),
      clock: systemClock,
      logger: silentLogger(),
      pdf: createPdfPrinter({ executable: undefined, path: '' }),
    });
    const model = saying((step, { messages }) => {
      if (messages.some(({ role, ...message }) => role === 'user' && 'text' in message && message.text === 'look')) {
        seen.push(...resultsIn(messages));
        const looked = messages.findLast((message) => message.role === 'tool')?.name === 'list_files';
        return looked ? { text: 'Seen.' } : { calls: [['list_files', { depth: 5 }]] };
      }
      if (step === 0) return { calls: [['write_file', { path: 'notes/plan.md', content: 'first plan' }]] };
      if (step === 1) return { calls: [['bash', { command: 'mv notes/plan.md done.md; echo more >> done.md' }]] };
      return { text: 'Done.' };
    });
    host = await startAgentHost({ dataDir: dir.path, agents: ['a'], model: () => model, tools });
    gateway = await createGateway({
      agent: host.agent,
      tools,
      sandbox,
      database: host.database,
      dataDir: dir.path,
      config: { gateway: GatewayConfigSchema.parse({ port: 0 }), auth: AuthConfigSchema.parse({}) },
      version: '0.0.0-test',
      clock: systemClock,
      ids: randomUUID,
      random: randomBytes,
      logger: silentLogger(),
    });
    url = await gateway.listen();
    key = (await readFile(join(dir.path, 'local.key'), 'utf8')).trim();
  });

  afterEach(async () => {
    await gateway.close();
    await host.close();
    await sandbox.close();
    remove();
  });

  const get = (path: string, token = key) =>
    fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  const client = () => clientOf(host.agent, 'default');
  const changesOf = async (runId: string) => {
    const { changes } = (await (await get(`/runs/${runId}/changes`)).json()) as { changes: Change[] };
    return changes;
  };

  it('are shown call by call, each version with its bytes', async () => {
    const run = await client().ended((await client().create('a', 'write')).id);
    const changes = await changesOf(run.id);
    const told = changes.map(({ action_id: id, files }) => [
      id,
      ...files.map(({ path, change }) => `${path} ${change}`),
    ]);
    expect(told).toEqual([
      ['t1.0', 'notes/plan.md added'],
      ['t2.0', 'done.md added', 'notes/plan.md deleted'],
    ]);
    const texts: string[] = [];
    for (const { files } of changes) {
      for (const { after } of files) {
        if (!after) continue;
        const answer = await get(`/runs/${run.id}/changes/${after.sha256}`);
        texts.push(await answer.text());
        expect(answer.headers.get('content-type')).toBe('application/octet-stream');
        expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      }
    }
    expect(texts).toEqual(['first plan', 'first planmore\n']);
  });

  it('are those of the checkpoint in a fork, on the disk and for its tools, and all of them in a replay', async () => {
    const old = await client().ended((await client().create('a', 'write')).id);
    const seq = (await client().actions(old.id)).find(({ id }) => id === 't1.0')?.outcomeSeq ?? 0;
    const fork = await client().ended((await client().fork(old.id, { seq, task: 'look' })).id);
    expect(fork.output).toBe('Seen.');
    expect(await readFile(join(fork.workspace, 'notes/plan.md'), 'utf8')).toBe('first plan');
    expect(await readdir(fork.workspace)).toEqual(['notes']);
    expect(JSON.stringify(seen)).toContain('notes/plan.md');
    expect(JSON.stringify(seen)).not.toContain('done.md');
    expect(await changesOf(fork.id)).toEqual([]);
    const replay = await client().ended((await client().fork(old.id, { replay: true })).id);
    expect(await readFile(join(replay.workspace, 'done.md'), 'utf8')).toBe('first planmore\n');
  });

  it('go on changing in a fork: what it does is its own', async () => {
    const old = await client().ended((await client().create('a', 'write')).id);
    const seq = (await client().actions(old.id)).find(({ id }) => id === 't1.0')?.outcomeSeq ?? 0;
    const fork = await client().ended((await client().fork(old.id, { seq })).id);
    expect((await changesOf(fork.id)).map(({ action_id: id }) => id)).toEqual(['t2.0']);
    expect((await changesOf(old.id)).map(({ action_id: id }) => id)).toEqual(['t1.0', 't2.0']);
  });

  it('are shown to nobody else, and only what was kept (QA-4)', async () => {
    const other = await clientOf(host.agent, 'other').create('a', 'write');
    await clientOf(host.agent, 'other').ended(other.id);
    const sha = 'a'.repeat(64);
    const run = await client().ended((await client().create('a', 'write')).id);
    const statuses = await Promise.all(
      [
        `/runs/${other.id}/changes`,
        `/runs/${other.id}/changes/${sha}`,
        `/runs/${run.id}/changes/${sha}`,
        `/runs/${run.id}/changes/..%2flog.jsonl`,
      ].map(async (path) => (await get(path)).status),
    );
    expect(statuses).toEqual([404, 404, 404, 400]);
    expect((await get(`/runs/${run.id}/changes`, 'nonsense')).status).toBe(401);
  });
});
