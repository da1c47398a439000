import { HoldfastError } from '@holdfast/protocol';

import type { Claim } from '../journal/journal.ts';
import type { Intent, JournalRecord } from '../journal/record.ts';
import { settle } from './machine.ts';
import type { OpenAction, RunState } from './state.ts';
import { prepareCall, reconcile, type ToolContext } from './tool-step.ts';

/**
 * The records with which a worker begins: that it is there, and how each action is settled whose intent is durable and
 * whose outcome is not. A `read` or `idempotent` action is run again (a new attempt under the same id, and so the same
 * idempotency key); a `write` is asked after, and otherwise unknown, never silently run again.
 */
export async function recoveryRecords(
  claim: Claim,
  state: RunState,
  context: ToolContext,
  now: number,
): Promise<JournalRecord[]> {
  const verb = claim.recovered ? 'recovered' : 'started';
  const reason = claim.recovered ? { reason: 'The worker before was lost.' } : {};
  const records: JournalRecord[] = [{ kind: 'control', at: now, verb, by: claim.lease.worker, ...reason }];
  for (const action of Object.values(state.open)) {
    const how = settle(action);
    if (how === 'rerun') records.push(again(action, now));
    else if (how === 'reconcile') records.push(await settleWrite(context, action, now));
  }
  return records;
}

async function settleWrite(context: ToolContext, action: OpenAction, now: number): Promise<JournalRecord> {
  const verdict = await askTool(context, action);
  if (verdict === 'not-done') return again(action, now);
  if (verdict !== 'unknown') return verdict;
  const message = 'A crash interrupted it after it had started; whether it took effect is not known.';
  return {
    kind: 'outcome',
    at: now,
    id: action.id,
    attempt: action.attempt,
    status: 'unknown',
    settled: 'unknown',
    error: { code: 'OUTCOME_UNKNOWN', message },
  };
}

/** A tool that cannot say, or that fails to, leaves the outcome unknown. */
async function askTool(context: ToolContext, action: OpenAction): ReturnType<typeof reconcile> {
  const prepared = await prepareCall(context, action.name, action.arguments);
  if (!prepared.reconcilable) return 'unknown';
  try {
    return await reconcile(context, action, '');
  } catch (error) {
    if (HoldfastError.has(error, 'FENCED')) throw error;
    return 'unknown';
  }
}

function again(action: OpenAction, now: number): Intent {
  return {
    kind: 'intent',
    at: now,
    id: action.id,
    attempt: action.attempt + 1,
    type: action.type,
    name: action.name,
    effect: action.effect,
    ...(action.call < 0 ? {} : { call: action.call }),
    arguments: action.arguments,
  };
}
