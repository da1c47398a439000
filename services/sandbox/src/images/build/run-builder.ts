import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

import { HoldfastError } from '@holdfast/protocol';

import { startProcess } from '../../execute/spawn.ts';
import { findProgram } from '../../host/find-program.ts';
import type { Waiter } from '../shared-work.ts';

/** A program that makes an image. */
export interface BuilderCommand {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** What to do when it fails, a sentence. */
  readonly advice: string;
}

const KEPT_LINES = 12;

/**
 * Runs a program that makes an image to its end. It and all that it starts end with this service, however that ends; as
 * root it has processes and mounts of its own, so that nothing of them can outlive it either.
 *
 * @throws HoldfastError SANDBOX_UNAVAILABLE when a program is not installed, CANCELED, TIMED_OUT, or UNAVAILABLE
 *   with the last lines that it said.
 */
export async function runBuilder({ argv, env, advice }: BuilderCommand, { signal, progress }: Waiter): Promise<void> {
  if (signal.aborted) throw canceled(signal);
  const isRoot = process.getuid?.() === 0;
  const cage = isRoot
    ? ['--pdeathsig', 'KILL', await program('unshare'), '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
    : ['--pdeathsig', 'TERM'];
  const child = await startProcess(
    await program('setpriv'),
    [...cage, '--', await program(argv[0]), ...argv.slice(1)],
    {
      env,
      cwd: '/',
      // Without a namespace of processes, a group is what can be ended as a whole.
      detached: !isRoot,
    },
  );
  child.stdin.end();
  child.stdout.resume();
  const last: string[] = [];
  // A progress bar goes back to the start of its line instead of ending it: readline takes both as line ends.
  createInterface({ input: child.stderr, crlfDelay: Infinity }).on('line', (line) => {
    const text = line.trim();
    if (text === '') return;
    last.push(text);
    if (last.length > KEPT_LINES) last.shift();
    progress(text);
  });
  const kill = (): void => {
    if (isRoot) child.kill('SIGKILL');
    else endGroup(child);
  };
  const closed = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  signal.addEventListener('abort', kill, { once: true });
  // It may have been aborted while the program was started.
  if (signal.aborted) kill();
  const code = await closed;
  signal.removeEventListener('abort', kill);
  if (signal.aborted) throw canceled(signal);
  if (code === 0) return;
  const said = last.join(' | ').slice(-1500);
  throw new HoldfastError(
    'UNAVAILABLE',
    `The image was not made, and nothing half-made is left: ${argv[0]} failed. ${advice} It said: ${said}`,
  );
}

/** Asks all of its processes to end; who did not hear it must not keep us waiting by holding a pipe open. */
function endGroup(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.once('exit', () => {
    child.stdout.destroy();
    child.stderr.destroy();
  });
  process.kill(-child.pid, 'SIGTERM');
}

function canceled(signal: AbortSignal): HoldfastError {
  return HoldfastError.from(signal.reason, 'CANCELED', 'Making the image was ended. Nothing half-made is left.');
}

async function program(name: string): Promise<string> {
  const path = name.startsWith('/') ? name : await findProgram(name);
  if (path !== undefined) return path;
  throw new HoldfastError(
    'SANDBOX_UNAVAILABLE',
    `The program ${name} is needed to make images and is not installed. Debian, Ubuntu: apt-get install mmdebstrap util-linux. Nothing was run.`,
  );
}
