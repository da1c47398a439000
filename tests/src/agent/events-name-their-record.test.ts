import type { JsonObject } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type AgentHost, startAgentHost } from '../support/agent-host.ts';
import { clientOf } from '../support/client.ts';
import { saying, testTools } from '../support/script.ts';
import { tempDir } from '../support/temp-dir.ts';

let dir = tempDir();
let host: AgentHost | undefined;
beforeEach(() => {
  dir = tempDir();
});
afterEach(async () => {
  await host?.close();
  host = undefined;
  dir.remove();
});

/** Long enough for a stop to arrive while the calls are under way. */
const slowly = () => new Promise<JsonObject>((resolve) => setTimeout(() => resolve({}), 300));

describe('AG-2 events name the journal record that they tell of', () => {
  it('with the numbers that the actions have, also over parallel calls, a stop and a resume', async () => {
    host = await startAgentHost({
      dataDir: dir.path,
      agents: ['tester'],
      tools: testTools({ one: { run: () => slowly() }, two: { run: () => slowly() } }),
      model: () =>
        saying((step) =>
          step === 0
            ? {
                calls: [
                  ['one', { n: 1 }],
                  ['two', { n: 2 }],
                  ['one', { n: 3 }],
                ],
              }
            : { text: 'done' },
        ),
    });
    const client = clientOf(host.agent);
    const { id } = await client.create('tester', 'work');
    await client.until(id, 'action.outcome');
    await client.stop(id);
    await client.until(id, 'run.held');
    await client.resume(id);
    const events = await client.until(id, 'run.ended');
    const run = await client.get(id);
    const seqOf = (type: string, actionId: string) =>
      events.find((event) => event.type === type && event.data?.['action_id'] === actionId)?.data?.['seq'];
    const actions = await client.actions(id);
    expect(actions.length).toBeGreaterThan(4);
    for (const action of actions) {
      expect([action.id, seqOf('action.intent', action.id)]).toEqual([action.id, action.intentSeq]);
      expect([action.id, seqOf('action.outcome', action.id)]).toEqual([action.id, action.outcomeSeq]);
    }
    const numbers = events.flatMap(({ data }) => (typeof data?.['seq'] === 'number' ? [data['seq']] : []));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(numbers[0]).toBe(1);
    expect(events.at(-1)?.data?.['seq']).toBe(run.seq);
  });
});
