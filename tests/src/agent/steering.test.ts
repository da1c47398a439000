import { agentpb, create, toolspb } from '@holdfast/protocol';
import { afterEach, describe, expect, it } from 'vitest';

import { type AgentHost, startAgentHost } from '../support/agent-host.ts';
import { clientOf } from '../support/client.ts';
import { resultsIn, type Said, saying, type TestTool, testTools } from '../support/script.ts';
import { tempDir } from '../support/temp-dir.ts';

const { RunStatus } = agentpb;
const opened: { host: AgentHost; remove: () => void }[] = [];

async function start(script: Parameters<typeof saying>[0], tools: Record<string, TestTool>, more: object = {}) {
  const dir = tempDir();
  const api = testTools(tools);
  const host = await startAgentHost({
    dataDir: dir.path,
    agents: ['a'],
    model: () => saying(script),
    tools: api,
    ...more,
  });
  opened.push({ host, remove: dir.remove });
  return { client: clientOf(host.agent), calls: api.calls, host };
}

afterEach(async () => {
  for (const { host, remove } of opened.splice(0)) {
    await host.close();
    remove();
  }
});

function gate() {
  let open: () => void = () => undefined;
  const opened_ = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed: opened_ };
}

describe('the three verbs (AG-2): detach, stop, cancel', () => {
  it('goes on when its viewer leaves: a detach is no stop', async () => {
    const held = gate();
    const script = (step: number): Said => (step === 0 ? { calls: [['wait', {}]] } : { text: 'Finished without you.' });
    const { client } = await start(script, { wait: { run: async () => (await held.passed, {}) } });
    const { id } = await client.create('a', 'Go.');
    await client.until(id, 'action.intent');
    held.open();
    expect((await client.ended(id)).output).toBe('Finished without you.');
  });

  it('stops after the action at hand, holds, and goes on where it was', async () => {
    const held = gate();
    const script = (step: number): Said => (step < 2 ? { calls: [['wait', { step }]] } : { text: 'Done.' });
    const { client, calls } = await start(script, { wait: { run: async () => (await held.passed, {}) } });
    const { id } = await client.create('a', 'Go.');
    await client.until(id, 'action.outcome');
    await client.stop(id);
    held.open();
    await client.until(id, 'run.held');
    expect(await client.get(id)).toMatchObject({ status: RunStatus.HELD });
    expect(calls).toEqual(['t1.0 wait']);
    await client.resume(id);
    expect(await client.ended(id)).toMatchObject({ status: RunStatus.SUCCEEDED, output: 'Done.' });
    expect(calls).toEqual(['t1.0 wait', 't2.0 wait']);
  });

  it('cancels at once, down to the tool and to the model', async () => {
    let aborted = 0;
    const hang = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted += 1;
          reject(signal.reason as Error);
        });
      });
    const tools = { hang: { run: (_: object, signal: AbortSignal) => hang(signal) } };
    const inTool = await start(() => ({ calls: [['hang', {}]] }), tools);
    const first = await inTool.client.create('a', 'Go.');
    await inTool.client.until(first.id, 'action.outcome');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await inTool.client.cancel(first.id, 'enough');
    expect(await inTool.client.ended(first.id)).toMatchObject({
      status: RunStatus.CANCELED,
      error: { code: 'CANCELED', message: 'Cancelled by ada: enough' },
    });
    expect(aborted).toBe(1);
    expect((await inTool.client.actions(first.id)).map(({ outcome }) => outcome)).toEqual(['ok', 'canceled']);

    const inModel = await start((_, { signal }) => hang(signal), {});
    const second = await inModel.client.create('a', 'Go.');
    await inModel.client.until(second.id, 'action.intent');
    await inModel.client.cancel(second.id);
    await inModel.client.ended(second.id);
    expect(aborted).toBe(2);
    await expect(inModel.client.cancel(second.id)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it('cancels a run that is still queued, without waiting for a place', async () => {
    const held = gate();
    const { client, calls } = await start(
      (step) => (step === 0 ? { calls: [['wait', {}]] } : { text: 'x' }),
      { wait: { run: async () => (await held.passed, {}) } },
      { config: { concurrency: { global: 1 } } },
    );
    const busy = await client.create('a', 'Go.');
    const queued = await client.create('a', 'Go.');
    await client.until(busy.id, 'action.outcome');
    expect(await client.cancel(queued.id)).toMatchObject({ status: RunStatus.CANCELED });
    held.open();
    await client.ended(busy.id);
    expect(calls).toHaveLength(1);
  });
});

describe('questions to a human', () => {
  const approved: Record<string, TestTool> = { danger: { approval: toolspb.Approval.ALWAYS }, safe: {} };
  const script = (step: number): Said =>
    step === 0
      ? {
          calls: [
            ['danger', { n: 1 }],
            ['safe', {}],
          ],
        }
      : { text: 'Done.' };

  it('asks before a tool that needs approval, gives its place away meanwhile, and lets arguments be changed', async () => {
    const { client, calls, host } = await start(script, approved);
    const { id } = await client.create('a', 'Go.');
    await client.until(id, 'run.waiting');
    const waiting = await client.get(id);
    expect(waiting.status).toBe(RunStatus.WAITING);
    expect(waiting.questions).toMatchObject([
      { actionId: 'q1.0', kind: 'approval', tool: 'danger', arguments: { n: 1 } },
    ]);
    expect(calls).toEqual(['t1.1 safe']);
    expect(host.agent.stats().working).toBe(0);
    await expect(client.answer(id, 'q1.0', { choice: 'maybe' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(client.answer(id, 'q9.9', { choice: 'approve' })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
    await client.answer(id, 'q1.0', { choice: 'approve', arguments: { n: 2 } });
    await client.ended(id);
    const danger = (await client.actions(id)).find((action) => action.id === 't1.0');
    expect(danger).toMatchObject({ outcome: 'ok', arguments: { n: 2 }, result: { ran: 'danger', n: 2 } });
  });

  it('tells the model when a human denies, with the reason', async () => {
    let seen: unknown;
    const { client, calls } = await start((step, { messages }) => {
      if (step > 0) seen = resultsIn(messages)[0];
      return script(step);
    }, approved);
    const { id } = await client.create('a', 'Go.');
    await client.until(id, 'run.waiting');
    await client.answer(id, 'q1.0', { choice: 'deny', text: 'not on a Friday' });
    await client.ended(id);
    expect(seen).toMatchObject({
      ok: false,
      value: { error: 'DENIED', message: expect.stringContaining('not on a Friday') },
    });
    expect(calls).not.toContain('t1.0 danger');
  });

  it('asks what the model wants to know, and keeps the question over a restart', async () => {
    const dir = tempDir();
    const tools = { ask_human: { asksHuman: true } };
    let answer: unknown;
    const model = saying((step, { messages }) => {
      answer = resultsIn(messages)[0]?.value;
      return step === 0
        ? { calls: [['ask_human', { question: 'Which one?', choices: ['red', 'blue'] }]] }
        : { text: 'Thanks.' };
    });
    const options = { dataDir: dir.path, agents: ['a'], model: () => model, tools: testTools(tools) };
    const first = await startAgentHost(options);
    const { id } = await clientOf(first.agent).create('a', 'Go.');
    await clientOf(first.agent).until(id, 'run.waiting');
    await first.close();
    const second = await startAgentHost(options);
    opened.push({ host: second, remove: dir.remove });
    const client = clientOf(second.agent);
    expect((await client.get(id)).questions).toMatchObject([
      { kind: 'ask_human', text: 'Which one?', choices: ['red', 'blue'] },
    ]);
    await client.answer(id, 'q1.0', { choice: 'blue' });
    await client.ended(id);
    expect(answer).toBe('blue');
  });
});

describe('what a model gets wrong', () => {
  it('is told to the model, and the run goes on', async () => {
    const seen: unknown[] = [];
    const { client } = await start((step, { messages }) => {
      seen.push(...resultsIn(messages));
      if (step === 0) return { calls: [['no_such_tool', {}]] };
      return { text: 'I see.' };
    }, {});
    const { id } = await client.create('a', 'Go.');
    expect(await client.ended(id)).toMatchObject({ status: RunStatus.SUCCEEDED });
    expect(seen).toMatchObject([{ ok: false, value: { error: 'TOOL_UNKNOWN' } }]);
  });

  it('refuses a tool that the agent was not given, whatever the model says', async () => {
    const { client, calls } = await start(
      (step) => (step === 0 ? { calls: [['danger', {}]] } : { text: 'I see.' }),
      { safe: {}, danger: {} },
      { toolNames: ['safe'] },
    );
    const { id } = await client.create('a', 'Go.');
    await client.ended(id);
    expect(calls).toEqual([]);
    expect((await client.actions(id)).find((action) => action.id === 't1.0')).toMatchObject({
      outcome: 'error',
      result: { error: 'TOOL_UNKNOWN', message: expect.stringContaining('You have: safe.') },
    });
  });
});

describe('limits', () => {
  it('ends a run that takes too long, in the middle of an action', async () => {
    const { client } = await start(() => ({ calls: [['hang', {}]] }), {
      hang: {
        run: (_, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
      },
    });
    const { id } = await client.create('a', 'Go.', { limits: create(agentpb.RunLimitsSchema, { wallMs: 100 }) });
    expect(await client.ended(id)).toMatchObject({ status: RunStatus.FAILED, error: { code: 'LIMIT_EXCEEDED' } });
  });

  it('ends a run after so many steps, tokens or dollars', async () => {
    const { client } = await start((step) => ({ calls: [['again', { step }]] }), { again: {} });
    for (const limits of [{ steps: 3 }, { tokens: 40 }]) {
      const { id } = await client.create('a', 'Go.', { limits: create(agentpb.RunLimitsSchema, limits) });
      expect(await client.ended(id)).toMatchObject({
        status: RunStatus.FAILED,
        steps: 3,
        error: { code: 'LIMIT_EXCEEDED' },
      });
    }
  });
});

describe('tenants', () => {
  it('cannot see, watch or steer the runs of another', async () => {
    const { client, host } = await start(() => ({ text: 'secret' }), {});
    const { id } = await client.create('a', 'Go.');
    await client.ended(id);
    const other = clientOf(host.agent, 'evil');
    await expect(other.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(other.actions(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(other.until(id, 'run.ended')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(other.cancel(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(other.fork(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
