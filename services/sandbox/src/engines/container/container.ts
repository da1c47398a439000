import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import type { Owner } from '../../host/workspace-owner.ts';
import type { DaemonApi } from './api.ts';
import { numbersOf } from './container-config.ts';

const REMOVAL_PATIENCE_MS = 10_000;
const REMOVAL_PAUSE_MS = 100;

const CreatedSchema = z.object({ Id: z.string() });
const PidSchema = z.object({ Pid: z.number() });
const StateSchema = z.object({
  State: z.object({
    Running: z.boolean(),
    OOMKilled: z.boolean(),
    ExitCode: z.number(),
    Pid: z.number(),
    Error: z.string().nullish(),
  }),
});

/** How a container is, by its engine. */
export interface ContainerState {
  readonly isRunning: boolean;
  /** Its first process, as the host numbers it; 0 when it has ended. */
  readonly pid: number;
  readonly exitCode: number;
  readonly isOutOfMemory: boolean;
  /** Empty when there is none. */
  readonly error: string;
}

/** One container, by the calls of the API. Each throws UNAVAILABLE when the engine does not answer or refuses. */
export class Container {
  readonly name: string;
  readonly #api: DaemonApi;

  constructor(api: DaemonApi, name: string) {
    this.#api = api;
    this.name = name;
  }

  async create(config: Record<string, unknown>): Promise<void> {
    await this.#api.read({ method: 'POST', path: `/containers/create?name=${this.name}`, json: config }, CreatedSchema);
  }

  async start(): Promise<void> {
    await this.#post('start');
  }

  async pause(): Promise<void> {
    await this.#post('pause');
  }

  async resume(): Promise<void> {
    await this.#post('unpause');
  }

  async state(): Promise<ContainerState> {
    const { State } = await this.#api.read({ method: 'GET', path: `/containers/${this.name}/json` }, StateSchema);
    return {
      isRunning: State.Running,
      pid: State.Pid,
      exitCode: State.ExitCode,
      isOutOfMemory: State.OOMKilled,
      error: State.Error ?? '',
    };
  }

  /** Starts a program in it whose output nobody wants. */
  async exec(user: Owner, argv: readonly string[]): Promise<{ pid(): Promise<number> }> {
    const { Id } = await this.#api.read(
      {
        method: 'POST',
        path: `/containers/${this.name}/exec`,
        json: { Cmd: argv, User: numbersOf(user), WorkingDir: '/' },
      },
      CreatedSchema,
    );
    await this.#api.do({ method: 'POST', path: `/exec/${Id}/start`, json: { Detach: true, Tty: false } });
    return {
      pid: async () => (await this.#api.read({ method: 'GET', path: `/exec/${Id}/json` }, PidSchema)).Pid,
    };
  }

  /**
   * Kills everything in it and removes it, with its volumes. Nothing happens when it is not there. An engine may refuse
   * while the container is about to end by itself: it is asked until it has done it.
   */
  async remove(): Promise<void> {
    const call = { method: 'DELETE', path: `/containers/${this.name}?force=true&v=true` } as const;
    for (let waited = 0; waited < REMOVAL_PATIENCE_MS; waited += REMOVAL_PAUSE_MS) {
      const { status } = await this.#api.ask(call);
      if (status < 400 || status === 404) return;
      await sleep(REMOVAL_PAUSE_MS);
    }
    await this.#api.do(call, [404]);
  }

  async #post(verb: string): Promise<void> {
    await this.#api.do({ method: 'POST', path: `/containers/${this.name}/${verb}` });
  }
}

/** Why a box's first process, the agent, is no more, where nobody had asked for that. */
export async function stateOrUndefined(container: Container): Promise<ContainerState | undefined> {
  try {
    return await container.state();
  } catch (error) {
    if (HoldfastError.has(error, 'UNAVAILABLE')) return undefined;
    throw error;
  }
}
