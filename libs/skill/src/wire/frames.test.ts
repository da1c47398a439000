import { expect, it } from 'vitest';

import { encodeFrame, FrameSplitter, MAX_FRAME_BYTES } from './frames.ts';

const take = (...chunks: Uint8Array[]) => {
  const splitter = new FrameSplitter();
  return chunks.flatMap((chunk) => [...splitter.push(chunk)]);
};

it('TL-4 finds messages however they are cut, and noise between them', () => {
  const bytes = Buffer.concat([Buffer.from('noise'), encodeFrame({ a: '磐石' }), Buffer.from('x\n'), encodeFrame(2)]);
  const frames = ['{"a":"磐石"}', '2'];
  const read = (pieces: ReturnType<typeof take>) => pieces.flatMap((one) => (one.type === 'frame' ? [one.text] : []));
  expect(read(take(bytes))).toEqual(frames);
  expect(read(take(...[...bytes].map((byte) => Buffer.from([byte]))))).toEqual(frames);
});

it('TL-4 takes up again after a message that was cut off, and bounds one that never ends', () => {
  expect(take(Buffer.from('\u001E{"half"'), encodeFrame(1))).toEqual([
    { type: 'noise', bytes: 7 },
    { type: 'frame', text: '1' },
  ]);
  const endless = take(Buffer.from('\u001E'), Buffer.alloc(MAX_FRAME_BYTES + 1, 'a'));
  expect(endless).toEqual([{ type: 'too-large' }]);
});
