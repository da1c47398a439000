import { HoldfastError } from '@holdfast/protocol';

import type { Agent } from '../../agent/agent.ts';
import { AGENT_INSIDE } from '../../agent/binary.ts';
import type { BoxLimits } from '../engine.ts';

/** What a guest is told when it begins to be a box. */
export interface Renewal {
  /** Epoch milliseconds. */
  readonly now: number;
  /** 64 bytes. */
  readonly entropy: Buffer;
  readonly limits: Pick<BoxLimits, 'tmpBytes' | 'pids' | 'openFiles'>;
}

/**
 * Tells a guest the time, mixes fresh randomness into its generator (two guests that go on from one state would
 * otherwise draw the same numbers), and sets the limits that its own kernel holds. Nobody else runs in it yet.
 * Throws SANDBOX_UNAVAILABLE when the guest refuses.
 */
export async function renew(agent: Agent, { now, entropy, limits }: Renewal): Promise<void> {
  const numbers = [
    Math.floor(now / 1000),
    Math.floor((now % 1000) * 1e6),
    limits.tmpBytes,
    limits.pids,
    limits.openFiles,
  ];
  const process = await agent.spawn({
    argv: [AGENT_INSIDE, 'renew', ...numbers.map(String)],
    env: {},
    cwd: '/',
    user: 'root',
    stdin: true,
    endTree: true,
  });
  process.stdin.end(entropy);
  process.stdout.resume();
  process.stderr.resume();
  const { exitCode } = await process.exited;
  if (exitCode === 0) return;
  throw new HoldfastError(
    'SANDBOX_UNAVAILABLE',
    `The virtual machine could not be given its time and limits (error ${exitCode}). Nothing was run.`,
  );
}
