import { HoldfastError } from '@holdfast/protocol';

import type { Check, CheckResult } from './check.ts';

/** What {@link verify} found. */
export interface Verified {
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
}

/**
 * Carries out all checks, one after the other: the later ones rest on what the earlier ones repaired.
 *
 * @param settle waits until the indices have taken in what was written, as long as that makes sense
 */
export async function verify(
  checks: readonly Check[],
  { repair, settle }: { readonly repair: boolean; readonly settle: () => Promise<void> },
): Promise<Verified> {
  await settle();
  const results: CheckResult[] = [];
  for (const check of checks) results.push(await resultOf(check, repair));
  return { ok: results.every(({ ok }) => ok), checks: results };
}

async function resultOf(check: Check, repair: boolean): Promise<CheckResult> {
  try {
    return { name: check.name, ...(await check.run(repair)) };
  } catch (error) {
    const { message } = HoldfastError.from(error);
    return { name: check.name, ok: false, verdict: `Not known: ${message}`, expected: 0, found: 0, repaired: false };
  }
}
