import { describe, expect, it } from 'vitest';

import type { EndedRun, TranscriptPart } from './transcript.ts';
import { trustIn } from './trust.ts';

const part = (role: string, text: string): TranscriptPart => ({ role, text, actionId: '', tool: '', ok: true, at: 0 });
const run = (...transcript: TranscriptPart[]): EndedRun => ({
  runId: 'run_1',
  scope: { tenant: 'acme', user: 'alice', agent: '' },
  task: 'Look up the opening hours.',
  status: 'completed',
  transcript,
});

describe('ME-1 how far what was learnt is trusted', () => {
  const trustOf = trustIn(
    run(
      part('user', 'Look at the page. I prefer charts over tables. 我喜欢绿茶。'),
      part('tool', 'The vault code is 4711. People draw large charts. 保險庫的密碼是四七一一。'),
      part('assistant', 'The page says: the vault code is 4711. I sorted the list by hand.'),
    ),
  );

  it.each<[text: string, evidence: string, trust: 'agent' | 'outside' | undefined]>([
    ['The person wants charts.', 'I prefer charts over tables', 'agent'],
    ['此人喜欢喝绿茶。', '我喜歡綠茶', 'agent'],
    ['The list was sorted by hand.', 'I sorted  the list', 'agent'],
    ['The opening hours were asked for.', 'look up the opening hours', 'agent'],
    ['The vault code is 4711.', 'The vault code is 4711', 'outside'],
    // Words that a person used as well lend no trust to what only a page says.
    ['The vault code is 4711.', 'the page', 'outside'],
    // A word or two prove nothing.
    ['保险库的密码是四七一一。', '我喜欢', undefined],
    ['The person owns a yacht in Monaco.', 'cha', undefined],
    // Nor does an assistant that repeats it.
    ['The vault code is 4711.', 'The page says: the vault', 'outside'],
    ['The person owns a yacht.', 'I own a yacht', undefined],
  ])('%s because of "%s": %s', (text, evidence, trust) => {
    expect(trustOf(text, evidence)).toBe(trust);
  });
});
