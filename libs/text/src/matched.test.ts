import { describe, expect, it } from 'vitest';

import { matchedIn } from './matched.ts';

describe('ME-2 the words that matched', () => {
  it.each([
    ['When did she go running?', 'She WENT for a run. Then she ran.', ['WENT', 'run', 'ran']],
    ['漢語老師', '他是汉语的老师，汉语', ['汉语', '老师']],
    ['登录页', '用React写的登錄頁', ['登錄頁']],
    ['书', '我的书和書', ['书', '書']],
    ['May 2023', 'It was on 8 May, 2023.', ['8 May, 2023']],
    ['react', 'ＲＥＡＣＴ，好', ['ＲＥＡＣＴ']],
    ['userId', 'set user_id first', ['user_id']],
    ['apple', 'pear', []],
    ['', 'text', []],
    ['text', '', []],
  ])('of %j in %j', (query, text, words) => {
    expect(matchedIn(query, text)).toEqual(words);
  });
});
