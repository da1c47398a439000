import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Agent, AgentProcess } from './agent.ts';
import { agentBinary } from './binary.ts';
import { connectAgent } from './connect.ts';

const ENV = { PATH: '/usr/bin:/bin' };
/** A process that is not of the agent's sandbox, and the agent beside it, as without isolation. */
const WORLD = 'sleep 8123 & "$0" serve';

describe.runIf(process.platform === 'linux')('the supervisor of a command under attack by it (QA-4)', () => {
  let world: ReturnType<typeof open>;
  let agent: Agent;
  beforeEach(async (ctx) => {
    if (process.getuid?.() !== 0)
      return ctx.skip('only root can make the pid namespace that keeps the machine from harm');
    world = open();
    const owner = { uid: 0, gid: 0 };
    agent = await connectAgent({ readable: world.stdout, writable: world.stdin }, { user: owner, root: owner });
  });
  afterEach(async () => {
    if (!world) return;
    const gone = once(world, 'exit');
    world.kill('SIGKILL');
    await gone;
  });

  const start = (script: string): Promise<AgentProcess> =>
    agent.spawn({ argv: ['sh', '-c', script], env: ENV, cwd: '/', user: 'user', stdin: false, endTree: true });
  const count = async (words: string): Promise<number> => {
    const looking = await start(`cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c '${words}[ ]' || true`);
    return Number((await text(looking.stdout)).trim());
  };

  it('a killed supervisor costs what its command has started, and nothing beside the sandbox', async () => {
    const killer = await start('(setsid sleep 8124 &); sleep 0.1; kill -9 $PPID; sleep 8124');
    killer.stdout.resume();
    killer.stderr.resume();
    expect(await killer.exited).toEqual({ exitCode: 137, signal: 'SIGKILL' });
    expect(await count('sleep 8124')).toBe(0);
    expect(await count('sleep 8123')).toBe(1);
  });

  it('a stopped supervisor still tells of its start, and ends the command', async () => {
    const stopper = await start('kill -STOP $PPID; exec sleep 8124');
    stopper.kill();
    stopper.stdout.resume();
    stopper.stderr.resume();
    expect(await stopper.exited).toEqual({ exitCode: 137, signal: 'SIGKILL' });
    expect(await count('sleep 8124')).toBe(0);
  });
});

/** In a pid namespace of its own: an agent that kills too much kills nothing of the machine. */
function open() {
  const args = [
    '--pid',
    '--mount',
    '--fork',
    '--kill-child',
    '--mount-proc',
    'sh',
    '-c',
    WORLD,
    agentBinary(process.arch),
  ];
  return spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] });
}
