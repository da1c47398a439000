import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { create, HoldfastError, sandboxpb } from '@holdfast/protocol';
import { z } from 'zod';

import type { McpCaller } from './caller.ts';
import type { McpInstance } from './instance.ts';
import { tool, type ToolAnswer } from './result.ts';

/** Output that is given back; more ends the command. Bytes. */
const OUTPUT_BYTES = 256 * 1024;
const LONGEST_MS = 600_000;

const INTERPRETERS = {
  python: ['python3', '-'],
  javascript: ['node', '--input-type=module', '-'],
  bash: ['bash', '-s'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

const TimeoutMs = z.number().int().min(1).max(LONGEST_MS).default(30_000).describe('Wall time, milliseconds.');
const Egress = z
  .array(z.string().min(1).max(300))
  .max(50)
  .default([])
  .describe('Domains and presets (pypi, npm, github, debian) that it may reach, of what the operator allows.');

const CommandAnswerSchema = z.object({
  stdout: z.string(),
  stderr: z.string(),
  exit_code: z.number().int(),
  signal: z.string().describe('What ended it; empty if it exited by itself.'),
  quota: z.string().describe('The quota that it was ended for; empty where it was none.'),
});

/** A command to run. */
interface Command {
  readonly argv: readonly string[];
  readonly stdin: string;
  readonly timeoutMs: number;
  readonly egress: readonly string[];
}

/** Tools that run something in a sandbox that is made for it, and ended with it. */
export function registerCommandTools({ caller, context, server }: McpInstance): void {
  if (!caller.has('runs:write')) return;
  const annotations = { destructiveHint: false, openWorldHint: true };

  server.registerTool(
    'run_code',
    {
      title: 'Run code',
      description: `Runs a program in a fresh sandbox and gives back what it wrote (at most ${OUTPUT_BYTES} bytes). Nothing of it is kept.`,
      inputSchema: z.strictObject({
        language: z.enum(['python', 'javascript', 'bash']),
        code: z.string().min(1),
        timeout_ms: TimeoutMs,
        egress: Egress,
      }),
      outputSchema: CommandAnswerSchema,
      annotations,
    },
    tool('runs:write', ({ code, egress, language, timeout_ms: timeoutMs }, by, ctx) =>
      run(context, by, { argv: INTERPRETERS[language], stdin: code, timeoutMs, egress }, ctx.mcpReq.signal),
    ),
  );

  server.registerTool(
    'run_command',
    {
      title: 'Run a command',
      description: `Runs one program with its arguments, no shell line, in a fresh sandbox and gives back what it wrote (at most ${OUTPUT_BYTES} bytes). Nothing of it is kept.`,
      inputSchema: z.strictObject({
        argv: z.array(z.string()).min(1).max(1000),
        stdin: z.string().default(''),
        timeout_ms: TimeoutMs,
        egress: Egress,
      }),
      outputSchema: CommandAnswerSchema,
      annotations,
    },
    tool('runs:write', ({ argv, egress, stdin, timeout_ms: timeoutMs }, by, ctx) =>
      run(context, by, { argv, stdin, timeoutMs, egress }, ctx.mcpReq.signal),
    ),
  );
}

async function run(
  { deps: { sandbox } }: McpInstance['context'],
  by: McpCaller,
  { argv, egress, stdin, timeoutMs }: Command,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  const caller = by.toCaller();
  const workspace = await mkdtemp(join(tmpdir(), 'holdfast-code-'));
  try {
    const { sandboxId } = await sandbox.create(
      create(sandboxpb.CreateRequestSchema, {
        caller,
        mounts: { workspace, inputs: [] },
        limits: { wallMs: timeoutMs, outputBytes: OUTPUT_BYTES },
        egress: { allow: [...egress] },
      }),
    );
    try {
      const [cmd = '', ...args] = argv;
      const request = create(sandboxpb.ExecRequestSchema, {
        caller,
        sandboxId,
        process: { cmd, args },
        stdin: Buffer.from(stdin),
      });
      return answerOf(await gather(sandbox.exec(request, { signal })));
    } finally {
      await sandbox.destroy(create(sandboxpb.DestroyRequestSchema, { caller, sandboxId })).catch(ended);
    }
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

/** It had ended by itself. */
function ended(error: unknown): void {
  if (!HoldfastError.has(error, 'NOT_FOUND')) throw error;
}

interface Gathered {
  readonly stdout: string;
  readonly stderr: string;
  readonly exited: sandboxpb.Exited;
}

async function gather(events: AsyncIterable<sandboxpb.ExecResponse>): Promise<Gathered> {
  const pieces: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] };
  let exited: sandboxpb.Exited | undefined;
  for await (const { event } of events) {
    if (event.case === 'exited') exited = event.value;
    const output = event.case === 'data' ? event.value.output : undefined;
    if (output?.case === 'stdout' || output?.case === 'stderr') pieces[output.case].push(output.value);
  }
  if (!exited) throw new HoldfastError('UNAVAILABLE', 'The sandbox does not say how the command ended.');
  const text = (stream: 'stdout' | 'stderr'): string => Buffer.concat(pieces[stream]).toString('utf8');
  return { stdout: text('stdout'), stderr: text('stderr'), exited };
}

function answerOf({ exited, stderr, stdout }: Gathered): ToolAnswer {
  const { exitCode, quota, reason, signal } = exited;
  if (reason === sandboxpb.ExitReason.CANCELED) throw new HoldfastError('CANCELED', 'The command was cancelled.');
  const how = [
    `exit code ${exitCode}`,
    signal === '' ? '' : `ended by ${signal}`,
    quota === '' ? '' : `quota: ${quota}`,
  ];
  const text = [
    how.filter((part) => part !== '').join(', '),
    ...(stdout === '' ? [] : ['stdout:', stdout]),
    ...(stderr === '' ? [] : ['stderr:', stderr]),
  ].join('\n');
  return { text, value: { stdout, stderr, exit_code: exitCode, signal, quota }, failed: exitCode !== 0 };
}
