import { basename } from 'node:path';

import type { Shelf } from './library.ts';
import type { SkillProblem } from './problem.ts';

/** One skill, as people see it. */
export interface SkillStatus {
  readonly name: string;
  readonly description: string;
  /** First twelve digits of the SHA-256 of its files; empty: no version is in use. */
  readonly version: string;
  /** Its folder. */
  readonly source: string;
  /** `stale`: the folder is broken, and its last good version is in use. `hidden`: another one has its name. */
  readonly state: 'loading' | 'ready' | 'stale' | 'broken' | 'hidden';
  readonly trusted: boolean;
  readonly tools: readonly string[];
  readonly problems: readonly SkillProblem[];
  /** Processes and threads of the version in use. */
  readonly hosts: number;
  /** Replaced versions on which calls still run. */
  readonly retiring: number;
  /** Processes that ended without being told to, and the calls that ended with them; since the start. */
  readonly lostHosts: number;
  readonly lostCalls: number;
}

/** The skills in use by name: of two with one name the first. */
export function inUse(shelves: readonly Shelf[]): ReadonlyMap<string, Shelf> {
  const named = new Map<string, Shelf>();
  for (const shelf of shelves) if (shelf.current && !named.has(shelf.name)) named.set(shelf.name, shelf);
  return named;
}

/** What is to be told of each folder. @param clashes of tools, by folder */
export function statusOf(
  shelves: readonly Shelf[],
  clashes: ReadonlyMap<string, readonly SkillProblem[]>,
): readonly SkillStatus[] {
  const named = new Map([...inUse(shelves)].map(([name, { source }]) => [name, source]));
  return shelves.map((shelf) => {
    const { current, losses } = shelf;
    const first = named.get(shelf.name);
    const hidden = current !== undefined && first !== shelf.source;
    const problems = [...shelf.problems, ...(current?.skill.warnings ?? []), ...(clashes.get(shelf.source) ?? [])];
    if (hidden) {
      const reason = `${first ?? ''} has the same name and comes first.`;
      problems.push({ file: 'SKILL.md', line: 0, reason, severity: 'error' });
    }
    const good = hidden ? 'hidden' : current ? 'ready' : 'loading';
    return {
      name: current?.skill.text.name ?? basename(shelf.source),
      description: current?.skill.text.description ?? '',
      version: current?.skill.hash.slice(0, 12) ?? '',
      source: shelf.source,
      state: shelf.problems.length === 0 ? good : current ? 'stale' : 'broken',
      trusted: current?.trusted ?? false,
      tools: current?.tools.map(({ name }) => name) ?? [],
      problems,
      hosts: current?.hosts ?? 0,
      retiring: shelf.retiring,
      lostHosts: losses.hosts,
      lostCalls: losses.calls,
    };
  });
}
