import { HoldfastError, type sandboxpb } from '@holdfast/protocol';

import type { Audit } from '../audit/audit.ts';
import type { Box, BoxEnding, BoxSpec, Engine } from '../engines/engine.ts';
import type { ImageLease } from '../images/index.ts';
import type { EngineSelection } from '../engines/select.ts';
import type { Owner } from '../host/workspace-owner.ts';
import type { SandboxLimits } from '../limits.ts';
import type { Cgroup, Cgroups, Usage } from '../quotas/cgroups/driver.ts';
import type { DiskSize, DiskSpace, DiskSpaces } from '../quotas/disk/space.ts';
import { type QuotaName, type UsageSample, watchQuotas } from '../quotas/watch.ts';
import type { EgressRequest } from '../sandboxes/egress-request.ts';
import type { BoxEgress, BoxesEgress } from './egress.ts';
import type { BoxUsers } from './owners.ts';

/** How often the use of a box is looked at. Milliseconds. */
const WATCH_MS = 500;
/** Files and folders of a box's own disk, one for so many bytes. */
const BYTES_PER_INODE = 16_384;

/** The size of a box's own disk that holds so many bytes. */
export function diskSize(bytes: number): DiskSize {
  return { bytes, inodes: Math.ceil(bytes / BYTES_PER_INODE) };
}

/** A box to be made, whoever asks for it. */
export interface BoxWish {
  readonly id: string;
  readonly tenant: string;
  /** For the record. */
  readonly runId?: string;
  readonly level: sandboxpb.Level;
  readonly limits: SandboxLimits;
  /** Host folders, checked. Without a workspace the box gets a disk of its own for /home/user. */
  readonly workspace?: string;
  /** Checked once it is known who is to read them. */
  readonly inputs: (user: Owner) => Promise<BoxSpec['inputs']>;
  /** Id or name of the template that it is made of. */
  readonly template: string;
  readonly egress: EgressRequest;
  /** Begin with what this folder holds. */
  readonly snapshot?: string;
}

/** A box with its quotas, its way out, and its record. */
export interface GuardedBox extends Box {
  /** As it was wished. */
  readonly id: string;
  readonly inputs: BoxSpec['inputs'];
  /** Whom its workspace belongs to on the host. */
  readonly owner: Owner;
  readonly engine: Engine;
  readonly egress: BoxEgress;
  /** What every process in it has to know, beside what its own command says: of the template, and of the way out. */
  readonly environment: Readonly<Record<string, string>>;
  /** It was made ahead, and now somebody has it. */
  assign(to: { readonly tenant: string; readonly egress: EgressRequest }): Promise<void>;
  /** What it holds on its own disk, bytes; 0 where it has none. */
  diskUsed(): Promise<number>;
  /** From now on what it does belongs to this action. */
  during(actionId: string): void;
  /** Has the audit record what it does. Not needed but where the audit was attached after the box was made. */
  record(): Promise<void>;
}

/** What happens to boxes, for events and metrics. */
export interface BoxObserver {
  usage(id: string, sample: UsageSample): void;
  over(id: string, quota: QuotaName, message: string): void;
}

/** What making boxes takes. */
export interface BoxMakerDeps {
  readonly selection: EngineSelection;
  /** The users of an engine's boxes: without isolation they are the service's own. */
  readonly users: (engine: Engine) => BoxUsers;
  readonly cgroups: () => Promise<Cgroups>;
  readonly disks: () => Promise<DiskSpaces>;
  readonly egress: BoxesEgress;
  /** The template, as this engine takes it, held until it is released. It is made first where there is none. */
  readonly lease: (template: string, engine: Engine) => Promise<ImageLease>;
  /** Undefined until it has been attached, and where it is off. */
  readonly audit: () => Audit | undefined;
  readonly observer: BoxObserver;
  /** For what fails where nobody waits for it. */
  readonly onError: (error: HoldfastError) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Makes boxes: engine, users, control group, disk, way out, record, and the watch over its quotas. */
export class BoxMaker {
  readonly #deps: BoxMakerDeps;
  readonly #live = new Map<string, GuardedBox>();

  constructor(deps: BoxMakerDeps) {
    this.#deps = deps;
  }

  /** Those that live, by id. */
  get live(): ReadonlyMap<string, GuardedBox> {
    return this.#live;
  }

  /** Ends a box for a reason of the platform's own: a quota, a rule of the audit. */
  async end(id: string, ending: BoxEnding): Promise<void> {
    const box = this.#live.get(id);
    if (box) await (box as LiveGuardedBox).endFor(ending);
  }

  /** @throws HoldfastError SANDBOX_UNAVAILABLE, UNAVAILABLE, INVALID_ARGUMENT; nothing is left then. */
  async make(wish: BoxWish): Promise<GuardedBox> {
    const engine = await this.#deps.selection.engineFor(wish.level);
    const users = this.#deps.users(engine);
    const undo: (() => Promise<void> | void)[] = [];
    try {
      const owners = wish.workspace === undefined ? await users.take() : await users.adopt(wish.workspace);
      undo.push(() => users.release(owners));
      const inputs = await wish.inputs(owners.user);
      const lease = await this.#deps.lease(wish.template, engine);
      undo.push(() => lease.release());
      const disk = wish.workspace === undefined ? await this.#openDisk(engine, wish, owners.user) : undefined;
      if (disk) undo.push(() => disk.release());
      const cgroup = await this.#openCgroup(engine, wish, disk);
      if (cgroup) undo.push(() => cgroup.remove());
      const spec: BoxSpec = {
        id: wish.id,
        inputs,
        owners,
        limits: wish.limits,
        ...(wish.workspace === undefined ? {} : { workspace: wish.workspace }),
        ...(lease.rootfs === undefined ? {} : { rootfs: lease.rootfs }),
        ...(lease.image === undefined ? {} : { image: lease.image }),
        ...(disk ? { home: disk.path } : {}),
        ...(cgroup ? { cgroup } : {}),
        ...this.#wrapping(wish.id),
      };
      const box = await this.#start(engine, wish, spec);
      undo.push(() => box.destroy());
      const watch = async (tenant: string, actionId?: string): Promise<void> =>
        this.#deps.audit()?.watch({
          sandboxId: wish.id,
          tenant,
          ...(wish.runId === undefined ? {} : { runId: wish.runId }),
          ...(actionId === undefined ? {} : { actionId }),
          ...(cgroup?.id === undefined ? {} : { cgroupId: cgroup.id }),
        });
      await watch(wish.tenant);
      undo.push(() => this.#deps.audit()?.unwatch(wish.id));
      const egress = await this.#deps.egress.open(wish.id, box.agent, wish.egress);
      undo.push(() => egress.close());
      const guarded = new LiveGuardedBox({
        box,
        engine,
        spec,
        egress,
        wish,
        disk,
        lease,
        watch,
        deps: this.#deps,
        undo,
      });
      this.#live.set(wish.id, guarded);
      void guarded.ended.finally(() => this.#live.delete(wish.id)).catch(() => undefined);
      return guarded;
    } catch (error) {
      await undoAll(undo);
      throw error;
    }
  }

  async #start(engine: Engine, wish: BoxWish, spec: BoxSpec): Promise<Box> {
    if (wish.snapshot === undefined) return engine.create(spec);
    if (engine.restore) return engine.restore(wish.snapshot, spec);
    throw new HoldfastError(
      'FAILED_PRECONDITION',
      `The engine ${engine.name} cannot begin with a snapshot. Use an engine of level microvm or container.`,
    );
  }

  async #openDisk(engine: Engine, wish: BoxWish, owner: Owner): Promise<DiskSpace | undefined> {
    if (!engine.wantsHome) return undefined;
    const spaces = await this.#deps.disks();
    return spaces.open({ ...diskSize(wish.limits.diskBytes), owner });
  }

  async #openCgroup(
    { overhead }: Engine,
    { id, limits }: BoxWish,
    disk: DiskSpace | undefined,
  ): Promise<Cgroup | undefined> {
    const cgroups = await this.#deps.cgroups();
    if (cgroups.kind === 'none') return undefined;
    return cgroups.create(id, {
      memoryBytes: limits.memoryBytes + (overhead?.memoryBytes ?? 0),
      cpus: limits.cpus,
      // The agent, and a supervisor for each command, are of the platform.
      pids: limits.pids + Math.ceil(limits.pids / 4) + 8 + (overhead?.pids ?? 0),
      ...(limits.iops > 0 ? { diskReadIops: limits.iops, diskWriteIops: limits.iops } : {}),
      ...(disk && limits.iops > 0 ? { diskFolders: [disk.path] } : {}),
    });
  }

  #wrapping(id: string): Pick<BoxSpec, 'wrap'> {
    const audit = this.#deps.audit();
    return audit?.wrap ? { wrap: (argv) => audit.wrap?.(id, argv) ?? argv } : {};
  }
}

interface GuardedParts {
  readonly box: Box;
  readonly engine: Engine;
  readonly egress: BoxEgress;
  readonly wish: BoxWish;
  readonly spec: BoxSpec;
  readonly disk: DiskSpace | undefined;
  readonly lease: ImageLease;
  readonly watch: (tenant: string, actionId?: string) => Promise<void>;
  readonly deps: BoxMakerDeps;
  readonly undo: (() => Promise<void> | void)[];
}

class LiveGuardedBox implements GuardedBox {
  readonly id: string;
  readonly inputs: BoxSpec['inputs'];
  readonly owner: Owner;
  readonly agent: Box['agent'];
  readonly agentInside?: string;
  readonly engine: Engine;
  readonly egress: BoxEgress;
  readonly ended: Promise<BoxEnding>;
  readonly snapshot?: (folder: string) => Promise<void>;
  readonly #parts: GuardedParts;
  readonly #watch: { stop(): void };
  #tenant: string;
  #cause: BoxEnding | undefined;
  #pausedAt: number | undefined;
  #pausedMs = 0;

  constructor(parts: GuardedParts) {
    this.#parts = parts;
    this.#tenant = parts.wish.tenant;
    const { box, wish, deps, disk } = parts;
    this.id = wish.id;
    this.inputs = parts.spec.inputs;
    this.owner = parts.spec.owners.user;
    this.agent = box.agent;
    if (box.agentInside !== undefined) this.agentInside = box.agentInside;
    this.engine = parts.engine;
    this.egress = parts.egress;
    if (box.snapshot) this.snapshot = async (folder) => box.snapshot?.(folder);
    this.#watch = watchQuotas({
      everyMs: WATCH_MS,
      quotas: { memoryBytes: wish.limits.memoryBytes, diskBytes: wish.limits.diskBytes },
      usage: () => this.#usage(),
      ...(disk ? { disk: () => disk.used() } : {}),
      now: () => deps.now() - this.#pausedMs,
      schedule(call, afterMs) {
        const timer = setTimeout(call, afterMs);
        timer.unref();
        return () => clearTimeout(timer);
      },
      publish: (sample) => deps.observer.usage(wish.id, sample),
      over: (quota, message) => {
        deps.observer.over(wish.id, quota, message);
        this.#endAlone({ reason: 'quota', quota, message });
      },
      lost: (error) => this.#endAlone({ reason: 'died', message: error.message }),
    });
    this.ended = this.#untilEnded();
    this.ended.catch(() => undefined);
  }

  usage(): Promise<Usage> {
    return this.#parts.box.usage();
  }

  async diskUsed(): Promise<number> {
    return (await this.#parts.disk?.used()) ?? 0;
  }

  async pause(): Promise<void> {
    await this.#parts.box.pause();
    this.#pausedAt = this.#parts.deps.now();
  }

  async resume(): Promise<void> {
    await this.#parts.box.resume();
    if (this.#pausedAt !== undefined) this.#pausedMs += this.#parts.deps.now() - this.#pausedAt;
    this.#pausedAt = undefined;
  }

  get environment(): Readonly<Record<string, string>> {
    return { ...this.#parts.lease.template.env, ...this.egress.environment };
  }

  async assign({ tenant, egress }: { readonly tenant: string; readonly egress: EgressRequest }): Promise<void> {
    this.#tenant = tenant;
    this.egress.change(egress);
    await this.#parts.watch(tenant);
  }

  during(actionId: string): void {
    this.#parts
      .watch(this.#tenant, actionId)
      .catch((error: unknown) => this.#parts.deps.onError(HoldfastError.from(error)));
  }

  record(): Promise<void> {
    return this.#parts.watch(this.#tenant);
  }

  async endFor(ending: BoxEnding): Promise<void> {
    this.#cause ??= ending;
    await this.destroy();
  }

  async destroy(): Promise<void> {
    await this.#parts.box.destroy();
    await this.ended;
  }

  async #usage(): Promise<Usage> {
    const usage = await this.#parts.box.usage();
    // A command that the kernel ended for want of memory is the command's own end, which is told with it. Only where
    // the box itself was ended nothing is left to tell it.
    return { ...usage, oomKills: 0 };
  }

  #endAlone(ending: BoxEnding): void {
    this.endFor(ending).catch((error: unknown) => this.#parts.deps.onError(HoldfastError.from(error)));
  }

  async #untilEnded(): Promise<BoxEnding> {
    const { box, undo } = this.#parts;
    const ending = await box.ended;
    this.#watch.stop();
    const died = ending.reason === 'died' ? await this.#whyDied(ending) : ending;
    await undoAll(undo);
    return this.#cause ?? died;
  }

  /** Whether it was the memory that ran out for its first process too. */
  async #whyDied(ending: BoxEnding): Promise<BoxEnding> {
    const usage = await this.#parts.box.usage().catch(() => undefined);
    if (!usage || usage.oomKills === 0) return ending;
    const mib = Math.floor(this.#parts.wish.limits.memoryBytes / 1024 / 1024);
    return {
      reason: 'quota',
      quota: 'memory',
      message: `The sandbox used up its memory quota of ${mib} MiB, and was ended.`,
    };
  }
}

/** The last thing first. What fails does not keep the rest from being undone; the first failure is thrown. */
async function undoAll(undo: (() => Promise<void> | void)[]): Promise<void> {
  const failures: unknown[] = [];
  for (let step = undo.pop(); step; step = undo.pop()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
