import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  commonpb,
  create,
  HoldfastError,
  type JsonObject,
  processpb,
  type SandboxApi,
  sandboxpb,
  type ToolsApi,
  toolspb,
} from '@holdfast/protocol';
import { type Logger, silentLogger, systemClock } from '@holdfast/telemetry';

import { createPdfPrinter } from './browser/print-pdf.ts';
import { ToolsConfigSchema } from './config.ts';
import { createToolsService } from './service.ts';
import type { ToolModule, ToolSource } from './tool.ts';

/** What a call said and how it ended. */
export interface Called {
  readonly result: toolspb.ToolResult;
  readonly value: JsonObject;
  readonly events: toolspb.CallToolResponse['event'][];
}

/** The tools service with a workspace of its own, for tests inside this package. */
export interface TestTools {
  readonly tools: ToolsApi;
  readonly sandbox: PlainSandbox;
  readonly workspace: string;
  call(tool: string, args: JsonObject, options?: { signal?: AbortSignal; actionId?: string }): Promise<Called>;
  request(tool: string, args: JsonObject, actionId?: string): toolspb.CallToolRequest;
  close(): Promise<void>;
}

/** Opens a service over a workspace in a new temporary folder. `inputs` are host paths by name. */
export async function openTestTools(
  options: {
    inputs?: Record<string, string>;
    modules?: ToolModule[];
    sources?: ToolSource[];
    config?: JsonObject;
    logger?: Logger;
  } = {},
): Promise<TestTools> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-tools-'));
  const workspace = join(folder, 'workspace');
  await mkdir(workspace);
  const sandbox = new PlainSandbox();
  const tools = createToolsService({
    sandbox: sandbox.api,
    config: ToolsConfigSchema.parse(options.config ?? {}),
    clock: systemClock,
    logger: options.logger ?? silentLogger(),
    pdf: createPdfPrinter({ executable: undefined, path: process.env['PATH'] ?? '' }),
    ...(options.modules ? { modules: options.modules } : {}),
    ...(options.sources ? { sources: options.sources } : {}),
  });
  const inputs = Object.entries(options.inputs ?? {}).map(([name, path]) =>
    create(commonpb.InputSchema, { name, path }),
  );
  const request: TestTools['request'] = (tool, args, actionId = 'a1') =>
    create(toolspb.CallToolRequestSchema, {
      runId: 'run_1',
      actionId,
      idempotencyKey: `run_1:${actionId}`,
      attempt: 1,
      tool,
      arguments: args,
      mounts: create(commonpb.MountsSchema, { workspace, inputs }),
    });
  return {
    tools,
    sandbox,
    workspace,
    request,
    async call(tool, args, { signal, actionId } = {}) {
      const events: Called['events'] = [];
      for await (const { event } of tools.callTool(request(tool, args, actionId), signal ? { signal } : {})) {
        events.push(event);
      }
      const last = events.at(-1);
      if (last?.case !== 'result') throw new Error('The call ended without a result.');
      return { result: last.value, value: last.value.value ?? {}, events };
    },
    async close() {
      await sandbox.killAll();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A stand-in for the sandbox service that starts real processes with no isolation. For the tests of this package only:
 * those that need the real one lie in tests/src/playbooks.
 */
export class PlainSandbox {
  readonly created: sandboxpb.CreateRequest[] = [];
  readonly destroyed: string[] = [];
  /** Sandboxes that exist; a test takes one away to play a restart of the service. */
  readonly live = new Map<string, sandboxpb.CreateRequest>();
  readonly #running = new Set<ReturnType<typeof spawn>>();
  /** Those that take more input, by sandbox and name. */
  readonly #open = new Map<string, ReturnType<typeof spawn>>();

  /** How many processes run. */
  get running(): number {
    return this.#running.size;
  }

  readonly api: SandboxApi = {
    probe: async () => create(sandboxpb.ProbeResponseSchema),
    create: async (request) => {
      this.created.push(request);
      const sandboxId = `sandbox-${this.created.length}`;
      this.live.set(sandboxId, request);
      return create(sandboxpb.CreateResponseSchema, { sandboxId });
    },
    exec: (request, options) => this.#exec(request, options?.signal),
    sendInput: (request) => this.#sendInput(request),
    destroy: async ({ sandboxId }) => {
      this.destroyed.push(sandboxId);
      this.live.delete(sandboxId);
      return create(sandboxpb.DestroyResponseSchema);
    },
  };

  async killAll(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
  }

  async #sendInput({
    sandboxId,
    execId,
    data,
    close,
  }: sandboxpb.SendInputRequest): Promise<sandboxpb.SendInputResponse> {
    const stdin = this.#open.get(`${sandboxId} ${execId}`)?.stdin;
    if (!stdin) throw new HoldfastError('FAILED_PRECONDITION', `The command ${execId} takes no input.`);
    await new Promise<void>((resolve, reject) => {
      stdin.write(data, (error) => (error ? reject(error) : resolve()));
    });
    if (close) stdin.end();
    return create(sandboxpb.SendInputResponseSchema);
  }

  async *#exec(request: sandboxpb.ExecRequest, signal?: AbortSignal): AsyncGenerator<sandboxpb.ExecResponse> {
    const mounts = this.live.get(request.sandboxId)?.mounts;
    if (!mounts) throw new HoldfastError('NOT_FOUND', `There is no sandbox ${request.sandboxId}.`);
    const real = (path: string): string => {
      for (const { seen, on } of [
        { seen: '/workspace', on: mounts.workspace },
        ...mounts.inputs.map((input) => ({ seen: `/input/${input.name}`, on: input.path })),
      ]) {
        if (path === seen || path.startsWith(`${seen}/`)) return on + path.slice(seen.length);
      }
      return path;
    };
    const { cmd: program = '', args = [], envs = {}, cwd = '' } = request.process ?? {};
    const env = { PATH: process.env['PATH'], HOME: mounts.workspace, LANG: 'C.UTF-8', ...envs };
    // What is run from a mount names its own files by their mounts.
    const mounted = real(program) !== program;
    const argv = mounted ? args.map(real) : args;
    const child = spawn(real(program), argv, { cwd: real(cwd || '/workspace'), env });
    this.#running.add(child);
    const kill = (): void => {
      child.kill('SIGKILL');
    };
    signal?.addEventListener('abort', kill);
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    ended.catch(() => undefined);
    const errors: Uint8Array[] = [];
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.stdin.on('error', () => undefined);
    const key = `${request.sandboxId} ${request.execId}`;
    if (request.openStdin) {
      this.#open.set(key, child);
      child.stdin.write(request.stdin);
    } else child.stdin.end(request.stdin);
    try {
      if (request.openStdin) yield create(sandboxpb.ExecResponseSchema, { event: { case: 'started', value: {} } });
      for await (const chunk of child.stdout) {
        yield outputOf('stdout', chunk as Buffer);
      }
      const exitCode = (await ended) ?? 137;
      yield outputOf('stderr', Buffer.concat(errors));
      const reason = signal?.aborted ? sandboxpb.ExitReason.CANCELED : sandboxpb.ExitReason.EXITED;
      const exited = create(sandboxpb.ExitedSchema, { reason, exitCode });
      yield create(sandboxpb.ExecResponseSchema, { event: { case: 'exited', value: exited } });
    } finally {
      kill();
      this.#open.delete(key);
      signal?.removeEventListener('abort', kill);
      this.#running.delete(child);
    }
  }
}

function outputOf(stream: 'stdout' | 'stderr', value: Uint8Array): sandboxpb.ExecResponse {
  const data = create(processpb.ProcessEvent_DataEventSchema, { output: { case: stream, value } });
  return create(sandboxpb.ExecResponseSchema, { event: { case: 'data', value: data } });
}
