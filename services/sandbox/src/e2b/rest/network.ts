import { HoldfastError } from '@holdfast/protocol';
import type { z } from 'zod';

import type { EgressRequest } from '../../sandboxes/egress-request.ts';
import type { NetworkUpdateSchema } from './schemas.ts';

/** E2B's word for everything. */
const ALL_TRAFFIC = '0.0.0.0/0';
const UNSUPPORTED = ['rules', 'egressProxy', 'httpsPorts', 'maskRequestHost'] as const;

type Network = z.infer<typeof NetworkUpdateSchema>;

/**
 * What a sandbox asks to reach. E2B allows everything that is not denied, and `allowOut` goes before `denyOut`. Here the
 * operator's list is the outer bound: whatever is asked, nothing beyond that list is reached.
 *
 * @throws HoldfastError INVALID_ARGUMENT for what Holdfast has not.
 */
export function egressOf(network: Network): EgressRequest {
  const foreign = UNSUPPORTED.find((key) => isGiven(network[key]));
  if (foreign !== undefined) {
    throw new HoldfastError('INVALID_ARGUMENT', `not supported by Holdfast: network.${foreign}. Nothing was done.`);
  }
  const allow = network.allowOut ?? [];
  const deny = network.denyOut ?? [];
  const denyAll = network.allow_internet_access === false || deny.includes(ALL_TRAFFIC);
  if (!denyAll) return { deny: deny.filter((entry) => !allow.includes(entry)) };
  return { allow: allow.includes(ALL_TRAFFIC) ? [] : allow, deny: [] };
}

function isGiven(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}
