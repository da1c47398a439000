import { commonpb, create, type MessageInitShape, sandboxpb } from '@holdfast/protocol';
import {
  createSandboxService,
  type LiveSandbox,
  type NewSandbox,
  SandboxConfigSchema,
  type SandboxService,
  thisHost,
} from '@holdfast/sandbox';

import { tempDir } from './temp-dir.ts';

/**
 * A sandbox service as this machine has it, without the audit: attaching it takes seconds. `close` leaves nothing.
 *
 * @param dataDir where it keeps what it keeps; by default a folder of its own, which goes with it.
 */
export function openSandboxService(config: object = {}, dataDir?: string): SandboxService {
  const own = dataDir === undefined ? tempDir() : undefined;
  const parsed = SandboxConfigSchema.parse({
    audit: { mode: 'off' },
    levels: ['process'],
    pool: { max: 0 },
    ...config,
  });
  const service = createSandboxService(parsed, thisHost(dataDir ?? own?.path ?? ''));
  return {
    ...service,
    async close() {
      await service.close();
      own?.remove();
    },
  };
}

/** A sandbox of level process, made as E2B's API makes it: with a disk of its own, and of tenant `test`. */
export async function createLive(service: SandboxService, changes: Partial<NewSandbox> = {}): Promise<LiveSandbox> {
  return (await service.sandboxes()).create({
    tenant: 'test',
    template: 'base',
    level: sandboxpb.Level.PROCESS,
    timeoutMs: 600_000,
    onTimeout: 'kill',
    autoResume: false,
    metadata: {},
    env: {},
    egress: { deny: [] },
    privatePorts: false,
    ...changes,
  });
}

/** What a command said, and how it ended. */
export interface Told {
  readonly stdout: string;
  readonly stderr: string;
  readonly exited: sandboxpb.Exited;
}

/** Runs a command in a sandbox of `createWithWorkspace` to its end. */
export async function execIn(
  service: SandboxService,
  sandboxId: string,
  argv: readonly [string, ...string[]],
  wallMs = 0,
): Promise<Told> {
  const [cmd, ...args] = argv;
  const caller = create(commonpb.CallerSchema, { tenant: 'test' });
  const request = create(sandboxpb.ExecRequestSchema, { caller, sandboxId, process: { cmd, args }, wallMs });
  const told: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] };
  let exited: sandboxpb.Exited | undefined;
  for await (const { event } of service.exec(request)) {
    if (event.case === 'exited') exited = event.value;
    if (event.case !== 'data') continue;
    const { output } = event.value;
    if (output.case === 'stdout' || output.case === 'stderr') told[output.case].push(output.value);
  }
  if (!exited) throw new Error('the command has no end');
  return {
    stdout: Buffer.concat(told.stdout).toString(),
    stderr: Buffer.concat(told.stderr).toString(),
    exited,
  };
}

/** A sandbox of level process with this workspace, made as agents have it, and of tenant `test`: its id. */
export async function createWithWorkspace(
  service: SandboxService,
  workspace: string,
  limits: MessageInitShape<typeof sandboxpb.LimitsSchema> = {},
): Promise<string> {
  const caller = create(commonpb.CallerSchema, { tenant: 'test' });
  const mounts = { workspace, inputs: [] };
  const level = sandboxpb.Level.PROCESS;
  return (await service.create(create(sandboxpb.CreateRequestSchema, { caller, level, mounts, limits }))).sandboxId;
}

/** Ends it. */
export async function destroyIn(service: SandboxService, sandboxId: string): Promise<void> {
  const caller = create(commonpb.CallerSchema, { tenant: 'test' });
  await service.destroy(create(sandboxpb.DestroyRequestSchema, { caller, sandboxId }));
}
