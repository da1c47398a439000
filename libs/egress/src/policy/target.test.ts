import { describe, expect, it } from 'vitest';

import { parseAbsoluteForm, parseAuthority, type ParsedTarget, targetText } from './target.ts';

const show = (parsed: ParsedTarget) =>
  'refused' in parsed ? `refused: ${parsed.refused}` : `${targetText(parsed.target)} ${parsed.path}`;

describe('targets of requests (SB-3)', () => {
  it.each([
    ['example.org:443', 'example.org:443 '],
    ['[2001:db8::1]:8443', '[2001:db8::1]:8443 '],
    [Buffer.from('bücher.example:443').toString('latin1'), 'xn--bcher-kva.example:443 '],
  ])('CONNECT %s', (text, expected) => {
    expect(show(parseAuthority(text))).toBe(expected);
  });

  it.each([
    'example.org',
    'example.org:',
    ':443',
    'example.org:0',
    'example.org:65536',
    'example.org:443:80',
    'a@b:443',
    'example.org:+443',
    'example.org:443/',
    '2001:db8::1:443',
    '[::1]443',
  ])('CONNECT %s is refused', (text) => {
    expect(show(parseAuthority(text))).toContain('refused: ');
  });

  it.each([
    ['http://example.org', 'example.org:80 /'],
    ['HTTP://Example.org:8080/a?b#c', 'example.org:8080 /a?b'],
    ['http://example.org?q', 'example.org:80 /?q'],
    ['http://example.org/http://evil.test/', 'example.org:80 /http://evil.test/'],
    ['ws://example.org/chat', 'example.org:80 /chat'],
    ['http://[2001:db8::1]/', '[2001:db8::1]:80 /'],
  ])('%s', (text, expected) => {
    expect(show(parseAbsoluteForm(text))).toBe(expected);
  });

  it.each([
    '/path',
    '*',
    'https://example.org/',
    'ftp://example.org/',
    'file:///etc/passwd',
    'http:///etc/passwd',
    'http://allowed.example@evil.test/',
    'http://user:password@example.org/',
    'http://allowed.example\\@evil.test/',
    'http://evil.test\\.allowed.example/',
    'http:example.org/',
    'http://example.org:80:80/',
    'http://exa mple.org/',
  ])('%s is refused', (text) => {
    expect(show(parseAbsoluteForm(text))).toContain('refused: ');
  });
});
