import { type JsonObject, sandboxpb } from '@holdfast/protocol';
import { z } from 'zod';

import { defineTool, type ToolContext, type ToolModule, type ToolOutcome } from '../tool.ts';
import { BASH_ARGV, BASH_ENVIRONMENT } from './environment.ts';
import { OutputCapture } from './output.ts';
import { openOverflow } from './overflow-file.ts';
import { checkCommand, MOST_CHARACTERS } from './policy.ts';
import { bashPreview } from './preview.ts';
import type { Verdict } from './verdict.ts';

/** What the operator sets of the tool (`tools.bash`). */
export interface BashToolOptions {
  /** Further commands that are safe with any argument. */
  readonly allow: readonly string[];
  /** Time-out of a call that asks for none, milliseconds. */
  readonly timeoutMs: number;
  /** The longest time-out that a call may ask for, milliseconds. */
  readonly maxTimeoutMs: number;
}

/** The sandbox ends the command, so that what it had printed is kept; the call itself waits this much longer. */
const MARGIN_MS = 5_000;

const DESCRIPTION = `Runs one bash command line in the run's sandbox, in /workspace. There is no network; /input is read-only. Only these commands are allowed, with options that read:
- looking: ls cat head tail wc stat du file tree basename dirname realpath which date grep rg find (no -exec, no -delete)
- text: sed (printing only, no -i) awk (no system, no pipes, no files) sort uniq cut tr paste join comm diff jq column nl tac rev seq printf echo md5sum sha256sum base64 od
- archives: tar -t, gzip -dc, zcat
- git, reading only: log show diff status blame shortlog rev-parse rev-list ls-files ls-tree cat-file grep branch --list tag --list describe for-each-ref merge-base config --get remote -v
- writing, only under /workspace: > and >> redirections, tee, mkdir, touch, cp, mv, rm, chmod
- xargs in front of a command that is safe with any argument, timeout, nice
Pipes, lists, if, for, while, case, [[ ]], $(( )), functions, substitutions and here-documents work. Interpreters (python, perl, sh -c ...), eval, source, background jobs and commands named by a variable do not. A refusal names the word and the rule. Exit codes other than 0 are reported, not treated as failures. Long output is cut in the middle and kept whole in a file.`;

function parametersOf({ timeoutMs, maxTimeoutMs }: BashToolOptions) {
  return z.strictObject({
    command: z.string().min(1).max(MOST_CHARACTERS).describe('The command line, bash.'),
    timeout_ms: z
      .number()
      .int()
      .min(100)
      .max(maxTimeoutMs)
      .optional()
      .describe(`Ends the command and all it started; left out: ${timeoutMs}.`),
    cwd: z
      .string()
      .max(4096)
      .regex(/^\/(workspace|input)(\/[^/\0]+)*\/?$/, 'a folder under /workspace or /input')
      .refine((path) => !path.split('/').includes('..'), 'without ..')
      .optional()
      .describe('Where it starts: a folder under /workspace or /input. Left out: /workspace.'),
  });
}

type Arguments = z.output<ReturnType<typeof parametersOf>>;

/** The tool with which an agent runs shell text that is checked first (TL-2). */
export function bashTool(options: BashToolOptions): ToolModule {
  const verdictOf = ({ command, cwd }: Arguments): Verdict =>
    checkCommand(command, { allow: options.allow, cwd: cwd ?? '/workspace' });
  const extra = options.allow.length > 0 ? `\nAlso allowed here: ${options.allow.join(' ')}.` : '';
  return defineTool({
    name: 'bash',
    description: `${DESCRIPTION}${extra}`,
    parameters: parametersOf(options),
    effect: 'write',
    approval: 'none',
    timeoutMs: options.timeoutMs + MARGIN_MS,
    timeoutOf: ({ timeout_ms: asked }) => (asked ?? options.timeoutMs) + MARGIN_MS,
    effectOf(args) {
      const verdict = verdictOf(args);
      // A refused call starts nothing, so that repeating it is harmless.
      return verdict.allowed ? verdict.effect : 'read';
    },
    check(args) {
      const verdict = verdictOf(args);
      return verdict.allowed ? undefined : { code: 'REFUSED', message: refusalOf(verdict) };
    },
    async preview(args) {
      const verdict = verdictOf(args);
      return verdict.allowed ? bashPreview(args.command, verdict) : { refused: refusalOf(verdict) };
    },
    async run(args, context) {
      const verdict = verdictOf(args);
      if (!verdict.allowed) return { ok: false, code: 'REFUSED', message: refusalOf(verdict) };
      return execute(verdict.script, args, args.timeout_ms ?? options.timeoutMs, context);
    },
  });
}

function refusalOf({ message, rule }: Extract<Verdict, { allowed: false }>): string {
  return `${message} (rule: ${rule}; nothing was run)`;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function execute(script: string, { cwd }: Arguments, wallMs: number, context: ToolContext): Promise<ToolOutcome> {
  const stdout = new OutputCapture(() => openOverflow(context, 'stdout'));
  const stderr = new OutputCapture(() => openOverflow(context, 'stderr'));
  const show = async (stream: 'stdout' | 'stderr', text: string): Promise<void> => {
    if (text !== '') await context.emit({ type: 'output', stream, text });
  };
  let exited: sandboxpb.Exited | undefined;
  const finish = once(() => Promise.all([stdout.finish(), stderr.finish()]));
  try {
    const events = context.exec([...BASH_ARGV, script], {
      cwd: cwd ?? '/workspace',
      env: BASH_ENVIRONMENT,
      wallMs,
    });
    for await (const { event } of events) {
      if (event.case === 'stdout') await show('stdout', await stdout.push(event.value));
      else if (event.case === 'stderr') await show('stderr', await stderr.push(event.value));
      else if (event.case === 'exited') exited = event.value;
    }
    await show('stdout', stdout.end());
    await show('stderr', stderr.end());
  } finally {
    // Also when the call is aborted: what was printed stays in the files.
    await finish();
  }
  const [out, err] = await finish();
  return outcomeOf(exited, wallMs, {
    stdout: out.text,
    stderr: err.text,
    truncated: out.truncated || err.truncated,
    ...(out.file === undefined ? {} : { stdout_file: out.file }),
    ...(err.file === undefined ? {} : { stderr_file: err.file }),
  });
}

function outcomeOf(exited: sandboxpb.Exited | undefined, wallMs: number, output: JsonObject): ToolOutcome {
  if (exited === undefined) {
    const message = 'The sandbox ended without saying how the command ended. What it printed is kept.';
    return { ok: false, code: 'TOOL_FAILED', message, value: output };
  }
  const value = { exit_code: exited.exitCode, ...output, duration_ms: Math.round(exited.durationMs) };
  switch (exited.reason) {
    case sandboxpb.ExitReason.EXITED:
      return { ok: true, value: { ...value, reason: 'exited' } };
    case sandboxpb.ExitReason.SIGNALED:
      return { ok: true, value: { ...value, reason: 'signaled', signal: exited.signal } };
    case sandboxpb.ExitReason.TIMED_OUT: {
      const message = `The command took longer than ${wallMs} ms and was ended, with everything it had started. What it had printed is kept. Ask for less, or pass a larger timeout_ms.`;
      return { ok: false, code: 'TIMED_OUT', message, value: { ...value, reason: 'timed_out' } };
    }
    case sandboxpb.ExitReason.CANCELED: {
      const message = 'The command was cancelled before it had finished. What it had printed is kept.';
      return { ok: false, code: 'CANCELED', message, value: { ...value, reason: 'canceled' } };
    }
    case sandboxpb.ExitReason.UNSPECIFIED:
      return { ok: false, code: 'TOOL_FAILED', message: 'The sandbox did not say how the command ended.', value };
    default:
      return exited.reason satisfies never;
  }
}
