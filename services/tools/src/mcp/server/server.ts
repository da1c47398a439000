import { HoldfastError } from '@holdfast/protocol';
import type { Tool } from '@modelcontextprotocol/client';

import type { InstanceSpec, ServerSpec } from '../discovery/discovery.ts';
import { BreakerOpen } from './breaker.ts';
import { Abandoned, describeFailure, neverArrived } from './failure.ts';
import { Instance, type InstanceDeps, type InstanceStatus, NotConnected, type Request } from './instance.ts';

/** What a {@link Server} needs. */
export interface ServerDeps extends Omit<InstanceDeps, 'onTools'> {
  readonly onTools: (tools: readonly Tool[]) => Promise<void>;
  /** Counts a call: `ok`, `tool_error`, `failed`, `timed_out`, `cancelled`, `refused` (the breaker), `disconnected`. */
  readonly counted: (outcome: string) => void;
}

/** An MCP server with all its instances. */
export class Server {
  readonly name: string;
  readonly #deps: ServerDeps;
  readonly #instances = new Map<string, Instance>();

  constructor(spec: ServerSpec, deps: ServerDeps) {
    this.name = spec.name;
    this.#deps = deps;
    this.update(spec);
  }

  /** Takes what the discovery says now: instances come, go, and change their address. */
  update({ instances }: ServerSpec): void {
    const wanted = new Map(instances.map((instance) => [instance.id, instance]));
    for (const [id, instance] of this.#instances) {
      const spec = wanted.get(id);
      if (spec && sameAddress(spec, instance.spec)) {
        instance.setHealthy(spec);
        wanted.delete(id);
      } else {
        this.#instances.delete(id);
        void instance.close();
      }
    }
    for (const [id, spec] of wanted) this.#instances.set(id, new Instance(spec, this.#deps));
  }

  status(): readonly InstanceStatus[] {
    return [...this.#instances.values()].map((instance) => instance.status());
  }

  /**
   * Sends a request to an instance that works: a healthy one if there is one. Where one does not let it through,
   * another is asked; also after a failure, where `repeatable` says that asking twice does no harm.
   *
   * @throws HoldfastError UNAVAILABLE at once where none works, with what to do; TIMED_OUT, TOOL_FAILED, CANCELED ...
   */
  async request<T>(request: Request<T>, repeatable: boolean): Promise<T> {
    let last: unknown;
    for (const instance of this.#inOrder()) {
      try {
        const answer = await instance.request(request);
        this.#deps.counted('ok');
        return answer;
      } catch (error) {
        last = error;
        if (error instanceof Abandoned) {
          this.#deps.counted('cancelled');
          throw new HoldfastError('CANCELED', `The call of ${this.name} was cancelled; the server was told to stop.`);
        }
        const notSent = error instanceof BreakerOpen || error instanceof NotConnected || neverArrived(error);
        if (!notSent && !(repeatable && !request.signal.aborted && isTransport(this.#describe(error, request)))) break;
      }
    }
    if (last === undefined || last instanceof BreakerOpen || last instanceof NotConnected) {
      this.#deps.counted(last instanceof BreakerOpen ? 'refused' : 'disconnected');
      throw this.#degraded();
    }
    const described = this.#describe(last, request);
    this.#deps.counted(described.code === 'TIMED_OUT' ? 'timed_out' : 'failed');
    throw described;
  }

  /** Drops all connections and makes new ones. @throws HoldfastError UNAVAILABLE where none could be made */
  async reconnect(): Promise<void> {
    const tried = await Promise.allSettled([...this.#instances.values()].map((instance) => instance.reconnect()));
    if (tried.every(({ status }) => status === 'rejected')) throw this.#degraded();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#instances.values()].map((instance) => instance.close()));
  }

  #describe(error: unknown, { timeoutMs }: Request<unknown>): HoldfastError {
    return describeFailure(error, this.name, timeoutMs);
  }

  #inOrder(): readonly Instance[] {
    const rank = (instance: Instance): number => (instance.spec.healthy ? 0 : 1) + (instance.usable ? 0 : 2);
    return [...this.#instances.values()].sort((a, b) => rank(a) - rank(b));
  }

  /** The documented answer while no instance works. */
  #degraded(): HoldfastError {
    const all = this.status();
    const since = Math.min(...all.map((one) => one.since));
    const next = Math.min(...all.map((one) => one.nextAttemptAt).filter((at) => at > 0));
    const errors = [...new Set(all.map(({ lastError }) => lastError).filter((text) => text !== ''))];
    const parts = [
      `The MCP server ${this.name} does not work now`,
      Number.isFinite(since) ? `, since ${new Date(since).toISOString()}` : ': no instance of it is known',
      '. The call was not sent.',
      errors.length > 0 ? ` ${errors.join(' ').slice(0, 300)}` : '',
      Number.isFinite(next) ? ` It is tried again at ${new Date(next).toISOString()}.` : '',
      ` Go on without it, or call again later; a person can look with \`holdfast mcp list\`.`,
    ];
    return new HoldfastError('UNAVAILABLE', parts.join(''), {
      details: {
        server: this.name,
        degraded: true,
        ...(Number.isFinite(since) ? { since: new Date(since).toISOString() } : {}),
        ...(Number.isFinite(next) ? { retryAt: new Date(next).toISOString() } : {}),
      },
    });
  }
}

function isTransport({ code }: HoldfastError): boolean {
  return code === 'UNAVAILABLE';
}

function sameAddress(a: InstanceSpec, b: InstanceSpec): boolean {
  return JSON.stringify(a.transport) === JSON.stringify(b.transport);
}
