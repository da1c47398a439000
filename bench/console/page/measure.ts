import { frameGap } from '../gaps.ts';
import { CODE_BLOCKS, LAST_WORDS, sampleMarkdown } from './sample-markdown.ts';

/** How a text comes. */
export interface Pace {
  /** Characters of a chunk. */
  readonly chars: number;
  readonly perSecond: number;
}

/** What a page was like while a text came. Milliseconds. */
export interface Measured {
  /** What of tasks longer than 50 ms is beyond those 50 ms, in all. */
  readonly blocked: number;
  /** The time between two frames that 95 of 100 do not exceed, and the longest one. */
  readonly frameP95: number;
  readonly frameMax: number;
  /** From the first chunk to the last change of the page. */
  readonly took: number;
}

declare global {
  interface Window {
    /** Shows the sample at a pace; it is called once in the life of a page. */
    measure: (pace: Pace) => Promise<Measured>;
  }
}

/** The page is given so long to show all of it, and is then left alone until nothing has changed for a while. */
const PATIENCE_MS = 120_000;
const QUIET_MS = 300;
const LONG_TASK_MS = 50;

/**
 * Feeds `show` with the growing sample and looks at what that does to the page, until all of it is shown.
 *
 * @param show is given all of the text so far; undefined: nothing is shown, and the machine itself is measured
 * @throws Error where the page does not show all of the sample in the end.
 */
export async function measure(root: HTMLElement, show: Show | undefined, pace: Pace): Promise<Measured> {
  const tasks = observeLongTasks();
  let changed = performance.now();
  const changes = new MutationObserver(() => {
    changed = performance.now();
  });
  changes.observe(root, { childList: true, subtree: true, characterData: true });
  const frames: number[] = [];
  let watching = true;
  const frame = (at: number) => {
    frames.push(at);
    // As a reader at the end of the transcript sees it.
    root.scrollTop = root.scrollHeight;
    if (watching) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const began = performance.now();
  await feed(show, pace);
  const fed = performance.now();
  const complete = () => show === undefined || isComplete(root);
  while (!complete() && performance.now() - fed < PATIENCE_MS) await pause(50);
  while (performance.now() - changed < QUIET_MS) await pause(50);
  watching = false;
  changes.disconnect();
  if (!complete()) throw new Error(`The page ends with "${root.textContent.slice(-40)}".`);
  const end = show ? changed : performance.now();
  const seen = frames.filter((at) => at <= end);
  const long = tasks().filter(({ startTime }) => startTime + LONG_TASK_MS > began && startTime <= end);
  return {
    blocked: long.reduce((total, { duration }) => total + duration - LONG_TASK_MS, 0),
    frameP95: frameGap(seen, 0.95),
    frameMax: frameGap(seen, 1),
    took: end - began,
  };
}

type Show = (text: string, done: boolean) => void;

/** Each chunk is a task of its own, as one from the network is; what comes while the page is busy comes together. */
async function feed(show: Show | undefined, { chars, perSecond }: Pace): Promise<void> {
  const text = sampleMarkdown();
  const chunks = Math.ceil(text.length / chars);
  const began = performance.now();
  for (let come = 0; come < chunks; ) {
    await pause(Math.max(0, began + ((come + 1) * 1000) / perSecond - performance.now()));
    come = Math.min(chunks, Math.max(come + 1, Math.floor(((performance.now() - began) * perSecond) / 1000)));
    show?.(text.slice(0, come * chars), come === chunks);
  }
}

function observeLongTasks(): () => PerformanceEntryList {
  const seen: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()));
  observer.observe({ type: 'longtask', buffered: true });
  return () => {
    seen.push(...observer.takeRecords());
    observer.disconnect();
    return seen;
  };
}

function isComplete(root: HTMLElement): boolean {
  return root.querySelectorAll('pre').length === CODE_BLOCKS && root.textContent.trimEnd().endsWith(LAST_WORDS);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
