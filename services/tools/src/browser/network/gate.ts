import { compilePolicy, createEgress, type DecisionRecord, type Dial, type Resolve } from '@holdfast/egress';
import type { Clock } from '@holdfast/telemetry';

import type { BrowserConfig } from '../config.ts';

/** The way out of one run's browser. */
export interface Gate {
  /** `http://127.0.0.1:<port>`: a plain HTTP proxy of this run alone. */
  readonly proxyUrl: string;
  /** Why this host and port were refused last; undefined where they were not since `since` (monotonic milliseconds). */
  refusal(url: string, since: number): string | undefined;
  close(): Promise<void>;
}

/** What gates are made of. */
export interface GatesDeps {
  readonly config: Pick<BrowserConfig, 'allow' | 'deny' | 'allow_private' | 'allow_no_sni'>;
  readonly clock: Clock;
  /** Gets every decision on a request of a browser. It must not throw. */
  readonly onDecision: (record: DecisionRecord) => void;
  readonly onError: (error: unknown) => void;
  /** For tests. */
  readonly resolve?: Resolve;
  readonly dial?: Dial;
}

interface Denial {
  readonly reason: string;
  readonly at: number;
}

const MOST_DENIALS = 200;

/**
 * Makes the ways out. All traffic of Chromium passes here: it resolves no name by itself, and has no other proxy. The
 * policy is that of the sandbox, in the same code: a name is resolved once, each address is vetted, and what was vetted
 * is what is dialled, for each request and each redirect anew.
 *
 * @throws HoldfastError CONFIG_INVALID for an entry of the lists that cannot be read.
 */
export function createGates(deps: GatesDeps): { open(id: string): Promise<Gate> } {
  const denials = new Map<string, Map<string, Denial>>();
  const egress = createEgress({
    policy: compilePolicy(deps.config, 'tools.browser'),
    clock: deps.clock,
    onDecision: (record) => {
      if (record.verdict === 'deny') note(denials.get(record.context), record, deps.clock.monotonic());
      deps.onDecision(record);
    },
    problem: deps.onError,
    ...(deps.resolve ? { resolve: deps.resolve } : {}),
    ...(deps.dial ? { dial: deps.dial } : {}),
  });
  return {
    async open(id) {
      const seen = new Map<string, Denial>();
      denials.set(id, seen);
      const context = egress.context({ id });
      const listener = await egress.listen({ port: 0 }, context);
      return {
        proxyUrl: `http://127.0.0.1:${listener.port}`,
        refusal(url, since) {
          const denial = seen.get(hostAndPort(url));
          return denial && denial.at >= since ? denial.reason : undefined;
        },
        async close() {
          context.close();
          denials.delete(id);
          await listener.close();
        },
      };
    },
  };
}

function note(seen: Map<string, Denial> | undefined, record: DecisionRecord, at: number): void {
  if (!seen) return;
  if (seen.size >= MOST_DENIALS) seen.clear();
  seen.set(`${record.host}:${record.port}`, { reason: record.reason, at });
}

function hostAndPort(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return '';
  const port = parsed.port === '' ? (parsed.protocol === 'https:' ? '443' : '80') : parsed.port;
  return `${parsed.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')}:${port}`;
}
