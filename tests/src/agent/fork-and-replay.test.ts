import { agentpb, commonpb } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type AgentHost, startAgentHost } from '../support/agent-host.ts';
import { clientOf } from '../support/client.ts';
import { saying, testTools } from '../support/script.ts';
import { tempDir } from '../support/temp-dir.ts';

describe('fork and replay (AG-2)', () => {
  let host: AgentHost;
  let remove: () => void;
  let modelCalls = 0;
  const tools = testTools({ write: { effect: commonpb.Effect.WRITE } });

  beforeEach(async () => {
    const dir = tempDir();
    remove = dir.remove;
    modelCalls = 0;
    tools.calls.length = 0;
    const model = saying((step, { messages }) => {
      modelCalls += 1;
      const task = messages.findLast((message) => message.role === 'user')?.text;
      return step < 2 ? { calls: [['write', { step }]] } : { text: `Done: ${task}` };
    });
    host = await startAgentHost({ dataDir: dir.path, agents: ['a', 'b'], model: () => model, tools });
  });

  afterEach(async () => {
    await host.close();
    remove();
  });

  it('goes on from a checkpoint in a new run, under keys of its own, and leaves the old one as it was', async () => {
    const client = clientOf(host.agent);
    const old = await client.ended((await client.create('a', 'first')).id);
    const firstWrite = (await client.actions(old.id)).find((action) => action.id === 't1.0');
    const fork = await client.ended((await client.fork(old.id, { seq: firstWrite?.outcomeSeq ?? 0 })).id);
    expect(fork).toMatchObject({ output: 'Done: first', forkedFrom: old.id, status: agentpb.RunStatus.SUCCEEDED });
    expect(tools.calls).toEqual(['t1.0 write', 't2.0 write', 't2.0 write']);
    const keys = (await client.actions(fork.id)).flatMap(({ idempotencyKey }) => idempotencyKey || []);
    expect(keys).toEqual([`${fork.id}:t2.0`]);
    expect(await client.get(old.id)).toEqual(old);
  });

  it('makes a call that was under way at the checkpoint anew', async () => {
    const client = clientOf(host.agent);
    const old = await client.ended((await client.create('a', 'first')).id);
    const firstWrite = (await client.actions(old.id)).find((action) => action.id === 't1.0');
    const fork = await client.ended((await client.fork(old.id, { seq: firstWrite?.intentSeq ?? 0 })).id);
    expect(fork.output).toBe('Done: first');
    expect((await client.actions(fork.id)).filter(({ kind }) => kind === 'tool').map(({ id }) => id)).toEqual([
      't1.0',
      't2.0',
    ]);
  });

  it('replays recorded outcomes: no tool and no model is called', async () => {
    const client = clientOf(host.agent);
    const old = await client.ended((await client.create('a', 'first')).id);
    const before = { calls: tools.calls.length, modelCalls };
    const replay = await client.ended((await client.fork(old.id, { replay: true })).id);
    expect(replay).toMatchObject({ output: old.output, replay: true, status: agentpb.RunStatus.SUCCEEDED });
    expect({ calls: tools.calls.length, modelCalls }).toEqual(before);
    expect((await client.actions(replay.id)).every((action) => action.settled === 'replayed')).toBe(true);
  });

  it('with an edited task asks the model anew, and still does not repeat the same calls', async () => {
    const client = clientOf(host.agent);
    const old = await client.ended((await client.create('a', 'first')).id);
    const calls = tools.calls.length;
    const replay = await client.ended((await client.fork(old.id, { replay: true, task: 'second' })).id);
    expect(replay.output).toBe('Done: second');
    expect(tools.calls).toHaveLength(calls);
    expect(modelCalls).toBe(6);
  });

  it('takes a new task after the results that are there', async () => {
    const client = clientOf(host.agent);
    const old = await client.ended((await client.create('a', 'first')).id);
    const fork = await client.ended((await client.fork(old.id, { seq: old.seq, task: 'and then' })).id);
    expect(fork.output).toBe('Done: and then');
    await expect(client.fork(old.id, { seq: 999 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
