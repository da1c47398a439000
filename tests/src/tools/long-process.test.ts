import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';
import type { SandboxService } from '@holdfast/sandbox';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { describeInCage } from '../../../services/sandbox/src/testing-cage.ts';
import {
  type LongProcess,
  type LongProcessOptions,
  openLongProcess,
  PLATFORM_NODE,
} from '../../../services/tools/src/process/long.ts';
import { leftBehind } from '../support/left-behind.ts';
import { ownTmp } from '../support/own-tmp.ts';
import { openSandboxService } from '../support/sandbox-service.ts';
import { tempDir } from '../support/temp-dir.ts';

const MIB = 1024 * 1024;
const { ExitReason } = sandboxpb;
/** Says each line that it reads, and where it ran. */
const ECHO = `
  import { createInterface } from 'node:readline';
  console.log('up ' + process.version);
  for await (const line of createInterface({ input: process.stdin })) console.log('echo ' + line);
  console.log('end of input');
`;

describeInCage('a program that runs for long, in a real sandbox (TL-5, SB-1)', () => {
  let dataDir: ReturnType<typeof tempDir>;
  let service: SandboxService;
  let server: string;
  let tmp: ReturnType<typeof ownTmp>;
  beforeEach(async () => {
    tmp = ownTmp();
    dataDir = tempDir();
    service = openSandboxService({ limits: { wall_ms: 2000, cpu_s: 1, output_bytes: MIB } }, dataDir.path);
    server = await mkdtemp(join(tmpdir(), 'holdfast-server-'));
    await chmod(server, 0o755);
    await writeFile(join(server, 'echo.mjs'), ECHO, { mode: 0o644 });
  });
  afterEach(async () => {
    await service.close();
    expect(await leftBehind(dataDir.path)).toEqual([]);
    dataDir.remove();
    await rm(server, { recursive: true });
    tmp.remove();
  });

  const open = (argv: readonly string[], more: Partial<LongProcessOptions> = {}): Promise<LongProcess> =>
    openLongProcess(service, {
      tenant: 'test',
      subject: 'user:ada',
      name: 'the server',
      argv,
      inputs: new Map([['server', server]]),
      ...more,
    });
  const isCode = (code: 'FAILED_PRECONDITION' | 'INVALID_ARGUMENT') => (error: unknown) =>
    HoldfastError.has(error, code);

  it('speaks in lines with a server of node, which is there whatever the host has installed', async () => {
    const process_ = await open([PLATFORM_NODE, '/input/server/echo.mjs']);
    const lines = linesOf(process_);
    expect(await lines.next()).toBe(`up ${process.version}`);
    for (const text of ['first', '第二', 'x'.repeat(100_000)]) {
      await process_.write(Buffer.from(`${text}\n`));
      expect(await lines.next()).toBe(`echo ${text}`);
    }
    await process_.closeInput();
    expect(await lines.next()).toBe('end of input');
    expect(await process_.exited).toMatchObject({ reason: ExitReason.EXITED, exitCode: 0, quota: '' });
    await expect(process_.write(Buffer.from('late'))).rejects.toSatisfy(isCode('FAILED_PRECONDITION'));
    await process_.close();
    await process_.close();
  });

  it('finds node on PATH, and its own packages beside it', async () => {
    await writeFile(join(server, 'run'), "#!/usr/bin/env node\nconsole.log('ran')\n", { mode: 0o755 });
    const process_ = await open(['/input/server/run']);
    expect(await linesOf(process_).next()).toBe('ran');
    await process_.close();
  });

  it('takes 1 MB through stdin no faster than it is read', async () => {
    const process_ = await open(['sh', '-c', 'echo up; until [ -e go ]; do sleep 0.05; done; sha256sum; echo read'], {
      workspace: await workspace(),
    });
    const lines = linesOf(process_);
    await lines.next();
    const sent = Buffer.alloc(MIB, 'abcdefg');
    let taken = 0;
    const writing = (async () => {
      for (let at = 0; at < sent.byteLength; at += 32 * 1024) {
        await process_.write(sent.subarray(at, at + 32 * 1024));
        taken += 32 * 1024;
      }
      await process_.closeInput();
    })();
    // As soon as nothing moves any more, what was taken lies in buffers.
    for (let before = -1; before !== taken; ) {
      before = taken;
      await sleep(200);
    }
    expect(taken).toBeLessThan(MIB / 2);
    await writeFile(join(await workspace(), 'go'), '');
    expect(await lines.next()).toContain(createHash('sha256').update(sent).digest('hex'));
    await writing;
    await process_.exited;
  });

  it('outlives the wall time, the CPU seconds and the output of common commands', async () => {
    // Busy for more than one second of CPU, more than two of wall time, and more than 1 MiB of output.
    const script =
      'head -c 3000000 /dev/zero; t=$(date +%s); while [ $(( $(date +%s) - t )) -lt 3 ]; do :; done; echo; cat';
    const process_ = await open(['sh', '-c', script]);
    let bytes = 0;
    for await (const piece of process_.output) {
      bytes += piece.bytes.byteLength;
      if (bytes > 3_000_000) await process_.closeInput();
    }
    expect(bytes).toBe(3_000_001);
    expect(await process_.exited).toMatchObject({ reason: ExitReason.EXITED, exitCode: 0, quota: '' });
  });

  it('holds the server back while nobody reads, and drops what a reader that left did not want', async () => {
    const process_ = await open(['sh', '-c', 'head -c 50000000 /dev/zero; echo over >&2']);
    for await (const _ of process_.output) break;
    expect(await process_.exited).toMatchObject({ exitCode: 0 });
  });

  it('tells a crash, with what was said before', async () => {
    const process_ = await open(['sh', '-c', 'echo last words >&2; kill -SEGV $$']);
    let said = '';
    for await (const { stream, bytes } of process_.output) said += `${stream}: ${Buffer.from(bytes).toString()}`;
    expect(said).toBe('stderr: last words\n');
    expect(await process_.exited).toMatchObject({ reason: ExitReason.SIGNALED, signal: 'SIGSEGV', exitCode: 139 });
    await process_.close();
  });

  it('says that a program is not there', async () => {
    const process_ = await open(['no-such-server']);
    expect(await linesOf(process_).next()).toContain('no-such-server');
    expect((await process_.exited).exitCode).toBe(127);
  });

  it('ends all that it started when it is closed, and a write that waits', async () => {
    const process_ = await open(['sh', '-c', 'trap "" TERM; setsid sleep 1000 & (sleep 1000 &); echo up; sleep 1000']);
    await linesOf(process_).next();
    const waiting = process_.write(Buffer.alloc(MIB));
    await Promise.all([process_.close(), expect(waiting).rejects.toSatisfy(isCode('FAILED_PRECONDITION'))]);
    expect(await process_.exited).toMatchObject({ reason: ExitReason.CANCELED });
    expect((await service.state()).live).toBe(0);
  });

  it('names the memory quota that ended it', async (ctx) => {
    if ((await service.state()).cgroups.kind === 'none') return ctx.skip('there are no control groups here');
    await service.close();
    service = openSandboxService({ limits: { total_memory_bytes: 64 * MIB } }, dataDir.path);
    const process_ = await open(['sh', '-c', 'echo up; tail /dev/zero & sleep 1000']);
    expect(await process_.exited).toMatchObject({ quota: 'memory' });
  });

  it('ends with the service, and leaves nothing', async () => {
    const processes = await Promise.all(Array.from({ length: 4 }, () => open(['sh', '-c', 'sleep 1000 & cat'])));
    await service.close();
    for (const { exited } of processes) {
      expect((await exited).reason).toBe(ExitReason.CANCELED);
    }
    for (const process_ of processes) await process_.close();
  });

  it('removes the workspace that it made, and keeps one that was given', async () => {
    const before = await longFolders();
    const own = await open(['cat']);
    expect(await longFolders()).toHaveLength(before.length + 1);
    await own.close();
    expect(await longFolders()).toEqual(before);
    const given = await open(['sh', '-c', 'echo kept >file'], { workspace: await workspace() });
    await given.exited;
    await given.close();
    expect(await readFile(join(await workspace(), 'file'), 'utf8')).toBe('kept\n');
  });

  it('refuses what cannot be started, and leaves nothing', async () => {
    const before = await longFolders();
    for (const wrong of [
      { argv: [] },
      { cwd: 'relative' },
      { inputs: new Map([['a/b', server]]) },
      { egress: ['http://not a host'] },
      { env: { 'no name': 'x' } },
    ]) {
      await expect(open(['cat'], wrong)).rejects.toSatisfy(isCode('INVALID_ARGUMENT'));
    }
    expect(await longFolders()).toEqual(before);
    expect((await service.state()).live).toBe(0);
  });

  async function longFolders(): Promise<string[]> {
    return (await tmp.list()).filter((name) => name.startsWith('holdfast-process-'));
  }
  const folders: string[] = [];
  /** One for each test. */
  async function workspace(): Promise<string> {
    folders[0] ??= await mkdtemp(join(tmpdir(), 'holdfast-kept-'));
    return folders[0];
  }
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });
});

describeInCage('what a program that runs for long may reach (SB-3)', () => {
  it('is nothing, or what it names of what the operator allows', async () => {
    const { createServer } = await import('node:http');
    const target = createServer((_request, response) => response.end('reached'));
    await new Promise<void>((resolve) => {
      target.listen(0, '127.0.0.1', resolve);
    });
    const { port } = target.address() as { port: number };
    const dataDir = tempDir();
    const service = openSandboxService(
      { egress: { allow: [`127.0.0.1:${port}`, 'other.example'], allow_private: ['127.0.0.1'] } },
      dataDir.path,
    );
    const ask = `const answer = await fetch('http://127.0.0.1:${port}/').catch((error) => error);
      console.log(answer.ok ? await answer.text() : 'refused');`;
    const said = async (egress?: readonly string[]): Promise<string> => {
      const process_ = await openLongProcess(service, {
        tenant: 'test',
        subject: 'user:ada',
        name: 'the server',
        // The proxy is what all of the network is: also the address that is called loopback inside.
        env: { NO_PROXY: '', no_proxy: '' },
        argv: [PLATFORM_NODE, '--input-type=module', '-e', ask],
        ...(egress ? { egress } : {}),
      });
      const line = await linesOf(process_).next();
      await process_.close();
      return line;
    };
    try {
      expect(await said()).toBe('refused');
      expect(await said(['other.example', 'pypi'])).toBe('refused');
      expect(await said([`127.0.0.1:${port}`])).toBe('reached');
    } finally {
      await service.close();
      target.close();
      dataDir.remove();
    }
  });
});

/** Reads the output line by line, both streams as one. */
function linesOf(process_: LongProcess): { next(): Promise<string> } {
  const pieces = process_.output[Symbol.asyncIterator]();
  let rest = '';
  return {
    async next() {
      while (!rest.includes('\n')) {
        const piece = await pieces.next();
        if (piece.done) throw new Error(`it ended after: ${rest}`);
        rest += Buffer.from(piece.value.bytes).toString();
      }
      const line = rest.slice(0, rest.indexOf('\n'));
      rest = rest.slice(line.length + 1);
      return line;
    },
  };
}
