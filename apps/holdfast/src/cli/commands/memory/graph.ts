import { HoldfastError } from '@holdfast/protocol';

import { EXIT } from '../../exit-code.ts';
import type { Cli } from '../../io.ts';
import { harmless } from '../../view/text.ts';
import { type FilterFlags, viewerQuery } from './memories.ts';

interface EntityView {
  readonly id: string;
  readonly name: string;
  readonly type: string | null;
  readonly aliases: readonly string[];
  readonly degree: number;
}

interface RelationView {
  readonly subject: string;
  readonly predicate: string;
  readonly object: string;
  readonly valid_from: string | null;
  readonly valid_until: string | null;
  readonly contradicts: readonly string[];
}

interface SubgraphView {
  readonly entities: readonly EntityView[];
  readonly relations: readonly RelationView[];
}

/** `holdfast memory graph [NAME]`: what is known around somebody or something. */
export async function memoryGraphCommand(
  cli: Cli,
  name: string | undefined,
  flags: FilterFlags & { depth?: string },
): Promise<number> {
  const entity = name === undefined ? '' : (await entityNamed(cli, name, flags)).id;
  const query = { ...viewerQuery(flags), entity, depth: flags.depth };
  const graph = await cli.client.request<SubgraphView & { truncated: boolean }>('GET', '/memory/graph', { query });
  cli.result(graph);
  if (graph.relations.length === 0) cli.note(cli.say('memory.noRelations'));
  printRelations(cli, graph);
  if (graph.truncated) cli.note(cli.say('memory.truncated'));
  return EXIT.OK;
}

/** `holdfast memory path FROM TO`. */
export async function memoryPathCommand(cli: Cli, from: string, to: string, flags: FilterFlags): Promise<number> {
  const [first, last] = [await entityNamed(cli, from, flags), await entityNamed(cli, to, flags)];
  const query = { ...viewerQuery(flags), from: first.id, to: last.id };
  const path = await cli.client.request<SubgraphView>('GET', '/memory/path', { query });
  cli.result(path);
  if (path.relations.length === 0) cli.print(cli.say('memory.noPath', { from: first.name, to: last.name }));
  printRelations(cli, path);
  return EXIT.OK;
}

/** `holdfast memory relate SUBJECT PREDICATE OBJECT`. */
export async function memoryRelateCommand(
  cli: Cli,
  subject: string,
  predicate: string,
  object: string,
  flags: { user?: string; agent?: string; shared?: boolean; exclusive?: boolean },
): Promise<number> {
  const user = flags.shared ? '' : flags.user;
  const body = {
    subject,
    predicate,
    object,
    agent: flags.agent ?? '',
    exclusive: flags.exclusive === true,
    ...(user === undefined ? {} : { user }),
  };
  const made = await cli.client.request<{
    relation: RelationView;
    subject: EntityView;
    object: EntityView;
    contradicts: readonly RelationView[];
  }>('POST', '/memory/relations', { body });
  cli.result(made);
  printRelations(cli, { entities: [made.subject, made.object], relations: [made.relation] });
  if (made.contradicts.length > 0) cli.note(cli.say('memory.contradicts', { count: made.contradicts.length }));
  return EXIT.OK;
}

/** @throws HoldfastError NOT_FOUND. */
async function entityNamed(cli: Cli, name: string, flags: FilterFlags): Promise<EntityView> {
  const query = { ...viewerQuery(flags), query: name, limit: 50 };
  const { entities } = await cli.client.request<{ entities: readonly EntityView[] }>('GET', '/memory/entities', {
    query,
  });
  const wanted = name.toLowerCase();
  const exact = entities.find((one) => [one.name, ...one.aliases].some((other) => other.toLowerCase() === wanted));
  const found = exact ?? entities[0];
  if (found) return found;
  throw new HoldfastError('NOT_FOUND', cli.say('memory.noEntity', { name: harmless(name) }));
}

function printRelations(cli: Cli, { entities, relations }: SubgraphView): void {
  const names = new Map(entities.map(({ id, name }) => [id, name]));
  for (const { subject, predicate, object, valid_from: from, valid_until: until, contradicts } of relations) {
    const when = from === null && until === null ? '' : ` (${from?.slice(0, 10) ?? ''}..${until?.slice(0, 10) ?? ''})`;
    const mark = contradicts.length > 0 ? cli.style.yellow(` ≠${contradicts.length}`) : '';
    const line = `${names.get(subject) ?? subject} — ${predicate} → ${names.get(object) ?? object}${when}`;
    cli.print(`${harmless(line)}${mark}`);
  }
}
