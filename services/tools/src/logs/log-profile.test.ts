import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { JsonObject } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openTestTools, type TestTools } from '../testing.ts';
import { levelOf } from './level.ts';
import { maskedWords } from './mask.ts';
import { stampOf } from './timestamp.ts';

let open: TestTools;
beforeEach(async () => {
  open = await openTestTools();
});
afterEach(() => open.close());

async function profile(content: string | Buffer, args: JsonObject = {}, name = 'app.log'): Promise<JsonObject> {
  await writeFile(join(open.workspace, name), content);
  const { value } = await open.call('log_profile', { path: name, ...args });
  expect(value).not.toHaveProperty('error');
  return value;
}

const groupsOf = (value: JsonObject): JsonObject[] => value['groups'] as JsonObject[];
const NOW = Date.UTC(2026, 10, 24);

describe('times of a log', () => {
  it.each([
    ['2026-11-23T10:20:30.123Z INFO x', '2026-11-23T10:20:30.123Z', true],
    ['2026-11-23 10:20:30,123 INFO x', '2026-11-23T10:20:30.123Z', false],
    ['[2026-11-23T10:20:30+02:00] x', '2026-11-23T08:20:30.000Z', true],
    ['2026/11/23 10:20:30 [error] 12#0: x', '2026-11-23T10:20:30.000Z', false],
    ['web-1 app 2026-11-23T10:20:30Z x', '2026-11-23T10:20:30.000Z', true],
    ['1.2.3.4 - - [23/Nov/2026:10:20:30 +0000] "GET /" 500 1', '2026-11-23T10:20:30.000Z', true],
    ['Nov 23 10:20:30 host sshd[1]: x', '2026-11-23T10:20:30.000Z', false],
    ['Dec 31 23:59:59 host x', '2025-12-31T23:59:59.000Z', false],
    ['[Mon Nov 23 10:20:30.123456 2026] [error] x', '2026-11-23T10:20:30.123Z', false],
    ['E1123 10:20:30.123456 1 a.go:3] x', '2026-11-23T10:20:30.123Z', false],
    ['1795429230 x', '2026-11-23T10:20:30.000Z', true],
    ['1795429230123 x', '2026-11-23T10:20:30.123Z', true],
  ])('understands %s', (line, iso, zoned) => {
    const stamp = stampOf(line, NOW);
    expect(stamp && { iso: new Date(stamp.time).toISOString(), zoned: stamp.zoned }).toEqual({ iso, zoned });
  });

  it.each(['no time', '2026-13-45 99:00:00 x', '12345 x', 'Nov x', ''])('finds none in %j', (line) => {
    expect(stampOf(line, NOW)).toBeUndefined();
  });
});

describe('levels of a log', () => {
  it.each([
    ['ERROR x failed', 'error'],
    ['[warn] x', 'warn'],
    ['level=error msg="x"', 'error'],
    ['INFO all is well, no error', 'info'],
    ['user says error', 'none'],
    ['1.2.3.4 - - "GET /x" 503 12', 'error'],
    ['1.2.3.4 - - "GET /x" 200 12', 'info'],
    ['panic: runtime error', 'fatal'],
    ['java.lang.NullPointerException: x', 'error'],
    ['npm error: x', 'error'],
  ])('of %j is %s', (line, level) => {
    expect(levelOf(line, line)).toBe(level);
  });
});

describe('masks', () => {
  it.each([
    ['user 42 from 10.0.0.1:80 took 12ms', 'user <n> from <ip> took <n>ms'],
    ['open "/a b" /var/log/x.log failed', 'open <text> <path> failed'],
    ['id 123e4567-e89b-12d3-a456-426614174000 deadbeef12 0x1F', 'id <uuid> <hex> <hex>'],
    ['mail a@b.example https://x.example/y?z=1', 'mail <email> <url>'],
  ])('%s', (text, masked) => {
    expect(maskedWords(text).join(' ')).toBe(masked);
  });
});

describe('log_profile', () => {
  it('groups what differs only in values, with first and last seen', async () => {
    const value = await profile(
      [
        '2026-11-23T10:00:00Z INFO start',
        '2026-11-23T10:00:01Z ERROR user 1 not found in "alpha"',
        '2026-11-23T10:00:05Z WARN slow query 12ms',
        '2026-11-23T10:00:03Z ERROR user 22 not found in "beta"',
        '2026-11-23T10:00:09Z ERROR connection to 10.0.0.7:5432 refused',
        '',
      ].join('\n'),
    );
    expect(value).toMatchObject({
      lines: 5,
      entries: 5,
      levels: { error: 3, warn: 1, info: 1 },
      first_seen: '2026-11-23T10:00:00Z',
      last_seen: '2026-11-23T10:00:09Z',
      groups_found: 3,
    });
    expect(groupsOf(value)[0]).toMatchObject({
      template: 'ERROR user <n> not found in <text>',
      level: 'error',
      count: 2,
      first_seen: '2026-11-23T10:00:01Z',
      last_seen: '2026-11-23T10:00:03Z',
      samples: [{ file: '/workspace/app.log', line: 2 }, { line: 4 }],
    });
  });

  it('keeps stack traces with their entry, and failures of two kinds apart', async () => {
    const java =
      'java.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\nCaused by: java.io.IOException: x\n\t... 3 more';
    const value = await profile(
      [
        `2026-11-23 10:00:00 ERROR job 1 failed\n${java}`,
        `2026-11-23 10:00:01 ERROR job 2 failed\n${java}`,
        '2026-11-23 10:00:02 ERROR job 3 failed\nKeyError: x',
        '2026-11-23 10:00:03 INFO ok',
      ].join('\n'),
    );
    expect(value).toMatchObject({ lines: 13, entries: 4 });
    expect(groupsOf(value).map(({ count }) => count)).toEqual([2, 1]);
    expect(JSON.stringify(groupsOf(value)[0]?.['samples'])).toContain('... 3 more');
    expect(groupsOf(value)[0]?.['first_seen']).toBe('2026-11-23 10:00:00');
  });

  it('joins a Python traceback of a log without times', async () => {
    const trace = 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: no';
    const value = await profile(`starting\n${trace}\nnext thing\n`);
    expect(value).toMatchObject({ entries_without_time: 2, first_seen: '' });
    expect(value['entries']).toBe(2);
  });

  it('reads JSON lines', async () => {
    const value = await profile(
      '{"level":50,"time":1795429230123,"msg":"db gone"}\n{"severity":"WARNING","timestamp":"2026-11-23T10:20:31Z","message":"low"}\n',
    );
    expect(groupsOf(value).map(({ level, template }) => [level, template])).toEqual([
      ['error', 'db gone'],
      ['warn', 'low'],
    ]);
  });

  it('reads a folder with .gz and other encodings, and names what it leaves out', async () => {
    const dir = join(open.workspace, 'logs');
    await mkdir(join(dir, 'old'), { recursive: true });
    await writeFile(join(dir, 'a.log'), '2026-11-23T10:00:00Z ERROR x\n');
    await writeFile(join(dir, 'old', 'b.log.gz'), gzipSync('2026-11-22T10:00:00Z ERROR x\n'));
    await writeFile(join(dir, 'broken.log.gz'), gzipSync('2026-11-22T10:00:00Z ERROR x\n').subarray(0, 15));
    await writeFile(join(dir, 'c.log'), Buffer.from('\uFEFF2026-11-23T11:00:00Z ERROR x\n', 'utf16le'));
    await writeFile(join(dir, 'core'), Buffer.from([0, 1, 2, 0, 5]));
    await symlink('/etc/passwd', join(dir, 'link.log'));
    const { value } = await open.call('log_profile', { path: 'logs' });
    expect(value).toMatchObject({ files_read: 3, left_out_count: 2, first_seen: '2026-11-22T10:00:00Z' });
    expect(groupsOf(value)[0]).toMatchObject({ count: 3, last_seen: '2026-11-23T11:00:00Z' });
  });

  it('takes the year of a syslog from the file', async () => {
    await writeFile(join(open.workspace, 's.log'), 'Dec 31 23:00:00 h app: ERROR x\n');
    await utimes(join(open.workspace, 's.log'), new Date('2024-01-02'), new Date('2024-01-02'));
    const { value } = await open.call('log_profile', { path: 's.log' });
    expect(value['first_seen']).toBe('2023-12-31 23:00:00');
  });

  it('stays bounded on lines without end and messages without pattern', async () => {
    const random = Array.from(
      { length: 20_000 },
      (_, i) => `ERROR ${'abcdefghij'[i % 10]}${(i * 7919).toString(26).replaceAll(/\d/g, 'q')} word`,
    );
    const value = await profile(`ERROR ${'x'.repeat(5_000_000)}\n${random.join('\n')}\n`, { groups: 5 });
    expect(value).toMatchObject({ lines: 20_001 });
    expect(groupsOf(value).length).toBeLessThanOrEqual(5);
    expect(JSON.stringify(value).length).toBeLessThan(50_000);
  });

  it('refuses what is no log', async () => {
    await writeFile(join(open.workspace, 'empty'), '');
    await mkdir(join(open.workspace, 'folder'));
    const codes = [];
    for (const path of ['empty', 'folder', 'missing', '/etc']) {
      codes.push((await open.call('log_profile', { path })).result.code);
    }
    expect(codes).toEqual(['INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'NOT_FOUND', 'REFUSED']);
  });
});
