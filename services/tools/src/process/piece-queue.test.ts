import { expect, it } from 'vitest';

import { type Piece, PieceQueue } from './piece-queue.ts';

const piece = (text: string): Piece => ({ stream: 'stdout', bytes: Buffer.from(text) });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('holds the writer back when it is full, and lets it go on as it is read (TL-5)', async () => {
  const queue = new PieceQueue(4);
  let pushed = 0;
  const writing = (async () => {
    for (const text of ['ab', 'cd', 'ef', 'gh']) {
      await queue.push(piece(text));
      pushed += 1;
    }
    queue.end();
  })();
  await turn();
  expect(pushed).toBe(1);
  let read = '';
  for await (const { bytes } of queue) read += Buffer.from(bytes).toString();
  await writing;
  expect(read).toBe('abcdefgh');
});

it('gives the error after what came before it', async () => {
  const queue = new PieceQueue(4);
  await queue.push(piece('a'));
  queue.end(new Error('broke'));
  const reader = queue[Symbol.asyncIterator]();
  expect((await reader.next()).value).toEqual(piece('a'));
  await expect(reader.next()).rejects.toThrow('broke');
});

it('lets the writer go on when the reader leaves', async () => {
  const queue = new PieceQueue(1);
  const writing = queue.push(piece('abc'));
  for await (const _ of queue) break;
  await writing;
  for (let n = 0; n < 100; n += 1) await queue.push(piece('more'));
});
