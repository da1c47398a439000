import type { RunEvent } from './event.ts';

/** Events with ids and times of their own, for tests. */
export function eventsOf(list: readonly (readonly [type: string, data: Record<string, unknown>])[]): RunEvent[] {
  return list.map(([type, data], index) => ({ id: `1-${index + 1}`, type, at: 1000 + index * 10, data }));
}

/** A run of one model call, one bash call, an approval, and an answer. */
export const STORY = eventsOf([
  ['run.created', { task: 'Look.', seq: 1 }],
  ['run.started', { worker: 'w', isolation: 'process (bubblewrap)', seq: 2 }],
  ['action.intent', { action_id: 'm1', kind: 'model', name: 'a/b', effect: 'read', attempt: 1, seq: 3 }],
  ['model.reasoning', { action_id: 'm1', text: 'Hm.' }],
  ['model.delta', { action_id: 'm1', text: 'I lo' }],
  ['model.delta', { action_id: 'm1', text: 'ok.' }],
  [
    'action.outcome',
    {
      action_id: 'm1',
      kind: 'model',
      model: 'a/b',
      outcome: 'ok',
      input_tokens: 10,
      output_tokens: 5,
      cost_usd: 0.5,
      seq: 4,
    },
  ],
  ['action.intent', { action_id: 'q1.0', kind: 'question', name: 'bash', effect: 'read', attempt: 1, seq: 5 }],
  [
    'question.asked',
    { action_id: 'q1.0', about: 'approval', text: 'May I?', choices: ['approve', 'deny'], tool: 'bash', seq: 5 },
  ],
  ['run.waiting', { questions: ['q1.0'] }],
  ['action.outcome', { action_id: 'q1.0', kind: 'question', outcome: 'ok', settled: 'answered', seq: 6 }],
  ['question.answered', { action_id: 'q1.0', choice: 'approve', text: '', by: 'ada', seq: 6 }],
  [
    'action.intent',
    {
      action_id: 't1.0',
      kind: 'tool',
      name: 'bash',
      effect: 'write',
      attempt: 1,
      arguments: { command: 'ls' },
      seq: 7,
    },
  ],
  ['tool.output', { action_id: 't1.0', stream: 'stdout', text: 'one\ntw' }],
  ['run.recovered', { worker: 'w2', reason: 'lost', seq: 8 }],
  [
    'action.intent',
    {
      action_id: 't1.0',
      kind: 'tool',
      name: 'bash',
      effect: 'write',
      attempt: 2,
      arguments: { command: 'ls' },
      seq: 9,
    },
  ],
  ['action.restarted', { action_id: 't1.0', attempt: 2, reason: 'resumed', seq: 9 }],
  ['tool.output', { action_id: 't1.0', stream: 'stdout', text: 'one\ntwo\n' }],
  [
    'action.outcome',
    { action_id: 't1.0', kind: 'tool', outcome: 'ok', settled: 'rerun', result: { exit_code: 0 }, seq: 10 },
  ],
  ['run.ended', { status: 'succeeded', output: 'Done.', seq: 11 }],
]);
