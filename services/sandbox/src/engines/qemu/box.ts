import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import type { HoldableAgent } from '../../agent/connect.ts';
import type { Usage } from '../../quotas/cgroups/driver.ts';
import type { Box, BoxEnding, BoxSpec } from '../engine.ts';
import { copyDisk } from '../guest/disks.ts';
import { processUsage } from '../guest/process-usage.ts';
import { within } from '../guest/within.ts';
import type { QemuProcess } from './process.ts';
import { saveState } from './save.ts';
import type { Snapshot } from './snapshot.ts';

/** How long a guest may take to come to a frame's end, and its state to be written. */
const HOLD_MS = 10_000;
const SAVE_MS = 120_000;

/** What a box of QEMU is made of. */
export interface QemuBoxParts {
  readonly qemu: QemuProcess;
  readonly agent: HoldableAgent;
  readonly spec: BoxSpec;
  /** Its folder, which goes with it, and its disk in there. */
  readonly folder: string;
  readonly disk: string;
  readonly snapshot: Snapshot;
  /** Told once nothing is left. */
  readonly onGone: () => void;
}

/** A virtual machine that runs. */
export class QemuBox implements Box {
  readonly agent: HoldableAgent;
  readonly ended: Promise<BoxEnding>;
  readonly #parts: QemuBoxParts;
  readonly #gone: Promise<void>;
  #isDestroyed = false;
  /** While it is paused: lets the host's side of the link go on. */
  #release: (() => void) | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: QemuBoxParts) {
    this.#parts = parts;
    this.agent = parts.agent;
    const { qemu, folder, onGone } = parts;
    this.ended = qemu.exited.then(() => this.#ending());
    const clear = async (): Promise<void> => {
      await qemu.exited;
      await rm(folder, { recursive: true, force: true });
      onGone();
    };
    this.#gone = clear();
    // Whoever destroys it hears of a folder that cannot be removed.
    this.#gone.catch(() => undefined);
  }

  usage(): Promise<Usage> {
    return this.#parts.spec.cgroup?.usage() ?? processUsage(this.#parts.qemu.pid);
  }

  pause(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#release) await this.#stop();
    });
  }

  resume(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#release) await this.#goOn();
    });
  }

  /**
   * Saves memory, devices and disk; the box stands still meanwhile, and then goes on if it did before. Throws UNAVAILABLE
   * when it cannot be saved: the box goes on all the same.
   */
  snapshot(folder: string): Promise<void> {
    return this.#inTurn(async () => {
      const wasPaused = this.#release !== undefined;
      if (!wasPaused) await this.#stop();
      try {
        const { qemu, disk, snapshot } = this.#parts;
        const saved = saveState(qemu.qmp, this.#parts.folder, join(folder, 'state'));
        await within(saved, SAVE_MS, 'The virtual machine could not be saved');
        await copyDisk(disk, join(folder, 'disk.img'));
        await writeFile(join(folder, 'guest.json'), JSON.stringify(snapshot));
      } finally {
        if (!wasPaused) await this.#goOn();
      }
    });
  }

  async destroy(): Promise<void> {
    this.#isDestroyed = true;
    await this.#parts.qemu.kill();
    await this.#gone;
  }

  async #stop(): Promise<void> {
    const holding = this.agent.hold();
    let release: () => void;
    try {
      release = await within(holding, HOLD_MS, 'The agent of the sandbox did not answer');
    } catch (error) {
      // It may answer yet: what is said to it then must not wait for ever.
      holding.then(
        (late) => late(),
        () => undefined,
      );
      throw error;
    }
    try {
      await this.#parts.qemu.qmp.execute('stop');
      this.#release = release;
    } catch (error) {
      release();
      throw error;
    }
  }

  async #goOn(): Promise<void> {
    await this.#parts.qemu.qmp.execute('cont');
    this.#release?.();
    this.#release = undefined;
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
    const said = this.#parts.qemu.said().split('\n').at(-1) ?? '';
    return { reason: 'died', message: `The virtual machine has ended by itself.${said ? ` It said: ${said}` : ''}` };
  }
}
