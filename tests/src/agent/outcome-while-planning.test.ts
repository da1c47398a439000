import { setTimeout as sleep } from 'node:timers/promises';

import { commonpb } from '@holdfast/protocol';
import { expect, it } from 'vitest';

import { startAgentHost } from '../support/agent-host.ts';
import { clientOf } from '../support/client.ts';
import { resultsIn, saying, testTools } from '../support/script.ts';
import { tempDir } from '../support/temp-dir.ts';

it('an outcome that comes while the next step is planned is kept, and its call is not made again (AG-2)', async () => {
  const dir = tempDir();
  const release = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const base = testTools({
    fast: { effect: commonpb.Effect.WRITE },
    slow: {
      effect: commonpb.Effect.WRITE,
      run: async () => {
        await release.promise;
        done.resolve();
        return { ran: 'slow' };
      },
    },
  });
  let held = 0;
  const tools: typeof base = {
    ...base,
    // Planning looks the tools up: what is slow ends in the middle of that, when what is fast has ended.
    async listTools(request, options) {
      if (base.calls.length === 2 && held === 0) {
        held += 1;
        release.resolve();
        await done.promise;
        await sleep(50);
      }
      return base.listTools(request, options);
    },
  };
  let results: unknown;
  const host = await startAgentHost({
    dataDir: dir.path,
    agents: ['a'],
    tools,
    model: () =>
      saying((step, { messages }) => {
        results = resultsIn(messages);
        return step === 0
          ? {
              calls: [
                ['fast', {}],
                ['slow', {}],
              ],
            }
          : { text: 'Both.' };
      }),
  });
  try {
    const client = clientOf(host.agent);
    const { id } = await client.create('a', 'Do both.');
    expect((await client.ended(id)).output).toBe('Both.');
    expect(held).toBe(1);
    expect(base.calls).toEqual(['t1.0 fast', 't1.1 slow']);
    expect(results).toEqual([
      { name: 'fast', ok: true, value: { ran: 'fast' } },
      { name: 'slow', ok: true, value: { ran: 'slow' } },
    ]);
  } finally {
    await host.close();
    dir.remove();
  }
});
