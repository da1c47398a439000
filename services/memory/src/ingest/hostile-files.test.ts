import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createDeflate, deflateSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { readDocument } from './read.ts';
import type { Format } from './block.ts';
import { pdfOfStream } from './samples.ts';

const BOUNDS = { maxChars: 50_000_000, maxPages: 100 };
const LONG_MS = 60_000;

const read = (format: Format, content: string | Buffer, timeoutMs = LONG_MS) =>
  readDocument(
    { format, content: new Uint8Array(Buffer.from(content)), mediaType: '', bounds: BOUNDS },
    timeoutMs,
    AbortSignal.timeout(LONG_MS * 2),
  );

/** So many spaces, packed, without ever holding them. */
async function endless(size: number): Promise<Buffer> {
  const piece = Buffer.alloc(1024 * 1024, 32);
  const pieces = Readable.from(Array.from({ length: size / piece.length }, () => piece));
  return await buffer(pieces.pipe(createDeflate({ level: 1 })));
}

/** However it ends, it ends in an error of ours or in chunks, and the service reads the next document. */
async function survives(reading: Promise<unknown>): Promise<void> {
  const outcome = await reading.then(
    () => 'read',
    (error: { code?: string }) => error.code ?? 'an error without a code',
  );
  expect(['read', 'INVALID_ARGUMENT', 'TOO_LARGE', 'TIMED_OUT']).toContain(outcome);
  expect((await read('text', 'Next. 下一个。')).chunks).toHaveLength(1);
}

describe('ME-1 documents that were made to do harm', { timeout: 180_000 }, () => {
  it('ends a PDF that unpacks without end', async () => {
    const once = await endless(3 * 1024 ** 3);
    const reading = read('pdf', pdfOfStream(deflateSync(once), '[/FlateDecode /FlateDecode]'), 30_000);
    await expect(reading).rejects.toMatchObject({ code: expect.stringMatching(/TOO_LARGE|TIMED_OUT/) });
    await survives(reading);
  });

  it('copes with HTML that is nested without end', async () => {
    await survives(read('html', `${'<div>'.repeat(100_000)}deep`, 15_000));
  });

  it('ends a page that takes too long, and says so', async () => {
    const slow = `<table>${'<tr><td><table>'.repeat(3_000)}`.repeat(20);
    await expect(read('html', slow, 1_000)).rejects.toMatchObject({ code: expect.stringMatching(/TIMED_OUT|INVALID/) });
    await survives(Promise.resolve());
  });

  it('ends a CSV file of countless cells', async () => {
    await survives(read('csv', `${','.repeat(1_000_000)}\n`.repeat(20), 20_000));
  });

  it('bounds the memory of a reader', async () => {
    const names = Array.from({ length: 3_000 }, (_, n) => `n${n}`.padEnd(100, 'x')).join(',');
    const row = `${Array.from({ length: 3_000 }, () => '1').join(',')}\n`;
    await expect(read('csv', `${names}\n${row.repeat(1_000)}`)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  it('can be told to stop', async () => {
    const stop = new AbortController();
    const work = {
      format: 'html',
      content: Buffer.from('<p>x'.repeat(200_000)),
      mediaType: '',
      bounds: BOUNDS,
    } as const;
    const reading = readDocument(work, LONG_MS, stop.signal);
    stop.abort();
    await expect(reading).rejects.toMatchObject({ code: 'CANCELED' });
  });
});
