import { describe, expect, it } from 'vitest';

import { readForm } from './multipart.ts';

async function formOf(form: FormData): Promise<{ type: string; bytes: Buffer }> {
  const response = new Response(form);
  return { type: response.headers.get('content-type') ?? '', bytes: Buffer.from(await response.arrayBuffer()) };
}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function partsOf(bytes: Buffer, type: string, size: number) {
  const parts: { name: string; filename: string | undefined; text: string }[] = [];
  for await (const { name, filename, body } of readForm(pieces(bytes, size), type)) {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    parts.push({ name, filename, text: Buffer.concat(chunks).toString() });
  }
  return parts;
}

describe('readForm (SB-1)', () => {
  const form = new FormData();
  form.append('file', new Blob(['one\r\n--not a boundary']), '/tmp/a "b".txt');
  form.append('file', new Blob(['']), 'leer/文件.txt');
  form.append('other', 'text');

  for (const size of [1, 7, 64, 100_000]) {
    it(`reads what fetch writes, in pieces of ${size} bytes`, async () => {
      const { type, bytes } = await formOf(form);
      expect(await partsOf(bytes, type, size)).toEqual([
        { name: 'file', filename: '/tmp/a "b".txt', text: 'one\r\n--not a boundary' },
        { name: 'file', filename: 'leer/文件.txt', text: '' },
        { name: 'other', filename: undefined, text: 'text' },
      ]);
    });
  }

  it('goes on to the next part where a body was not read', async () => {
    const { type, bytes } = await formOf(form);
    const names: (string | undefined)[] = [];
    for await (const { filename } of readForm(pieces(bytes, 10), type)) names.push(filename);
    expect(names).toHaveLength(3);
  });

  it('says so where the body breaks off', async () => {
    const { type, bytes } = await formOf(form);
    await expect(partsOf(bytes.subarray(0, bytes.length - 20), type, 64)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('refuses what names no boundary, and endless headers', async () => {
    await expect(partsOf(Buffer.from(''), 'multipart/form-data', 1)).rejects.toThrow(/boundary/);
    const endless = Buffer.from(`--b\r\n${'x'.repeat(20_000)}`);
    await expect(partsOf(endless, 'multipart/form-data; boundary=b', 1000)).rejects.toThrow(/endless/);
  });
});
