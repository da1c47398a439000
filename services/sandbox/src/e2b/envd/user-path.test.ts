import { describe, expect, it } from 'vitest';

import { absolutePath, userOf, userOfHeader } from './user-path.ts';

describe('users and paths of envd (SB-1)', () => {
  it('takes paths relative to the home of the user', () => {
    expect(absolutePath('', 'user')).toBe('/home/user');
    expect(absolutePath('a/b.txt', 'user')).toBe('/home/user/a/b.txt');
    expect(absolutePath('~', 'root')).toBe('/root');
    expect(absolutePath('~/x/', 'root')).toBe('/root/x');
    expect(absolutePath('/a//b/../c/', 'user')).toBe('/a/c');
    expect(absolutePath('/', 'user')).toBe('/');
  });

  it("refuses somebody else's home and a NUL character", () => {
    expect(() => absolutePath('~root/x', 'user')).toThrow(/another user/);
    expect(() => absolutePath('a\0b', 'user')).toThrow(/NUL/);
  });

  it('knows user and root only', () => {
    expect(userOf(undefined)).toBe('user');
    expect(userOfHeader(`Basic ${Buffer.from('root:').toString('base64')}`)).toBe('root');
    expect(userOfHeader(null)).toBe('user');
    expect(() => userOf('nobody')).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  });
});
