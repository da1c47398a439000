import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { mergeTexts, textOf, unifiedDiff } from './text.ts';

const run = promisify(execFile);
const names = { before: 'a/file', after: 'b/file' };
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}\n`).join('');

describe('TL-3 differences of texts', () => {
  it('are such that git applies them', async () => {
    const before = numbered(60);
    const cases: [string, string][] = [
      [before, before.replace('line 3\n', 'line three\n').replace('line 40\n', '')],
      [before, `new first\n${before}new last\n`],
      [before, before.slice(0, -1)],
      [before.slice(0, -1), before],
      ['', 'only\n'],
      ['gone\n', ''],
      ['磐石\n石\n', '磐石\n石头\n'],
      ['a\nb\n', 'b\na\n'],
    ];
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-diff-'));
    for (const [a, b] of cases) {
      const patch = unifiedDiff(a, b, names);
      await writeFile(join(folder, 'file'), a);
      await writeFile(join(folder, 'patch'), patch);
      await run('git', ['apply', '--unidiff-zero', 'patch'], { cwd: folder }).catch((error: unknown) => {
        throw new Error(`git does not take\n${patch}`, { cause: error });
      });
      expect(await readFile(join(folder, 'file'), 'utf8').catch(() => '')).toBe(b);
    }
    await rm(folder, { recursive: true });
    expect(unifiedDiff(before, before, names)).toBe('');
  });

  it('are merged where they touch different places, and shown side by side where not', () => {
    const base = numbered(20);
    const mine = base.replace('line 2\n', 'mine\n');
    const theirs = base.replace('line 15\n', 'theirs\n');
    const labels = { mine: 'mine', theirs: 'version 2' };
    expect(mergeTexts(base, mine, theirs, labels)).toEqual({
      clean: true,
      conflicts: 0,
      text: base.replace('line 2\n', 'mine\n').replace('line 15\n', 'theirs\n'),
    });
    const both = mergeTexts(base, mine, base.replace('line 2\n', 'other\n'), labels);
    expect(both).toMatchObject({ clean: false, conflicts: 1 });
    expect(both.text).toContain('<<<<<<< mine\nmine\n=======\nother\n>>>>>>> version 2\nline 3\n');
    expect(mergeTexts(base, mine, mine, labels)).toMatchObject({ clean: true, text: mine });
  });

  it('know text from what is none', () => {
    expect(textOf(Buffer.from('磐石\r\n'))).toBe('磐石\r\n');
    expect(textOf(Buffer.from([0xff, 0xfe, 0x41]))).toBeUndefined();
    expect(textOf(Buffer.from('a\0b'))).toBeUndefined();
    expect(textOf(Buffer.alloc(2_000_000, 65))).toBeUndefined();
  });
});
