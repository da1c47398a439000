import { agentpb, commonpb, create, type JsonObject } from '@holdfast/protocol';

import type { ScriptedAgent } from '../testing.ts';

/** What people, models and tools may write. Nothing of it may act, wherever it is shown. For tests only. */
export const HOSTILE = [
  '<script>window.pwned = 1; fetch("http://127.0.0.1:9/script")</script>',
  '<img src="http://127.0.0.1:9/img" onerror="window.pwned = 2">',
  '<svg onload="window.pwned = 3"><use href="http://127.0.0.1:9/svg"></use></svg>',
  '[click](javascript:window.pwned=4) <javascript:window.pwned=5>',
  '![see](http://127.0.0.1:9/md.png)',
  '</pre></code></td></table><iframe src="http://127.0.0.1:9/frame"></iframe>',
  '" onmouseover="window.pwned = 6',
  'left \u202Eright\u202C \u2066x\u2069',
].join('\n\n');

const AT = Date.parse('2026-11-24T10:00:00.000Z');

/** A finished run with a model call, two tool calls and an approval, as the agent service tells of it. */
export function addFinishedRun(
  agent: ScriptedAgent,
  run: { id: string; tenant?: string; workspace: string } & Partial<Omit<agentpb.Run, '$typeName' | '$unknown'>>,
): agentpb.Run {
  agent.actions = [
    {
      id: 'm1',
      kind: 'model',
      name: 'tiny-model',
      attempt: 1,
      intentSeq: 3,
      outcomeSeq: 4,
      intentAt: AT,
      outcomeAt: AT + 2500,
      outcome: 'ok',
      result: { parts: [{ type: 'text', text: HOSTILE }], reason: 'stop' },
      usage: { inputTokens: 1200, outputTokens: 34, costUnknown: true },
    },
    {
      id: 't1.0',
      kind: 'tool',
      name: 'bash',
      arguments: { command: 'git rev-list --count HEAD' },
      effect: commonpb.Effect.READ,
      attempt: 2,
      intentSeq: 7,
      outcomeSeq: 8,
      intentAt: AT + 3000,
      outcomeAt: AT + 3120,
      outcome: 'ok',
      settled: 'rerun',
      result: { stdout: '12\n', secret_token: 'hush-hush', note: HOSTILE },
    },
    {
      id: 'q2.0',
      kind: 'question',
      name: 'approval',
      arguments: { command: 'rm x' },
      attempt: 1,
      intentSeq: 9,
      outcomeSeq: 10,
      intentAt: AT + 4000,
      outcomeAt: AT + 9000,
      outcome: 'ok',
      settled: 'answered',
      result: { by: 'user-7', choice: 'approve', text: '' },
    },
  ];
  const events: [type: string, data: JsonObject][] = [
    ['run.created', { agent: 'tester', playbook: false, task: 'x', seq: 1 }],
    ['run.started', { worker: 'worker-9', isolation: 'process (bubblewrap)', seq: 2 }],
    ['action.intent', { action_id: 'm1', kind: 'model', seq: 3 }],
    ['model.delta', { action_id: 'm1', text: 'Bearer abcdefghijklmnop' }],
    ['action.outcome', { action_id: 'm1', kind: 'model', outcome: 'ok', seq: 4 }],
    ['action.intent', { action_id: 't1.0', kind: 'tool', attempt: 1, seq: 5 }],
    ['run.recovered', { worker: 'worker-10', seq: 6 }],
    ['action.intent', { action_id: 't1.0', kind: 'tool', attempt: 2, seq: 7 }],
    ['action.outcome', { action_id: 't1.0', kind: 'tool', outcome: 'ok', seq: 8 }],
    ['action.intent', { action_id: 'q2.0', kind: 'question', seq: 9 }],
    ['question.asked', { action_id: 'q2.0', about: 'approval', text: `May it run? ${HOSTILE}`, choices: [], seq: 9 }],
    ['action.outcome', { action_id: 'q2.0', kind: 'question', outcome: 'ok', seq: 10 }],
    ['question.answered', { action_id: 'q2.0', choice: 'approve', text: 'go on', by: 'user-7', seq: 10 }],
    ['run.ended', { status: 'succeeded', seq: 11 }],
  ];
  agent.source = async function* replay() {
    for (const [index, [type, data]] of events.entries()) {
      const event = { id: `1-${index + 1}`, type, at: AT + index, data };
      yield create(agentpb.WatchResponseSchema, { event });
    }
  };
  return agent.add({
    agent: 'tester',
    task: `Count the commits.\n${HOSTILE}`,
    status: agentpb.RunStatus.SUCCEEDED,
    createdAt: AT - 1000,
    startedAt: AT - 500,
    endedAt: AT + 60_500,
    seq: 11,
    recoveries: 1,
    isolation: 'process (bubblewrap)',
    createdBy: 'user-7',
    usage: create(agentpb.UsageSchema, { inputTokens: 1200, outputTokens: 34, costUnknown: true }),
    output: REPORT,
    ...run,
  });
}

/** The report of that run: it cites a command, and holds what may not act. */
export const REPORT = `# Report 报告

The repository has 12 commits \\[1\\].

${HOSTILE}

\`\`\`sh
# [1]
git rev-list --count HEAD
\`\`\`
`;
