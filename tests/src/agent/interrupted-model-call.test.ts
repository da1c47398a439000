import type { ModelCall } from '@holdfast/models';
import { expect, it } from 'vitest';

import { type AgentHost, startAgentHost } from '../support/agent-host.ts';
import { clientOf } from '../support/client.ts';
import { type Said, saying, testTools } from '../support/script.ts';
import { tempDir } from '../support/temp-dir.ts';

it('a model call that is made again after its worker has gone is shown the tools again (AG-2)', async () => {
  const dir = tempDir();
  const shown: string[][] = [];
  const asked = Promise.withResolvers<void>();
  const script = async (_step: number, { signal, tools }: ModelCall): Promise<Said> => {
    shown.push(tools.map(({ name }) => name));
    if (shown.length > 1) return { text: 'Asked again.' };
    asked.resolve();
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  };
  const start = (): Promise<AgentHost> =>
    startAgentHost({ dataDir: dir.path, agents: ['a'], model: () => saying(script), tools: testTools({ look: {} }) });
  let host = await start();
  try {
    const { id } = await clientOf(host.agent).create('a', 'Look.');
    await asked.promise;
    await host.close();
    host = await start();
    expect((await clientOf(host.agent).ended(id)).output).toBe('Asked again.');
    expect(shown).toEqual([['look'], ['look']]);
  } finally {
    await host.close();
    dir.remove();
  }
});
