import type { Clock } from '@holdfast/telemetry';
import type { CallToolResult, Client, Progress, Tool, Transport } from '@modelcontextprotocol/client';

import { backoffMs, sleep } from '../backoff.ts';
import type { McpConfig } from '../config.ts';
import type { InstanceSpec } from '../discovery/discovery.ts';
import { ProgramEnded } from '../transport/stdio.ts';
import { Breaker, BreakerOpen, type BreakerState } from './breaker.ts';
import { newClient } from './client.ts';
import { Abandoned, reasonOf } from './failure.ts';

/**
 * `connecting`: for the first time. `ready`: calls go through. `degraded`: there is no connection now, or it does not
 * answer pings. `open`: the breaker keeps calls away. `closed`: it was taken away.
 */
export type InstanceState = 'connecting' | 'ready' | 'degraded' | 'open' | 'closed';

/** What is shown of an instance. */
export interface InstanceStatus {
  readonly id: string;
  readonly state: InstanceState;
  readonly breaker: BreakerState;
  /** Whether its discovery calls it healthy. */
  readonly healthy: boolean;
  /** Epoch milliseconds of the last change of state. */
  readonly since: number;
  /** Why it is not ready, or what went wrong last. Empty: nothing. */
  readonly lastError: string;
  /** When something is tried next, epoch milliseconds: a connection, or the breaker's probe. 0: nothing is due. */
  readonly nextAttemptAt: number;
  readonly calls: number;
  readonly failures: number;
  readonly protocol: string;
}

/** One call of a tool, or another request of a client. */
export interface Request<T> {
  /** Makes it. `options` hold the time-out and the signal. */
  readonly send: (client: Client, options: SendOptions) => Promise<T>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** What every request of the SDK takes. */
export interface SendOptions {
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly onprogress?: (progress: Progress) => void;
}

/** What an {@link Instance} needs. */
export interface InstanceDeps {
  readonly config: McpConfig;
  readonly elicitation: 'off' | 'defaults';
  /** A new transport for each connection. */
  readonly transport: (spec: InstanceSpec) => Transport;
  readonly clock: Clock;
  readonly random: () => number;
  /** The server said which tools it has. */
  readonly onTools: (tools: readonly Tool[]) => Promise<void>;
  readonly onChange: () => void;
}

/** Nothing was sent: there is no connection. */
export class NotConnected extends Error {}

/** A connection that lived so long was a good one: the wait before the next attempt begins anew. */
const GOOD_MS = 10_000;
/** A call waits so long for the first connection. */
const FIRST_WAIT_MS = 15_000;
/** Tools are asked for again at most so often. */
const REFRESH_MS = 1000;
const MISSED_PINGS = 2;

/** One instance of a server: its connection, made again for ever, and its breaker. */
export class Instance {
  readonly #deps: InstanceDeps;
  readonly #breaker: Breaker;
  readonly #closing = new AbortController();
  readonly #loop: Promise<void>;
  #spec: InstanceSpec;
  #client: Client | undefined;
  #state: 'connecting' | 'ready' | 'degraded' | 'closed' = 'connecting';
  #since: number;
  #lastError = '';
  #nextAttemptAt = 0;
  #wake = new AbortController();
  #attempt = Promise.withResolvers<void>();
  #inFlight = 0;
  #heardAt = 0;
  #legacy = false;
  #refreshing: NodeJS.Timeout | undefined;

  constructor(spec: InstanceSpec, deps: InstanceDeps) {
    this.#spec = spec;
    this.#deps = deps;
    this.#since = deps.clock.now();
    this.#attempt.promise.catch(() => undefined);
    this.#breaker = new Breaker({
      config: deps.config.breaker,
      now: deps.clock.now,
      probe: () => this.#probe(),
      onChange: () => {
        this.#since = deps.clock.now();
        deps.onChange();
      },
    });
    this.#loop = this.#run();
  }

  get spec(): InstanceSpec {
    return this.#spec;
  }

  /** Whether a call would be sent now. */
  get usable(): boolean {
    return this.#client !== undefined && this.#breaker.state === 'closed';
  }

  get state(): InstanceState {
    if (this.#state === 'closed') return 'closed';
    return this.#breaker.state === 'closed' ? this.#state : 'open';
  }

  status(): InstanceStatus {
    const { calls, failures } = this.#breaker.counts;
    const probeAt = this.#breaker.probeAt ?? 0;
    return {
      id: this.#spec.id,
      state: this.state,
      breaker: this.#breaker.state,
      healthy: this.#spec.healthy,
      since: this.#breaker.openedAt ?? this.#since,
      lastError: this.#lastError,
      nextAttemptAt: this.state === 'open' ? probeAt : this.#nextAttemptAt,
      calls,
      failures,
      protocol: this.#client?.getNegotiatedProtocolVersion() ?? '',
    };
  }

  /** Takes what the discovery says of its health now. */
  setHealthy(spec: InstanceSpec): void {
    this.#spec = spec;
  }

  /**
   * Sends a request. While the first connection is being made it is waited for.
   *
   * @throws BreakerOpen, NotConnected at once: nothing was sent. Otherwise what the SDK throws.
   */
  async request<T>(request: Request<T>): Promise<T> {
    if (this.#state === 'connecting' && this.#lastError === '') await this.#firstConnection(request);
    if (this.#breaker.state !== 'closed') throw new BreakerOpen();
    return this.#breaker.run(async () => {
      const client = this.#client;
      if (!client) throw new NotConnected(this.#lastError === '' ? 'It is not connected yet.' : this.#lastError);
      return this.#send(client, request);
    });
  }

  /** Tries to connect now, whatever the wait; resolves when that attempt succeeded. */
  async connectNow(): Promise<void> {
    if (this.#client) return;
    const { promise } = this.#attempt;
    this.#wake.abort();
    await promise;
  }

  /** Drops the connection and makes a new one. */
  async reconnect(): Promise<void> {
    await this.#client?.close();
    await this.connectNow();
    this.#breaker.reset();
  }

  /** Ends the connection for good. */
  async close(): Promise<void> {
    this.#state = 'closed';
    this.#closing.abort();
    this.#wake.abort();
    clearTimeout(this.#refreshing);
    this.#breaker.close();
    await this.#client?.close().catch(() => undefined);
    await this.#loop;
  }

  async #firstConnection({ timeoutMs, signal }: Request<unknown>): Promise<void> {
    const wait = new AbortController();
    const either = AbortSignal.any([signal, wait.signal]);
    await Promise.race([
      this.#attempt.promise.catch(() => undefined),
      sleep(Math.min(timeoutMs, FIRST_WAIT_MS), either),
    ]);
    wait.abort();
  }

  async #send<T>(client: Client, { send, timeoutMs, signal, onProgress }: Request<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      signal.throwIfAborted();
      return await send(client, {
        timeout: timeoutMs,
        signal,
        ...(onProgress ? { onprogress: onProgress } : {}),
      });
    } catch (error) {
      if (signal.aborted) throw new Abandoned('The call was cancelled.', { cause: error });
      this.#lastError = reasonOf(error);
      throw error;
    } finally {
      this.#inFlight -= 1;
      this.#heardAt = this.#deps.clock.monotonic();
    }
  }

  async #run(): Promise<void> {
    const { clock, config, random } = this.#deps;
    const { first_ms: firstMs, max_ms: maxMs } = config.reconnect;
    for (let failed = 0; !this.#closing.signal.aborted; ) {
      const began = clock.monotonic();
      const attempt = this.#attempt;
      try {
        const { gone } = await this.#connect();
        attempt.resolve();
        this.#renewAttempt();
        const why = await gone;
        this.#lastError = why;
        if (clock.monotonic() - began >= GOOD_MS) failed = 0;
      } catch (error) {
        this.#lastError = reasonOf(error);
        attempt.reject(error);
        this.#renewAttempt();
      }
      if (this.#closing.signal.aborted) return;
      const waitMs = backoffMs(failed, firstMs, maxMs, random);
      failed += 1;
      this.#nextAttemptAt = clock.now() + waitMs;
      this.#setState('degraded');
      await sleep(waitMs, this.#wake.signal);
      this.#wake = new AbortController();
      this.#nextAttemptAt = 0;
    }
  }

  /** Resolves when it is connected and its tools are known. `gone` tells why the connection ended. */
  async #connect(): Promise<{ readonly gone: Promise<string> }> {
    const { config, elicitation, transport: make, onTools, clock } = this.#deps;
    const transport = make(this.#spec);
    const client = newClient({
      elicitation,
      legacy: this.#legacy,
      probeMs: Math.ceil(config.connect_timeout_ms / 3),
      toolsChanged: () => this.#refreshSoon(),
    });
    const gone = Promise.withResolvers<string>();
    let lastProblem = '';
    const endings: ProgramEnded[] = [];
    // oxlint-disable unicorn/prefer-add-event-listener -- these are callbacks of the SDK, not events.
    const problem = (error: Error): void => {
      if (error instanceof ProgramEnded) endings.push(error);
      lastProblem = reasonOf(error);
    };
    client.onerror = problem;
    // While the revision is negotiated the client does not listen yet.
    transport.onerror = problem;
    client.onclose = () => gone.resolve(lastProblem === '' ? 'The connection was closed.' : lastProblem);
    // oxlint-enable unicorn/prefer-add-event-listener
    const timeout = config.connect_timeout_ms;
    try {
      const late = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeout)]);
      await abortable(client.connect(transport, { timeout, signal: late }), late);
      const { tools } = await client.listTools({}, { timeout, signal: late, cacheMode: 'refresh' });
      await onTools(tools);
      this.#closing.signal.throwIfAborted();
    } catch (error) {
      // A server of 2025 that ends at the first word of 2026 gets the old handshake with the next attempt.
      const agreed = client.getNegotiatedProtocolVersion() !== undefined;
      this.#legacy = this.#spec.transport.type === 'stdio' && !agreed && !this.#legacy;
      await client.close().catch(() => undefined);
      await transport.close().catch(() => undefined);
      if (endings[0]) throw endings[0];
      throw lastProblem === '' || lastProblem === reasonOf(error)
        ? error
        : new Error(`${lastProblem} (${reasonOf(error)})`, { cause: error });
    }
    this.#client = client;
    this.#heardAt = clock.monotonic();
    this.#lastError = '';
    this.#setState('ready');
    this.#breaker.reset();
    const pinging = this.#keepAlive(client);
    const ended = gone.promise.then((why) => {
      clearInterval(pinging);
      this.#client = undefined;
      return why;
    });
    return { gone: ended };
  }

  /** Pings a quiet server. One that does not answer twice is connected anew; never while it works on a call. */
  #keepAlive(client: Client): NodeJS.Timeout | undefined {
    const { ping_ms: pingMs, connect_timeout_ms: timeout } = this.#deps.config;
    if (pingMs === 0) return undefined;
    let missed = 0;
    const timer = setInterval(() => {
      const quietMs = this.#deps.clock.monotonic() - this.#heardAt;
      if (this.#inFlight > 0 || quietMs < pingMs) return;
      void this.#pingOnce(client, timeout).then((answered) => {
        missed = answered ? 0 : missed + 1;
        return missed < MISSED_PINGS ? undefined : client.close();
      });
    }, pingMs);
    timer.unref();
    return timer;
  }

  /** Whether it answered, or cannot be blamed: it works on a call, or the connection is another one meanwhile. */
  async #pingOnce(client: Client, timeout: number): Promise<boolean> {
    try {
      await ping(client, timeout);
      this.#heardAt = this.#deps.clock.monotonic();
      this.#setState('ready');
      return true;
    } catch (error) {
      if (this.#client !== client || this.#inFlight > 0) return true;
      this.#lastError = `It does not answer pings: ${reasonOf(error)}`;
      this.#setState('degraded');
      return false;
    }
  }

  #refreshSoon(): void {
    this.#refreshing ??= setTimeout(() => {
      this.#refreshing = undefined;
      void this.#refresh();
    }, REFRESH_MS);
  }

  async #refresh(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    try {
      const timeout = this.#deps.config.connect_timeout_ms;
      const { tools } = await client.listTools({}, { timeout, cacheMode: 'refresh' });
      await this.#deps.onTools(tools);
    } catch (error) {
      this.#lastError = `Its tools could not be listed again: ${reasonOf(error)}`;
      this.#deps.onChange();
    }
  }

  async #probe(): Promise<void> {
    await this.connectNow();
    const client = this.#client;
    if (!client) throw new NotConnected(this.#lastError);
    await ping(client, this.#deps.config.connect_timeout_ms);
  }

  #renewAttempt(): void {
    this.#attempt = Promise.withResolvers<void>();
    this.#attempt.promise.catch(() => undefined);
  }

  #setState(state: 'ready' | 'degraded'): void {
    if (this.#state === state || this.#state === 'closed') return;
    this.#state = state;
    this.#since = this.#deps.clock.now();
    this.#deps.onChange();
  }
}

/** Revisions from 2026 on have no ping: asking what the server is does the same. */
async function ping(client: Client, timeout: number): Promise<void> {
  await (client.getProtocolEra() === 'modern' ? client.discover({ timeout }) : client.ping({ timeout }));
}

/** A connect that does not heed its signal is left alone when it aborts. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const ended = Promise.withResolvers<never>();
  const end = (): void => ended.reject(signal.reason);
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  work.catch(() => undefined);
  ended.promise.catch(() => undefined);
  try {
    return await Promise.race([work, ended.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** What a call of a tool gives. */
export type { CallToolResult };
