import type { Message } from '@holdfast/models';
import { expect, it } from 'vitest';

import { createTranscriber } from './transcript.ts';

const MESSAGES: readonly Message[] = [
  { role: 'system', text: 'Be brief.' },
  { role: 'user', text: 'Look.' },
  {
    role: 'assistant',
    parts: [
      { type: 'text', text: 'I look.' },
      { type: 'tool-call', id: 'c0', name: 'bash', arguments: {} },
      { type: 'tool-call', id: 'c1', name: 'ask_human', arguments: {} },
    ],
  },
  { role: 'tool', callId: 'c0', name: 'bash', ok: false, value: { code: 1 } },
  { role: 'tool', callId: 'c1', name: 'ask_human', ok: true, value: '去罗马' },
  { role: 'assistant', parts: [{ type: 'text', text: 'Done.' }] },
];

it('a transcript says who said what, by the ids that the actions have (ME-1)', () => {
  expect(createTranscriber().next(MESSAGES)).toEqual([
    { role: 'user', text: 'Look.', actionId: '', tool: '', ok: true },
    { role: 'assistant', text: 'I look.', actionId: 'm1', tool: '', ok: true },
    { role: 'tool', text: '{"code":1}', actionId: 't1.0', tool: 'bash', ok: false },
    { role: 'user', text: '去罗马', actionId: 'q1.1', tool: '', ok: true },
    { role: 'assistant', text: 'Done.', actionId: 'm2', tool: '', ok: true },
  ]);
});

it('a transcript is the same read in pieces as read at once (ME-1)', () => {
  for (let cut = 0; cut <= MESSAGES.length; cut += 1) {
    const pieces = createTranscriber();
    const read = [...pieces.next(MESSAGES.slice(0, cut)), ...pieces.next(MESSAGES), ...pieces.next(MESSAGES)];
    expect(read).toEqual(createTranscriber().next(MESSAGES));
  }
});
