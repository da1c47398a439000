import type { Socket } from 'node:net';

import { HoldfastError } from '@holdfast/protocol';

import { connectAgent } from '../../agent/connect.ts';
import type { Agent } from '../../agent/agent.ts';
import { AGENT_INSIDE } from '../../agent/binary.ts';
import type { Usage } from '../../quotas/cgroups/driver.ts';
import type { Box, BoxEnding, BoxSpec } from '../engine.ts';
import { AgentPerUser } from './agents.ts';
import type { BoxFolder } from './box-folder.ts';
import { type Container, stateOrUndefined } from './container.ts';
import { serveArguments } from './container-config.ts';
import { endingOf } from './ending.ts';
import { endMonitor, monitorOf } from './exec-monitor.ts';
import { awaitAgent } from './link.ts';
import { type SnapshotSource, takeSnapshot } from './snapshot.ts';
import { usageOfGroupsOf } from './usage.ts';
import { within } from './within.ts';

/** How long the agent of `root` may take to come. Milliseconds. */
const ROOT_PATIENCE_MS = 20_000;

/** What a box is made of once its container runs and its agent has greeted. */
export interface BoxParts {
  readonly spec: BoxSpec;
  readonly container: Container;
  readonly folder: BoxFolder;
  /** The first process of the container, as the host numbers it. */
  readonly pid: number;
  readonly agent: Agent;
  readonly link: Socket;
  readonly snapshot: Omit<SnapshotSource, 'agent'>;
  /** The engine's name for people. */
  readonly title: string;
  /** Removes what the box has beside its container, once that is gone. */
  removeRest(): Promise<void>;
}

/** A container with our agent as its first process. */
export class ContainerBox implements Box {
  readonly agent: Agent;
  readonly ended: Promise<BoxEnding>;
  readonly #parts: BoxParts;
  readonly #links: Socket[];
  readonly #monitors: number[] = [];
  #isPaused = false;
  #isUnwanted = false;
  #destroyed: Promise<void> | undefined;

  constructor(parts: BoxParts) {
    this.#parts = parts;
    this.#links = [parts.link];
    this.agent = new AgentPerUser(parts.agent, parts.spec.owners.root, () => this.#startRootsAgent());
    this.ended = parts.agent.closed.then(() => this.#ending());
  }

  async usage(): Promise<Usage> {
    const { spec, pid } = this.#parts;
    if (spec.cgroup) return spec.cgroup.usage();
    try {
      return await usageOfGroupsOf(pid);
    } catch (error) {
      throw new HoldfastError('UNAVAILABLE', 'The use of the sandbox cannot be measured: it has ended.', {
        cause: error,
      });
    }
  }

  async pause(): Promise<void> {
    const { spec, container } = this.#parts;
    if (spec.cgroup) await spec.cgroup.freeze();
    else await container.pause();
    this.#isPaused = true;
  }

  async resume(): Promise<void> {
    const { spec, container } = this.#parts;
    if (spec.cgroup) await spec.cgroup.thaw();
    else await container.resume();
    this.#isPaused = false;
  }

  async snapshot(folder: string): Promise<void> {
    await takeSnapshot({ ...this.#parts.snapshot, agent: this.agent }, folder);
  }

  destroy(): Promise<void> {
    this.#isUnwanted = true;
    // What failed is tried again when it is asked for again.
    this.#destroyed ??= this.#destroy().catch((error: unknown) => {
      this.#destroyed = undefined;
      throw error;
    });
    return this.#destroyed;
  }

  async #destroy(): Promise<void> {
    const { spec, container, title } = this.#parts;
    if (this.#isPaused) await this.#thaw();
    // Without its link the agent ends, and everything with it: also where the engine's daemon is gone.
    for (const link of this.#links) link.destroy();
    await spec.cgroup?.kill();
    try {
      await container.remove();
    } catch (error) {
      throw new HoldfastError(
        'UNAVAILABLE',
        `The processes of the sandbox were ended, but its container ${container.name} is still there: ` +
          `${HoldfastError.from(error).message} It is removed when the sandbox is destroyed again, or when the service ` +
          `starts again and ${title} runs.`,
        { cause: error },
      );
    }
    for (const monitor of this.#monitors) await endMonitor(monitor);
    await this.#parts.removeRest();
  }

  /** What stands still cannot end. */
  async #thaw(): Promise<void> {
    try {
      await this.resume();
    } catch (error) {
      // A daemon that is gone has let its containers go on, or ends them when it comes back.
      if (!HoldfastError.has(error, 'UNAVAILABLE')) throw error;
    }
  }

  async #ending(): Promise<BoxEnding> {
    if (this.#isUnwanted) return { reason: 'destroyed', message: 'The sandbox was destroyed.' };
    const { container, spec, title } = this.#parts;
    const [state, usage] = await Promise.all([
      stateOrUndefined(container),
      spec.cgroup?.usage().catch(() => undefined),
    ]);
    return endingOf({ title, state, oomKills: usage?.oomKills ?? 0, memoryBytes: spec.limits.memoryBytes });
  }

  async #startRootsAgent(): Promise<Agent> {
    const { spec, container, folder } = this.#parts;
    const { root } = spec.owners;
    if (!root) throw new HoldfastError('INTERNAL', 'An agent of root was wanted in a box without root.');
    const link = await awaitAgent(folder.links, 'root', root);
    try {
      const process = await container.exec(root, [AGENT_INSIDE, ...serveArguments('root')]);
      const socket = await within(ROOT_PATIENCE_MS, link.connected);
      this.#links.push(socket);
      socket.once('close', () => this.#links.splice(this.#links.indexOf(socket), 1));
      const pid = await process.pid();
      const monitor = await monitorOf(pid);
      if (monitor !== undefined) this.#monitors.push(monitor);
      await spec.cgroup?.add(pid);
      return await connectAgent({ readable: socket, writable: socket }, { user: root, root });
    } finally {
      link.close();
    }
  }
}
