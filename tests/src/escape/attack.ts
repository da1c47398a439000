import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { type HoldfastError, sandboxpb } from '@holdfast/protocol';
import { newSandboxId, SandboxConfigSchema, thisHost } from '@holdfast/sandbox';

import { AGENT_INSIDE, agentBinary } from '../../../services/sandbox/src/agent/binary.ts';
import { BoxMaker, type GuardedBox } from '../../../services/sandbox/src/boxes/boxes.ts';
import { boxUsers } from '../../../services/sandbox/src/boxes/owners.ts';
import { EngineSelection } from '../../../services/sandbox/src/engines/select.ts';
import { ownUser, userRange } from '../../../services/sandbox/src/host/workspace-owner.ts';
import { templatesOf } from '../../../services/sandbox/src/images/template.ts';
import { effectiveLimits, type SandboxLimits } from '../../../services/sandbox/src/limits.ts';
import { openCgroups } from '../../../services/sandbox/src/quotas/cgroups/driver.ts';
import { openDiskSpaces } from '../../../services/sandbox/src/quotas/disk/open.ts';
import { Cell, type RunOptions } from './cell.ts';
import type { Decoys } from './decoys.ts';
import type { OpenEngine } from './engines.ts';
import { NO_EGRESS, type Outside } from './outside.ts';

const MIB = 1024 * 1024;
/** Users of nobody, and as many again for root inside. */
const UIDS = { first: 57_000, count: 400 };

/**
 * Small, so that a bomb goes off in a second. The same for all boxes: a machine of another size would have to be booted
 * first.
 */
export const LIMITS: SandboxLimits = effectiveLimits(
  undefined,
  SandboxConfigSchema.parse({
    limits: {
      total_memory_bytes: 192 * MIB,
      disk_bytes: 48 * MIB,
      tmp_bytes: 16 * MIB,
      pids: 48,
      open_files: 256,
      cpus: 1,
    },
  }).limits,
);

/** Its declaration plays no part: engines of containers are given an image, the others take the host's programs. */
const TEMPLATE = templatesOf(SandboxConfigSchema.parse({}).images.templates).find(({ id }) => id === 'base');

/** What attempts are made with, on one engine. */
export interface Attack {
  readonly engine: string;
  readonly level: sandboxpb.Level;
  readonly decoys: Decoys;
  readonly outside: Outside;
  /** The users inside that attempts on the kernel are made as. */
  readonly users: readonly ('user' | 'root')[];
  /** A folder of the host for what an attempt needs there; gone afterwards. */
  readonly hostFolder: string;
  /** The program of the attempts, on the host. */
  readonly program: string;
  /** Where the attempts come from. It may be another one for each. */
  readonly attacker: Cell;
  /** A sandbox beside it, of another tenant, that must not notice anything. */
  readonly bystander: Cell;
  /** What the bystander has in `<its scratch>/own`. */
  readonly bystandersSecret: string;
  /** Another sandbox, with a workspace of the host where one is given; ended after the attempt. */
  open(options?: { workspace?: string }): Promise<Cell>;
}

/** The attacked service on one engine: everything around a box is as in the product. */
export class Battlefield implements Attack {
  readonly engine: string;
  readonly level: sandboxpb.Level;
  readonly decoys: Decoys;
  readonly outside: Outside;
  readonly users: readonly ('user' | 'root')[];
  readonly hostFolder: string;
  readonly program: string;
  readonly bystandersSecret = `own-${randomBytes(8).toString('hex')}`;
  readonly cgroupName: string;
  /** What failed where nobody waited for it. */
  readonly errors: HoldfastError[] = [];
  readonly #maker: BoxMaker;
  readonly #closers: (() => Promise<void>)[] = [];
  readonly #opened: Cell[] = [];
  #attacker: Cell | undefined;
  #bystander: Cell | undefined;

  constructor(open: OpenEngine, parts: { base: string; program: string; decoys: Decoys; outside: Outside }) {
    const { engine } = open;
    this.engine = engine.name;
    this.level = engine.level;
    this.decoys = parts.decoys;
    this.outside = parts.outside;
    this.program = parts.program;
    this.hostFolder = join(parts.base, `host-${engine.name}`);
    this.cgroupName = `holdfast-escape-${process.pid}-${engine.name}`;
    const isRoot = process.getuid?.() === 0;
    const sharesKernel = engine.level !== sandboxpb.Level.MICROVM;
    const isIsolated = engine.level !== sandboxpb.Level.UNISOLATED;
    // In a machine of its own, root may do what it likes with the kernel; without isolation there is one user only.
    this.users = isRoot && sharesKernel && isIsolated ? ['user', 'root'] : ['user'];
    const { platform, clock } = thisHost(parts.base);
    const selection = new EngineSelection(
      [{ name: engine.name, level: engine.level, make: async () => engine }],
      engine.level,
      async () => ({ startMs: 0 }),
    );
    const users =
      isRoot && isIsolated
        ? boxUsers(userRange(UIDS.first, UIDS.count, Math.random), UIDS.count)
        : boxUsers(ownUser(platform), undefined);
    const disks = once(async () => {
      const spaces = await openDiskSpaces({
        baseDir: join(parts.base, `disks-${engine.name}`),
        newId,
        uid: platform.uid,
      });
      this.#closers.push(() => spaces.close());
      return spaces;
    });
    const cgroups = once(async () => {
      const opened = await openCgroups({ name: this.cgroupName });
      this.#closers.push(async () => {
        await opened.reap();
      });
      return opened;
    });
    if (!TEMPLATE) throw new Error('there is no template base');
    const template = TEMPLATE;
    this.#maker = new BoxMaker({
      selection,
      users: () => users,
      cgroups,
      disks,
      lease: async () => ({
        template,
        ...(open.image === undefined ? {} : { image: open.image }),
        release: async () => undefined,
      }),
      egress: isIsolated ? parts.outside.egress : NO_EGRESS,
      audit: () => undefined,
      observer: { usage: () => undefined, over: () => undefined },
      onError: (error: HoldfastError) => this.errors.push(error),
      now: clock.monotonic,
    });
  }

  get attacker(): Cell {
    if (!this.#attacker) throw new Error('the attack has not begun');
    return this.#attacker;
  }

  get bystander(): Cell {
    if (!this.#bystander) throw new Error('the attack has not begun');
    return this.#bystander;
  }

  /** Makes the sandboxes. */
  async begin(): Promise<void> {
    await mkdir(this.hostFolder, { mode: 0o755 });
    this.#bystander = await this.#make({});
    const said = await this.#bystander.sh(`printf %s ${this.bystandersSecret} > ${this.#bystander.scratch}/own`);
    if (said.exitCode !== 0) throw new Error(`the bystander could not write its file: ${said.stderr}`);
    this.#attacker = await this.#make({});
  }

  async open(options: { workspace?: string } = {}): Promise<Cell> {
    const cell = await this.#make(options);
    this.#opened.push(cell);
    return cell;
  }

  /** What an attempt has broken beside its own sandbox; one line each. Afterwards there is an attacker again. */
  async damage(): Promise<readonly string[]> {
    await Promise.all(this.#opened.splice(0).map((cell) => cell.box.destroy()));
    const damage = [...this.decoys.touched()];
    const { dialled } = this.outside.asked();
    damage.push(
      ...dialled.map((address) => `the proxy connected to ${address}, which the attempt does not account for`),
    );
    const { stdout, exitCode } = await this.bystander
      .sh(`cat ${this.bystander.scratch}/own`)
      .catch((error: unknown) => ({ stdout: String(error), exitCode: -1 }));
    if (exitCode !== 0 || stdout !== this.bystandersSecret) damage.push(`the sandbox beside it was harmed: ${stdout}`);
    damage.push(...this.errors.splice(0).map(({ message }) => `the service failed: ${message}`));
    const alive = await this.attacker.run(['true']).then(
      () => true,
      () => false,
    );
    if (!alive) {
      await this.attacker.box.destroy();
      this.#attacker = await this.#make({});
    }
    return damage;
  }

  /** Ends everything. */
  async end(): Promise<void> {
    const cells = [this.#attacker, this.#bystander, ...this.#opened].filter((cell) => cell !== undefined);
    await Promise.all(cells.map((cell) => cell.box.destroy()));
    for (const close of this.#closers) await close();
  }

  async #make({ workspace }: { workspace?: string }): Promise<Cell> {
    const isIsolated = this.level !== sandboxpb.Level.UNISOLATED;
    const box = await this.#maker.make({
      id: newId(),
      tenant: 'test',
      level: this.level,
      limits: LIMITS,
      inputs: async () => [],
      template: 'base',
      egress: { deny: [] },
      ...(workspace === undefined ? {} : { workspace }),
    });
    const scratch = isIsolated ? '/tmp' : join(this.hostFolder, `scratch-${newId()}`);
    if (!isIsolated) {
      await mkdir(scratch);
      await chmod(scratch, 0o777);
    }
    return prepare(
      box,
      scratch,
      box.agentInside ?? (isIsolated ? AGENT_INSIDE : agentBinary(process.arch)),
      this.program,
    );
  }
}

async function prepare(box: GuardedBox, scratch: string, agentInside: string, program: string): Promise<Cell> {
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    HOME: scratch,
    HOLDFAST_ESCAPE: String(process.pid),
  };
  const cell = new Cell(box, { agentInside, scratch, env });
  try {
    const source = Readable.from([await readFile(program)]);
    await cell.files.write(cell.program, source, { user: 'user', metadata: {} });
    const { exitCode, stderr } = await cell.sh(`chmod 755 ${cell.program}`);
    if (exitCode !== 0) throw new Error(`the program of the attempts could not be put in: ${stderr}`);
    return cell;
  } catch (error) {
    await box.destroy();
    throw error;
  }
}

/** Runs an attempt as each user that there is. */
export async function asEach<T>(attack: Attack, run: (options: RunOptions) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const user of attack.users) results.push(await run({ user }));
  return results;
}

function newId(): string {
  return newSandboxId(randomBytes);
}

function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opening: Promise<T> | undefined;
  return () => {
    opening ??= open();
    return opening;
  };
}
