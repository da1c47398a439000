import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import type { RunInfo } from '@holdfast/skill/wire';

import type { ToolContext, ToolOutcome } from '../../tool.ts';
import type { SkillHost } from '../host/host.ts';

/** What a pool is made of. */
export interface PoolDeps {
  /** Starts a process or thread of this version for a tenant. */
  open(tenant: string): Promise<SkillHost>;
  /** A process that nobody has called for so long ends, milliseconds. */
  readonly idleMs: number;
  /** A process has ended that was not told to. */
  onLost(how: string, calls: number): void;
  /** What was thrown while something was disposed of. */
  onProblems(problems: readonly string[]): void;
}

interface Held {
  readonly host: Promise<SkillHost>;
  readonly runs: Set<string>;
  idle: NodeJS.Timeout | undefined;
  ending: boolean;
}

const UNLOAD_MS = 2000;

/** The processes of one version of a skill: one for each tenant, started when it is first called. */
export class HostPool {
  readonly #deps: PoolDeps;
  readonly #held = new Map<string, Held>();
  readonly #ending = new Set<Promise<void>>();

  constructor(deps: PoolDeps) {
    this.#deps = deps;
  }

  /** How many there are. */
  get size(): number {
    return this.#held.size;
  }

  /** The process of a tenant. @throws HoldfastError where it cannot be started. */
  of(tenant: string): Promise<SkillHost> {
    return this.#of(tenant).host;
  }

  /** Calls a tool. A process that ended before the call had begun is replaced, once. */
  async call(tool: string, args: JsonObject, context: ToolContext): Promise<ToolOutcome> {
    for (let attempt = 1; ; attempt += 1) {
      const held = this.#of(context.tenant);
      held.runs.add(context.runId);
      clearTimeout(held.idle);
      try {
        return await (await held.host).call(tool, args, context);
      } catch (error) {
        if (attempt > 1 || !HoldfastError.has(error, 'FAILED_PRECONDITION') || context.signal.aborted) throw error;
        this.#drop(context.tenant, held);
      } finally {
        this.#whenIdle(context.tenant, held);
      }
    }
  }

  /** Disposes of what a run has. */
  async release({ tenant, runId }: RunInfo): Promise<void> {
    const held = this.#held.get(tenant);
    if (!held?.runs.delete(runId)) return;
    const host = await held.host.catch(() => undefined);
    if (host?.alive) this.#deps.onProblems(await host.release({ tenant, runId }));
  }

  /** Ends all of them, once they have disposed of what they have. */
  async close(): Promise<void> {
    for (const [tenant, held] of this.#held) this.#end(tenant, held);
    await Promise.all(this.#ending);
  }

  #of(tenant: string): Held {
    const there = this.#held.get(tenant);
    if (there) return there;
    const held: Held = { host: this.#deps.open(tenant), runs: new Set(), idle: undefined, ending: false };
    this.#held.set(tenant, held);
    void this.#follow(tenant, held);
    this.#whenIdle(tenant, held);
    return held;
  }

  /** Forgets it when it has ended, however it did. */
  async #follow(tenant: string, held: Held): Promise<void> {
    try {
      const host = await held.host;
      const how = await host.ended;
      if (!held.ending) this.#deps.onLost(how, host.lost);
    } catch {
      // One that could not be started: whoever called was told.
    } finally {
      this.#drop(tenant, held);
    }
  }

  async #endIfIdle(tenant: string, held: Held): Promise<void> {
    // What cannot be started is forgotten by itself.
    const host = await held.host.catch(() => undefined);
    if (host?.calls === 0) this.#end(tenant, held);
    else if (host) this.#whenIdle(tenant, held);
  }

  #drop(tenant: string, held: Held): void {
    clearTimeout(held.idle);
    if (this.#held.get(tenant) === held) this.#held.delete(tenant);
  }

  #whenIdle(tenant: string, held: Held): void {
    clearTimeout(held.idle);
    held.idle = setTimeout(() => {
      void this.#endIfIdle(tenant, held);
    }, this.#deps.idleMs).unref();
  }

  #end(tenant: string, held: Held): void {
    held.ending = true;
    this.#drop(tenant, held);
    const ending = held.host
      .then(async (host) => this.#deps.onProblems(await host.unload(UNLOAD_MS)))
      // One that could not be started has nothing to dispose of, and was told to whoever called.
      .catch((error: unknown) => this.#deps.onProblems([HoldfastError.from(error).message]))
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
