import { commandsIn } from './commands.ts';
import type { MarkdownOptions, Reference } from './options.ts';

/** What of an action a report may cite. */
export interface CitedAction {
  readonly id: string;
  /** The tool's name. */
  readonly name: string;
  /** The arguments of the call, as they are in JSON. */
  readonly arguments: unknown;
  readonly result: unknown;
}

/** Arguments by which a report names a call. */
const NAMING = ['command', 'path'] as const;
/** Longer texts are contents, not commands. Characters. */
const MAX_COMMAND = 4096;
/** Levels of a result that are searched. */
const MAX_LEVELS = 8;
const EXPLICIT = /^\[action:(.+)\]$/;

/**
 * Links the statements of a report to the actions that they come from, as options for `renderMarkdown` and
 * `createIncremental`. For one document: what it says of its own markers is remembered. Three kinds are known:
 *
 * - inline code that is the `command` or `path` of a tool call, word for word;
 * - a marker such as `[3]` or `[L1]`, where a code block of the report has a line `# [3]` and below it a command that a
 *   tool call ran, or that stands in the result of one;
 * - `[action:<id>]`.
 *
 * Where two calls ran the same command, the first is meant. The links are fragments: `#action-<id>`.
 */
export function citations(actions: readonly CitedAction[]): Required<Pick<MarkdownOptions, 'linkOf' | 'learn'>> {
  const byCall = new Map<string, string>();
  const byResult = new Map<string, string>();
  const ids = new Set<string>();
  for (const action of actions) {
    ids.add(action.id);
    for (const named of namesOf(action)) keepFirst(byCall, named, action.id);
    for (const text of textsIn(action.result, 0)) keepFirst(byResult, text, action.id);
  }
  const byMarker = new Map<string, string>();
  const idOf = ({ kind, text }: Reference): string | undefined => {
    if (kind === 'code') return byCall.get(oneLine(text));
    const explicit = EXPLICIT.exec(text)?.[1];
    if (explicit !== undefined) return ids.has(explicit) ? explicit : undefined;
    return byMarker.get(text);
  };
  return {
    linkOf: (reference) => {
      const id = idOf(reference);
      return id === undefined ? undefined : `#action-${id}`;
    },
    learn: (document) => {
      const before = byMarker.size;
      for (const { command, marker } of commandsIn(document)) {
        const id = byCall.get(oneLine(command)) ?? byResult.get(oneLine(command));
        if (id !== undefined) keepFirst(byMarker, marker, id);
      }
      return byMarker.size > before;
    },
  };
}

function namesOf({ arguments: given }: CitedAction): string[] {
  if (typeof given !== 'object' || given === null) return [];
  const fields = given as Record<string, unknown>;
  return NAMING.flatMap((name) => citable(fields[name]));
}

function textsIn(value: unknown, level: number): string[] {
  if (typeof value === 'string') return citable(value);
  if (typeof value !== 'object' || value === null || level >= MAX_LEVELS) return [];
  return Object.values(value).flatMap((item) => textsIn(item, level + 1));
}

function citable(value: unknown): string[] {
  if (typeof value !== 'string' || value.length > MAX_COMMAND) return [];
  const text = oneLine(value);
  return text === '' ? [] : [text];
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

function keepFirst(map: Map<string, string>, key: string, id: string): void {
  if (!map.has(key)) map.set(key, id);
}
