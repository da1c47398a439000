import { commonpb, create, memorypb } from '@holdfast/protocol';
import type { ProviderRequest, Reply } from '@holdfast/testing';
import { defineTool } from '@holdfast/tools';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { clientOf } from '../support/client.ts';
import { openWorld, type World } from './world.ts';

describe('a fork and a replay give the model what memory had given (AG-2, ME-2)', () => {
  let world: World;
  beforeAll(async () => {
    const look = defineTool({
      name: 'look',
      description: 'Looks.',
      parameters: z.strictObject({}),
      effect: 'read',
      approval: 'none',
      timeoutMs: 5000,
      run: async () => ({ ok: true, value: { seen: 'a folder' } }),
    });
    const script = ({ toolResults }: ProviderRequest): Reply =>
      toolResults === 0 ? { toolCalls: [{ name: 'look', arguments: {} }] } : { text: 'It is blue.' };
    world = await openWorld({ script, modules: [look] });
  });
  afterAll(() => world.close());

  const note = async (text: string) => {
    const caller = create(commonpb.CallerSchema, { tenant: 'acme', subject: 'ann' });
    const memories = [{ text, scope: { user: 'ann' }, provenance: { trust: memorypb.Trust.USER } }];
    await world.memory.remember(create(memorypb.RememberRequestSchema, { caller, memories }));
  };
  /** What stands in front of the task of a prompt. */
  const blocksOf = (prompt: string) => prompt.slice(0, prompt.indexOf('</memories>'));

  it('also where memory has changed since; a new word of a person is looked up anew', async () => {
    await note('The folder of Heron is blue.');
    const client = clientOf(world.host().agent, 'acme', 'ann');
    const { id } = await client.create('helper', 'Which colour has the folder of Heron?');
    await client.ended(id);
    const [first = '', second = ''] = world.prompts();
    expect(first).toContain('is blue');
    expect(blocksOf(second)).toBe(blocksOf(first));
    await note('The folder of Heron is red by now.');
    const asked = world.prompts().length;

    const replayed = await client.fork(id, { seq: 1, replay: true });
    const given = async (runId: string) =>
      (await client.until(runId, 'run.ended')).find(({ type }) => type === 'memory.recalled')?.data?.['ids'];
    expect(await given(replayed.id)).toEqual(await given(id));
    expect(world.prompts()).toHaveLength(asked);

    const actions = await client.actions(id);
    const seq = actions.find(({ kind }) => kind === 'tool')?.outcomeSeq ?? 0;
    const forked = await client.fork(id, { seq });
    await client.ended(forked.id);
    expect(world.prompts()).toHaveLength(asked + 1);
    expect(blocksOf(world.prompts().at(-1) ?? '')).toBe(blocksOf(first));

    const underWay = await client.fork(id, { seq: actions[0]?.intentSeq ?? 0 });
    await client.ended(underWay.id);
    expect(blocksOf(world.prompts().at(-1) ?? '')).toBe(blocksOf(first));

    const edited = await client.fork(id, { seq, task: 'And which colour has the folder of Heron now?' });
    await client.ended(edited.id);
    expect(world.prompts().at(-1)).toContain('is red by now');

    const bob = clientOf(world.host().agent, 'acme', 'bob');
    const stranger = await bob.fork(id, { seq });
    await bob.ended(stranger.id);
    expect(world.prompts().at(-1)).not.toContain('<memor');
  });
});
