import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { agentBinary } from '../../agent/binary.ts';
import { connectAgent, type HoldableAgent } from '../../agent/connect.ts';
import { capture } from '../../execute/capture.ts';
import { whyNoNamespaces } from '../../testing-cage.ts';

const ENV = { PATH: '/usr/bin:/bin' };
const NOBODY = { uid: 65_534, gid: 65_534 };
const reason = process.getuid?.() === 0 ? whyNoNamespaces() : 'only root can make a corner of its own';

// As in a machine of E2B, whose root the agent is: this one is taken for it.
describe('the agent in a machine of somebody else', () => {
  if (reason !== undefined) {
    it('needs root and namespaces', (ctx) => ctx.skip(reason));
    return;
  }
  const program = agentBinary(process.arch);
  let folder: string;
  let home: ChildProcess;
  const relays: ChildProcess[] = [];
  const link = () => {
    const relay = spawn(program, ['relay', join(folder, 'link')], { env: {}, stdio: ['pipe', 'pipe', 'inherit'] });
    relays.push(relay);
    return { readable: relay.stdout, writable: relay.stdin };
  };
  const connect = (): Promise<HoldableAgent> => connectAgent(link(), { user: NOBODY, root: { uid: 0, gid: 0 } });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-apart-'));
    home = spawn(program, ['apart', join(folder, 'link')], { env: {}, stdio: ['ignore', 'inherit', 'inherit'] });
  });
  afterEach(async () => {
    home.kill('SIGKILL');
    await Promise.all([home, ...relays.splice(0)].map(exited));
    await rm(folder, { recursive: true });
  });

  it('has processes and a network of its own, with nothing but a loopback that works (SB-3)', async () => {
    const agent = await connect();
    const { stdout } = await capture(agent, ['sh', '-c', 'cat /proc/1/cmdline | tr "\\0" " "; cat /proc/net/dev'], ENV);
    expect(stdout).toContain('agent serve --listen');
    expect([...stdout.matchAll(/^\s*(\w+):/gm)].map(([, name]) => name)).toEqual(['lo']);
    await agent.listen(3999, (stream) => stream.end('heard'));
    const heard = await capture(agent, ['bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/3999; cat <&3'], ENV);
    expect(heard.stdout).toBe('heard');
  });

  it('lends no rights of the machine: users are the ones that are named, and gain nothing (QA-4)', async () => {
    const agent = await connect();
    const { stdout } = await capture(agent, ['grep', '-E', '^(Uid|CapEff|NoNewPrivs)', '/proc/self/status'], ENV);
    expect(stdout).toBe('Uid:\t65534\t65534\t65534\t65534\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\n');
  });

  it('goes on with what runs when one relay is left for another', async () => {
    const agent = await connect();
    const counting = await agent.spawn({
      argv: ['sh', '-c', 'i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); done'],
      env: ENV,
      cwd: '/',
      user: 'user',
      stdin: false,
      endTree: true,
    });
    let seen = '';
    counting.stdout.on('data', (bytes: Buffer) => (seen += bytes.toString()));
    counting.stderr.resume();
    const read = once(counting.stdout, 'end');
    await once(counting.stdout, 'data');
    const goOn = await agent.leave();
    await goOn(link());
    expect(await counting.exited).toEqual({ exitCode: 0, signal: '' });
    await read;
    expect(seen).toBe(Array.from({ length: 2000 }, (_, i) => `${i}\n`).join(''));
  });

  it('ends with everything in it when it is killed', async () => {
    const agent = await connect();
    const sleeping = await agent.spawn({
      argv: ['sleep', '1000'],
      env: ENV,
      cwd: '/',
      user: 'user',
      stdin: false,
      endTree: true,
    });
    home.kill('SIGKILL');
    await expect(sleeping.exited).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await agent.closed;
  });
});

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
