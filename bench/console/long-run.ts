import type { Reply, Script } from '@holdfast/testing';

import type { Server } from '../../tests/src/console/support/server.ts';

/** A run that is over, as its events tell it. */
export interface LongRun {
  readonly id: string;
  readonly events: number;
  /** Its last checkpoint. */
  readonly seq: number;
  /** What a page would show: what the model said as Markdown, and what the tools gave back as code. */
  readonly texts: readonly string[];
}

const TURNS = 460;
const CALLS = 4;

/** A model that works for 460 turns: each has a paragraph or two, and four calls of a tool. */
export const longScript: Script = ({ turns }): Reply => {
  if (turns >= TURNS) return { text: `# Report\n\nAll ${TURNS} turns are done.\n\n- nothing is left\n` };
  const code =
    turns % 5 === 0 ? `\n\`\`\`ts\nexport const turn = ${turns};\nexport const next = turn + 1;\n\`\`\`\n` : '';
  return {
    text: [
      `## Turn ${turns}\n\nI look at the *folder* once more, since **nothing** is known of it yet. ` +
        `After that comes turn \`${turns + 1}\`, with these:\n\n- what is new\n- what has gone\n${code}`,
    ],
    toolCalls: Array.from({ length: CALLS }, (_, n) => ({ name: 'list_files', arguments: { depth: n + 1 } })),
  };
};

/** Lets the agent do a long run, and reads what came of it. @throws Error where the run does not end well. */
export async function makeLongRun(server: Server): Promise<LongRun> {
  const product = server.product();
  const { body } = await product.call('POST', '/api/v1/runs', { agent: 'assistant', task: 'Work for long.' });
  const id = String(body['id']);
  // Ends with the run.
  await product.call('GET', `/api/v1/runs/${id}/events`);
  const { body: run } = await product.call('GET', `/api/v1/runs/${id}`);
  if (run['status'] !== 'succeeded') throw new Error(`The long run did not end well: ${JSON.stringify(run['error'])}`);
  const events = eventsIn(String((await product.call('GET', `/api/v1/runs/${id}/events`)).body['text']));
  const said = new Map<string, string>();
  for (const { data, type } of events) {
    const action = String(data['action_id']);
    if (type === 'model.delta') said.set(action, (said.get(action) ?? '') + String(data['text']));
    if (type === 'action.outcome' && data['result'] !== undefined) {
      said.set(action, `\`\`\`json\n${JSON.stringify(data['result'], undefined, 2)}\n\`\`\`\n`);
    }
  }
  const seq = events.reduce((last, { data }) => Math.max(last, Number(data['seq'] ?? 0)), 0);
  return { id, events: events.length, seq, texts: [...said.values()] };
}

function eventsIn(stream: string): { type: string; data: Record<string, unknown> }[] {
  return stream.split('\n\n').flatMap((block) => {
    const type = /^event: ?(.*)$/m.exec(block)?.[1];
    const data = /^data: ?(.*)$/m.exec(block)?.[1];
    return type === undefined || data === undefined
      ? []
      : [{ type, data: JSON.parse(data) as Record<string, unknown> }];
  });
}
