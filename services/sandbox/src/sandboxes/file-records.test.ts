import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { parseEntries, parseEvents } from './file-records.ts';

const record = (...fields: readonly (string | number)[]) => fields.map((field) => `${field}\0`).join('');
const entries = (text: string) => parseEntries(Buffer.from(text));

async function eventsOf(text: string, size: number) {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  );
  const events: unknown[] = [];
  for await (const event of parseEvents(Readable.from(pieces))) events.push(event);
  return events;
}

describe('what the applets of the agent tell (SB-1)', () => {
  it('reads entries, and leaves out what is not there', () => {
    const text =
      record(
        1,
        0o100640,
        4,
        1_700_000_000_250_000,
        'user',
        'staff',
        '',
        '/home/user/ü',
        'author\u001fmei\u001ek\u001f\u001e',
      ) +
      record(0, '', '', '', '', '', '', '/nothing', '') +
      record(2, 0o040755, 4096, 0, 'root', 'root', '', '/d', '');
    expect(entries(text)).toMatchObject([
      {
        name: 'ü',
        type: 'file',
        mode: 0o640,
        size: 4,
        modifiedAt: 1_700_000_000_250,
        owner: 'user',
        group: 'staff',
        metadata: { author: 'mei', k: '' },
      },
      { name: 'd', type: 'directory', mode: 0o755, metadata: {} },
    ]);
  });

  it('calls a link what it leads to, and a link where it leads nowhere', () => {
    const link = (type: number) => record(type, 0o120777, 1, 0, 'user', 'user', 'f', '/l', '');
    expect(entries(link(1))).toMatchObject([{ type: 'file', symlinkTarget: 'f' }]);
    expect(entries(link(3))).toMatchObject([{ type: 'symlink', symlinkTarget: 'f' }]);
  });

  for (const size of [1, 5, 1000]) {
    it(`reads events in pieces of ${size} bytes`, async () => {
      const text = record(0, '') + record(0x100, 'a/ü') + record(0x2, 'a/ü') + record(0x400, '');
      expect(await eventsOf(text, size)).toEqual([
        undefined,
        { name: 'a/ü', type: 'create' },
        { name: 'a/ü', type: 'write' },
        { name: '.', type: 'remove' },
      ]);
    });
  }

  it('ends where the kernel dropped events', async () => {
    await expect(eventsOf(record(0, '') + record(0x4000, ''), 100)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});
