import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { JsonObject } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openTestTools, type TestTools } from '../testing.ts';

let open: TestTools;
let outside: string;
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'holdfast-outside-'));
  await chmod(outside, 0o755);
  await writeFile(join(outside, 'secret.txt'), 'secret\n');
  await mkdir(join(outside, 'in'));
  await writeFile(join(outside, 'in', 'a.txt'), 'one\ntwo\nthree\n');
  await writeFile(join(outside, 'alone.log'), 'needle in a file\n');
  open = await openTestTools({ inputs: { data: join(outside, 'in'), log: join(outside, 'alone.log') } });
});
afterEach(async () => {
  await open.close();
  await rm(outside, { recursive: true, force: true });
});

const inWorkspace = (name: string): string => join(open.workspace, name);

describe('read_file', () => {
  it('reads inputs and workspace, by absolute and relative path', async () => {
    expect((await open.call('read_file', { path: '/input/data/a.txt' })).value).toMatchObject({
      text: 'one\ntwo\nthree\n',
      encoding: 'utf-8',
      first_line: 1,
      last_line: 3,
      more: false,
    });
    expect((await open.call('read_file', { path: '/input/log' })).value['text']).toBe('needle in a file\n');
    await writeFile(inWorkspace('b.txt'), 'b');
    expect((await open.call('read_file', { path: 'b.txt' })).value['path']).toBe('/workspace/b.txt');
  });

  it('reads a range, and says that there is more', async () => {
    const { value } = await open.call('read_file', { path: '/input/data/a.txt', start_line: 2, lines: 1 });
    expect(value).toMatchObject({ text: 'two\n', first_line: 2, last_line: 2, more: true });
    await writeFile(inWorkspace('wide.txt'), '汉'.repeat(100_000));
    const wide = await open.call('read_file', { path: 'wide.txt', max_bytes: 10 });
    expect(wide.value).toMatchObject({ text: '汉汉汉', more: true });
  });

  it('reads UTF-16, GB 18030 and Windows-1252 as text', async () => {
    await writeFile(inWorkspace('16.txt'), Buffer.from('\uFEFFgrüße 汉', 'utf16le'));
    await writeFile(inWorkspace('gb.txt'), Buffer.from([0xba, 0xba, 0xd7, 0xd6, 0x0a]));
    await writeFile(inWorkspace('latin.txt'), Buffer.from('caf\xe9 \x93x\x94', 'latin1'));
    expect((await open.call('read_file', { path: '16.txt' })).value).toMatchObject({
      text: 'grüße 汉',
      encoding: 'utf-16le',
    });
    expect((await open.call('read_file', { path: 'gb.txt' })).value).toMatchObject({
      text: '汉字\n',
      encoding: 'gb18030',
    });
    expect((await open.call('read_file', { path: 'latin.txt' })).value['text']).toBe('café “x”');
  });

  it('refuses what is no text file, without hanging', async () => {
    await writeFile(inWorkspace('x.bin'), Buffer.from([1, 2, 0, 3]));
    execFileSync('mkfifo', [inWorkspace('pipe')]);
    const server = createServer().listen(inWorkspace('socket'));
    const codes = await Promise.all(
      ['x.bin', 'pipe', 'socket', '.', 'missing', 'x.bin/y', 'a\0b'].map(
        async (path) => (await open.call('read_file', { path })).result.code,
      ),
    );
    server.close();
    expect(codes).toEqual([
      'INVALID_ARGUMENT',
      'REFUSED',
      'REFUSED',
      'INVALID_ARGUMENT',
      'NOT_FOUND',
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
    ]);
  });
});

describe('links (QA-4)', () => {
  it('refuses every way out, and gives away nothing of the host', async () => {
    await symlink(join(outside, 'secret.txt'), inWorkspace('absolute'));
    await symlink(`../../../../../..${outside}/secret.txt`, inWorkspace('relative'));
    await symlink(outside, inWorkspace('folder'));
    await symlink('absolute', inWorkspace('chain'));
    await symlink('loop', inWorkspace('loop'));
    const paths = [
      'absolute',
      'relative',
      'folder/secret.txt',
      'chain',
      '/etc/passwd',
      '../../etc/passwd',
      '/input/none',
    ];
    for (const path of [...paths, 'loop', '/proc/self/environ', '/input/data/../../../etc/passwd']) {
      const { result, value } = await open.call('read_file', { path });
      expect([path, result.code]).toEqual([path, 'REFUSED']);
      expect(JSON.stringify(value)).not.toContain(outside);
    }
  });

  it('follows links that stay within, as the run sees them', async () => {
    await mkdir(inWorkspace('d'));
    await writeFile(inWorkspace('d/real.txt'), 'real');
    await symlink('d/real.txt', inWorkspace('up'));
    await symlink('../d', inWorkspace('d/self'));
    await symlink('/workspace/d', inWorkspace('virtual'));
    await symlink('/input/data/a.txt', inWorkspace('to-input'));
    for (const path of ['up', 'd/self/self/real.txt', 'virtual/real.txt']) {
      expect((await open.call('read_file', { path })).value['text']).toBe('real');
    }
    expect((await open.call('read_file', { path: 'to-input' })).value['text']).toBe('one\ntwo\nthree\n');
  });

  it('does not write through a link that leaves, and replaces a link that is the target', async () => {
    await symlink(outside, inWorkspace('folder'));
    await symlink('/input/data', inWorkspace('input'));
    await symlink(join(outside, 'secret.txt'), inWorkspace('file'));
    for (const path of ['folder/x.txt', 'folder/new/x.txt', 'input/x.txt', '/input/data/x.txt']) {
      expect((await open.call('write_file', { path, content: 'x' })).result.code).toBe('REFUSED');
    }
    expect(await readdir(outside)).toEqual(['alone.log', 'in', 'secret.txt']);
    expect(await readdir(join(outside, 'in'))).toEqual(['a.txt']);
    expect((await open.call('write_file', { path: 'file', content: 'mine' })).result.ok).toBe(true);
    expect((await lstat(inWorkspace('file'))).isFile()).toBe(true);
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret\n');
  });

  it('never writes outside while another process exchanges folders for links', async () => {
    await mkdir(inWorkspace('real'));
    const script =
      'ln -s "$1" link; while :; do mv -T real t; mv -T link real; mv -T real link; mv -T t real; done 2>/dev/null';
    const racer = spawn('sh', ['-c', script, 'sh', outside], { cwd: open.workspace });
    const ended = new Promise((resolve) => {
      racer.on('close', resolve);
    });
    const codes = new Set<string>();
    for (let round = 0; round < 300; round += 1) {
      const { result } = await open.call('write_file', { path: `real/sub${round}/x.txt`, content: 'x' });
      codes.add(result.ok ? 'written' : result.code);
    }
    racer.kill('SIGKILL');
    await ended;
    expect(codes).toContain('written');
    expect(await readdir(outside)).toEqual(['alone.log', 'in', 'secret.txt']);
  });
});

describe('write_file', () => {
  it('makes folders, replaces whole, and names its artifact', async () => {
    const { result } = await open.call('write_file', { path: 'a/b/c.txt', content: '汉' });
    expect(result).toMatchObject({ ok: true, artifacts: ['/workspace/a/b/c.txt'], value: { bytes: 3 } });
    await chmod(inWorkspace('a/b/c.txt'), 0o755);
    await open.call('write_file', { path: '/workspace/a/b/c.txt', content: 'new' });
    expect(await readFile(inWorkspace('a/b/c.txt'), 'utf8')).toBe('new');
    expect((await stat(inWorkspace('a/b/c.txt'))).mode & 0o777).toBe(0o755);
    expect(await readdir(inWorkspace('a/b'))).toEqual(['c.txt']);
  });

  it('cleans up what an interrupted call of the same key left behind', async () => {
    await open.call('write_file', { path: 'x', content: 'a' }, { actionId: 'k' });
    await writeFile(inWorkspace('.holdfast-probe'), '');
    const key = createHash('sha256').update('run_1:k').digest('hex').slice(0, 16);
    await writeFile(inWorkspace(`.holdfast-${key}.tmp`), 'half');
    expect((await open.call('write_file', { path: 'x', content: 'b' }, { actionId: 'k' })).result.ok).toBe(true);
    expect((await readdir(open.workspace)).sort()).toEqual(['.holdfast-probe', 'x']);
  });

  it('refuses 50 MB with the bound, and what is no file', async () => {
    const { result, value } = await open.call('write_file', { path: 'x', content: 'a'.repeat(50_000_000) });
    expect(result.code).toBe('TOO_LARGE');
    expect(value['message']).toContain('8388608');
    await mkdir(inWorkspace('folder'));
    execFileSync('mkfifo', [inWorkspace('pipe')]);
    for (const path of ['folder', 'pipe', 'new/', '.']) {
      expect([path, (await open.call('write_file', { path, content: '' })).result.ok]).toEqual([path, false]);
    }
  });
});

describe('list_files', () => {
  it('lists upper levels first, within its bounds, and follows no link', async () => {
    await mkdir(inWorkspace('d/e/f'), { recursive: true });
    await writeFile(inWorkspace('d/x.txt'), '12345');
    await symlink('d', inWorkspace('link'));
    const { value } = await open.call('list_files', { depth: 2 });
    expect(value).toEqual({
      path: '/workspace',
      entries: [
        { path: '/workspace/d', type: 'folder' },
        { path: '/workspace/link', type: 'link' },
        { path: '/workspace/d/e', type: 'folder' },
        { path: '/workspace/d/x.txt', type: 'file', size: 5 },
      ],
      more: false,
      unreadable: [],
    });
    expect((await open.call('list_files', { limit: 1 })).value).toMatchObject({ more: true, entries: [{}] });
    expect((await open.call('list_files', { path: '/input/log' })).result.ok).toBe(false);
  });
});

describe('search_files', () => {
  it('finds by pattern and by plain text, in folders and in one file', async () => {
    await writeFile(inWorkspace('a b.txt'), 'x\nneedle (1)\n');
    const found = async (args: JsonObject) => (await open.call('search_files', args)).value['matches'];
    expect(await found({ pattern: 'need.e' })).toEqual([{ path: '/workspace/a b.txt', line: 2, text: 'needle (1)' }]);
    expect(await found({ pattern: '(1)', literal: true })).toHaveLength(1);
    expect(await found({ pattern: 'NEEDLE', path: 'a b.txt', ignore_case: true })).toHaveLength(1);
    expect(await found({ pattern: 'needle', include: '*.md' })).toEqual([]);
    expect(await found({ pattern: '-x' })).toEqual([]);
  });

  it('names a wrong pattern, and stops at its bound', async () => {
    await writeFile(inWorkspace('many'), 'a\n'.repeat(500_000));
    const { value } = await open.call('search_files', { pattern: 'a', limit: 5 });
    expect(value).toMatchObject({ more: true });
    expect(value['matches']).toHaveLength(5);
    expect((await open.call('search_files', { pattern: '(' })).result.code).toBe('INVALID_ARGUMENT');
    await expect.poll(() => open.sandbox.running).toBe(0);
  });
});

describe.runIf(process.getuid?.() === 0)('a service that is root', () => {
  it('gives what it writes to the owner of the workspace', async () => {
    await chown(open.workspace, 52_123, 52_123);
    await open.call('write_file', { path: 'new/x', content: '' });
    for (const name of ['new', 'new/x'])
      expect(await stat(inWorkspace(name))).toMatchObject({ uid: 52_123, gid: 52_123 });
  });

  it('reads of the inputs no more than the unprivileged user may', async () => {
    await chmod(join(outside, 'in', 'a.txt'), 0o600);
    const { result } = await open.call('read_file', { path: '/input/data/a.txt' });
    expect(result.code).toBe('REFUSED');
  });
});
