import { readdir } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';

import { placesOf } from '../../files/context.ts';
import { locate } from '../../files/virtual-path.ts';
import { holdFolder } from '../../files/walk.ts';
import type { ToolContext } from '../../tool.ts';

/** Where what the browser leaves of each step lies. */
export const STEP_FOLDER = '/workspace/.holdfast/browser';

interface RunSteps {
  next: Promise<number>;
  /** The number of each call, so that a repeated one keeps it. */
  readonly numbers: Map<string, Promise<number>>;
  snapshot: { readonly url: string; readonly lines: readonly string[] } | undefined;
}

const MOST_RUNS = 1000;
const MOST_CALLS = 1000;

/** What is remembered between the verbs of a run: numbers of steps, and what the page looked like. */
export class Steps {
  readonly #runs = new Map<string, RunSteps>();

  /** The path of what a step leaves, such as `.../12-click.png`. It goes on after what an earlier process has left. */
  async path(context: ToolContext, name: string): Promise<string> {
    const run = this.#of(context);
    const key = context.idempotencyKey;
    let number = run.numbers.get(key);
    if (!number) {
      const before = run.next;
      run.next = before.then(async (last) => (last === 0 ? highest(context) : last)).then((last) => last + 1);
      number = run.next;
      if (run.numbers.size >= MOST_CALLS) run.numbers.clear();
      run.numbers.set(key, number);
    }
    return `${STEP_FOLDER}/${await number}-${name}`;
  }

  /** Remembers what a snapshot has shown, and gives the one before. */
  remember(context: ToolContext, url: string, lines: readonly string[]): RunSteps['snapshot'] {
    const run = this.#of(context);
    const before = run.snapshot;
    run.snapshot = { url, lines };
    return before;
  }

  /** Forgets a run that has ended. */
  release(run: { readonly tenant: string; readonly runId: string }): void {
    this.#runs.delete(`${run.tenant}\0${run.runId}`);
  }

  #of({ tenant, runId }: ToolContext): RunSteps {
    const key = `${tenant}\0${runId}`;
    const known = this.#runs.get(key);
    if (known) return known;
    if (this.#runs.size >= MOST_RUNS) {
      for (const oldest of this.#runs.keys()) {
        this.#runs.delete(oldest);
        break;
      }
    }
    const steps: RunSteps = { next: Promise.resolve(0), numbers: new Map(), snapshot: undefined };
    this.#runs.set(key, steps);
    return steps;
  }
}

/** The highest number that lies in the folder already. */
async function highest(context: ToolContext): Promise<number> {
  const places = placesOf(context);
  try {
    const folder = await holdFolder(locate(STEP_FOLDER, places), places);
    try {
      const names = await readdir(folder.entry('.'));
      return names.reduce((most, name) => Math.max(most, Number(/^(\d{1,6})-/.exec(name)?.[1] ?? 0)), 0);
    } finally {
      await folder.close();
    }
  } catch (error) {
    // Nothing lies there yet; what else is wrong with the folder is told when something is written into it.
    if (HoldfastError.is(error)) return 0;
    throw error;
  }
}
