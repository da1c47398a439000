import { describe, expect, it } from 'vitest';

import { fenced, kindOf } from './content-kind.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('how a shared file is shown (TL-3)', () => {
  it('is told by its name and its bytes', () => {
    expect(kindOf('a/b.PNG', bytes('x'))).toEqual({ kind: 'picture', type: 'image/png' });
    expect(kindOf('a.ts', bytes('磐石'))).toEqual({ kind: 'text', text: '磐石', language: 'ts' });
    expect(kindOf('Makefile', bytes(''))).toEqual({ kind: 'text', text: '', language: '' });
    expect(kindOf('a.txt', bytes('a\0b'))).toEqual({ kind: 'binary' });
    expect(kindOf('a.txt', Uint8Array.of(0xff, 0xfe, 0x41))).toEqual({ kind: 'binary' });
    expect(kindOf('a.constructor', bytes('x'))).toMatchObject({ kind: 'text' });
  });

  it('cannot leave its block, whatever backticks it has', () => {
    expect(fenced('a', 'js')).toBe('```js\na\n```\n');
    expect(fenced('````\n<b>\n', 'md')).toBe('`````md\n````\n<b>\n`````\n');
    expect(fenced('a\n', 'no good`name')).toBe('```\na\n```\n');
  });
});
