import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { create, HoldfastError, sandboxpb } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { gather, type openTestSandbox, type TestSandbox } from '../testing.ts';

const { ExitReason } = sandboxpb;
const MIB = 1024 * 1024;

/** What every engine promises, whatever its level. Run it once for each; `open` gives a fresh sandbox on the engine. */
export function commandConformance(
  name: string,
  open: (options?: Parameters<typeof openTestSandbox>[0]) => Promise<TestSandbox>,
): void {
  describe(`${name}: commands (SB-1, TL-2)`, () => {
    let sandbox: TestSandbox;
    beforeEach(async () => {
      sandbox = await open();
    });
    afterEach(async () => {
      const left = await sandbox.processes();
      await sandbox.close();
      expect(left, 'processes left behind').toEqual([]);
    });

    it('passes exit codes on', async () => {
      for (const code of [0, 1, 42, 129, 255]) {
        const { exited } = await sandbox.run(['sh', '-c', `exit ${code}`]);
        expect(exited).toMatchObject({ reason: ExitReason.EXITED, exitCode: code, signal: '' });
      }
    });

    it('names the signal that ended a command', async () => {
      const { exited } = await sandbox.run(['sh', '-c', 'kill -SEGV $$']);
      expect(exited).toMatchObject({ reason: ExitReason.SIGNALED, exitCode: 139, signal: 'SIGSEGV' });
    });

    it('keeps stdout and stderr apart and each in order', async () => {
      const script = 'i=0; while [ $i -lt 500 ]; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); done';
      const { stdout, stderr } = await sandbox.run(['sh', '-c', script]);
      const lines = (word: string): string => Array.from({ length: 500 }, (_, i) => `${word} ${i}\n`).join('');
      expect(stdout).toBe(lines('out'));
      expect(stderr).toBe(lines('err'));
    });

    it('streams output while the command still runs', async () => {
      const seen: string[] = [];
      for await (const { event } of sandbox.exec([
        'sh',
        '-c',
        'echo ready; until [ -e go ]; do sleep 0.05; done; echo went',
      ])) {
        if (event.case !== 'stdout') continue;
        seen.push(Buffer.from(event.value).toString());
        // It can only go on because this first line came while it ran.
        if (seen.length === 1) await writeFile(join(sandbox.workspace, 'go'), '');
      }
      expect(seen.join('')).toBe('ready\nwent\n');
    });

    it('hands over stdin, bytes as they are', async () => {
      const stdin = Buffer.alloc(3 * MIB, Buffer.from([0, 1, 255, 10]));
      const { stdout } = await sandbox.run(['sha256sum'], { stdin });
      const { createHash } = await import('node:crypto');
      expect(stdout).toContain(createHash('sha256').update(stdin).digest('hex'));
    });

    it('does not mind a command that leaves its stdin unread', async () => {
      const { exited } = await sandbox.run(['true'], { stdin: Buffer.alloc(3 * MIB) });
      expect(exited.exitCode).toBe(0);
    });

    it('takes more input while the command runs, and its end (TL-5)', async () => {
      const { caller, sandboxId } = sandbox.request(['true']);
      const say = (text: string, close = false) =>
        sandbox.service.sendInput(
          create(sandboxpb.SendInputRequestSchema, {
            ...(caller ? { caller } : {}),
            sandboxId,
            execId: 'cat',
            data: Buffer.from(text),
            close,
          }),
        );
      const request = sandbox.request(['cat'], { stdin: Buffer.from('first') });
      const cases: string[] = [];
      let [said, exitCode] = ['', -1];
      for await (const { event } of sandbox.service.exec({ ...request, execId: 'cat', openStdin: true })) {
        cases.push(event.case ?? '');
        if (event.case === 'exited') exitCode = event.value.exitCode;
        if (event.case !== 'data' || event.value.output.case !== 'stdout') continue;
        said += Buffer.from(event.value.output.value).toString();
        // It can only come because the one before was read while it ran.
        if (said === 'first') await say(' second');
        if (said === 'first second') await say('', true);
      }
      expect({ said, exitCode, first: cases[0] }).toEqual({ said: 'first second', exitCode: 0, first: 'started' });
      await expect(say('late')).rejects.toSatisfy((error) => HoldfastError.has(error, 'FAILED_PRECONDITION'));
    });

    it('ends the whole tree on time-out: background, double fork, nohup, SIGTERM ignored (TL-2)', async () => {
      const script =
        'trap "" TERM HUP INT; sleep 1000 & (sleep 1000 &) ; nohup sleep 1000 >/dev/null 2>&1 & ' +
        'echo started; while :; do sleep 1000; done';
      const { stdout, exited } = await sandbox.run(['sh', '-c', script], { wallMs: 1500 });
      expect(stdout).toContain('started');
      expect(exited).toMatchObject({ reason: ExitReason.TIMED_OUT, exitCode: 137, signal: 'SIGKILL' });
      expect(await sandbox.processes()).toEqual([]);
    });

    it('ends the whole tree when the call is cancelled', async () => {
      const abort = new AbortController();
      let exited: sandboxpb.Exited | undefined;
      for await (const { event } of sandbox.exec(['sh', '-c', 'sleep 1000 & echo up; wait'], {}, abort.signal)) {
        if (event.case === 'stdout') abort.abort();
        if (event.case === 'exited') exited = event.value;
      }
      expect(exited).toMatchObject({ reason: ExitReason.CANCELED });
      expect(await sandbox.processes()).toEqual([]);
    });

    it('runs nothing when the call was cancelled before', async () => {
      await expect(sandbox.run(['touch', 'ran'], {}, AbortSignal.abort())).rejects.toSatisfy((error) =>
        HoldfastError.has(error, 'CANCELED'),
      );
      await expect(readFile(join(sandbox.workspace, 'ran'))).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('leaves nothing when it is cancelled at any moment of its start', async () => {
      for (let delayMs = 0; delayMs < 30; delayMs += 1) {
        const abort = new AbortController();
        const run = sandbox.run(['sh', '-c', 'sleep 1000 & wait'], {}, abort.signal);
        setTimeout(() => abort.abort(), delayMs);
        expect((await run).exited.reason).toBe(ExitReason.CANCELED);
      }
      expect(await sandbox.processes()).toEqual([]);
    });

    it('kills the command when the consumer leaves', async () => {
      for await (const { event } of sandbox.exec(['sh', '-c', 'echo up; sleep 1000'])) {
        if (event.case === 'stdout') break;
      }
      expect(await sandbox.processes()).toEqual([]);
    });

    it('ends what a command left in the background', async () => {
      const { stdout, exited } = await sandbox.run(['sh', '-c', 'sleep 1000 & echo over']);
      expect(stdout).toBe('over\n');
      expect(exited).toMatchObject({ reason: ExitReason.EXITED, exitCode: 0 });
      expect(await sandbox.processes()).toEqual([]);
    });

    it('holds a flood of 200 MB back while the consumer stalls, and loses none of it', async () => {
      const size = 200 * MIB;
      const events = sandbox.exec(['head', '-c', String(size), '/dev/zero'])[Symbol.asyncIterator]();
      const first = await events.next();
      let received = first.value?.event.case === 'stdout' ? first.value.event.value.byteLength : 0;
      const before = process.memoryUsage().rss;
      await sleep(1000);
      expect(process.memoryUsage().rss - before).toBeLessThan(32 * MIB);
      expect(await sandbox.processes(), 'the command waits').not.toEqual([]);
      for (;;) {
        const next = await events.next();
        if (next.done) break;
        if (next.value.event.case === 'stdout') received += next.value.event.value.byteLength;
      }
      expect(received).toBe(size);
    });

    it('ends on time though the consumer stalls', async () => {
      const events = sandbox.exec(['sh', '-c', 'yes'], { wallMs: 1500 })[Symbol.asyncIterator]();
      await events.next();
      while ((await sandbox.processes()).length > 0) await sleep(100);
      const { exited } = await gather({ [Symbol.asyncIterator]: () => events });
      expect(exited.reason).toBe(ExitReason.TIMED_OUT);
    });

    it('builds the environment and inherits nothing', async () => {
      process.env['HOLDFAST_SECRET_OF_SERVICE'] = 'leak';
      const { stdout } = await sandbox.run(['env'], { env: { OWN: 'värde = 值' } });
      delete process.env['HOLDFAST_SECRET_OF_SERVICE'];
      const env = Object.fromEntries(
        stdout
          .trim()
          .split('\n')
          .map((line) => line.split(/=(.*)/s).slice(0, 2)),
      );
      expect(env).toMatchObject({ OWN: 'värde = 值', HOME: '/tmp', USER: 'user', LANG: 'C.UTF-8' });
      expect(stdout).not.toContain('leak');
    });

    it('starts in the workspace, or where it is told', async () => {
      await sandbox.run(['sh', '-c', 'mkdir -p sub/目录 && echo here > sub/目录/file']);
      const { stdout } = await sandbox.run(['cat', 'file'], { cwd: '/workspace/sub/目录' });
      expect(stdout).toBe('here\n');
      expect(await readFile(join(sandbox.workspace, 'sub/目录/file'), 'utf8')).toBe('here\n');
    });

    it('says in one line that a program, or a cwd, is not there', async () => {
      const unknown = await sandbox.run(['no-such-program']);
      expect(unknown.exited.exitCode).toBe(127);
      expect(unknown.stderr).toMatch(/^[^\n]*no-such-program[^\n]*\n$/);
      const missing = await sandbox.run(['true'], { cwd: '/workspace/nowhere' });
      expect(missing.exited.exitCode).toBe(125);
      expect(missing.stderr).toMatch(/^[^\n]*\/workspace\/nowhere[^\n]*\n$/);
      await writeFile(join(sandbox.workspace, 'data'), 'no program', { mode: 0o644 });
      expect((await sandbox.run(['./data'])).exited.exitCode).toBe(126);
    });

    it('passes 1,000 arguments as they are: spaces, quotes, line ends, other scripts', async () => {
      const odd = ['a b', `'"$(id)\``, 'x\ny', '', '磐石', '🪨', '--', '-n', '*', '\\', 'a=b'];
      const args = Array.from({ length: 1000 }, (_, i) => odd[i % odd.length] ?? '');
      const { stdout } = await sandbox.run(['printf', '%s\\0', ...args]);
      expect(stdout.split('\0').slice(0, -1)).toEqual(args);
    });

    it('refuses more arguments than the kernel takes', async () => {
      const args = Array.from({ length: 100 }, () => 'x'.repeat(100_000));
      await expect(sandbox.run(['true', ...args])).rejects.toSatisfy((error) => HoldfastError.has(error, 'TOO_LARGE'));
    });

    it('runs commands side by side', async () => {
      const runs = await Promise.all(Array.from({ length: 8 }, (_, i) => sandbox.run(['echo', String(i)])));
      expect(runs.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 8 }, (_, i) => `${i}\n`));
    });

    it('ends every command on destroy, and knows the sandbox no more', async () => {
      const abandoned = sandbox.exec(['sh', '-c', 'echo up; sleep 1000'])[Symbol.asyncIterator]();
      await abandoned.next();
      const { sandboxId, caller } = sandbox.request(['true']);
      await sandbox.service.destroy({
        $typeName: 'holdfast.v1.DestroyRequest',
        sandboxId,
        ...(caller ? { caller } : {}),
      });
      expect(await sandbox.processes()).toEqual([]);
      await expect(sandbox.run(['true'])).rejects.toSatisfy((error) => HoldfastError.has(error, 'NOT_FOUND'));
    });
  });
}
