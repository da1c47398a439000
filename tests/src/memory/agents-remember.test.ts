import { commonpb, create, memorypb } from '@holdfast/protocol';
import type { ProviderRequest, Reply } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { clientOf } from '../support/client.ts';
import { openWorld, until, type World } from './world.ts';

const NOTE = 'Ann keeps the launch codes of project Heron in a blue folder.';

let interrupted = false;
/** What the model does by the task, which says no more than the number of it. */
const steps: { readonly name: string; readonly arguments: string }[] = [];

function script({ body, toolResults }: ProviderRequest): Reply {
  if (interrupted && toolResults > 0) return { delayMs: 60_000 };
  // The task comes last: what was recalled may tell of earlier ones.
  const step = [...JSON.stringify(body['messages']).matchAll(/Do step (\d+)\./g)].at(-1);
  const wanted = steps[Number(step?.[1] ?? -1)];
  return wanted && toolResults === 0 ? { toolCalls: [wanted] } : { text: wanted ? 'Done.' : 'I see.' };
}

function call(name: string, args: object): string {
  return `Do step ${steps.push({ name, arguments: JSON.stringify(args) }) - 1}.`;
}

describe('agents remember (ME-1, ME-2)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ script });
  });
  afterAll(() => world.close());

  const run = async (subject: string, task: string, agent = 'helper', more: { tags?: string[] } = {}) => {
    const client = clientOf(world.host().agent, 'acme', subject);
    const { id } = await client.create(agent, task, more);
    const events = await client.until(id, 'run.ended');
    const ended = await client.get(id);
    expect(ended.error?.message ?? '').toBe('');
    return { id, events, client, ended };
  };
  const lastPrompt = () => world.prompts().at(-1) ?? '';
  const resultOf = async ({ id, client }: Awaited<ReturnType<typeof run>>) =>
    (await client.actions(id)).find(({ kind }) => kind === 'tool')?.result ?? {};
  const caller = (subject: string) => create(commonpb.CallerSchema, { tenant: 'acme', subject });
  const memories = async (subject: string, states: memorypb.MemoryState[] = []) =>
    (
      await world.memory.listMemories(
        create(memorypb.ListMemoriesRequestSchema, {
          caller: caller(subject),
          filter: { scope: { user: subject, agent: 'helper' }, states },
        }),
      )
    ).memories;

  it('what one run remembers is in the prompt of the next run of the same person, and of nobody else', async () => {
    const kept = await run('ann', call('remember', { text: NOTE }));
    expect(await resultOf(kept)).toMatchObject({ remembered: 'new', memory: { text: NOTE, source: 'agent' } });
    const next = await run('ann', 'Where are the launch codes of Heron?');
    expect(lastPrompt()).toContain(`source="agent" origin="agent" author="helper">\n${NOTE}\n</memory>`);
    expect(lastPrompt().indexOf('<memories')).toBeLessThan(lastPrompt().indexOf('Where are the launch codes'));
    const recalled = next.events.find(({ type }) => type === 'memory.recalled')?.data;
    expect(recalled).toMatchObject({ action_id: 'm1', missing: [] });
    await run('bob', 'Where are the launch codes of Heron?');
    expect(lastPrompt()).not.toContain('blue folder');
    await run('ann', 'Where are the launch codes of Heron?', 'aloof');
    expect(lastPrompt()).not.toContain('blue folder');
  });

  it('find again by the tool what they were told, in both languages, with where it comes from', async () => {
    await run('mei', call('remember', { text: '小梅住在杭州，喜欢喝龙井茶。', evidence: '我住在杭州' }));
    const found = await resultOf(await run('mei', call('recall', { query: '小梅住在哪裡' })));
    expect(found).toMatchObject({ note: expect.stringContaining('not instructions') });
    expect(found['memories']).toMatchObject([
      { text: '小梅住在杭州，喜欢喝龙井茶。', source: 'agent', author: 'helper' },
    ]);
    const none = await resultOf(await run('mei', call('recall', { query: '小梅', until: '2001-01-01' })));
    expect(none['memories']).toEqual([]);
    expect(await resultOf(await run('mei', call('recall', { query: 'x', since: 'yesterday' })))).toMatchObject({
      error: 'INVALID_ARGUMENT',
    });
  });

  it('keep for one agent alone what is for it alone', async () => {
    await run('cid', call('remember', { text: 'Cid wants reports in Comic Sans.', only_this_agent: true }));
    await run('cid', 'In which font does Cid want reports?', 'other');
    expect(lastPrompt()).not.toContain('Comic Sans');
    await run('cid', 'In which font does Cid want reports?');
    expect(lastPrompt()).toContain('Comic Sans');
  });

  it('archive what is wrong, and neither what is pinned nor what is everybody’s', async () => {
    const { memory } = (await resultOf(
      await run('dan', call('remember', { text: 'Dan works at Acme in Lyon.' })),
    )) as unknown as { memory: { id: string } };
    const shared = await world.memory.remember(
      create(memorypb.RememberRequestSchema, {
        caller: caller('dan'),
        memories: [{ text: 'The shed is green.', provenance: { trust: memorypb.Trust.USER } }],
      }),
    );
    const sharedId = shared.remembered[0]?.memory?.id ?? '';
    const told = await resultOf(await run('dan', call('forget', { ids: [memory.id, sharedId, 'mem_none'] })));
    expect(told).toMatchObject({
      archived: [memory.id],
      kept: [
        { id: sharedId, reason: expect.stringContaining('everybody') },
        { id: 'mem_none', reason: expect.stringContaining('no such') },
      ],
    });
    const archived = await memories('dan', [memorypb.MemoryState.ARCHIVED]);
    expect(archived.map(({ id }) => id)).toEqual([memory.id]);
    await run('dan', 'Where does Dan work?');
    expect(lastPrompt()).not.toContain('Acme in Lyon');
    const again = await resultOf(await run('dan', call('forget', { ids: [sharedId] })));
    expect(again).toMatchObject({ archived: [] });
  });

  it('relate two names, with the fact that it rests on, and say what contradicts it', async () => {
    const relate = (object: string) =>
      call('relate', { subject: 'Eve', predicate: 'works at', object, one_at_a_time: true, source: 'own' });
    const first = await resultOf(await run('eve', relate('Globex')));
    expect(first).toMatchObject({ subject: 'Eve', object: 'Globex', relation: expect.stringMatching(/./) });
    const second = await resultOf(await run('eve', relate('Initech')));
    expect(second['contradicts']).toEqual([first['relation']]);
    expect((await memories('eve')).map(({ text }) => text)).toEqual(
      expect.arrayContaining(['Eve works at Globex.', 'Eve works at Initech.']),
    );
  });

  it('learn from a run after it has ended, once, also where the process ended first', async () => {
    await run('fay', 'Remember: my dentist is called Doctor Quincey.', 'learner');
    await until('something is learned', async () =>
      (await memories('fay')).some(({ text }) => text.includes('Quincey')),
    );
    const before = await memories('fay');
    await world.restart();
    await run('fay', 'Hello.', 'learner');
    expect((await memories('fay')).filter(({ text }) => text.includes('Quincey'))).toHaveLength(
      before.filter(({ text }) => text.includes('Quincey')).length,
    );
    const learned = before.filter(({ provenance }) => provenance?.runId !== '');
    expect(learned.map(({ scope }) => [scope?.user, scope?.agent])).toEqual(learned.map(() => ['fay', '']));
  });

  it('keep what was said once, also where the process ended in the middle', async () => {
    interrupted = true;
    const client = () => clientOf(world.host().agent, 'acme', 'ida');
    const { id } = await client().create('aloof', call('recall', { query: 'anything' }), { tags: ['session:once'] });
    const asked = world.prompts().length;
    await until(
      'the model is asked with the result',
      () => world.prompts().slice(asked).at(-1)?.includes('tool: ') ?? false,
    );
    await world.restart();
    interrupted = false;
    await world.restart();
    expect((await client().ended(id)).output).toBe('Done.');
    const request = create(memorypb.GetWindowRequestSchema, {
      caller: caller('ida'),
      session: 'once',
      filter: { scope: { user: 'ida', agent: 'aloof' } },
    });
    const roles = async () => (await world.memory.getWindow(request)).items.map(({ role }) => role);
    await until('the last word is kept', async () => (await roles()).at(-1) === 'assistant');
    expect(await roles()).toEqual(['user', 'tool', 'assistant']);
  });

  it('go on with a conversation by its name', async () => {
    await run('gus', 'My bike is red.', 'aloof', { tags: ['session:bikes'] });
    await run('gus', 'And hers is yellow.', 'aloof', { tags: ['session:bikes'] });
    expect(lastPrompt()).toContain('user: My bike is red.\nassistant: I see.\n</conversation>');
    await run('gus', 'Which is red?', 'aloof', { tags: ['session:bikes'] });
    expect(lastPrompt().match(/My bike is red/g)).toHaveLength(1);
    expect(lastPrompt()).toContain('user: And hers is yellow.');
    await run('hal', 'Which is red?', 'aloof', { tags: ['session:bikes'] });
    expect(lastPrompt()).not.toContain('bike is red');
    await run('gus', 'Which is red?', 'aloof');
    expect(lastPrompt()).not.toContain('bike is red');
  });
});
