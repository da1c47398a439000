import { estimateTokens } from '@holdfast/text';

import type { WorkingItem, WorkingSession } from './working.ts';

/** Makes one text of several, of about so many tokens at most. */
export type Summarise = (texts: readonly string[], maxTokens: number, signal?: AbortSignal) => Promise<string>;

/** What of a conversation is shown. */
export interface WorkingWindow {
  /** Of the first `summarised` items; empty: all are shown. */
  readonly summary: string;
  readonly items: readonly WorkingItem[];
  readonly summarised: number;
  /** Of both together, estimated. */
  readonly tokens: number;
}

/** So much of the budget is for the summary. */
const SUMMARY_SHARE = 0.25;
/** What stands where a text was cut. */
const CUT = ' […]';
/** Role and separators of an item. */
const ITEM_TOKENS = 4;

/**
 * The newest items that fit, and a running summary of all before them: it is made of the summary that is kept and of
 * what has come since, so that no item is read twice.
 */
export async function windowOf(
  { summary, summarised }: Pick<WorkingSession, 'summary' | 'summarised'>,
  items: readonly WorkingItem[],
  budgetTokens: number,
  summarise: Summarise,
  signal?: AbortSignal,
): Promise<WorkingWindow> {
  const all = items.reduce((sum, item) => sum + tokensOf(item), 0);
  if (summarised === 0 && all <= budgetTokens) return { summary: '', items, summarised: 0, tokens: all };
  const forSummary = Math.max(1, Math.floor(budgetTokens * SUMMARY_SHARE));
  const first = Math.max(summarised, firstThatFits(items, budgetTokens - forSummary));
  const shown = items.slice(first);
  const last = shown.at(-1);
  const [kept, tokens] = shown.length === 1 && last ? cutItem(last, budgetTokens - forSummary) : [shown, sumOf(shown)];
  const before = items.slice(summarised, first).map(({ role, text }) => `${role}: ${text}`);
  const running =
    before.length === 0 ? summary : await summarise(summary === '' ? before : [summary, ...before], forSummary, signal);
  const bounded = cutText(running, forSummary);
  return { summary: bounded, items: kept, summarised: first, tokens: tokens + estimateTokens(bounded) };
}

/** The newest is always shown, cut where it is too large by itself. */
function firstThatFits(items: readonly WorkingItem[], budget: number): number {
  let left = budget;
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at];
    if (!item) break;
    left -= tokensOf(item);
    if (left < 0) return Math.min(at + 1, items.length - 1);
  }
  return 0;
}

function cutItem(item: WorkingItem, budget: number): [items: readonly WorkingItem[], tokens: number] {
  const text = cutText(item.text, Math.max(1, budget - ITEM_TOKENS));
  const cut = { ...item, text };
  return [[cut], tokensOf(cut)];
}

/** The longest beginning that fits, found by halving. */
function cutText(text: string, budget: number): string {
  if (estimateTokens(text) <= budget) return text;
  let [fits, tooLong] = [0, text.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (estimateTokens(text.slice(0, middle) + CUT) <= budget) fits = middle;
    else tooLong = middle;
  }
  // Not between the halves of a surrogate pair.
  const end = /[\ud800-\udbff]$/.test(text.slice(0, fits)) ? fits - 1 : fits;
  return text.slice(0, end) + CUT;
}

function tokensOf({ text }: WorkingItem): number {
  return estimateTokens(text) + ITEM_TOKENS;
}

function sumOf(items: readonly WorkingItem[]): number {
  return items.reduce((sum, item) => sum + tokensOf(item), 0);
}
