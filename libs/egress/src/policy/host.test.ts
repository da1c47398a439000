import { describe, expect, it } from 'vitest';

import { parseHost } from './host.ts';

const host = (text: string) => {
  const parsed = parseHost(text);
  return 'host' in parsed ? parsed.host.name : `refused: ${parsed.refused}`;
};

describe('hosts (SB-3)', () => {
  it.each([
    ['Example.ORG', 'example.org'],
    ['example.org.', 'example.org'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['ｅｘａｍｐｌｅ.org', 'example.org'],
    ['example。org', 'example.org'],
    ['my_host', 'my_host'],
    ['93.184.216.34', '93.184.216.34'],
    ['[2001:DB8:0:0::1]', '2001:db8::1'],
    ['[::ffff:7F00:1]', '::ffff:7f00:1'],
  ])('%s is %s', (text, canonical) => {
    expect(host(text)).toBe(canonical);
  });

  it.each([
    ['2130706433', '127.0.0.1'],
    ['0x7f000001', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['127.0.1', '127.0.0.1'],
    ['127.0.0.1.', '127.0.0.1'],
    ['0', '0.0.0.0'],
    ['0x', '0.0.0.0'],
    ['0xA9.0xFE.0xA9.0xFE', '169.254.169.254'],
    ['0251.0376.0251.0376', '169.254.169.254'],
    ['2852039166', '169.254.169.254'],
    ['１２７.０.０.１', '127.0.0.1'],
    ['127。0。0。1', '127.0.0.1'],
  ])('%s is refused as an unusual notation of %s', (text, address) => {
    expect(host(text)).toContain(`refused: it is an unusual notation of the address ${address};`);
  });

  it.each([
    '',
    '.',
    '..',
    'a..b',
    'example.org..',
    'user@example.org',
    'example.org@evil.test',
    'a b',
    'a\tb',
    'a\u0000b',
    'a%2eb',
    '%31%32%37.0.0.1',
    'a/b',
    'a\\b',
    'a?b',
    'a#b',
    'a:1',
    '-a.example',
    'a*.example',
    '256.256.256.256',
    '1.2.3.08',
    '1.2.3.4.5',
    '0xffffffffff',
    '::1',
    '[::1',
    '::1]',
    '[]',
    '[127.0.0.1]',
    '[fe80::1%eth0]',
    '[::1%25lo]',
    '[::1].example.org',
    `${'a'.repeat(64)}.example`,
    'a.'.repeat(200),
    'a'.repeat(100_000),
  ])('%j is refused', (text) => {
    expect(host(text)).toContain('refused: ');
  });

  it('gives the same answer for what it has already normalised, whatever comes in', () => {
    const alphabet = Array.from('aZ09.-_xX[]:@%/\\ é。１f');
    let seed = 7;
    for (let round = 0; round < 20_000; round += 1) {
      let text = '';
      do {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        text += alphabet[Math.floor(seed / 65_536) % alphabet.length] ?? '';
      } while (seed % 11 !== 0);
      const parsed = parseHost(text);
      if ('refused' in parsed) continue;
      const { kind, name } = parsed.host;
      expect(parseHost(name.includes(':') ? `[${name}]` : name)).toEqual({ host: { kind, name } });
      expect(name).toMatch(kind === 'name' ? /^[a-z0-9_][a-z0-9._-]*$/ : /^[0-9a-f.:]+$/);
    }
  });
});
