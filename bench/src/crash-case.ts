import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Ledger, type LedgerLine } from '../../tests/src/crash/effect-tools.ts';
import { runChild } from '../../tests/src/crash/harness.ts';
import { countEffects } from '../../tests/src/crash/invariants.ts';
import type { MatrixCase } from '../../tests/src/crash/matrix.ts';
import { scenarioOf } from '../../tests/src/crash/scenario.ts';

/** A system whose recovery is compared: the program that does one run on it. */
export interface Contender {
  readonly name: string;
  /** Source of its process: `<path> <data dir> <scenario> <last argument>`. */
  readonly path: string;
  readonly lastArgument: string;
  /** Whether what the process printed says that its run ended well; a reason if not. */
  readonly failure: (stdout: string) => string | undefined;
}

/** How a run came out of one kill. */
export interface CaseOutcome {
  readonly name: string;
  /** `ended`: well; `failed`: the system said so; `lost`: its process hung or fell, and no end is known. */
  readonly run: 'ended' | 'failed' | 'lost';
  readonly reason: string;
  /** Writes that took place more than once, by key. */
  readonly writesRepeated: readonly string[];
  /** Calls that had finished before the kill, and took place again after it. */
  readonly finishedRepeated: readonly string[];
  /** Writes that an ended run never made: it can be right to leave them, where what became of them is unknown. */
  readonly writesUndone: number;
}

const LIMIT_MS = 45_000;
const WRITES: ReadonlySet<string> = new Set(['effect_write', 'effect_reconcilable']);

/** Kills one run at the fault point of `one`, starts the process again, and looks at what came of it. */
export async function crashCase(contender: Contender, one: MatrixCase): Promise<CaseOutcome> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-peers-'));
  try {
    const ledger = new Ledger(join(dataDir, 'ledger.ndjson'));
    const start = (env: Record<string, string>) =>
      runChild([dataDir, one.scenario, contender.lastArgument], env, undefined, {
        path: contender.path,
        limitMs: LIMIT_MS,
      });
    const first = await start({ HOLDFAST_FAULT: one.fault });
    if (first.signal !== 'SIGKILL' || first.hung) {
      throw new Error(`${contender.name} did not reach ${one.fault}: ${first.stderr.slice(-1000)}`);
    }
    const before = ledger.read();
    const second = await start({});
    const fell = second.hung ? `still running after ${LIMIT_MS / 1000} s` : second.stderr.slice(-300);
    const lost = second.hung || second.code !== 0 ? fell : undefined;
    const failure = lost === undefined ? contender.failure(second.stdout) : undefined;
    return {
      name: one.name,
      run: lost !== undefined ? 'lost' : failure !== undefined ? 'failed' : 'ended',
      reason: lost ?? failure ?? '',
      ...compare(one, before, ledger.read()),
    };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** What took place again, and what never did. */
function compare(
  one: MatrixCase,
  before: readonly LedgerLine[],
  after: readonly LedgerLine[],
): Pick<CaseOutcome, 'writesRepeated' | 'finishedRepeated' | 'writesUndone'> {
  const [point, action] = one.fault.split('@');
  const earlier = countEffects(before);
  const counts = countEffects(after);
  const writes = new Set(after.filter(({ tool }) => WRITES.has(tool)).map(({ key }) => key));
  const asked = scenarioOf(one.scenario).steps.flat();
  // Where a call is killed as it is entered, its siblings may have had no time to report; and the killed call itself
  // has finished only at the point after its outcome.
  const finished = [...earlier.keys()].filter(
    (key) => point === 'after-outcome' || (point !== 'before-intent' && !key.endsWith(`:${action}`)),
  );
  return {
    writesRepeated: [...writes].filter((key) => (counts.get(key) ?? 0) > 1),
    finishedRepeated: finished.filter((key) => (counts.get(key) ?? 0) > (earlier.get(key) ?? 0)),
    writesUndone: asked.filter(({ tool }) => WRITES.has(tool)).length - writes.size,
  };
}
