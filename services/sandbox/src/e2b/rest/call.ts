import { HoldfastError } from '@holdfast/protocol';

import type { LiveSandbox } from '../../sandboxes/live-sandbox.ts';
import type { Sandboxes } from '../../sandboxes/sandboxes.ts';

/** Who asks, by an API key. */
export interface E2bCaller {
  readonly tenant: string;
}

/** A call of the control plane. */
export interface RestCall {
  readonly caller: E2bCaller;
  /** What the path names. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON that came. */
  readonly body: unknown;
  readonly sandboxes: Sandboxes;
  readonly domain: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The sandbox that the path names. */
export function sandboxOfCall({ sandboxes, params, caller }: RestCall): LiveSandbox {
  return sandboxes.get(params['sandboxID'] ?? '', caller.tenant);
}

/** As {@link sandboxOfCall}, but E2B knows a paused one only where it says so. */
export function runningOfCall(call: RestCall): LiveSandbox {
  const sandbox = sandboxOfCall(call);
  if (sandbox.state === 'running') return sandbox;
  throw new HoldfastError('NOT_FOUND', `The sandbox ${sandbox.id} does not run; connect to it to resume it.`);
}
