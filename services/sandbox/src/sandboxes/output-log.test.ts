import { describe, expect, it } from 'vitest';

import { type OutputChunk, OutputLog, type OutputReader } from './output-log.ts';

const chunk = (text: string): OutputChunk => ({ stream: 'stdout', data: Buffer.from(text) });
const textOf = (piece: OutputChunk | undefined) => (piece ? Buffer.from(piece.data).toString() : undefined);
const log = (options: { maxBytes?: number; stallMs?: number } = {}) =>
  new OutputLog({ maxBytes: options.maxBytes ?? 10, stallMs: options.stallMs ?? 60_000 });

async function readAll(reader: OutputReader): Promise<string> {
  let text = '';
  for (let piece = await reader.next(); piece; piece = await reader.next()) text += textOf(piece);
  return text;
}

async function settled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => {
      setImmediate(() => {
        setImmediate(() => {
          resolve(false);
        });
      });
    }),
  ]);
}

describe('OutputLog (SB-1)', () => {
  it('gives what was written before the first reader came, and its end', async () => {
    const output = log();
    await output.push(chunk('a'));
    const reader = output.read();
    await output.push(chunk('b'));
    output.end();
    expect(await readAll(reader)).toBe('ab');
  });

  it('gives a second reader what comes from then on', async () => {
    const output = log();
    const first = output.read();
    await output.push(chunk('a'));
    const second = output.read();
    await output.push(chunk('b'));
    output.end();
    expect(await readAll(second)).toBe('b');
    expect(await readAll(first)).toBe('ab');
  });

  it('keeps the newest output where nobody reads, and never makes the process wait', async () => {
    const output = log({ maxBytes: 4 });
    for (const text of ['aa', 'bb', 'cc']) await output.push(chunk(text));
    output.end();
    expect(await readAll(output.read())).toBe('bbcc');
  });

  it('keeps for the next reader what the last one had not read', async () => {
    const output = log();
    const first = output.read();
    await output.push(chunk('a'));
    await output.push(chunk('b'));
    expect(textOf(await first.next())).toBe('a');
    expect(textOf(await first.next())).toBe('b');
    first.close();
    output.end();
    expect(await readAll(output.read())).toBe('b');
  });

  it('makes the process wait for its only reader, however long that takes', async () => {
    const output = log({ maxBytes: 4, stallMs: 1 });
    const reader = output.read();
    const pushed = output.push(chunk('aaaaa'));
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(await settled(pushed)).toBe(false);
    expect(textOf(await reader.next())).toBe('aaaaa');
    const next = reader.next();
    expect(await settled(pushed)).toBe(true);
    output.end();
    expect(await next).toBeUndefined();
  });

  it('drops a reader that holds up another', async () => {
    const output = log({ maxBytes: 4, stallMs: 5 });
    const stalled = output.read();
    const quick = output.read();
    const read = readAll(quick);
    await output.push(chunk('aaaaa'));
    await output.push(chunk('b'));
    output.end();
    expect(await read).toBe('aaaaab');
    await expect(stalled.next()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('lets the process go on when its only reader leaves', async () => {
    const output = log({ maxBytes: 4 });
    const reader = output.read();
    const pushed = output.push(chunk('aaaaa'));
    reader.close();
    await pushed;
  });

  it('ends a reader that is closed while it waits', async () => {
    const reader = log().read();
    const next = reader.next();
    reader.close();
    expect(await next).toBeUndefined();
  });
});
