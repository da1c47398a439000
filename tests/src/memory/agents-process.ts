/**
 * Agents with memory as a process that a test kills: `agents-process.ts <folder> <provider> <note> [<task> <agent>]`. Keeps
 * the note for `ann` before the agents begin, starts a run where there is a task, and goes on until it is ended.
 */
import { commonpb, create, memorypb } from '@holdfast/protocol';

import { clientOf } from '../support/client.ts';
import { openHouse } from './house.ts';

const [folder = '', provider = '', note = '', task = '', agent = 'helper'] = process.argv.slice(2);

const house = await openHouse(folder, provider, {
  async first(memory) {
    const request = create(memorypb.RememberRequestSchema, {
      caller: create(commonpb.CallerSchema, { tenant: 'acme', subject: 'ann' }),
      memories: [{ text: note, scope: { user: 'ann' }, provenance: { trust: memorypb.Trust.USER } }],
    });
    await memory.remember(request);
  },
});
const client = clientOf(house.host().agent, 'acme', 'ann');
const id = task === '' ? '' : (await client.create(agent, task)).id;
process.stdout.write(`${JSON.stringify({ ready: true, id })}\n`);
process.stdin.on('data', (data) => {
  const asked = JSON.parse(data.toString()) as { readonly learned: boolean };
  void answer(asked.learned);
});

/** Says what is known of the run, and what was learned. */
async function answer(learned: boolean): Promise<void> {
  const { memories } = await house.memory.listMemories(
    create(memorypb.ListMemoriesRequestSchema, {
      caller: create(commonpb.CallerSchema, { tenant: 'acme', subject: 'ann' }),
      filter: { scope: { user: 'ann' } },
    }),
  );
  const texts = memories.flatMap(({ provenance, text }) => (learned === (provenance?.runId !== '') ? [text] : []));
  process.stdout.write(`${JSON.stringify({ texts })}\n`);
}
