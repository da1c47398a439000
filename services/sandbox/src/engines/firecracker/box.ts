import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import type { HoldableAgent } from '../../agent/connect.ts';
import type { Usage } from '../../quotas/cgroups/driver.ts';
import type { Box, BoxEnding, BoxSpec } from '../engine.ts';
import { processUsage } from '../guest/process-usage.ts';
import type { FirecrackerMachine } from './machine.ts';
import type { FirecrackerSnapshot } from './snapshot.ts';

/** What a box of Firecracker is made of. */
export interface FirecrackerBoxParts {
  readonly machine: FirecrackerMachine;
  readonly agent: HoldableAgent;
  readonly spec: BoxSpec;
  /** All that goes with it. */
  readonly folder: string;
  readonly snapshot: FirecrackerSnapshot;
  /** Told once nothing is left. */
  readonly onGone: () => void;
}

/** A machine of Firecracker that runs, as a box. */
export class FirecrackerBox implements Box {
  readonly agent: HoldableAgent;
  readonly ended: Promise<BoxEnding>;
  readonly #parts: FirecrackerBoxParts;
  readonly #gone: Promise<void>;
  #isDestroyed = false;
  #isPaused = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: FirecrackerBoxParts) {
    this.#parts = parts;
    this.agent = parts.agent;
    this.ended = parts.machine.exited.then(() => this.#ending());
    const clear = async (): Promise<void> => {
      await parts.machine.exited;
      await parts.machine.kill();
      await rm(parts.folder, { recursive: true, force: true });
      parts.onGone();
    };
    this.#gone = clear();
    // Whoever destroys it hears of a folder that cannot be removed.
    this.#gone.catch(() => undefined);
  }

  usage(): Promise<Usage> {
    return this.#parts.spec.cgroup?.usage() ?? processUsage(this.#parts.machine.pid);
  }

  pause(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#isPaused) await this.#parts.machine.pause();
      this.#isPaused = true;
    });
  }

  resume(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isPaused) await this.#parts.machine.resume();
      this.#isPaused = false;
    });
  }

  snapshot(folder: string): Promise<void> {
    return this.#inTurn(async () => {
      const { machine, snapshot } = this.#parts;
      if (!this.#isPaused) await machine.pause();
      try {
        await machine.save(folder);
        await writeFile(join(folder, 'guest.json'), JSON.stringify(snapshot));
      } finally {
        if (!this.#isPaused) await machine.resume();
      }
    });
  }

  async destroy(): Promise<void> {
    this.#isDestroyed = true;
    await this.#parts.machine.kill();
    await this.#gone;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(() => {
      if (this.#isDestroyed)
        throw new HoldfastError('UNAVAILABLE', 'The sandbox has ended, and with it everything in it.');
      return work();
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #ending(): Promise<BoxEnding> {
    if (this.#isDestroyed) return { reason: 'destroyed', message: 'The sandbox was destroyed.' };
    const usage = await this.#parts.spec.cgroup?.usage().catch(() => undefined);
    if (usage && usage.oomKills > 0) {
      const message = 'The virtual machine was ended: it needed more memory than the sandbox may have.';
      return { reason: 'quota', quota: 'memory', message };
    }
    const said = this.#parts.machine.said.split('\n').at(-1) ?? '';
    return { reason: 'died', message: `The virtual machine has ended by itself.${said ? ` It said: ${said}` : ''}` };
  }
}
