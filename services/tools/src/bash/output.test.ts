import { describe, expect, it } from 'vitest';

import { type OutputLimits, OutputCapture } from './output.ts';

const LIMITS: OutputLimits = { head: 10, tail: 10, file: 40, live: 15 };

/** A capture with a file in memory. */
function capture(failing = false): { readonly output: OutputCapture; readonly kept: () => string } {
  const written: Uint8Array[] = [];
  const output = new OutputCapture(
    async () => ({
      path: '/workspace/.holdfast/output/a.stdout',
      write: async (chunk) => {
        if (failing) throw new Error('ENOSPC: no space left on device');
        written.push(chunk.slice());
      },
      close: async () => undefined,
    }),
    LIMITS,
  );
  return { output, kept: () => Buffer.concat(written).toString() };
}

describe('TL-2: the output of a command', () => {
  it('is given whole where it fits, and a character cut by chunks is not broken', async () => {
    const { output, kept } = capture();
    const bytes = Buffer.from('磐石 ok');
    const shown = [await output.push(bytes.subarray(0, 2)), await output.push(bytes.subarray(2)), output.end()];
    expect(shown.join('')).toBe('磐石 ok');
    expect(await output.finish()).toEqual({ text: '磐石 ok', truncated: false, bytes: 9 });
    expect(kept()).toBe('');
  });

  it('is cut in the middle where it does not, between characters, and kept in the file up to its bound', async () => {
    const { output, kept } = capture();
    const text = '磐石磐石 middle 石磐石磐';
    for (const byte of Buffer.from(text)) await output.push(Buffer.from([byte]));
    const captured = await output.finish();
    expect(captured.text).toMatch(
      /^磐石磐\n\[\.\.\. \d+ bytes left out here; the whole is in .*a\.stdout \.\.\.\]\n磐石磐$/,
    );
    expect(captured).toMatchObject({ truncated: true, file: '/workspace/.holdfast/output/a.stdout' });
    expect(kept()).toBe(text);
    const more = capture();
    await more.output.push(Buffer.from('x'.repeat(100)));
    expect((await more.output.finish()).text).toContain('the first 40 bytes are in');
    expect(more.kept()).toBe('x'.repeat(40));
  });

  it('is shown live up to its bound, then a notice once', async () => {
    const { output } = capture();
    const shown = [];
    for (let times = 0; times < 5; times++) shown.push(await output.push(Buffer.from('abcdefgh')));
    expect(shown[0]).toBe('abcdefgh');
    expect(shown[1]).toMatch(/^abcdefg\n\[\.\.\. more than 15 bytes/);
    expect(shown.slice(2).join('') + output.end()).toBe('');
  });

  it('says what is missing where the disk is full, and goes on', async () => {
    const { output } = capture(true);
    await output.push(Buffer.from('x'.repeat(100)));
    const captured = await output.finish();
    expect(captured.text).toContain('the rest could not be kept: ENOSPC');
    expect(captured.file).toBeUndefined();
  });
});
