import { isIP } from 'node:net';

import { classifyAddress } from './address.ts';
import { canonicalAddress } from './host.ts';
import { matchesHost } from './pattern.ts';
import type { EgressPolicy } from './policy.ts';
import { type Target, targetText } from './target.ts';

/** The addresses that may be dialled for a target, or why none may. */
export type Vetted =
  | { readonly addresses: readonly string[] }
  | { readonly rule: string; readonly reason: string; readonly key: string };

/**
 * Looks at every address that a name has. One that may not be reached refuses the whole name: a name that has both
 * public and private addresses is an attack or a mistake.
 *
 * @param answers what the resolver said, or the address itself where the target is one
 * @param own the addresses of this machine: through them services of the host could be reached
 */
export function vetAddresses(
  policy: EgressPolicy,
  target: Target,
  answers: readonly string[],
  own: ReadonlySet<string>,
): Vetted {
  const wider = policy.within && vetAddresses(policy.within, target, answers, own);
  if (wider && 'reason' in wider) return wider;
  const addresses: string[] = [];
  for (const answer of answers) {
    if (isIP(answer) === 0 || answer.includes('%')) {
      return refusal(policy, target, 'address', 'its name resolves to something that is not a plain address');
    }
    const address = canonicalAddress(answer);
    const denied = policy.deny.find(
      ({ pattern }) =>
        pattern.hosts.kind === 'network' &&
        (pattern.port ?? target.port) === target.port &&
        pattern.hosts.network.contains(address),
    );
    if (denied) return refusal(policy, target, denied.text, `it is at ${address}, which is denied by "${denied.text}"`);
    const { what, reach } = ofMachine(address, own);
    if (reach === 'never')
      return refusal(policy, target, 'address', `it is at ${address}, ${what}, which is never allowed`);
    if (reach === 'private' && !excepted(policy, target, address)) {
      return refusal(policy, target, 'address', `it is at ${address}, ${what}`);
    }
    if (!addresses.includes(address)) addresses.push(address);
  }
  return addresses.length > 0 ? { addresses } : refusal(policy, target, 'address', 'its name has no address');
}

function ofMachine(address: string, own: ReadonlySet<string>): ReturnType<typeof classifyAddress> {
  const found = classifyAddress(address);
  return found.reach === 'public' && own.has(address)
    ? { what: 'an address of this machine', reach: 'private' }
    : found;
}

/** A name that is excepted may lie at any private address; a network only excepts what is in it. */
function excepted(policy: EgressPolicy, target: Target, address: string): boolean {
  return policy.allowPrivate.some(({ pattern: { hosts, port } }) => {
    if (port !== undefined && port !== target.port) return false;
    return hosts.kind === 'network' ? hosts.network.contains(address) : matchesHost(hosts, target);
  });
}

function refusal({ key }: EgressPolicy, target: Target, rule: string, why: string): Vetted {
  const list = rule === 'address' ? 'allow_private' : 'deny';
  return { rule, reason: `${targetText(target)} is refused: ${why}`, key: `${key}.${list}` };
}
