import { agentpb, create, HoldfastError } from '@holdfast/protocol';
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

describe('saving a run as a playbook', () => {
  it('is refused before the run has ended, to other tenants, and under a name that an agent has', async () => {
    const wait = Promise.withResolvers<void>();
    const saved: string[] = [];
    host = await startAgentHost({
      dataDir: dir.path,
      agents: ['helper'],
      tools: testTools({}),
      model: () =>
        saying(async () => {
          await wait.promise;
          return { text: 'done' };
        }),
      savePlaybook: async (name) => {
        saved.push(name);
        throw new HoldfastError('STORAGE_FULL', 'The disk is full.');
      },
    });
    const { agent } = host;
    const client = clientOf(agent);
    const { id: runId } = await client.create('helper', 'work');
    const save = (name: string, tenant = 'acme') =>
      agent.savePlaybook(
        create(agentpb.SavePlaybookRequestSchema, { caller: clientOf(agent, tenant).caller, runId, name }),
      );
    await client.until(runId, 'action.intent');
    await expect(save('book')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    wait.resolve();
    await client.ended(runId);
    await expect(save('book', 'other')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(save('helper')).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(save('a b')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(saved).toEqual([]);
    // What could not be stored takes no name: it can be tried again.
    await expect(save('book')).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    await expect(save('book')).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    const { agents } = await agent.listAgents(create(agentpb.ListAgentsRequestSchema, { caller: client.caller }));
    expect(agents.map(({ name }) => name)).not.toContain('book');
  });
});
