import type { ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';

import { connectAgent } from '../../agent/connect.ts';
import { startProcess } from '../../execute/spawn.ts';
import type { Box, BoxSpec } from '../engine.ts';
import { keepComplaint } from './complaint.ts';
import { usersInside } from './inside.ts';
import { processBox, spareAgent } from './process-box.ts';

/** How a program that builds cages is started. */
export interface Launch {
  /** Of the engine, for messages. */
  readonly name: string;
  /** The program and its arguments; it becomes the agent, on its own stdin and stdout. */
  readonly argv: readonly [string, ...string[]];
  readonly spec: BoxSpec;
  /** The agent, on the host. */
  readonly agent: string;
  readonly isRoot: boolean;
  /** What it reads or writes beside its three standard descriptors, from 3 on: data that is handed over, or nothing. */
  readonly descriptors: readonly (string | Uint8Array | undefined)[];
  /** Finds the host's number of the box's first process, once the agent has greeted. */
  readonly firstProcess: (child: ChildProcess) => Promise<number | undefined>;
}

/** Starts a cage and greets its agent. Throws SANDBOX_UNAVAILABLE with what the launcher said; nothing is left then. */
export async function startBox(launch: Launch): Promise<Box> {
  const { name, spec, agent, isRoot, descriptors } = launch;
  const [program, ...args] = enterCgroup(agent, spec, launch.argv);
  const child = await startProcess(program, args, {
    // Nothing of the service's environment: the launcher may be root.
    env: {},
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe', ...descriptors.map(() => 'pipe' as const)],
  });
  const complaint = keepComplaint(child.stderr);
  descriptors.forEach((data, index) => {
    if (data !== undefined) hand(child, 3 + index, data);
  });
  try {
    const link = { readable: child.stdout, writable: child.stdin };
    const connected = await connectAgent(link, usersInside(spec, isRoot));
    const firstProcess = await launch.firstProcess(child);
    if (firstProcess === undefined) throw new HoldfastError('SANDBOX_UNAVAILABLE', 'Its first process is not known.');
    spareAgent(firstProcess);
    return processBox({ agent: connected, child, firstProcess, ...(spec.cgroup ? { cgroup: spec.cgroup } : {}) });
  } catch (error) {
    child.kill('SIGKILL');
    // An agent that has become another user does not die with its launcher, but with its link.
    child.stdin.destroy();
    await spec.cgroup?.kill();
    const said = await complaint;
    throw new HoldfastError(
      'SANDBOX_UNAVAILABLE',
      `${name} could not build the cage, and nothing was run. ${said === '' ? '' : `It said: ${said} `}\`holdfast doctor\` tries it and says why.`,
      { cause: error },
    );
  }
}

/** A launcher that begins in the control groups, so that nothing of the box is ever outside. */
function enterCgroup(agent: string, spec: BoxSpec, launcher: readonly [string, ...string[]]): [string, ...string[]] {
  const [first, ...rest] = spec.wrap?.(launcher) ?? launcher;
  const wrapped: [string, ...string[]] = [first ?? launcher[0], ...rest];
  return spec.cgroup ? [agent, 'enter', ...spec.cgroup.enterArguments, '--', ...wrapped] : wrapped;
}

function hand(child: ChildProcess, fd: number, data: string | Uint8Array): void {
  const pipe = child.stdio[fd] as Writable;
  // A launcher that died has said why on stderr; that it did not read its files adds nothing.
  pipe.on('error', () => undefined);
  pipe.end(data);
}
