import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import type { ToolContext } from '../../tool.ts';
import type { DialogEntry, InteractivePage } from '../page.ts';
import type { VerbDeps } from './deps.ts';
import { framed } from './frame.ts';

/** What a page was like before an action. */
export interface Before {
  readonly url: string;
  readonly dialogs: ReadonlySet<DialogEntry>;
  readonly downloads: ReadonlySet<string>;
  readonly tabs: number;
}

const MAX_LINES = 40;
const MAX_LINE = 200;
const SETTLE_MS = 200;
const LOAD_MS = 5000;

/** Looks at a page before it is acted on. */
export async function lookBefore(page: InteractivePage): Promise<Before> {
  return {
    url: page.url(),
    dialogs: new Set(page.dialogs()),
    downloads: new Set(page.downloads().map(({ id }) => id)),
    tabs: (await page.tabs()).length,
  };
}

/** What has come of an action, in few words: where the page is, and what appeared and went in its snapshot. */
export async function changesSince(
  before: Before,
  page: InteractivePage,
  { steps, secrets }: VerbDeps,
  context: ToolContext,
): Promise<JsonObject> {
  try {
    await page.waitFor({ timeMs: SETTLE_MS }, LOAD_MS);
    const url = page.url();
    if (url !== before.url) await page.waitFor({ selector: 'body' }, LOAD_MS);
    const told: JsonObject = { url: page.url(), title: await page.title() };
    const tabs = (await page.tabs()).length;
    if (tabs !== before.tabs) told['tabs'] = `${tabs}, before ${before.tabs}: browser_tabs shows them`;
    const dialogs = page.dialogs().filter((dialog) => !before.dialogs.has(dialog));
    if (dialogs.length > 0) told['dialogs'] = dialogs.map(tellDialog);
    const downloads = page.downloads().filter(({ id }) => !before.downloads.has(id));
    if (downloads.length > 0) {
      told['downloads'] = downloads.map(({ id, name, state }) => ({ id, name, state }));
      told['note'] = 'A file is downloaded: browser_download saves it.';
    }
    const lines = secrets.redact(await page.snapshot()).split('\n');
    const known = steps.remember(context, page.url(), lines);
    const change =
      known && withoutHash(known.url) === withoutHash(page.url()) ? difference(known.lines, lines) : undefined;
    if (change === undefined)
      told['changed'] = 'The page is another one, or was not looked at before: browser_snapshot shows it.';
    else if (change === '') told['changed'] = 'Nothing that a snapshot shows.';
    else told['changed'] = framed(change, page.url(), context.idempotencyKey);
    return told;
  } catch (error) {
    // It was done. That the page cannot be looked at now does not undo it.
    if (context.signal.aborted || !HoldfastError.is(error)) throw error;
    return { url: page.url(), changed: `It was done. The page cannot be looked at now: ${error.message}` };
  }
}

function tellDialog({ type, message, accepted }: DialogEntry): JsonObject {
  return { type, message: message.slice(0, MAX_LINE), answer: accepted ? 'accepted' : 'dismissed' };
}

function withoutHash(url: string): string {
  return url.split('#')[0] ?? '';
}

/** Lines that came (+) and went (-), in the order of the page. Lines may move without being told. */
export function difference(before: readonly string[], after: readonly string[]): string {
  const gone = countOf(before);
  const came: string[] = [];
  for (const line of after) {
    const key = wordsOf(line);
    const count = gone.get(key) ?? 0;
    if (count > 0) gone.set(key, count - 1);
    else came.push(key);
  }
  const went = [...gone].flatMap(([line, count]) => (count > 0 ? [line] : []));
  return [...shown('+', came), ...shown('-', went)].join('\n');
}

function shown(sign: string, lines: readonly string[]): string[] {
  const first = lines.slice(0, MAX_LINES).map((line) => `${sign} ${line.slice(0, MAX_LINE)}`);
  const more = lines.length - first.length;
  return more > 0 ? [...first, `${sign} ... and ${more} lines more`] : first;
}

function countOf(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const key = wordsOf(line);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function wordsOf(line: string): string {
  return line.trim().replace(/^- /, '');
}
