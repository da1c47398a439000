import { expect, test } from 'vitest';

import { ExecJoiner } from './exec-joiner.ts';
import { argvParts, readTracerLine, showCommandLine } from './tracer-lines.ts';
import { ARGV_PARTS, ARGV_WORDS, FIRST_OPEN, LINE } from './tracer-program.ts';

const value = (...data: unknown[]): string => JSON.stringify({ type: 'value', data });

test('bytes above 127 come back as they were, and text that looks like their notation stays text (SB-3)', () => {
  const path = String.raw`/\uffffffc3\uffffffa9\\uffffffc3\u0001\"\n`;
  const line = `{"type": "value", "data": [${FIRST_OPEN},7,9,"x",5,-13,577,0,0,"${path}"]}`;
  expect(readTracerLine(line)).toMatchObject({
    kind: 'seen',
    cgroupId: 7n,
    seen: { event: 'open', detail: `openat ${JSON.stringify('/é\\uffffffc3\u0001"\n')} flags=0x241`, result: 'EACCES' },
  });
});

test('lines that cannot be read are named, never dropped (SB-3)', () => {
  for (const line of [
    '',
    'x',
    '{"type": "value", "data": [',
    'null',
    value('x', 'y', 'z'),
    value(999, 1, 2),
    value({}),
  ]) {
    expect(readTracerLine(line), line).toMatchObject({ kind: 'unreadable' });
  }
});

test('lost and suppressed records are counted, what bpftrace says of itself is not (SB-3)', () => {
  expect(readTracerLine('{"type": "lost_events", "data": {"events": 12}}')).toEqual({ kind: 'lost', count: 12 });
  expect(readTracerLine('{"type": "map", "data": {"@suppressed": {"63,1": 400, "7,20": 3}}}')).toEqual({
    kind: 'suppressed',
    counts: [
      { cgroupId: 63n, kind: 1, count: 400 },
      { cgroupId: 7n, kind: 20, count: 3 },
    ],
  });
  expect(readTracerLine('{"type": "attached_probes", "data": {"probes": 54}}')).toEqual({ kind: 'ignored' });
});

test('a command line is shown to its end, and never what lies behind it (SB-3)', () => {
  const parts = [Buffer.from('a\0b c\0SECRET=1\0')];
  expect(showCommandLine('/bin/a', 6, parts)).toBe('"/bin/a": "a" "b c"');
  expect(showCommandLine('/bin/a', 99, parts)).toMatch(/…$/);
  expect([0, 1, ARGV_WORDS * 4, ARGV_WORDS * 4 + 1, 1e6].map(argvParts)).toEqual([0, 1, 1, 2, ARGV_PARTS]);
});

test('an exec whose command line was lost on the way is shown without it, before the next of the same process (SB-3)', () => {
  const shown: string[] = [];
  const joiner = new ExecJoiner((_, __, { detail }) => shown.push(detail));
  const exec = (path: string, bytes: number): void => {
    const line = readTracerLine(value(LINE.exec, 7, 9, 'x', 5, bytes, path));
    if (line.kind === 'exec') joiner.exec(line);
  };
  exec('/bin/a', 200);
  exec('/bin/b', 0);
  expect(shown).toEqual(['"/bin/a"…', '"/bin/b"']);
  exec('/bin/c', 200);
  joiner.flushOld();
  joiner.flushOld();
  expect(shown.at(-1)).toBe('"/bin/c"…');
});
