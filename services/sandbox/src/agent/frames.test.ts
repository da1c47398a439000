import { describe, expect, it } from 'vitest';

import { AgentFrame, encodeFrame, FrameReader, word } from './frames.ts';

describe('frames between host and agent (SB-1)', () => {
  it('are whole, wherever the pieces of the stream begin and end', () => {
    const sent = [
      encodeFrame(AgentFrame.STARTED, 1, word(42)),
      encodeFrame(AgentFrame.OUTPUT, 0x80000001, Buffer.from('\u0001磐石')),
      encodeFrame(AgentFrame.PONG, 0),
    ];
    const stream = Buffer.concat(sent);
    for (let size = 1; size <= stream.byteLength; size += 1) {
      const reader = new FrameReader();
      const frames = [];
      for (let at = 0; at < stream.byteLength; at += size) frames.push(...reader.push(stream.subarray(at, at + size)));
      expect(frames.map(({ type, channel }) => [type, channel])).toEqual([
        [AgentFrame.STARTED, 1],
        [AgentFrame.OUTPUT, 0x80000001],
        [AgentFrame.PONG, 0],
      ]);
      expect(frames[1]?.payload.toString()).toBe('\u0001磐石');
    }
  });

  it('of a size that no agent sends are refused before they are held in memory (QA-4)', () => {
    const hostile = encodeFrame(AgentFrame.OUTPUT, 1);
    hostile.writeUInt32LE(0xffffffff, 0);
    expect(() => new FrameReader().push(hostile)).toThrow(RangeError);
  });
});
