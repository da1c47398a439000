import type { Duplex } from 'node:stream';

import type { Exchange } from '../exchange.ts';
import type { Target } from '../policy/target.ts';
import type { Refusal } from '../refusal.ts';
import { admit, reach } from '../upstream/open.ts';
import type { ProxyDeps } from './deps.ts';

/** Decides, vets and connects, and gives up when the client has gone meanwhile. */
export async function openFor(
  deps: ProxyDeps,
  exchange: Exchange,
  target: Target,
  client: Duplex,
): Promise<Duplex | Refusal> {
  exchange.aim(target);
  const gone = new AbortController();
  const onGone = () => gone.abort();
  client.once('close', onGone);
  try {
    const admitted = await admit(deps, exchange, target);
    return 'status' in admitted ? admitted : await reach(deps, exchange, target, admitted, gone.signal);
  } finally {
    client.off('close', onGone);
  }
}
