import { setTimeout as sleep } from 'node:timers/promises';

import { commonpb, create, HoldfastError, sandboxpb } from '@holdfast/protocol';
import {
  type AuditRecord,
  createSandboxService,
  SandboxConfigSchema,
  type SandboxService,
  thisHost,
} from '@holdfast/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { tempDir } from '../support/temp-dir.ts';

const caller = create(commonpb.CallerSchema, { tenant: 'one' });
/** The number of bpf(2). */
const BPF = process.arch === 'arm64' ? 280 : 321;

describe('the audit of a whole service (SB-3)', () => {
  const [data, workspace] = [tempDir(), tempDir()];
  const records: AuditRecord[] = [];
  let service: SandboxService;
  let kind = '';

  beforeAll(async () => {
    const config = SandboxConfigSchema.parse({ levels: ['process'], pool: { max: 0 }, audit: { kill: ['bpf'] } });
    const observer = { audit: (record: AuditRecord) => records.push(record) };
    service = createSandboxService(config, { ...thisHost(data.path), observer });
    await service.start();
    for (let n = 0; n < 300 && kind === ''; n += 1) {
      const { audit } = await service.state();
      if (audit.kind === 'ebpf' || audit.why !== undefined) kind = audit.kind;
      else await sleep(200);
    }
  }, 120_000);
  afterAll(async () => {
    await service.close();
    data.remove();
    workspace.remove();
  });

  const open = async (): Promise<string> => {
    const mounts = { workspace: workspace.path, inputs: [] };
    const made = await service.create(create(sandboxpb.CreateRequestSchema, { caller, runId: 'run_1', mounts }));
    return made.sandboxId;
  };
  const exec = async (sandboxId: string, actionId: string, cmd: string, ...args: string[]) => {
    const request = create(sandboxpb.ExecRequestSchema, { caller, sandboxId, actionId, process: { cmd, args } });
    let exited: sandboxpb.Exited | undefined;
    for await (const { event } of service.exec(request)) if (event.case === 'exited') exited = event.value;
    return exited;
  };
  const seen = async (sandboxId: string, event: string): Promise<AuditRecord> => {
    for (let n = 0; n < 200; n += 1) {
      const found = records.find((record) => record.sandboxId === sandboxId && record.event === event);
      if (found) return found;
      await sleep(50);
    }
    throw new Error(`no ${event} was recorded; there are ${records.map((one) => one.event).join(', ')}`);
  };

  it('ties what a command tries to its tenant, run and action', async (ctx) => {
    if (kind !== 'ebpf') return ctx.skip(`the audit is "${kind}" here`);
    const sandboxId = await open();
    await exec(sandboxId, 'action_7', 'unshare', '-Ur', 'true');
    expect(await seen(sandboxId, 'unshare')).toMatchObject({
      tenant: 'one',
      runId: 'run_1',
      actionId: 'action_7',
      result: 'EPERM',
      verdict: 'alert',
    });
    await service.destroy(create(sandboxpb.DestroyRequestSchema, { caller, sandboxId }));
  });

  it('ends a sandbox whose rule says so, and says why', async (ctx) => {
    if (kind !== 'ebpf') return ctx.skip(`the audit is "${kind}" here`);
    const sandboxId = await open();
    const ended = exec(sandboxId, 'action_8', 'perl', '-e', `syscall(${BPF}, 0, 0, 0); sleep 1000`).then(
      (exited) => exited?.signal ?? '',
      (error: unknown) => HoldfastError.from(error).code,
    );
    expect(await seen(sandboxId, 'bpf')).toMatchObject({ verdict: 'kill' });
    expect(['SIGKILL', 'UNAVAILABLE']).toContain(await ended);
    await expect(exec(sandboxId, 'action_9', 'true')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
