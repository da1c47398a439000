import type { Duplex } from 'node:stream';

import type { Clock } from '@holdfast/telemetry';

import { type ContextInit, EgressContext } from './context.ts';
import { createProxy } from './http/server.ts';
import { DEFAULT_EGRESS_LIMITS, type EgressLimits, type LimitKeys } from './limits.ts';
import { type EgressListener, listen, type ListenAt } from './listen.ts';
import type { EgressPolicy } from './policy/policy.ts';
import type { DecisionRecord } from './record.ts';
import { type Dial, tcpDial } from './upstream/dial.ts';
import { machineAddresses, type Resolve, systemResolve } from './upstream/resolve.ts';

/** What a proxy is made of. */
export interface EgressOptions {
  /** For contexts that bring none of their own. */
  readonly policy: EgressPolicy;
  readonly limits?: Partial<EgressLimits>;
  /** Where the limits stand in the configuration; messages name no key for one that is missing here. */
  readonly limitKeys?: LimitKeys;
  readonly clock: Clock;
  /** Takes the records. It must not throw. */
  readonly onDecision: (record: DecisionRecord) => void;
  /** Told of defects of the proxy itself, for the log; the connection in question is ended. */
  readonly problem: (error: unknown) => void;
  /** By default the resolver of this machine. */
  readonly resolve?: Resolve;
  /** By default TCP. */
  readonly dial?: Dial;
  /** The addresses of this machine, by default as its interfaces say. */
  readonly ownAddresses?: () => ReadonlySet<string>;
}

/** The egress proxy. */
export interface Egress {
  /** Makes the state for one sandbox or browser. It lives until its `close`. */
  readonly context: (init: ContextInit) => EgressContext;
  /** Serves one client connection, on whatever stream it comes. The stream belongs to the proxy from now on. */
  readonly handle: (stream: Duplex, context: EgressContext) => void;
  /** Listens for the clients of one context, on loopback or a Unix socket. */
  readonly listen: (at: ListenAt, context: EgressContext) => Promise<EgressListener>;
}

/** Makes an egress proxy: an HTTP proxy that carries out only what a policy allows, and records every decision. */
export function createEgress(options: EgressOptions): Egress {
  const limits = { ...DEFAULT_EGRESS_LIMITS, ...options.limits };
  let id = 0;
  const handle = createProxy({
    clock: options.clock,
    onDecision: options.onDecision,
    problem: options.problem,
    nextId: () => (id += 1),
    resolve: options.resolve ?? systemResolve,
    dial: options.dial ?? tcpDial,
    ownAddresses: options.ownAddresses ?? machineAddresses,
  });
  return {
    context: (init) =>
      new EgressContext(init.id, init.policy ?? options.policy, { ...limits, ...init.limits }, options.limitKeys ?? {}),
    handle,
    listen: (at, context) => listen(at, (socket) => handle(socket, context)),
  };
}
