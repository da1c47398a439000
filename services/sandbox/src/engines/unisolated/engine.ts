import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import { agentBinary } from '../../agent/binary.ts';
import { connectAgent } from '../../agent/connect.ts';
import { startProcess } from '../../execute/spawn.ts';
import type { Engine } from '../engine.ts';
import { processBox } from '../process/process-box.ts';
import { hostPath } from './host-path.ts';

/**
 * No isolation: commands run as the user of the service, with its network and its files. Only where the operator
 * allows it. What is kept of the contract: a built environment, the time-out, and the end of all that a command started.
 *
 * /workspace and /input do not exist there. The cwd, and every argument that begins with one of them, is turned into
 * the host's path; the environment has HOLDFAST_WORKSPACE.
 */
export function createUnisolatedEngine(platform: {
  readonly arch: string;
  readonly uid: number;
  readonly gid: number;
}): Engine {
  const own = { uid: platform.uid, gid: platform.gid };
  return {
    name: 'unisolated',
    level: sandboxpb.Level.UNISOLATED,
    mountsFolders: true,
    async version() {
      return 'no isolation: commands run as the user of the service';
    },
    async create(spec) {
      const child = await startProcess(agentBinary(platform.arch), ['serve'], {
        env: {},
        cwd: '/',
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const agent = await connectAgent({ readable: child.stdout, writable: child.stdin }, { user: own, root: own });
      const seen = {
        ...agent,
        connect: agent.connect.bind(agent),
        listen: agent.listen.bind(agent),
        spawn: (init: Parameters<typeof agent.spawn>[0]) => {
          const [program, ...args] = init.argv;
          return agent.spawn({
            ...init,
            argv: [hostPath(spec, program), ...args.map((argument) => hostPath(spec, argument))],
            cwd: hostPath(spec, init.cwd),
            env: { ...init.env, ...(spec.workspace === undefined ? {} : { HOLDFAST_WORKSPACE: spec.workspace }) },
          });
        },
      };
      if (child.pid === undefined) throw new HoldfastError('UNAVAILABLE', 'The agent could not be started.');
      const hangUp = (): void => {
        child.stdin.end();
      };
      const box = processBox({ agent: { ...seen, closed: agent.closed }, child, firstProcess: child.pid, hangUp });
      return { ...box, agentInside: agentBinary(platform.arch) };
    },
    reap: async () => 0,
  };
}
