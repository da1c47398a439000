import { spawn } from 'node:child_process';

import type { Agent } from '../../agent/agent.ts';
import { agentBinary } from '../../agent/binary.ts';
import { connectAgent } from '../../agent/connect.ts';

/** An agent without a box around it, as the tests' own user. */
export interface BareAgent {
  readonly agent: Agent;
  /** Ends it and what it had started. */
  close(): Promise<void>;
}

/**
 * Starts one. Its applets run `program` instead of the agent inside a box: the agent on this host, or a test's own
 * program that says what no agent would.
 */
export async function bareAgent(program: string = agentBinary(process.arch)): Promise<BareAgent> {
  const child = spawn(agentBinary(process.arch), ['serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const own = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  const agent = await connectAgent({ readable: child.stdout, writable: child.stdin }, { user: own, root: own });
  const { closed } = agent;
  return {
    agent: {
      spawn: (init) => agent.spawn({ ...init, argv: [program, ...init.argv.slice(1)] }),
      connect: (port) => agent.connect(port),
      listen: (port, onConnection) => agent.listen(port, onConnection),
      closed,
    },
    close: async () => {
      child.stdin.end();
      await closed;
    },
  };
}
