import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How a command line ended. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line that runs. */
export interface Spawned {
  readonly pid: number;
  readonly done: Promise<Finished>;
  /** What it said so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  /** Resolves when the output so far holds this text. */
  until(stream: 'stdout' | 'stderr', text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));

/** Starts the real command line as a process, in an environment of its own. */
export function spawnCli(
  args: readonly string[],
  options: { home: string; cwd?: string; env?: Record<string, string> },
): Spawned {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd ?? options.home,
    env: {
      PATH: process.env['PATH'] ?? '',
      // What one start has compiled, the next ones need not.
      NODE_COMPILE_CACHE: join(tmpdir(), 'holdfast-test-compiled'),
      HOME: options.home,
      LANG: 'C.UTF-8',
      // Attaching it takes seconds of a processor.
      HOLDFAST_SANDBOX__AUDIT__MODE: 'off',
      HOLDFAST_TOOLS__SKILLS__DIRS: '[]',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk;
      for (const watch of watchers) watch();
    });
  }
  const done = new Promise<Finished>((resolve) => {
    child.once('close', (code) => resolve({ code, ...output }));
  });
  return {
    pid: child.pid ?? 0,
    done,
    output: () => ({ ...output }),
    async until(stream, text) {
      const seen = new Promise<void>((resolve) => {
        const watch = () => {
          if (!output[stream].includes(text)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      });
      const early = async () => {
        const { code, stdout, stderr } = await done;
        if (!output[stream].includes(text))
          throw new Error(`It ended with ${code} before it said "${text}":\n${stdout}\n${stderr}`);
      };
      await Promise.race([seen, early()]);
    },
    kill: (signal) => void child.kill(signal),
  };
}

/** Runs it to its end. */
export function cli(
  args: readonly string[],
  options: { home: string; cwd?: string; env?: Record<string, string> },
): Promise<Finished> {
  return spawnCli(args, options).done;
}
