import { EXIT, UsageError } from '../../exit-code.ts';
import type { Cli } from '../../io.ts';
import { harmless, oneLine } from '../../view/text.ts';
import { localTime } from '../runs.ts';
import { type MemoryView, type MissingView, noteMissing, percent, printMemories } from './view.ts';

/** Whose memories, and which. */
export interface FilterFlags {
  readonly user?: string;
  readonly agent?: string;
  readonly everybody?: boolean;
  readonly kind?: string;
  readonly state?: string;
  readonly group?: string;
  readonly since?: string;
  readonly until?: string;
}

interface HitView {
  readonly memory: MemoryView;
  readonly score: number;
  readonly rank: number;
  readonly sources: readonly { source: string; score: number; rank: number | null }[];
  readonly retention_weight: number;
  readonly matched: readonly string[];
  readonly graph_path: readonly string[];
}

/** `holdfast memory recall QUERY`. */
export async function memoryRecallCommand(
  cli: Cli,
  query: string,
  flags: FilterFlags & { limit?: string; explain?: boolean },
): Promise<number> {
  const body = {
    query,
    ...bodyFilter(flags),
    ...(flags.limit === undefined ? {} : { limit: numberOf(cli, '--limit', flags.limit) }),
  };
  const answer = await cli.client.request<{
    hits: readonly HitView[];
    missing: readonly MissingView[];
    took_ms: Readonly<Record<string, number>>;
  }>('POST', '/memory/recall', { body });
  cli.result(answer);
  noteMissing(cli, answer.missing);
  if (answer.hits.length === 0) cli.note(cli.say('memory.nothing'));
  for (const hit of answer.hits) printHit(cli, hit, flags.explain === true);
  return EXIT.OK;
}

/** `holdfast memory remember TEXT`. */
export async function memoryRememberCommand(
  cli: Cli,
  text: string,
  flags: { kind?: string; user?: string; shared?: boolean; agent?: string; pin?: boolean; group?: string },
): Promise<number> {
  const user = flags.shared ? '' : flags.user;
  const body = {
    ...(user === undefined ? {} : { user }),
    agent: flags.agent ?? '',
    memories: [{ text, kind: flags.kind ?? 'fact', pinned: flags.pin === true, group: flags.group ?? '' }],
  };
  const answer = await cli.client.request<{
    remembered: readonly { memory: MemoryView; as: 'new' | 'known' | 'quarantined' }[];
  }>('POST', '/memory/memories', { body });
  cli.result(answer);
  for (const { memory, as } of answer.remembered) {
    cli.print(cli.say(`memory.as.${as}`, { id: memory.id, reason: harmless(memory.quarantine_reason ?? '') }));
  }
  return EXIT.OK;
}

/** `holdfast memory list`. */
export async function memoryListCommand(
  cli: Cli,
  flags: FilterFlags & { order?: string; limit?: string; contains?: string; pinned?: boolean },
): Promise<number> {
  const query = {
    ...queryFilter(flags),
    order: flags.order,
    limit: flags.limit === undefined ? undefined : numberOf(cli, '--limit', flags.limit),
    contains: flags.contains,
    pinned: flags.pinned ? 'true' : undefined,
  };
  const answer = await cli.client.request<{ memories: readonly MemoryView[]; total: number; next: string | null }>(
    'GET',
    '/memory/memories',
    { query },
  );
  cli.result(answer);
  if (answer.memories.length === 0) cli.note(cli.say('memory.none'));
  else printMemories(cli, answer.memories);
  if (answer.next !== null) cli.note(cli.say('memory.more', { shown: answer.memories.length, total: answer.total }));
  return EXIT.OK;
}

/** `holdfast memory show ID`. */
export async function memoryShowCommand(cli: Cli, id: string, flags: FilterFlags): Promise<number> {
  const answer = await cli.client.request<{
    memory: MemoryView;
    recalled_at: readonly string[];
    originals: readonly MemoryView[];
    neighbours: readonly MemoryView[];
  }>('GET', `/memory/memories/${encodeURIComponent(id)}`, { query: viewerQuery(flags) });
  cli.result(answer);
  const { memory, recalled_at: recalled, originals, neighbours } = answer;
  const { say } = cli;
  cli.print(harmless(memory.text));
  const facts: (readonly [string, string])[] = [
    [say('head.kind'), say(`memory.kind.${memory.kind}` as 'memory.kind.fact')],
    [say('head.status'), `${memory.state}${memory.quarantine_reason ? `: ${harmless(memory.quarantine_reason)}` : ''}`],
    [say('head.when'), localTime(memory.at)],
    [say('head.by'), `${harmless(memory.author ?? memory.user ?? '-')} (${memory.trust}, ${memory.origin})`],
    [say('head.run'), memory.run_id ?? '-'],
    [
      say('head.retention'),
      memory.pinned
        ? say('memory.pinned')
        : say('memory.retention', {
            percent: percent(memory.retention),
            days: memory.strength_days.toFixed(1),
            recalls: memory.recalls,
          }),
    ],
    [say('head.used'), recalled[0] === undefined ? '-' : localTime(recalled[0])],
    [say('head.evidence'), oneLine(memory.evidence ?? '-', 200)],
  ];
  for (const [name, value] of facts) cli.print(`${cli.style.dim(name)}  ${value}`);
  for (const [title, others] of [
    [say('memory.originals'), originals],
    [say('memory.neighbours'), neighbours],
  ] as const) {
    if (others.length === 0) continue;
    cli.print(`\n${title}`);
    printMemories(cli, others);
  }
  return EXIT.OK;
}

/** `holdfast memory edit ID`: another text, or pinned or not. */
export async function memoryEditCommand(
  cli: Cli,
  id: string,
  flags: FilterFlags & { text?: string; pin?: boolean; unpin?: boolean },
): Promise<number> {
  if (flags.text === undefined && !flags.pin && !flags.unpin) throw new UsageError(cli.say('memory.nothingToEdit'));
  const path = `/memory/memories/${encodeURIComponent(id)}`;
  const query = viewerQuery(flags);
  const { memory } = await cli.client.request<{ memory: MemoryView }>('GET', path, { query });
  const body = {
    revision: memory.revision,
    ...(flags.text === undefined ? {} : { text: flags.text }),
    ...(flags.pin || flags.unpin ? { pinned: flags.pin === true } : {}),
  };
  const changed = await cli.client.request<MemoryView>('PATCH', path, { query, body });
  cli.result(changed);
  printMemories(cli, [changed]);
  return EXIT.OK;
}

/** `holdfast memory forget|restore ID...`. */
export async function memoryStateCommand(
  cli: Cli,
  ids: readonly string[],
  state: 'active' | 'archived',
  flags: FilterFlags,
): Promise<number> {
  const body = { ids, state, ...bodyViewer(flags) };
  const answer = await cli.client.request<{ memories: readonly MemoryView[] }>('POST', '/memory/state', { body });
  cli.result(answer);
  const key = state === 'active' ? 'memory.restored' : 'memory.archived';
  cli.print(cli.say(key, { count: answer.memories.length }));
  return answer.memories.length === ids.length ? EXIT.OK : EXIT.FAILED;
}

/** `holdfast memory merge ID ID...`. */
export async function memoryMergeCommand(
  cli: Cli,
  ids: readonly string[],
  flags: FilterFlags & { text?: string },
): Promise<number> {
  if (ids.length < 2) throw new UsageError(cli.say('memory.mergeTwo'));
  const body = { ids, text: flags.text ?? '', ...bodyViewer(flags) };
  const merged = await cli.client.request<MemoryView>('POST', '/memory/merge', { body });
  cli.result(merged);
  printMemories(cli, [merged]);
  return EXIT.OK;
}

/** What of the flags a query takes. */
export function viewerQuery(flags: FilterFlags): Record<string, string | undefined> {
  return { user: flags.user, agent: flags.agent, everybody: flags.everybody ? 'true' : undefined };
}

/** What of the flags a body takes. */
export function bodyViewer(flags: FilterFlags): Record<string, unknown> {
  return {
    ...(flags.user === undefined ? {} : { user: flags.user }),
    ...(flags.agent === undefined ? {} : { agent: flags.agent }),
    ...(flags.everybody ? { everybody: true } : {}),
  };
}

/** A whole number of a flag. @throws UsageError. */
export function numberOf(cli: Cli, flag: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(cli.say('usage.number', { flag, text }));
}

function queryFilter(flags: FilterFlags): Record<string, string | undefined> {
  const { kind, state, group, since, until } = flags;
  return { ...viewerQuery(flags), kind, state, group, since: isoOf(since), until: isoOf(until) };
}

function bodyFilter(flags: FilterFlags): Record<string, unknown> {
  const { kind, group, since, until } = flags;
  return {
    ...bodyViewer(flags),
    ...(kind === undefined ? {} : { kind: kind.split(',') }),
    ...(group === undefined ? {} : { group }),
    ...(since === undefined ? {} : { since: isoOf(since) }),
    ...(until === undefined ? {} : { until: isoOf(until) }),
  };
}

/** A day is its beginning; what is no time goes as it is, and the server says what is wrong with it. */
function isoOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : new Date(ms).toISOString();
}

function printHit(cli: Cli, hit: HitView, explain: boolean): void {
  const { memory, rank, sources, matched, graph_path: path } = hit;
  const { style, say } = cli;
  cli.print(`${style.bold(String(rank))}. ${harmless(memory.text)}`);
  cli.print(style.dim(`   ${memory.id}  ${localTime(memory.at)}  ${harmless(memory.author ?? '')}`.trimEnd()));
  if (!explain) return;
  const said = sources.map(({ source, score, rank: at }) => `${source} ${score.toFixed(3)}${at ? ` (#${at})` : ''}`);
  cli.print(style.dim(`   ${say('memory.scores', { scores: said.join(', '), retention: percent(memory.retention) })}`));
  if (matched.length > 0) cli.print(style.dim(`   ${say('memory.matched', { words: harmless(matched.join(', ')) })}`));
  if (path.length > 0) cli.print(style.dim(`   ${say('memory.path', { path: harmless(path.join(' → ')) })}`));
}
