import { describe, expect, it } from 'vitest';

import { SafeNames } from './safe-name.ts';

describe('names within an archive', () => {
  it.each([
    ['a/b.txt', 'a/b.txt'],
    ['/etc/passwd', 'etc/passwd'],
    ['../../x', 'x'],
    ['a/../../b', 'a/b'],
    ['./a//b', 'a/b'],
    ['..', 'file'],
    ['', 'file'],
    ['C:\\Windows\\x', 'C__Windows_x'],
    ['a\nb\0c', 'a_b_c'],
    ['nul.txt', '_nul.txt'],
    ['end. ', 'end_'],
    ['x\u202Efdp.exe', 'x_fdp.exe'],
    ['数据.csv', '数据.csv'],
  ])('are safe: %j', (path, expected) => expect(new SafeNames().take(path)).toBe(expected));

  it('are each their own, also where case does not count', () => {
    const names = new SafeNames();
    expect(['a.txt', 'A.txt', 'a.txt', 'a-2.txt', 'b', 'b'].map((path) => names.take(path))).toEqual([
      'a.txt',
      'A-2.txt',
      'a-3.txt',
      'a-2-2.txt',
      'b',
      'b-2',
    ]);
  });

  it('are not too long for a file system, and keep their ending', () => {
    const name = new SafeNames().take(`${'数'.repeat(200)}.csv`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
    expect(name).toMatch(/^数+\.csv$/);
  });
});
