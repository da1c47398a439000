import { expect, it } from 'vitest';

import { readable } from './readable.ts';

it.each([
  ['plain', '', 10, 'plain'],
  ['磐石', 'query: ', 10, 'query: 磐石'],
  ['abcdef', 'p: ', 3, 'p: abc'],
  ['', '', 10, '.'],
  ['\0 \n', 'passage: ', 10, 'passage: .'],
  ['a\0b\ud800', '', 10, 'a b\ufffd'],
  ['a😀', '', 2, 'a\ufffd'],
])('ME-2 a model can read %j after %j', (text, prefix, most, expected) => {
  expect(readable(text, prefix, most)).toBe(expected);
});
