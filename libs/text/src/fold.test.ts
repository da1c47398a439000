import { describe, expect, it } from 'vitest';

import { fold, nameKey } from './fold.ts';

describe('ME-2 folding', () => {
  it('makes one form of full width, capitals and traditional characters', () => {
    expect(fold('ＡＢＣ　漢語 ﬁne')).toBe('abc 汉语 fine');
    expect(fold('')).toBe('');
    expect(fold('a\ud800b')).toBe('a\ufffdb');
  });

  it.each([
    ['O’Brien,  José', 'obrien jose'],
    [' J. R. R. Tolkien ', 'j r r tolkien'],
    ['張 三', '张三'],
    ['卡尔·马克思', '卡尔马克思'],
    ['C++', 'c++'],
    ['C#', 'c#'],
    ['王小明(Ming)', '王小明 ming'],
    ['!!!', '!!!'],
    ['', ''],
  ])('compares the name %j by %j', (name, key) => {
    expect(nameKey(name)).toBe(key);
    expect(nameKey(key)).toBe(key);
  });
});
