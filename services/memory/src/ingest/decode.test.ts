import { describe, expect, it } from 'vitest';

import { decodeText } from './decode.ts';

const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

describe('ME-1 decoding text', () => {
  it('reads UTF-8 and UTF-16, with and without a mark', () => {
    const text = 'Memory 记忆 😀';
    expect(decodeText(Buffer.from(text))).toBe(text);
    expect(decodeText(Buffer.from(`\uFEFF${text}`))).toBe(text);
    expect(decodeText(utf16(`\uFEFF${text}`))).toBe(text);
    expect(decodeText(utf16(`\uFEFF${text}`).swap16())).toBe(text);
    expect(decodeText(utf16('Plain words without a mark.'))).toBe('Plain words without a mark.');
    expect(decodeText(utf16('Plain words without a mark.').swap16())).toBe('Plain words without a mark.');
  });

  it('reads legacy Chinese encodings', () => {
    // 我们的系统会记住这个问题。 in GB 18030
    const gb = hex('ced2c3c7b5c4cfb5cdb3bbe1bcc7d7a1d5e2b8f6cecacce2a1a3');
    expect(decodeText(gb)).toBe('我们的系统会记住这个问题。');
    // 我們的這個問題 in Big5
    expect(decodeText(hex('a7da adcc aaba b36f add3 b0dd c344'))).toBe('我們的這個問題');
  });

  it('takes the encoding that the media type or the page names', () => {
    expect(decodeText(hex('a7daadcc'), 'text/html; charset=big5')).toBe('我們');
    const page = Buffer.concat([Buffer.from('<meta charset="gbk">'), hex('ced2c3c7')]);
    expect(decodeText(page)).toBe('<meta charset="gbk">我们');
    expect(decodeText(hex('636166e9'))).toBe('café');
    expect(decodeText(hex('636166e9'), 'text/plain; charset=no-such')).toBe('café');
  });

  it('leaves out what no database takes, and makes all line ends the same', () => {
    expect(decodeText(Buffer.from(`a\0b\r\nc\rd ${'text '.repeat(50)}`)).startsWith('ab\nc\nd text')).toBe(true);
    const lone = Buffer.concat([utf16('\uFEFFwords '), hex('3dd8'), utf16(' more')]);
    expect(decodeText(lone).isWellFormed()).toBe(true);
  });

  it('refuses what is no text', () => {
    const bytes = Uint8Array.from({ length: 4096 }, (_, n) => (n * 7919 + (n >> 3)) % 256);
    expect(() => decodeText(bytes)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(decodeText(new Uint8Array())).toBe('');
  });
});
