import type { Created, Intent, JournalRecord, Outcome } from '../journal/record.ts';

/** Records for tests of the machine and the journal: a run with sensible facts, to be changed in part. */
export function createdRecord(change: Partial<Created> = {}): Created {
  return {
    kind: 'created',
    at: 1000,
    tenant: 'default',
    createdBy: 'user-1',
    agent: 'assistant',
    playbook: false,
    task: 'Do it.',
    instructions: '',
    models: [],
    parameters: {},
    inputs: [],
    limits: {},
    tags: [],
    onUnknown: 'tell',
    traceparent: '',
    ...change,
  };
}

/** The intent of a model call, a tool call or a question. */
export function intentRecord(id: string, change: Partial<Intent> = {}): Intent {
  const type = id.startsWith('m') ? 'model' : id.startsWith('t') ? 'tool' : 'question';
  const call = type === 'model' ? {} : { call: Number(id.split('.')[1]) };
  return { kind: 'intent', at: 2000, id, attempt: 1, type, name: type, effect: 'read', ...call, ...change };
}

/** The outcome of a model call that says `text` and calls tools. */
export function modelOutcome(id: string, text: string, tools: readonly string[] = []): Outcome {
  return {
    kind: 'outcome',
    at: 3000,
    id,
    attempt: 1,
    status: 'ok',
    model: {
      model: 'test/model',
      parts: [
        ...(text === '' ? [] : [{ type: 'text' as const, text }]),
        ...tools.map((name, index) => ({ type: 'tool-call' as const, id: `c${index}`, name, arguments: { index } })),
      ],
      reason: tools.length > 0 ? 'tool-calls' : 'stop',
      usage: { inputTokens: 10, outputTokens: 5, cachedInputTokens: 0 },
      costUsd: 0.01,
    },
  };
}

/** The outcome of a tool call or a question. */
export function outcomeRecord(id: string, change: Partial<Outcome> = {}): Outcome {
  return { kind: 'outcome', at: 4000, id, attempt: 1, status: 'ok', value: { done: id }, ...change };
}

/** A run with one step of `tools` parallel calls, all of them begun. */
export function runWithCalls(tools: number, change: Partial<Created> = {}): JournalRecord[] {
  const names = Array.from({ length: tools }, (_, index) => `tool${index}`);
  return [
    createdRecord(change),
    { kind: 'control', at: 1500, verb: 'started', by: 'w1' },
    intentRecord('m1'),
    modelOutcome('m1', '', names),
    ...names.map((name, index) => intentRecord(`t1.${index}`, { name, effect: 'write', arguments: { index } })),
  ];
}
