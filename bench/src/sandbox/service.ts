import { create, sandboxpb } from '@holdfast/protocol';
import type { LiveSandbox, SandboxService } from '@holdfast/sandbox';

/** Runs a command in a sandbox of the service's API to its end. Throws where it fails. */
export async function exec(service: SandboxService, sandboxId: string, ...argv: string[]): Promise<void> {
  for await (const { event } of service.exec(create(sandboxpb.ExecRequestSchema, { sandboxId, argv }))) {
    if (event.case !== 'exited' || event.value.exitCode === 0) continue;
    throw new Error(`${argv.join(' ')} ended with exit code ${event.value.exitCode}`);
  }
}

/** Runs a command in a sandbox of E2B's API to its end. Throws where it fails. */
export async function execLive(sandbox: LiveSandbox, ...argv: [string, ...string[]]): Promise<void> {
  const child = await sandbox.made.box.agent.spawn({
    argv,
    env: { PATH: '/usr/bin:/bin' },
    cwd: '/',
    user: 'user',
    stdin: false,
    endTree: true,
  });
  child.stdout.resume();
  child.stderr.resume();
  const { exitCode } = await child.exited;
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with exit code ${exitCode}`);
}

/** A sandbox of E2B's API, of this service. */
export async function createLive(
  service: SandboxService,
  level: sandboxpb.Level,
  template = 'base',
): Promise<LiveSandbox> {
  return (await service.sandboxes()).create({
    tenant: 'bench',
    template,
    level,
    timeoutMs: 3_600_000,
    onTimeout: 'kill',
    autoResume: false,
    metadata: {},
    env: {},
    egress: { deny: [] },
    privatePorts: false,
  });
}
