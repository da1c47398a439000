import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { SpawnInit } from '../agent/agent.ts';
import { AGENT_INSIDE } from '../agent/binary.ts';
import { capture } from '../execute/capture.ts';
import { BoxFiles } from '../sandboxes/box-files.ts';
import type { Box } from './engine.ts';

const ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/home/user', TERM: 'dumb' };
const MIB = 1024 * 1024;

/** One box for the suite, and what is needed to make another one. */
export interface EngineUnderTest {
  /** A new box on the engine. */
  create(): Promise<Box>;
  /** A box that goes on from a folder that `snapshot` filled; left out where the engine cannot. */
  restore?(folder: string): Promise<Box>;
  /** An empty folder for a snapshot. */
  folder(): Promise<string>;
  /** What is left on the host of boxes that were destroyed: processes, mounts, containers, files. One line each. */
  leaks(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What every engine promises, whatever its level. Run it once for each. */
export function engineConformance(product: string, open: () => Promise<EngineUnderTest>): void {
  describe(`${product}: engine conformance (SB-1)`, () => {
    let engine: EngineUnderTest;
    let box: Box;
    beforeAll(async () => {
      engine = await open();
      box = await engine.create();
    }, 300_000);
    afterAll(async () => {
      await box.destroy();
      const leaks = await engine.leaks();
      await engine.close();
      expect(leaks).toEqual([]);
    }, 120_000);

    const start = (argv: [string, ...string[]], more: Partial<SpawnInit> = {}) =>
      box.agent.spawn({ argv, env: ENV, cwd: '/', user: 'user', stdin: false, endTree: true, ...more });
    const sh = (script: string, user: 'user' | 'root' = 'user') => capture(box.agent, ['sh', '-c', script], ENV, user);
    const files = (): BoxFiles => new BoxFiles(box.agent, box.agentInside ?? AGENT_INSIDE);

    it('runs a command, with its output apart, its exit code and its environment', async () => {
      const { stdout, stderr, exitCode } = await sh('echo "out $HOME"; echo err >&2; exit 7');
      expect({ stdout, stderr, exitCode }).toEqual({ stdout: 'out /home/user\n', stderr: 'err\n', exitCode: 7 });
    });

    it('streams output while the command runs, and takes input as it comes', async () => {
      const cat = await start(['cat'], { stdin: true });
      for (const line of ['one\n', '二\n']) {
        cat.stdin.write(line);
        const [piece] = (await new Promise<Buffer[]>((resolve) =>
          cat.stdout.once('data', (bytes) => resolve([bytes])),
        )) as [Buffer];
        expect(piece.toString()).toBe(line);
      }
      cat.stdin.end();
      cat.stdout.resume();
      expect(await cat.exited).toEqual({ exitCode: 0, signal: '' });
    });

    it('loses nothing of 8 MiB either way', async () => {
      const sent = Buffer.alloc(8 * MIB, Buffer.from([0, 1, 255, 10, 13]));
      const cat = await start(['cat'], { stdin: true });
      cat.stderr.resume();
      Readable.from([sent]).pipe(cat.stdin);
      const back = await buffer(cat.stdout);
      expect(createHash('sha256').update(back).digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
    });

    it('holds a command back whose output nobody reads', async () => {
      const flood = await start(['sh', '-c', 'yes | head -c 67108864']);
      const before = process.memoryUsage().rss;
      await sleep(700);
      expect(process.memoryUsage().rss - before).toBeLessThan(24 * MIB);
      flood.kill();
      flood.stdout.resume();
      flood.stderr.resume();
      await flood.exited;
    });

    it('gives a terminal, and resizes it', async () => {
      const shell = await start(['sh'], { pty: { cols: 91, rows: 27 }, stdin: true });
      let seen = '';
      shell.stdout.on('data', (bytes: Buffer) => (seen += bytes.toString()));
      const until = async (what: string): Promise<void> => {
        while (!seen.includes(what)) await sleep(10);
      };
      shell.stdin.write('stty size\n');
      await until('27 91');
      shell.resize(120, 50);
      shell.stdin.write('stty size; [ -t 0 ] && echo is-a-"tty"\n');
      await until('50 120');
      await until('is-a-tty');
      shell.stdin.write('exit 4\n');
      expect(await shell.exited).toEqual({ exitCode: 4, signal: '' });
    });

    it('sends signals, and tells the one that ended a command', async () => {
      const polite = await start([
        'sh',
        '-c',
        'trap "echo asked; exit 3" TERM; echo ready; while :; do sleep 0.05; done',
      ]);
      let out = '';
      polite.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
      while (!out.includes('ready')) await sleep(10);
      polite.signal(15);
      expect(await polite.exited).toEqual({ exitCode: 3, signal: '' });
      const sleeping = await start(['sleep', '1000']);
      sleeping.signal(1);
      expect(await sleeping.exited).toEqual({ exitCode: 129, signal: 'SIGHUP' });
    });

    it('kills a command with all that it started: background, double fork, own session', async () => {
      const tree = await start(['sh', '-c', 'sleep 1001 & (setsid sleep 1001 &); echo up; sleep 1001']);
      await new Promise((resolve) => tree.stdout.once('data', resolve));
      tree.kill();
      expect(await tree.exited).toEqual({ exitCode: 137, signal: 'SIGKILL' });
      expect(
        (
          await sh('cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " | grep -c "sleep 100[1] " || true')
        ).stdout.trim(),
      ).toBe('0');
    });

    it('says what cannot be started', async () => {
      const code = (argv: [string], more: Partial<SpawnInit> = {}) =>
        start(argv, more).then(
          () => 'started',
          (error: unknown) => HoldfastError.from(error).code,
        );
      expect(await code(['no-such-program'])).toBe('NOT_FOUND');
      expect(await code(['/etc/passwd'])).toBe('PERMISSION_DENIED');
      expect(await code(['true'], { cwd: '/nowhere' })).toBe('FAILED_PRECONDITION');
    });

    it('has the users "user" and "root", and neither is more than that', async () => {
      expect((await sh('id -un; cd; pwd')).stdout).toBe('user\n/home/user\n');
      expect((await sh('id -un', 'root')).stdout).toBe('root\n');
      const { stdout } = await sh('grep -E "^(CapEff|NoNewPrivs)" /proc/self/status');
      expect(stdout).toMatch(/^CapEff:\t0+\nNoNewPrivs:\t1$/m);
    });

    it('takes files up, down, lists, moves and removes them', async () => {
      const content = Buffer.from('磐石\0\n'.repeat(50_000));
      await files().write('/home/user/a/b/文件', Readable.from([content]), { user: 'user', metadata: {} });
      const { stream } = await files().read('/home/user/a/b/文件', 'user');
      expect((await buffer(stream)).equals(content)).toBe(true);
      const listed = await files().list('/home/user/a', 2, 'user');
      expect(listed.map(({ path, type }) => `${type} ${path}`)).toEqual([
        'directory /home/user/a/b',
        'file /home/user/a/b/文件',
      ]);
      await files().move('/home/user/a/b/文件', '/home/user/moved', 'user');
      expect(await files().stat('/home/user/moved', 'user')).toMatchObject({ size: content.byteLength, owner: 'user' });
      await files().remove('/home/user/a', 'user');
      await expect(files().stat('/home/user/a', 'user')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('follows no path out: links and .. stay inside (QA-4)', async () => {
      await sh('ln -sfn / /home/user/root; ln -sfn ../../../../etc /home/user/up');
      const inside = await text((await files().read('/home/user/up/passwd', 'user')).stream);
      expect(inside).toContain('user:x:');
      await expect(
        files().write('/home/user/root/etc/passwd', Readable.from(['x']), { user: 'user', metadata: {} }),
      ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    });

    it('watches a folder', async () => {
      await sh('mkdir -p /home/user/watched');
      const watch = await files().watch('/home/user/watched', { recursive: true, user: 'user' });
      await sh('mkdir /home/user/watched/sub; echo x > /home/user/watched/sub/new');
      const seen: string[] = [];
      for await (const { name, type } of watch.events) {
        seen.push(`${type} ${name}`);
        if (seen.includes('create sub/new')) break;
      }
      watch.close();
      expect(seen).toContain('create sub');
    });

    it('connects to a port inside, and lets the inside connect to the host', async () => {
      const greeted = Promise.withResolvers<string>();
      await box.agent.listen(3999, (stream) => {
        stream.once('data', (bytes: Buffer) => greeted.resolve(bytes.toString()));
        stream.end('from the host');
      });
      const stream = await box.agent.connect(3999);
      stream.write('from inside');
      expect(await text(stream)).toBe('from the host');
      expect(await greeted.promise).toBe('from inside');
      await expect(box.agent.connect(4001)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    });

    it('has no network but its own loopback (SB-3)', async () => {
      const { stdout } = await sh('cat /proc/net/dev | tail -n +3 | cut -d: -f1');
      expect(
        stdout
          .trim()
          .split(/\s+/)
          .filter((device) => !/^(lo|tunl0|sit0|ip6tnl0)$/.test(device)),
      ).toEqual([]);
    });

    it('measures what it uses', async () => {
      const usage = await box.usage();
      expect(usage.memoryBytes).toBeGreaterThan(0);
      expect(usage.pids).toBeGreaterThan(0);
    });

    it('stands still while it is paused, and goes on', async () => {
      const ticking = await start(['sh', '-c', 'while :; do echo tick; sleep 0.05; done']);
      const ticks: Buffer[] = [];
      ticking.stdout.on('data', (bytes: Buffer) => ticks.push(bytes));
      while (ticks.length === 0) await sleep(10);
      await box.pause();
      // What was under way when it stopped.
      await sleep(300);
      const paused = ticks.length;
      await sleep(500);
      expect(ticks).toHaveLength(paused);
      await box.resume();
      while (ticks.length === paused) await sleep(10);
      ticking.kill();
      await ticking.exited;
    });

    it('goes on from a snapshot, with its files, and leaves the first one as it is', async (ctx) => {
      if (!box.snapshot || !engine.restore) return ctx.skip('this engine takes no snapshots');
      await sh('echo before > /home/user/state');
      const folder = await engine.folder();
      await box.snapshot(folder);
      await sh('echo after > /home/user/state');
      const restored = await engine.restore(folder);
      try {
        expect((await capture(restored.agent, ['cat', '/home/user/state'], ENV)).stdout).toBe('before\n');
        expect((await sh('cat /home/user/state')).stdout).toBe('after\n');
      } finally {
        await restored.destroy();
      }
    });

    it('ends, and tells who waits that it has', async () => {
      const other = await engine.create();
      const running = await other.agent.spawn({
        argv: ['sleep', '1000'],
        env: ENV,
        cwd: '/',
        user: 'user',
        stdin: false,
        endTree: true,
      });
      const over = running.exited.then(
        () => 'exited',
        (error: unknown) => HoldfastError.from(error).code,
      );
      await other.destroy();
      expect(await over).toBe('UNAVAILABLE');
      expect(await other.ended).toMatchObject({ reason: 'destroyed' });
      await other.destroy();
      await expect(capture(other.agent, ['true'], ENV)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    });
  });
}
