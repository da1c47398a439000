import {
  type commonpb,
  create,
  HoldfastError,
  type MessageInitShape,
  type SandboxApi,
  sandboxpb,
} from '@holdfast/protocol';

import { MAX_TIMEOUT_MS } from './config.ts';
import type { ExecEvent } from './tool.ts';

/** Whose sandbox, and what it sees. */
export interface RunOf {
  readonly caller: commonpb.Caller | undefined;
  readonly runId: string;
  readonly mounts: commonpb.Mounts | undefined;
}

interface Held {
  readonly id: Promise<string>;
  readonly mounts: string;
}

const CPU_SECONDS = 300;

/** One sandbox for each run, made when a call first needs one. */
export class Sandboxes {
  readonly #sandbox: SandboxApi;
  readonly #held = new Map<string, Held>();

  constructor(sandbox: SandboxApi) {
    this.#sandbox = sandbox;
  }

  /** The id of the run's sandbox. @throws HoldfastError SANDBOX_UNAVAILABLE and whatever `Create` throws. */
  async of(run: RunOf): Promise<string> {
    const key = keyOf(run);
    const mounts = JSON.stringify([run.mounts?.workspace, run.mounts?.inputs.map(({ name, path }) => [name, path])]);
    const held = this.#held.get(key);
    if (held?.mounts === mounts) return held.id;
    if (held) await this.#destroy(run.caller, held);
    const made = { id: this.#create(run), mounts };
    this.#held.set(key, made);
    try {
      return await made.id;
    } catch (error) {
      if (this.#held.get(key) === made) this.#held.delete(key);
      throw error;
    }
  }

  /**
   * Runs a command in the run's sandbox. Where the sandbox service was restarted and has forgotten it, another one is
   * made: nothing of the command can have run yet.
   */
  async *exec(
    run: RunOf,
    init: MessageInitShape<typeof sandboxpb.ExecRequestSchema>,
    signal: AbortSignal,
  ): AsyncGenerator<ExecEvent> {
    for (let fresh = false; ; fresh = true) {
      const sandboxId = await this.of(run);
      // Making it took time: nothing is started for a call that has been given up meanwhile.
      signal.throwIfAborted();
      const request = create(sandboxpb.ExecRequestSchema, { ...init, ...callerOf(run.caller), sandboxId });
      let began = false;
      try {
        for await (const { event } of this.#sandbox.exec(request, { signal })) {
          began = true;
          if (event.case === 'exited') yield { event };
          const output = event.case === 'data' ? event.value.output : undefined;
          if (output?.case === 'stdout' || output?.case === 'stderr') yield { event: output };
        }
        return;
      } catch (error) {
        if (began || fresh || !HoldfastError.has(error, 'NOT_FOUND')) throw error;
        this.#held.delete(keyOf(run));
      }
    }
  }

  /** Ends the run's sandbox, if it has one, with all that runs in it. */
  async release(run: Omit<RunOf, 'mounts'>): Promise<void> {
    const key = keyOf(run);
    const held = this.#held.get(key);
    this.#held.delete(key);
    if (held) await this.#destroy(run.caller, held);
  }

  async #create({ caller, runId, mounts }: RunOf): Promise<string> {
    const limits = create(sandboxpb.LimitsSchema, { wallMs: MAX_TIMEOUT_MS, cpuS: CPU_SECONDS });
    const request = create(sandboxpb.CreateRequestSchema, {
      ...callerOf(caller),
      runId,
      limits,
      ...(mounts ? { mounts } : {}),
    });
    return (await this.#sandbox.create(request)).sandboxId;
  }

  async #destroy(caller: commonpb.Caller | undefined, held: Held): Promise<void> {
    const sandboxId = await held.id.catch(() => undefined);
    if (sandboxId === undefined) return;
    try {
      await this.#sandbox.destroy(create(sandboxpb.DestroyRequestSchema, { ...callerOf(caller), sandboxId }));
    } catch (error) {
      if (!HoldfastError.has(error, 'NOT_FOUND')) throw error;
    }
  }
}

/** Names a run among all tenants. */
export function keyOf({ caller, runId }: Omit<RunOf, 'mounts'>): string {
  return `${caller?.tenant ?? ''}\0${runId}`;
}

function callerOf(caller: commonpb.Caller | undefined): { caller?: commonpb.Caller } {
  return caller ? { caller } : {};
}
