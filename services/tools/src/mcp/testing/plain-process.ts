import { spawn } from 'node:child_process';
import { on, once } from 'node:events';

import type { McpProcess } from '../transport/stdio.ts';

/** A program outside of any sandbox, spoken to as if it were in one. For tests only: the real one is in tests/src/mcp. */
export interface PlainProcess extends McpProcess {
  readonly pid: number;
}

export async function openPlainProcess(
  argv: readonly string[],
  env: Record<string, string> = {},
): Promise<PlainProcess> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { env: { PATH: process.env['PATH'], ...env }, stdio: 'pipe' });
  await once(child, 'spawn');
  child.stdin.on('error', () => undefined);
  const exited = new Promise<{ exitCode: number; signal: string }>((resolve) => {
    child.on('close', (code, signal) => resolve({ exitCode: code ?? 137, signal: signal ?? '' }));
  });
  return {
    pid: child.pid ?? 0,
    exited,
    output: outputOf(child, exited),
    async write(bytes) {
      if (!child.stdin.write(bytes)) await Promise.race([once(child.stdin, 'drain'), exited]);
    },
    async closeInput() {
      child.stdin.end();
    },
    async close() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function* outputOf(
  child: ReturnType<typeof spawn>,
  exited: Promise<unknown>,
): AsyncGenerator<{ stream: 'stdout' | 'stderr'; bytes: Uint8Array }> {
  const ended = new AbortController();
  const errors: Buffer[] = [];
  child.stderr?.on('data', (bytes: Buffer) => errors.push(bytes));
  void exited.then(() => ended.abort());
  try {
    for await (const [bytes] of on(child.stdout as NodeJS.ReadableStream, 'data', { signal: ended.signal })) {
      yield { stream: 'stdout', bytes: bytes as Buffer };
    }
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  }
  yield { stream: 'stderr', bytes: Buffer.concat(errors) };
}
