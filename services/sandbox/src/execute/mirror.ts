import { HoldfastError } from '@holdfast/protocol';

import { type BoxSpec, placeOf } from '../engines/engine.ts';
import { pullTree, pushTree, type TreeInside } from '../engines/guest/sync.ts';
import type { Agent, BoxUser } from '../agent/agent.ts';
import type { Owner } from '../host/workspace-owner.ts';
import { capture } from './capture.ts';
import type { Ending, Started } from './started.ts';

const WORKSPACE = '/workspace';
const ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
/** Files and folders of a workspace that is carried to and fro. */
const ENTRIES = 200_000;

/** What a box without folders of the host is told of them, and gives back. */
export interface Mirrored {
  readonly agent: Agent;
  /** Where its program lies inside. Left out: at its usual place. */
  readonly program?: string;
  /** Folders of the host. */
  readonly workspace: string;
  readonly inputs: BoxSpec['inputs'];
  /** Whom the workspace belongs to on the host. */
  readonly owner: Owner;
  /** How much of a workspace comes back at most. */
  readonly bytes: number;
}

/**
 * The workspace of a sandbox that shares no folder with the host: it is copied in before each command and back after it.
 * One command at a time, or they would undo each other's changes.
 */
export class Mirror {
  readonly #of: Mirrored;
  #turn: Promise<void> = Promise.resolve();

  private constructor(of: Mirrored) {
    this.#of = of;
  }

  /** Makes the folders, and copies the inputs in, once. Throws what copying throws. */
  static async open(of: Mirrored): Promise<Mirror> {
    const { agent, inputs, program } = of;
    const folders = [WORKSPACE, ...inputs.map(placeOf)];
    await asRoot(agent, ['mkdir', '-p', ...folders]);
    for (const input of inputs) await pushTree(agent, input.path, inside(placeOf(input), 'root', program));
    await asRoot(agent, ['chown', 'user', WORKSPACE]);
    return new Mirror(of);
  }

  /**
   * Waits for its turn, copies the workspace in, and begins a command; its end comes when the workspace is back. Throws
   * what copying and beginning throw, TOO_LARGE when there is more to bring back than the sandbox may have.
   */
  async around(begin: () => Promise<Started>): Promise<Started> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    try {
      await this.#bringIn();
      const started = await begin();
      const ended = this.#end(started.ended).finally(resolve);
      ended.catch(() => undefined);
      return { ...started, ended };
    } catch (error) {
      resolve();
      throw error;
    }
  }

  /** The workspace comes back however the command ended. */
  async #end(ended: Promise<Ending>): Promise<Ending> {
    try {
      return await ended;
    } finally {
      await this.#bringBack();
    }
  }

  async #bringIn(): Promise<void> {
    const { agent, workspace, program } = this.#of;
    // What is gone on the host must not come back from inside.
    await asRoot(agent, ['find', WORKSPACE, '-mindepth', '1', '-delete']);
    await pushTree(agent, workspace, inside(WORKSPACE, 'user', program));
  }

  async #bringBack(): Promise<void> {
    const { agent, workspace, owner, bytes, program } = this.#of;
    const bounds = { bytes, entries: ENTRIES };
    await pullTree(agent, inside(WORKSPACE, 'root', program), workspace, { bounds, owner });
  }
}

function inside(folder: string, user: BoxUser, program: string | undefined): TreeInside {
  return { folder, user, ...(program === undefined ? {} : { program }) };
}

async function asRoot(agent: Agent, argv: [string, ...string[]]): Promise<void> {
  const { exitCode, stderr } = await capture(agent, argv, ENV, 'root');
  if (exitCode === 0) return;
  throw new HoldfastError('UNAVAILABLE', `The workspace could not be copied into the sandbox: ${stderr.trim()}`);
}
