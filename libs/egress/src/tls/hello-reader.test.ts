import { HoldfastError } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import { HelloReader, LONGEST_HELLO } from './hello-reader.ts';
import { inRecords, madeHello, realHello, serverNames } from './testing.ts';

function read(bytes: Buffer, piece = bytes.length): string {
  const reader = new HelloReader();
  try {
    for (let at = 0; at < bytes.length; at += piece) {
      const hello = reader.push(bytes.subarray(at, at + piece));
      if (hello) return hello.serverName ?? '(none)';
    }
  } catch (error) {
    if (!HoldfastError.has(error, 'INVALID_ARGUMENT')) throw error;
    return `refused: ${error.message}`;
  }
  return 'more';
}

describe('the ClientHello (SB-3)', () => {
  it('of a real client is read, however it is cut into segments and records', async () => {
    const hello = await realHello({ servername: 'Example.org', ALPNProtocols: ['h2', 'http/1.1'] });
    expect(read(hello)).toBe('Example.org');
    for (const piece of [1, 2, 3, 5, 6, 100]) expect(read(hello, piece)).toBe('Example.org');
    for (const size of [1, 3, 4, 100]) {
      expect(read(inRecords(hello, size))).toBe('Example.org');
      expect(read(inRecords(hello, size), 1)).toBe('Example.org');
    }
    for (let length = 0; length < hello.length; length += 1) expect(read(hello.subarray(0, length))).toBe('more');
  });

  it('of a real client without a server name has none', async () => {
    expect(read(await realHello({ host: '127.0.0.1' }))).toBe('(none)');
    expect(read(await realHello({ host: '127.0.0.1', maxVersion: 'TLSv1.2' }))).toBe('(none)');
  });

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['SSH', Buffer.from('SSH-2.0-OpenSSH\r\n')],
    ['SSL 2', Buffer.from([0x80, 0x2e, 0x01, 0x03, 0x01, 0, 0])],
    ['another version', Buffer.from([0x16, 0x02, 0, 0, 1, 1])],
    ['an empty record', Buffer.from([0x16, 3, 1, 0, 0])],
    ['a record that is too long', Buffer.from([0x16, 3, 1, 0x40, 0x01])],
    ['another record first', Buffer.from([0x15, 3, 1, 0, 2, 2, 40])],
    ['another handshake message', Buffer.from([0x16, 3, 1, 0, 4, 2, 0, 0, 0])],
    ['a hello that is too long', Buffer.from([0x16, 3, 1, 0, 4, 1, 0, (LONGEST_HELLO >> 8) & 255, 1])],
    ['a hello without content', Buffer.from([0x16, 3, 1, 0, 4, 1, 0, 0, 0])],
    ['two names', madeHello([[0, serverNames('a.test', 'b.test')]])],
    [
      'the extension twice',
      madeHello([
        [0, serverNames('a.test')],
        [0, serverNames('b.test')],
      ]),
    ],
    [
      'another extension twice',
      madeHello([
        [0, serverNames('a.test')],
        [9, Buffer.alloc(0)],
        [9, Buffer.alloc(0)],
      ]),
    ],
    ['an empty name', madeHello([[0, serverNames('')]])],
    ['a name with a zero byte', madeHello([[0, serverNames('a.test\u0000.evil.test')]])],
    ['a name that is not ASCII', madeHello([[0, serverNames('bücher.test')]])],
    ['a name with a space', madeHello([[0, serverNames('a.test ')]])],
    ['a name of another type', madeHello([[0, Buffer.from([0, 4, 1, 0, 1, 97])]])],
    ['a list that is too long', madeHello([[0, Buffer.from([0, 9, 0, 0, 1, 97])]])],
    ['bytes after the list', madeHello([[0, Buffer.concat([serverNames('a.test'), Buffer.from([1])])]])],
    ['an empty extension', madeHello([[0, Buffer.alloc(0)]])],
    [
      'something after the hello in its record',
      (() => {
        const hello = madeHello([[0, serverNames('a.test')]]);
        hello.writeUInt16BE(hello.length - 5 + 1, 3);
        return Buffer.concat([hello, Buffer.from([0])]);
      })(),
    ],
  ])('that is none is refused: %s', (_what, bytes) => {
    expect(read(bytes)).toContain('refused: ');
    expect(read(bytes, 1)).toContain('refused: ');
  });

  it('that was changed at random is read, waited for or refused, and cutting it changes nothing', async () => {
    const hello = await realHello({ servername: 'example.org' });
    let seed = 11;
    const next = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor(seed / 65_536) % below;
    };
    for (let round = 0; round < 5_000; round += 1) {
      const changed = Buffer.from(hello);
      for (let count = next(4); count >= 0; count -= 1) changed[next(changed.length)] = next(256);
      expect(read(changed, 1 + next(50))).toBe(read(changed));
    }
  });
});
