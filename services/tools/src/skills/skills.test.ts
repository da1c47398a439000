import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { PlainSandbox } from '../testing.ts';
import { openSkills, skillText, type TestSkills } from './testing.ts';

const COUNTER = `
import { database, defineSkillTool, files, inject, logger, provide, token, tool, type SkillContext, type SkillLogger } from '@holdfast/skill';
import type { Kysely } from 'kysely';
import { z } from 'zod';

interface Tables { counts: { name: string; n: number } }
interface Greeter { greet(name: string): string }
const greeter = token<Greeter>('greeter');
const perRun = token<{ seen: number }>('per-run');
export const greets = provide(greeter, { scope: 'process', create: () => ({ greet: (name: string) => 'Hello ' + name }) });
export const runs = provide(perRun, {
  scope: 'run',
  inject: { log: logger },
  create: ({ log }) => ({ seen: 0, log }),
  dispose: ({ log }) => log.info('run disposed'),
});

export class Counter {
  @inject(database<Tables>()) accessor db!: Kysely<Tables>;
  @inject(greeter) greeter!: Greeter;
  @inject(perRun) run!: { seen: number };
  @inject(logger) private readonly log!: SkillLogger;

  @tool({ name: 'count_up', description: 'Counts.', parameters: z.strictObject({ name: z.string(), by: z.number().default(1) }) })
  async up({ name, by }: { name: string; by: number }, context: SkillContext) {
    context.progress(0.5, 'half');
    this.log.info('counting', { name });
    await this.db.schema.createTable('counts').ifNotExists().addColumn('name', 'text', (c) => c.primaryKey()).addColumn('n', 'integer').execute();
    const n = await this.db.transaction().execute(async (trx) => {
      await trx.insertInto('counts').values({ name, n: by }).onConflict((c) => c.column('name').doUpdateSet((e) => ({ n: e('counts.n', '+', by) }))).execute();
      return (await trx.selectFrom('counts').select('n').where('name', '=', name).executeTakeFirstOrThrow()).n;
    });
    this.run.seen += 1;
    return { n, seen: this.run.seen, greeting: this.greeter.greet(name) };
  }
}

export const write = defineSkillTool({
  name: 'write_note',
  description: 'Writes a note.',
  parameters: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'], additionalProperties: false },
  effect: 'idempotent',
  inject: { files },
  async run({ text }, { inject }) {
    const path = await inject.files.write('note.txt', String(text));
    return { path, again: await inject.files.readText(path) };
  },
});
`;
const RIGHTS = 'rights:\n  database: true\n  files: write\n';

describe.each(['in a process', 'in a thread'])('a skill with tools, %s', (where) => {
  const sandbox = new PlainSandbox();
  let skills: TestSkills;
  beforeAll(async () => {
    skills = await openSkills({
      sandbox: sandbox.api,
      config: where === 'in a thread' ? { trusted: ['counter'] } : {},
    });
    await skills.put('counter', {
      'holdfast.yaml': RIGHTS,
      'tools/counter.ts': COUNTER,
      'SKILL.md': skillText('counter'),
    });
    await skills.until('counter');
  });
  afterAll(async () => {
    await skills.close();
    expect(sandbox.running).toBe(0);
  });

  it('TL-4 gives it its database, its own providers by scope, and a logger, by @inject', async () => {
    expect(skills.status('counter')).toMatchObject({ state: 'ready', problems: [], tools: ['count_up', 'write_note'] });
    expect(await skills.call('count_up', { name: 'a' })).toMatchObject({
      ok: true,
      value: { n: 1, seen: 1, greeting: 'Hello a' },
      progress: 1,
    });
    expect((await skills.call('count_up', { name: 'a', by: 4 })).value).toMatchObject({ n: 5, seen: 2 });
    expect((await skills.call('count_up', { name: 'a' }, { runId: 'run_2' })).value).toMatchObject({ n: 6, seen: 1 });
    expect((await skills.call('count_up', { name: 'a' }, { tenant: 'other' })).value).toMatchObject({ n: 1, seen: 1 });
    const many = await Promise.all(Array.from({ length: 20 }, () => skills.call('count_up', { name: 'b' })));
    expect(many.map(({ value }) => value['n']).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
  });

  it('TL-4 lets it write files of the run, and takes them for artifacts', async () => {
    expect(await skills.call('write_note', { text: '磐石' })).toMatchObject({
      ok: true,
      value: { path: '/workspace/note.txt', again: '磐石' },
      artifacts: ['/workspace/note.txt'],
    });
    expect(await skills.call('write_note', {})).toMatchObject({ ok: false, code: 'INVALID_ARGUMENT' });
    expect(await skills.call('count_up', { name: 1 })).toMatchObject({ ok: false, code: 'INVALID_ARGUMENT' });
  });

  it('TL-4 disposes of what a run has when the run is released', async () => {
    await skills.call('count_up', { name: 'c' }, { runId: 'run_9' });
    await skills.source.releaseRun({ tenant: 'default', runId: 'run_9' });
    expect((await skills.call('count_up', { name: 'c' }, { runId: 'run_9' })).value).toMatchObject({ n: 2, seen: 1 });
  });
});
