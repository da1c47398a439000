import { describe, expect, it } from 'vitest';

import { TerminalLog } from './terminal-log.ts';

const texts = (log: TerminalLog) => log.lines.map(({ text }) => text);

describe('the terminal of a run (AG-4)', () => {
  it('joins pieces into lines, apart for each call and stream', () => {
    const log = new TerminalLog();
    log.begin('a', 'bash', 'x');
    log.write('a', 'stdout', 'one\ntw');
    log.write('b', 'stdout', 'other');
    log.write('a', 'stderr', 'bad\n');
    log.write('a', 'stdout', 'o\n\nend\n');
    expect(texts(log)).toEqual(['$ x', 'one', 'two', 'other', 'bad', '', 'end']);
  });

  it('shows a line that was written over as it is now', () => {
    const log = new TerminalLog();
    log.write('a', 'stdout', '10 %\r20 %\r');
    log.write('a', 'stdout', '30 %\rdone\r\nnext\n');
    expect(texts(log)).toEqual(['done', 'next']);
  });

  it('breaks a huge line into rows, and drops the oldest of too many, saying how many', () => {
    const log = new TerminalLog();
    log.write('a', 'stdout', 'x'.repeat(5000));
    expect(log.lines.map(({ text }) => text.length)).toEqual([2000, 2000, 1000]);
    for (let n = 0; n < 60; n += 1) log.write('a', 'stdout', `${n}\n`.repeat(1000));
    expect(log.lines.length).toBeLessThanOrEqual(50_000);
    expect(log.dropped).toBeGreaterThan(0);
    expect(log.lines.at(-1)?.text).toBe('59');
    const wide = new TerminalLog();
    for (let n = 0; n < 20; n += 1) wide.write('a', 'stdout', `${'y'.repeat(1024 * 1024)}\n`);
    expect(wide.lines.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(12 * 1024 * 1024);
  });
});
