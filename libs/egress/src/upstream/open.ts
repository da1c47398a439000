import type { Duplex } from 'node:stream';

import type { Exchange } from '../exchange.ts';
import { decide } from '../policy/policy.ts';
import { type Target, targetText } from '../policy/target.ts';
import { vetAddresses } from '../policy/vet.ts';
import { type Refusal, refusedBy, upstreamFailed, upstreamSlow } from '../refusal.ts';
import type { Dial } from './dial.ts';
import { MeteredStream } from './metered-stream.ts';
import type { Resolve } from './resolve.ts';

/** What reaching the outside needs. */
export interface UpstreamDeps {
  readonly resolve: Resolve;
  readonly dial: Dial;
  readonly ownAddresses: () => ReadonlySet<string>;
}

/** A target that may be dialled, at these addresses and no others. */
export interface Admitted {
  readonly addresses: readonly string[];
  /** The tunnel may carry anything. */
  readonly raw: boolean;
}

/** Every attempt to reach an address gets a fair part of the time, but at most so many are made. */
const MOST_ATTEMPTS = 4;

/** Decides on a target; only when its name is allowed, resolves it, once, and vets every address. */
export async function admit(deps: UpstreamDeps, exchange: Exchange, target: Target): Promise<Admitted | Refusal> {
  const { policy, limits, exhausted } = exchange.context;
  const decision = decide(policy, target);
  if (decision.verdict === 'deny') return refusedBy(decision.rule, decision.reason, decision.key);
  if (exhausted) return exchange.context.limitReached('totalBytes');
  const answers = await addressesOf(deps, target, limits.connectMs, decision.rule);
  if ('status' in answers) return answers;
  const vetted = vetAddresses(policy, target, answers, deps.ownAddresses());
  if ('reason' in vetted) return refusedBy(vetted.rule, vetted.reason, vetted.key);
  exchange.allow(decision.rule, vetted.addresses[0] ?? '');
  return { addresses: vetted.addresses, raw: decision.raw };
}

async function addressesOf(
  { resolve }: UpstreamDeps,
  { host }: Target,
  connectMs: number,
  rule: string,
): Promise<readonly string[] | Refusal> {
  if (host.kind === 'address') return [host.name];
  const slow = Symbol('slow');
  const timer = Promise.withResolvers<typeof slow>();
  const timeout = setTimeout(() => timer.resolve(slow), connectMs);
  try {
    const answers = await Promise.race([resolve(host.name), timer.promise]);
    return answers === slow ? upstreamSlow(rule, `${host.name} could not be resolved within ${connectMs} ms`) : answers;
  } catch (error) {
    return upstreamFailed(rule, `${host.name} could not be resolved (${codeOf(error)})`);
  } finally {
    clearTimeout(timeout);
  }
}

/**
 * Connects to the first address that answers. `signal` ends the attempt, when the client has gone.
 *
 * The stream that comes back counts on the exchange, which destroys it when it is cut.
 */
export async function reach(
  { dial }: UpstreamDeps,
  exchange: Exchange,
  target: Target,
  { addresses }: Admitted,
  signal: AbortSignal,
): Promise<Duplex | Refusal> {
  const attempts = addresses.slice(0, MOST_ATTEMPTS);
  const { connectMs } = exchange.context.limits;
  const problems: string[] = [];
  let timedOut = false;
  for (const address of attempts) {
    const slow = AbortSignal.timeout(Math.ceil(connectMs / attempts.length));
    try {
      const socket = await dial(address, target.port, AbortSignal.any([signal, slow]));
      const stream = new MeteredStream(socket, exchange);
      // A server may break off at any moment, also while nobody listens; the close that follows is acted on.
      stream.on('error', () => undefined);
      exchange.reached(address, () => stream.destroy());
      return stream;
    } catch (error) {
      timedOut ||= slow.aborted;
      problems.push(`${address}: ${slow.aborted ? 'no answer' : codeOf(error)}`);
    }
    if (signal.aborted) break;
  }
  const reason = `${targetText(target)} cannot be reached (${problems.join('; ')})`;
  return timedOut ? upstreamSlow(exchange.rule, reason) : upstreamFailed(exchange.rule, reason);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
