import { commonpb, create, type MemoryApi, memorypb } from '@holdfast/protocol';
import { statement } from '@holdfast/storage';
import type { Reply } from '@holdfast/testing';
import { afterEach, describe, expect, it } from 'vitest';

import { clientOf } from '../support/client.ts';
import { openWorld, type World } from './world.ts';

const CALLS: readonly Reply[] = [
  { toolCalls: [{ name: 'remember', arguments: { text: 'Heron is blue.' } }] },
  { toolCalls: [{ name: 'recall', arguments: { query: 'Heron' } }] },
  { text: 'Both are told.' },
];

describe('memory that does not answer does not make a run fail (ME-2)', () => {
  let world: World;
  afterEach(() => world.close());

  const run = async (tags: string[] = []) => {
    const client = clientOf(world.host().agent, 'acme', 'ann');
    const { id } = await client.create('learner', 'What colour is Heron?', { tags });
    const events = await client.until(id, 'run.ended');
    return { ended: await client.get(id), events, actions: await client.actions(id) };
  };
  const script = ({ toolResults }: { readonly toolResults: number }): Reply => CALLS[toolResults] ?? {};

  it('where its tables are gone: the run says so, its tools fail in words, and it ends well', async () => {
    world = await openWorld({ script });
    await world.memory.remember(
      create(memorypb.RememberRequestSchema, {
        caller: create(commonpb.CallerSchema, { tenant: 'acme', subject: 'ann' }),
        memories: [{ text: 'The colour of Heron is blue.', provenance: { trust: memorypb.Trust.USER } }],
      }),
    );
    for (const table of ['memory_record', 'working_session', 'working_item']) {
      await world.memoryDatabase.transact([statement(world.memoryDatabase, `drop table ${table}`, [])]);
    }
    const { ended, events, actions } = await run(['session:birds']);
    expect(ended).toMatchObject({ output: 'Both are told.' });
    const recalled = events.find(({ type }) => type === 'memory.recalled')?.data;
    expect(recalled).toMatchObject({ count: 0, missing: [expect.stringMatching(/./)] });
    expect(actions.filter(({ kind }) => kind === 'tool').map(({ outcome }) => outcome)).toContain('error');
  });

  it('where it hangs: the run goes on after its time limit', async () => {
    const never = () => new Promise<never>(() => undefined);
    let asked = 0;
    const hanging = (memory: MemoryApi): MemoryApi => ({
      ...memory,
      recall: () => {
        asked += 1;
        return never();
      },
      getWindow: never,
      appendWorking: never,
      learnFromRun: never,
    });
    world = await openWorld({
      script: () => ({ text: 'I do not know.' }),
      through: hanging,
      config: { memory: { timeout_ms: 100 } },
    });
    const { ended, events } = await run(['session:birds']);
    expect(ended.output).toBe('I do not know.');
    expect(asked).toBe(1);
    expect(events.find(({ type }) => type === 'memory.recalled')?.data).toMatchObject({
      count: 0,
      missing: [expect.stringContaining('100 ms')],
    });
  });
});
