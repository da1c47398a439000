import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { AgentProcess, SpawnInit } from '../../agent/agent.ts';
import { agentBinary } from '../../agent/binary.ts';
import { connectAgent, type HoldableAgent } from '../../agent/connect.ts';
import { takeOver } from './take-over.ts';

const own = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };

/** The agent itself, without a box around it: what it says and does on its link is the same. */
describe.skipIf(process.platform !== 'linux')(
  'a link that stands still, and one that another host takes over, on Linux',
  () => {
    let child: ChildProcess;
    let link: Duplex;
    let agent: HoldableAgent;
    let folder: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'holdfast-link-'));
      child = spawn(agentBinary(process.arch), ['serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
      if (!child.stdin || !child.stdout) throw new Error('no pipes');
      link = Duplex.from({ readable: child.stdout, writable: child.stdin });
      agent = await connectAgent({ readable: link, writable: link }, { user: own });
    });
    afterEach(async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.stdin?.end();
      await gone;
      await rm(folder, { recursive: true });
    });

    const start = (of: HoldableAgent, script: string, more: Partial<SpawnInit> = {}): Promise<AgentProcess> =>
      of.spawn({
        argv: ['/bin/sh', '-c', script],
        env: { PATH: '/usr/bin:/bin' },
        cwd: folder,
        user: own,
        stdin: false,
        endTree: true,
        ...more,
      });

    it('holds back what is said while it stands still, and loses none of it', async () => {
      const reader = await start(agent, 'cat', { stdin: true });
      const release = await agent.hold();
      reader.stdin.end('said meanwhile');
      const later = start(agent, 'echo later');
      const first = await Promise.race([later.then(() => 'started'), sleep(200, 'waits')]);
      expect(first).toBe('waits');
      release();
      expect(await text(reader.stdout)).toBe('said meanwhile');
      expect(await text((await later).stdout)).toBe('later\n');
    });

    it('lets processes go on when another host takes over, however much they say', async () => {
      // Far more than the credit that the first host had given: it would stand still if anybody held it back.
      await start(agent, 'head -c 3000000 /dev/zero; echo done >done; sleep 1000');
      await start(agent, 'while :; do echo on; sleep 0.01; done');
      link.removeAllListeners('data');
      const second = await takeOver(link, randomBytes(16));
      expect(await text((await start(second, 'until [ -e done ]; do sleep 0.01; done; cat done')).stdout)).toBe(
        'done\n',
      );
      expect(await text((await start(second, 'echo new')).stdout)).toBe('new\n');
      expect(await readFile(join(folder, 'done'), 'utf8')).toBe('done\n');
    });
  },
);

describe.skipIf(process.platform !== 'linux')('a link that is given up for another, on Linux', () => {
  it('goes on with all that was open, and loses nothing of what was said meanwhile', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-leave-'));
    const path = join(folder, 'agent.sock');
    const child = spawn(agentBinary(process.arch), ['serve', '--listen', path], { stdio: 'inherit' });
    try {
      await expect.poll(() => readdir(folder), { timeout: 10_000 }).toEqual(['agent.sock']);
      const first = connect(path);
      const agent = await connectAgent({ readable: first, writable: first }, { user: own });
      const of = { env: { PATH: '/usr/bin:/bin' }, cwd: folder, user: own, stdin: false, endTree: true };
      const count = 'i=0; while [ $i -lt 3000 ]; do echo $i; i=$((i+1)); done; echo >done; read line; echo "$line"';
      const counting = await agent.spawn({ ...of, argv: ['/bin/sh', '-c', count], stdin: true });
      const goOn = await agent.leave();
      counting.stdin.end('in\n');
      await expect.poll(() => readdir(folder), { timeout: 10_000 }).toContain('done');
      const second = connect(path);
      await goOn({ readable: second, writable: second });
      const lines = (await text(counting.stdout)).split('\n');
      expect(lines.slice(0, -2)).toEqual(Array.from({ length: 3000 }, (_, i) => String(i)));
      expect(lines.at(-2)).toBe('in');
      expect(await counting.exited).toEqual({ exitCode: 0, signal: '' });
      second.destroy();
      await agent.closed;
    } finally {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true });
    }
  });
});
