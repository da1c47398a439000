import { setTimeout as sleep } from 'node:timers/promises';

import { agentpb, create } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { eventOf, makeKey, startGateway, type TestGateway, until } from '../../../services/gateway/src/testing.ts';
import { connectClient, INITIALIZE, MODES, post } from './support/client.ts';

const { RunStatus } = agentpb;

/** Events of a run that works until it is told to end. */
class Work {
  #ended = Promise.withResolvers<void>();
  started = Promise.withResolvers<void>();

  end(): void {
    this.#ended.resolve();
  }

  async *events(signal: AbortSignal): AsyncGenerator<agentpb.WatchResponse> {
    yield eventOf(1, '', 'run.started');
    yield intent('bash');
    this.started.resolve();
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([this.#ended.promise, aborted]);
    if (!signal.aborted) yield eventOf(3, '', 'run.ended');
  }
}

function intent(name: string): agentpb.WatchResponse {
  const data = { action_id: 'a1', kind: 'tool', name };
  return create(agentpb.WatchResponseSchema, { event: { id: '1-2', type: 'action.intent', at: 1, data } });
}

describe.each(MODES)('runs by MCP, revision %s (TL-5, AG-4)', (mode) => {
  let test: TestGateway;
  let work: Work;
  beforeEach(async () => {
    test = await startGateway();
    work = new Work();
    test.agent.source = (_request, signal) => work.events(signal);
  });
  afterEach(() => test.close());
  const connect = () => connectClient(test.url, test.ownerKey, mode);
  const finish = (changes: Partial<agentpb.Run> = {}): void => {
    const run = test.agent.runs.get('run-1');
    if (!run) throw new Error('there is no run');
    Object.assign(run, { status: RunStatus.SUCCEEDED, output: '# Report', ...changes });
    work.end();
  };
  const methods = (): string[] => test.agent.calls.map(({ method }) => method);

  it('waits for a run, tells progress, and gives its report', async () => {
    const { client } = await connect();
    const told: string[] = [];
    const answering = client.callTool(
      { name: 'run_agent', arguments: { agent: 'tester', task: 'Do it', tags: ['mcp'] } },
      { onprogress: ({ message }) => told.push(message ?? '') },
    );
    await work.started.promise;
    await until(() => told.length > 0);
    finish();
    const answer = await answering;
    expect(answer.isError).toBeFalsy();
    expect(answer.structuredContent).toMatchObject({ run_id: 'run-1', status: 'succeeded', output: '# Report' });
    expect(JSON.stringify(answer.content)).toContain('# Report');
    await client.close();
  });

  it('says that a run failed, and why', async () => {
    const { client } = await connect();
    const answering = client.callTool({ name: 'run_agent', arguments: { agent: 'tester' } });
    await work.started.promise;
    const error = create(agentpb.RunSchema, { error: { code: 'MODEL_UNAVAILABLE', message: 'No model.' } }).error;
    finish({ status: RunStatus.FAILED, output: '', ...(error ? { error } : {}) });
    const answer = await answering;
    expect(answer.isError).toBe(true);
    expect(JSON.stringify(answer.content)).toContain('MODEL_UNAVAILABLE: No model.');
    await client.close();
  });

  it('gives a question back as soon as it is asked, takes the answer, and waits on', async () => {
    const { client } = await connect();
    test.agent.source = async function* asks() {
      yield eventOf(1, '', 'run.waiting');
    };
    const starting = client.callTool({ name: 'start_run', arguments: { agent: 'tester', task: '' } });
    const { structuredContent: started } = await starting;
    const run = test.agent.runs.get('run-1');
    const questions = [{ actionId: 'q1', kind: 'approval', text: 'May I?', choices: ['approve', 'deny'] }];
    Object.assign(run ?? {}, {
      ...create(agentpb.RunSchema, { questions }),
      id: 'run-1',
      tenant: run?.tenant,
      status: RunStatus.WAITING,
    });
    const asked = await client.callTool({ name: 'get_run', arguments: { run_id: 'run-1', wait: true } });
    expect(started).toMatchObject({ run_id: 'run-1', status: 'running' });
    expect(asked.structuredContent).toMatchObject({ status: 'waiting', questions: [{ action_id: 'q1' }] });
    const answer = { run_id: 'run-1', action_id: 'q1', choice: 'approve' };
    await client.callTool({ name: 'answer_question', arguments: answer });
    expect(methods()).toContain('answerQuestion');
    await client.close();
  });

  describe('with a client that has forms', () => {
    /** A run that asks once, and ends when it was answered. */
    const asks = (question: { kind: string; choices: string[] }): void => {
      test.agent.source = async function* waiting() {
        const run = test.agent.runs.get('run-1');
        const isAnswered = methods().includes('answerQuestion');
        const asked = create(agentpb.RunSchema, { questions: [{ actionId: 'q1', text: 'May I?', ...question }] });
        if (isAnswered) Object.assign(run ?? {}, { status: RunStatus.SUCCEEDED, questions: [], output: '# Done' });
        else Object.assign(run ?? {}, { status: RunStatus.WAITING, questions: asked.questions });
        yield eventOf(1, '', isAnswered ? 'run.ended' : 'run.waiting');
      };
    };
    const connectWithForms = async (key: string, content: Record<string, string> | undefined) => {
      const forms: unknown[] = [];
      const connected = await connectClient(test.url, key, mode, { elicitation: {} });
      connected.client.setRequestHandler('elicitation/create', ({ params }) => {
        forms.push(params);
        return content ? { action: 'accept', content } : { action: 'decline' };
      });
      return { ...connected, forms };
    };
    const answers = () =>
      test.agent.calls.filter(({ method }) => method === 'answerQuestion').map(({ request }) => request);

    it('puts an approval to the user, passes the answer on, and waits on', async () => {
      asks({ kind: 'approval', choices: ['approve', 'deny'] });
      const { client, forms } = await connectWithForms(test.ownerKey, { choice: 'approve', text: 'go' });
      const { structuredContent } = await client.callTool({ name: 'run_agent', arguments: { agent: 'tester' } });
      expect(structuredContent).toMatchObject({ run_id: 'run-1', status: 'succeeded', output: '# Done' });
      expect(forms).toMatchObject([
        { message: 'May I?', requestedSchema: { properties: { choice: { enum: ['approve', 'deny'] } } } },
      ]);
      expect(answers()).toMatchObject([{ runId: 'run-1', actionId: 'q1', choice: 'approve', text: 'go' }]);
      // The second round of the call did not start a second run.
      expect(methods().filter((method) => method === 'createRun')).toHaveLength(1);
      await client.close();
    });

    it('gives the question back where the user does not want to answer', async () => {
      asks({ kind: 'ask_human', choices: [] });
      const { client, forms } = await connectWithForms(test.ownerKey, undefined);
      const { structuredContent } = await client.callTool({ name: 'run_agent', arguments: { agent: 'tester' } });
      expect(structuredContent).toMatchObject({ status: 'waiting', questions: [{ action_id: 'q1' }] });
      expect({ forms: forms.length, answers: answers() }).toEqual({ forms: 1, answers: [] });
      await client.close();
    });

    it('asks nobody whose key may not approve', async () => {
      asks({ kind: 'approval', choices: ['approve', 'deny'] });
      const key = await makeKey(test, 'operator', ['runs:read', 'runs:write']);
      const { client, forms } = await connectWithForms(key, { choice: 'approve' });
      const { structuredContent } = await client.callTool({ name: 'run_agent', arguments: { agent: 'tester' } });
      expect(structuredContent).toMatchObject({ status: 'waiting' });
      expect({ forms, answers: answers() }).toEqual({ forms: [], answers: [] });
      await client.close();
    });
  });

  it('cancels the run when the call is cancelled', async () => {
    const { client } = await connect();
    const abort = new AbortController();
    const answering = client.callTool({ name: 'run_agent', arguments: { agent: 'tester' } }, { signal: abort.signal });
    await work.started.promise;
    abort.abort();
    await expect(answering).rejects.toThrow();
    await until(() => methods().includes('cancelRun'));
    await client.close();
  });

  it('lets the run go on when the call is cancelled that was made with detach', async () => {
    const { client } = await connect();
    const abort = new AbortController();
    const wanted = { name: 'run_agent', arguments: { agent: 'tester', detach: true } };
    const answering = client.callTool(wanted, { signal: abort.signal });
    await work.started.promise;
    abort.abort();
    await expect(answering).rejects.toThrow();
    await client.callTool({ name: 'get_run', arguments: { run_id: 'run-1' } });
    await sleep(100);
    expect(methods()).not.toContain('cancelRun');
    await client.close();
  });

  it('lets the run go on when the gateway is closed in the middle', async () => {
    const { client } = await connect();
    const answering = client.callTool({ name: 'run_agent', arguments: { agent: 'tester' } }).catch(() => undefined);
    await work.started.promise;
    await test.gateway.close();
    await client.close();
    await answering;
    expect(methods()).not.toContain('cancelRun');
  });

  it('refuses what a call may not name, and starts nothing', async () => {
    const { client } = await connect();
    for (const wrong of [{}, { agent: '' }, { agent: 'a', more: 1 }, { agent: 'a', limits: { steps: -1 } }]) {
      const refused = await client.callTool({ name: 'run_agent', arguments: wrong }).catch((error: unknown) => error);
      expect(JSON.stringify(refused instanceof Error ? refused.message : refused)).toMatch(/[Ii]nvalid/);
    }
    const inputs = [{ path: test.dataDir }];
    const data = await client.callTool({ name: 'start_run', arguments: { agent: 'tester', inputs } });
    expect(data).toMatchObject({ isError: true });
    expect(methods()).not.toContain('createRun');
    const gone = await client.callTool({ name: 'get_run', arguments: { run_id: 'no-such' } });
    expect(JSON.stringify(gone.content)).toContain('NOT_FOUND');
    await client.close();
  });

  it('shows reports as resources, and playbooks as prompts', async () => {
    test.agent.add({ id: 'old', status: RunStatus.SUCCEEDED, output: '# Old report', task: 'Look' });
    const parameters = {
      type: 'object',
      properties: { path: { type: 'string', description: 'What to look at' } },
      required: ['path'],
    };
    test.agent.agents.push(
      create(agentpb.AgentSchema, { name: 'look', description: 'Looks.', playbook: true, parameters }),
      create(agentpb.AgentSchema, { name: 'assistant', description: 'An agent.' }),
    );
    const { client } = await connect();
    const { resources } = await client.listResources();
    expect(resources).toMatchObject([{ uri: 'holdfast://runs/old/report', mimeType: 'text/markdown' }]);
    const { contents } = await client.readResource({ uri: 'holdfast://runs/old/report' });
    expect(contents).toMatchObject([{ text: '# Old report' }]);
    await expect(client.readResource({ uri: 'holdfast://runs/none/report' })).rejects.toThrow(/not found/i);
    const { prompts } = await client.listPrompts();
    expect(prompts).toMatchObject([
      { name: 'look', arguments: [{ name: 'path', description: 'What to look at', required: true }] },
    ]);
    const { messages } = await client.getPrompt({ name: 'look', arguments: { path: '/src' } });
    expect(JSON.stringify(messages)).toContain('run_agent');
    await client.close();
  });
});

describe('a client that vanishes in the middle of a run (TL-5)', () => {
  it('finds the answer when it comes back, and the run went on (2025-11-25)', async () => {
    const test = await startGateway();
    const work = new Work();
    test.agent.source = (_request, signal) => work.events(signal);
    try {
      const begun = await post(test.url, test.ownerKey, INITIALIZE);
      const headers = {
        authorization: `Bearer ${test.ownerKey}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-session-id': begun.headers.get('mcp-session-id') ?? '',
        'mcp-protocol-version': '2025-11-25',
      };
      const params = { name: 'run_agent', arguments: { agent: 'tester' } };
      const gone = new AbortController();
      const response = await fetch(`${test.url}/mcp`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params }),
        signal: gone.signal,
      });
      // The first event primes the stream: its id is what a client comes back with.
      const reader = response.body?.getReader();
      let seen = '';
      while (!/^id: (\d+)/m.test(seen)) seen += Buffer.from((await reader?.read())?.value ?? []).toString();
      await work.started.promise;
      gone.abort();
      await sleep(100);
      Object.assign(test.agent.runs.get('run-1') ?? {}, { status: RunStatus.SUCCEEDED, output: '# Kept' });
      work.end();
      const id = /^id: (\d+)/m.exec(seen)?.[1] ?? '';
      const again = await fetch(`${test.url}/mcp`, { headers: { ...headers, 'last-event-id': id } });
      expect(await again.text()).toContain('# Kept');
      expect(test.agent.calls.map(({ method }) => method)).not.toContain('cancelRun');
      const forgotten = await fetch(`${test.url}/mcp`, { headers: { ...headers, 'last-event-id': '99999' } });
      expect(forgotten.status).toBe(400);
      await forgotten.text();
    } finally {
      await test.close();
    }
  });
});
