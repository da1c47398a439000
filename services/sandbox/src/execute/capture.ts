import { text } from 'node:stream/consumers';

import type { Agent, BoxUser } from '../agent/agent.ts';

/** What a short command of the platform's own did in a box. */
export interface Captured {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs a command of the platform's own to its end and gathers what it says. It must say little. */
export async function capture(
  agent: Pick<Agent, 'spawn'>,
  argv: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  user: BoxUser = 'user',
): Promise<Captured> {
  const child = await agent.spawn({ argv, env, cwd: '/', user, stdin: false, endTree: true });
  const [stdout, stderr, { exitCode }] = await Promise.all([text(child.stdout), text(child.stderr), child.exited]);
  return { stdout, stderr, exitCode };
}
