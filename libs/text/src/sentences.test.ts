import { describe, expect, it } from 'vitest';

import { sentencesOf } from './sentences.ts';

describe('ME-2 sentences', () => {
  it.each([
    ['Hi there. How are you? Fine!', ['Hi there.', 'How are you?', 'Fine!']],
    ['Mr. Smith paid $1.50 for v1.2.3. He left.', ['Mr. Smith paid $1.50 for v1.2.3.', 'He left.']],
    ['She said "Go!" Then e.g. nothing... and left.', ['She said "Go!"', 'Then e.g. nothing... and left.']],
    ['J. R. Tolkien wrote it.', ['J. R. Tolkien wrote it.']],
    ['你好。今天天气好吗？“好！”他说；走吧', ['你好。', '今天天气好吗？', '“好！”', '他说；', '走吧']],
    ['用了 React。It works.好的。', ['用了 React。', 'It works.', '好的。']],
    ['a line\n\nanother line', ['a line', 'another line']],
    ['', []],
    [' \n ', []],
  ])('of %j', (text, sentences) => {
    expect(sentencesOf(text)).toEqual(sentences);
  });
});
