import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';
import { type Database, inGroups, marks, type ReadToken, type Statement, statement } from '@holdfast/storage';

import type { LexicalIndex } from '../lexical/lexical.ts';
import type { MemoryRecord } from '../record.ts';
import { isPlaced } from './draft.ts';
import type { RecordsFault } from './fault.ts';
import { byGroup, rearranged, SPAN, windowOf } from './group.ts';
import { type Change, noted } from './log.ts';
import { documentOf, rememberedTerms, type TermsOf } from './near.ts';
import { awaited, awaitedAgain, notAwaited } from './pending.ts';
import type { Records } from './records.ts';

/** How often a change is planned anew because another process came between. */
const TRIES = 30;
/** The longest wait before the second try, milliseconds: each one after it may take half as long again. */
const FIRST_WAIT_MS = 4;
const LONGEST_WAIT_MS = 400;

/** What a change does to rows, and to what is searched. */
export interface Plan<T> {
  readonly rows: readonly Statement[];
  /** Active afterwards, and new or said differently. */
  readonly entering: readonly MemoryRecord[];
  /** Active afterwards, changed in what nobody searches by. */
  readonly touched?: readonly MemoryRecord[];
  /** Active before, and no longer. */
  readonly leaving: readonly MemoryRecord[];
  /** Never seen by an index, and told of none the less: an erasure leaves word of whatever it took. */
  readonly gone?: readonly { readonly seq: number; readonly tenant: string }[];
  /** Terms that are known already: made before the change had its turn, while others were being written. */
  readonly termsOf?: TermsOf;
  readonly result: T;
}

/** What the parts of the records share. */
export interface WriteDeps {
  readonly database: Database;
  readonly lexical: LexicalIndex;
  /** How many neighbours on either side are embedded with a memory; 0: none. */
  readonly context: number;
  readonly random: () => number;
  readonly fault: RecordsFault;
}

/** Carries plans out: rows, lexical entries, the queue of the embedders and the log of changes in one transaction. */
export interface Writer {
  /** Plans, and plans again where another change came between. A plan without rows changes nothing. */
  write<T>(plan: () => Promise<Plan<T>>): Promise<T>;
  /** The same for changes that touch groups: they go one after the other, or they would only get in each other's way. */
  writeInLine<T>(plan: () => Promise<Plan<T>>): Promise<T>;
  /** Carries out statements that no index follows. */
  commit(statements: readonly Statement[]): Promise<void>;
  readonly written: Records['written'];
}

/** Makes the writer of one process. */
export function createWriter(deps: WriteDeps): Writer {
  const { database, random, fault } = deps;
  let token: ReadToken = '';
  let turn: Promise<unknown> = Promise.resolve();

  const commit = async (statements: readonly Statement[]) => {
    fault('before-commit');
    ({ token } = await database.transact(statements));
    fault('after-commit');
  };

  const write = async <T>(plan: () => Promise<Plan<T>>): Promise<T> => {
    for (let tries = 1; ; tries++) {
      const planned = await plan();
      if (planned.rows.length === 0) return planned.result;
      try {
        await commit(await batchOf(deps, planned));
        return planned.result;
      } catch (error) {
        if (tries === TRIES || !HoldfastError.has(error, 'CONFLICT')) throw error;
        // Two that try in step would get in each other's way again.
        await sleep(random() * Math.min(FIRST_WAIT_MS * 1.5 ** (tries - 1), LONGEST_WAIT_MS));
      }
    }
  };

  return {
    write,
    writeInLine(plan) {
      const mine = turn.then(() => write(plan));
      // Whoever asked hears of a failure; the next one only waits.
      turn = mine.catch(() => undefined);
      return mine;
    },
    commit,
    get written() {
      return token;
    },
  };
}

async function batchOf<T>({ database, lexical, context }: WriteDeps, plan: Plan<T>): Promise<Statement[]> {
  const { rows, entering, touched = [], leaving, gone = [], termsOf = rememberedTerms() } = plan;
  const span = Math.max(SPAN, context);
  const entered = new Set(entering.map(({ seq }) => seq));
  // What leaves one group for another is in both lists.
  const left = leaving.filter(({ seq }) => !entered.has(seq));
  const goingFrom = new Set(leaving);
  const unchanged: Statement[] = [];
  const entries = entering.filter((record) => !isPlaced(record)).map((record) => documentOf(record, [], termsOf));
  const reshaped: number[] = [];
  for (const group of byGroup([...entering, ...leaving])) {
    const window = await windowOf(database, group, span);
    unchanged.push(window.unchanged);
    const going = new Set(group.filter((record) => goingFrom.has(record)).map(({ seq }) => seq));
    const joining = group.filter((record) => !going.has(record.seq));
    for (const { record, neighbours } of rearranged(window.members, joining, going, SPAN)) {
      entries.push(documentOf(record, neighbours, termsOf));
    }
    if (context === 0) continue;
    const stale = rearranged(window.members, joining, going, context).map(({ record }) => record.seq);
    reshaped.push(...stale.filter((seq) => !entered.has(seq)));
  }
  const changes: Change[] = [
    ...[...entering, ...touched].map(({ seq, scope }) => ({ seq, tenant: scope.tenant, op: 'put' as const })),
    ...left.map(({ seq, scope }) => ({ seq, tenant: scope.tenant, op: 'remove' as const })),
    ...gone.map(({ seq, tenant }) => ({ seq, tenant, op: 'remove' as const })),
  ];
  return [
    ...noted(database, changes),
    ...unchanged,
    ...rows,
    ...inGroups(reshaped).map((seqs) =>
      statement(database, `update memory_record set shape = shape + 1 where seq in (${marks(seqs.length)})`, seqs),
    ),
    ...leaving.flatMap(({ seq }) => lexical.remove(seq)),
    ...entries.flatMap((entry) => lexical.put(entry)),
    ...notAwaited(
      database,
      left.map(({ seq }) => seq),
    ),
    ...awaitedAgain(database, [...entered]),
    ...awaited(database, reshaped),
  ];
}
