import { compilePolicy, createEgress, type EgressContext, type EgressPolicy, narrowPolicy } from '@holdfast/egress';
import type { DecisionRecord } from '@holdfast/egress';
import { HoldfastError } from '@holdfast/protocol';
import type { Clock } from '@holdfast/telemetry';

import type { Agent } from '../agent/agent.ts';
import type { SandboxConfig } from '../config.ts';
import type { EgressRequest } from '../sandboxes/egress-request.ts';

/** Where the proxy is, inside every box that may reach anything. */
const PORT = 3128;
const PROXY = `http://127.0.0.1:${PORT}`;
const NO_PROXY = 'localhost,127.0.0.1,::1';

/** What tells programs of the proxy. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  HTTP_PROXY: PROXY,
  HTTPS_PROXY: PROXY,
  http_proxy: PROXY,
  https_proxy: PROXY,
  NO_PROXY,
  no_proxy: NO_PROXY,
  // fetch of Node obeys the variables above only when it is told to.
  NODE_USE_ENV_PROXY: '1',
};

/** The way out of one box. */
export interface BoxEgress {
  /** What every process of the box has to know; empty where the box may reach nothing. */
  readonly environment: Readonly<Record<string, string>>;
  counters(): ReturnType<EgressContext['counters']>;
  /** Ends what is open and goes by another request from now on. */
  change(request: EgressRequest): void;
  close(): void;
}

/** The way out of all boxes: no box has a network, only a port of its agent that leads here. */
export interface BoxesEgress {
  /** Throws INVALID_ARGUMENT when the request is no list of domains and addresses. */
  open(id: string, agent: Agent, request: EgressRequest): Promise<BoxEgress>;
}

/** Makes it. Every decision goes to `onDecision`. */
export function boxesEgress(
  config: Pick<SandboxConfig, 'egress' | 'limits'>,
  deps: {
    readonly clock: Clock;
    readonly onDecision: (record: DecisionRecord) => void;
    readonly onError: (error: unknown) => void;
  },
): BoxesEgress {
  const operator = compilePolicy(config.egress, 'sandbox.egress');
  const proxy = createEgress({
    policy: operator,
    limits: { totalBytes: config.limits.egress_bytes },
    limitKeys: { totalBytes: 'sandbox.limits.egress_bytes' },
    clock: deps.clock,
    onDecision: deps.onDecision,
    problem: deps.onError,
  });
  const policyFor = (request: EgressRequest): EgressPolicy => {
    if (request.allow === undefined && request.deny.length === 0) return operator;
    try {
      return narrowPolicy(operator, request, 'the network of the sandbox');
    } catch (error) {
      throw new HoldfastError('INVALID_ARGUMENT', HoldfastError.from(error).message, { cause: error });
    }
  };
  return {
    async open(id, agent, request) {
      let context = proxy.context({ id, policy: policyFor(request) });
      if (operator.allow.length === 0) {
        return {
          environment: {},
          counters: () => context.counters(),
          change: () => undefined,
          close: () => context.close(),
        };
      }
      await agent.listen(PORT, (stream) => proxy.handle(stream, context));
      return {
        environment: ENVIRONMENT,
        counters: () => context.counters(),
        change(next) {
          const policy = policyFor(next);
          context.close();
          context = proxy.context({ id, policy });
        },
        close: () => context.close(),
      };
    },
  };
}
