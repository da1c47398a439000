import { thisHost } from './host/this-host.ts';
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { commonpb, create, type MessageInitShape, sandboxpb } from '@holdfast/protocol';
import type { z } from 'zod';

import { SandboxConfigSchema } from './config.ts';
import { createSandboxService, type SandboxService } from './service.ts';

/** What a command did, gathered. */
export interface Gathered {
  readonly stdout: string;
  readonly stderr: string;
  readonly exited: sandboxpb.Exited;
}

interface ExecInit {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: Uint8Array;
  readonly wallMs?: number;
}

/** What a command did, one event at a time. */
export interface ExecEvent {
  readonly event:
    | { readonly case: 'stdout' | 'stderr'; readonly value: Uint8Array }
    | { readonly case: 'exited'; readonly value: sandboxpb.Exited };
}
type Overrides = Partial<z.input<typeof SandboxConfigSchema>>;

/** A service with one sandbox, for tests: real processes, and a look for what it leaves behind. */
export interface TestSandbox {
  readonly service: SandboxService;
  readonly workspace: string;
  /** Where the service keeps what it keeps. */
  readonly dataDir: string;
  readonly created: sandboxpb.CreateResponse;
  /** In the environment and arguments of everything it starts. */
  readonly mark: string;
  request(argv: readonly string[], init?: ExecInit): sandboxpb.ExecRequest;
  exec(argv: readonly string[], init?: ExecInit, signal?: AbortSignal): AsyncIterable<ExecEvent>;
  run(argv: readonly string[], init?: ExecInit, signal?: AbortSignal): Promise<Gathered>;
  /** Processes on the host that carry the mark. */
  processes(): Promise<string[]>;
  close(): Promise<void>;
}

/** The service as this machine has it, without the audit unless it is asked for: attaching it takes seconds. */
export function testService(config: Overrides = {}): SandboxService & { readonly dataDir: string } {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-sandboxes-'));
  const service = createSandboxService(
    SandboxConfigSchema.parse({ audit: { mode: 'off' }, levels: ['process'], pool: { max: 0 }, ...config }),
    thisHost(dataDir),
  );
  return {
    ...service,
    dataDir,
    async close() {
      await service.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Makes a workspace, a service and a sandbox in it. */
export async function openTestSandbox(
  options: {
    config?: Overrides;
    level?: sandboxpb.Level;
    inputs?: { name: string; path: string; at?: string }[];
    limits?: MessageInitShape<typeof sandboxpb.LimitsSchema>;
  } = {},
): Promise<TestSandbox> {
  const workspace = await mkdtemp(join(tmpdir(), 'holdfast-workspace-'));
  const service = testService(options.config);
  const caller = create(commonpb.CallerSchema, { tenant: 'test' });
  const created = await service
    .create(
      create(sandboxpb.CreateRequestSchema, {
        caller,
        runId: 'run',
        level: options.level ?? sandboxpb.Level.UNSPECIFIED,
        mounts: { workspace, inputs: options.inputs ?? [] },
        ...(options.limits ? { limits: options.limits } : {}),
      }),
    )
    .catch(async (error: unknown) => {
      await rm(workspace, { recursive: true });
      throw error;
    });
  const mark = `mark-${randomUUID()}`;
  const request: TestSandbox['request'] = (argv, init = {}) =>
    create(sandboxpb.ExecRequestSchema, {
      caller,
      sandboxId: created.sandboxId,
      process: {
        cmd: argv[0] ?? '',
        args: argv.slice(1),
        envs: { ...init.env, HOLDFAST_TEST: mark },
        ...(init.cwd === undefined ? {} : { cwd: init.cwd }),
      },
      ...(init.stdin ? { stdin: init.stdin } : {}),
      ...(init.wallMs === undefined ? {} : { wallMs: init.wallMs }),
    });
  const exec: TestSandbox['exec'] = (argv, init, signal) =>
    execEvents(service.exec(request(argv, init), signal ? { signal } : {}));
  return {
    service,
    workspace,
    dataDir: service.dataDir,
    created,
    mark,
    request,
    exec,
    run: (argv, init, signal) => gather(exec(argv, init, signal)),
    processes: () => processesWith(mark),
    async close() {
      await service.close();
      await rm(workspace, { recursive: true, force: true });
    },
  };
}

/** The events of the service, without what is around them. */
export async function* execEvents(events: AsyncIterable<sandboxpb.ExecResponse>): AsyncGenerator<ExecEvent> {
  for await (const { event } of events) {
    if (event.case === 'exited') yield { event };
    const output = event.case === 'data' ? event.value.output : undefined;
    if (output?.case === 'stdout' || output?.case === 'stderr') yield { event: output };
  }
}

/** Reads a command to its end. */
export async function gather(events: AsyncIterable<ExecEvent>): Promise<Gathered> {
  const output: { stdout: Uint8Array[]; stderr: Uint8Array[] } = { stdout: [], stderr: [] };
  let exited: sandboxpb.Exited | undefined;
  for await (const { event } of events) {
    if (exited) throw new Error('an event came after exited');
    if (event.case === 'exited') exited = event.value;
    else output[event.case].push(event.value);
  }
  if (!exited) throw new Error('the stream ended without exited');
  const text = (pieces: Uint8Array[]): string => Buffer.concat(pieces).toString('utf8');
  return { stdout: text(output.stdout), stderr: text(output.stderr), exited };
}

/** The command lines of the host's processes that have `mark` in their arguments or environment. Linux only. */
export async function processesWith(mark: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const [commandLine, environment] = await Promise.all([read(pid, 'cmdline'), read(pid, 'environ')]);
    if (commandLine.includes(mark) || environment.includes(mark)) found.push(`${pid}: ${commandLine}`);
  }
  return found;
}

/** Empty for a process that has gone, and for the environment of one that is not ours. */
async function read(pid: string, file: string): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/${file}`, 'utf8')).replaceAll('\0', ' ');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}
