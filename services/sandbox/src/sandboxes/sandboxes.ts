import { HoldfastError, type sandboxpb } from '@holdfast/protocol';

import type { Boxes, MadeBox, SandboxTemplate } from './box.ts';
import type { EgressRequest } from './egress-request.ts';
import { LiveSandbox, type OnTimeout } from './live-sandbox.ts';
import type { Snapshot, Snapshots } from './snapshots.ts';

/** Something that happened to a sandbox. */
export interface SandboxEvent {
  readonly type: 'created' | 'paused' | 'resumed' | 'ended';
  readonly sandbox: LiveSandbox;
  /** Why it ended. */
  readonly reason?: string;
}

/** What the manager takes from the outside. */
export interface SandboxesDeps {
  readonly boxes: Boxes;
  readonly snapshots: Snapshots;
  /** Unguessable. */
  readonly newToken: () => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly onEvent: (event: SandboxEvent) => void;
  /** For what fails where nobody waits for it. */
  readonly onError: (error: HoldfastError) => void;
  /** No sandbox lives longer without being asked for again. */
  readonly maxTimeoutMs: number;
  /** Running and paused ones together. */
  readonly maxPerTenant: number;
}

/** A sandbox to be made. */
export interface NewSandbox {
  readonly tenant: string;
  /** A template, by id or name, or a snapshot. */
  readonly template: string;
  readonly level?: sandboxpb.Level;
  readonly timeoutMs: number;
  readonly onTimeout: OnTimeout;
  readonly autoResume: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly egress: EgressRequest;
  /** Whether its ports ask for a token. */
  readonly privatePorts: boolean;
}

/** All sandboxes of this service. */
export class Sandboxes {
  readonly #deps: SandboxesDeps;
  readonly #sandboxes = new Map<string, LiveSandbox>();
  /** Being made, by tenant. */
  readonly #making = new Map<string, number>();
  #closed = false;

  constructor(deps: SandboxesDeps) {
    this.#deps = deps;
  }

  /** What sandboxes can be made of, beside snapshots. */
  templates(): readonly SandboxTemplate[] {
    return this.#deps.boxes.templates();
  }

  /** Ends and removes what a killed service had left. Call it once, before anything else. */
  async reap(): Promise<number> {
    return this.#deps.boxes.reap();
  }

  /**
   * @throws HoldfastError NOT_FOUND where there is no such template; LIMIT_EXCEEDED where the tenant has too many;
   * INVALID_ARGUMENT for a time-out beyond the longest; SANDBOX_UNAVAILABLE where no engine will do.
   */
  async create(wanted: NewSandbox): Promise<LiveSandbox> {
    this.#assertOpen();
    this.checkTimeout(wanted.timeoutMs);
    this.#assertRoom(wanted.tenant);
    const making = this.#making;
    making.set(wanted.tenant, (making.get(wanted.tenant) ?? 0) + 1);
    try {
      const snapshot = this.#deps.snapshots.find(wanted.template, wanted.tenant);
      const made = await this.#deps.boxes.create({
        tenant: wanted.tenant,
        template: snapshot?.template ?? wanted.template,
        egress: wanted.egress,
        ...(wanted.level === undefined ? {} : { level: wanted.level }),
        ...(snapshot ? { snapshot: snapshot.folder } : {}),
      });
      if (this.#closed) {
        await made.box.destroy();
        this.#assertOpen();
      }
      return this.#add(made, wanted);
    } finally {
      making.set(wanted.tenant, (making.get(wanted.tenant) ?? 1) - 1);
    }
  }

  /** @throws HoldfastError NOT_FOUND where this tenant has no such sandbox. */
  get(id: string, tenant: string): LiveSandbox {
    const sandbox = this.#sandboxes.get(id);
    if (sandbox?.identity.tenant === tenant) return sandbox;
    throw new HoldfastError('NOT_FOUND', `There is no sandbox ${id}. It has ended, or never was: create another.`);
  }

  /** By its id alone, for who proves by a token of the sandbox that it may reach it. */
  find(id: string): LiveSandbox | undefined {
    return this.#sandboxes.get(id);
  }

  /** The newest first. */
  list(tenant: string): readonly LiveSandbox[] {
    return [...this.#sandboxes.values()].filter(({ identity }) => identity.tenant === tenant).toReversed();
  }

  /** Of all tenants. */
  all(): IterableIterator<LiveSandbox> {
    return this.#sandboxes.values();
  }

  /** @throws HoldfastError INVALID_ARGUMENT where it is longer than a sandbox may live. */
  checkTimeout(ms: number): void {
    const { maxTimeoutMs } = this.#deps;
    if (ms <= maxTimeoutMs) return;
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `A sandbox lives at most ${maxTimeoutMs / 1000} seconds without being asked for again; ${ms / 1000} are too many.`,
    );
  }

  /** @throws HoldfastError FAILED_PRECONDITION where it does not run. */
  async pause(sandbox: LiveSandbox): Promise<void> {
    await sandbox.pause();
    this.#deps.onEvent({ type: 'paused', sandbox });
  }

  /** Lets it run on; one that runs is extended. Whether it had been paused. */
  async resume(sandbox: LiveSandbox, timeoutMs: number): Promise<boolean> {
    this.checkTimeout(timeoutMs);
    const paused = sandbox.state === 'paused';
    await sandbox.resume(timeoutMs);
    if (paused) this.#deps.onEvent({ type: 'resumed', sandbox });
    return paused;
  }

  /** Ends one. Resolves when nothing of it is left. */
  async kill(sandbox: LiveSandbox, reason = 'killed'): Promise<void> {
    const known = this.#sandboxes.delete(sandbox.id);
    if (known) this.#deps.onEvent({ type: 'ended', sandbox, reason });
    await sandbox.end();
  }

  /**
   * Keeps what a sandbox is now, for others to begin with.
   *
   * @throws HoldfastError FAILED_PRECONDITION where its engine cannot do that.
   */
  async snapshot(sandbox: LiveSandbox, name: string | undefined): Promise<Snapshot> {
    return this.#deps.snapshots.take(sandbox, name);
  }

  /** The snapshots of a tenant. */
  get snapshots(): Snapshots {
    return this.#deps.snapshots;
  }

  /** Ends all, and refuses what comes after. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#sandboxes.values()].map((sandbox) => this.kill(sandbox, 'the service ends')));
  }

  #add(made: MadeBox, wanted: NewSandbox): LiveSandbox {
    const { id } = made;
    const { newToken, now, onEvent } = this.#deps;
    const sandbox = new LiveSandbox(
      {
        id,
        tenant: wanted.tenant,
        metadata: wanted.metadata,
        env: wanted.env,
        onTimeout: wanted.onTimeout,
        autoResume: wanted.autoResume,
        accessToken: newToken(),
        egress: wanted.egress,
        ...(wanted.privatePorts ? { trafficToken: newToken() } : {}),
      },
      made,
      wanted.timeoutMs,
      {
        now,
        onExpired: (expired) => {
          this.#unattended(
            expired.identity.onTimeout === 'pause' ? this.pause(expired) : this.kill(expired, 'its time is over'),
          );
        },
      },
    );
    this.#sandboxes.set(id, sandbox);
    onEvent({ type: 'created', sandbox });
    this.#unattended(made.box.ended.then(({ message }) => this.kill(sandbox, message)));
    return sandbox;
  }

  #unattended(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#deps.onError(HoldfastError.from(error));
    });
  }

  #assertOpen(): void {
    if (this.#closed) throw new HoldfastError('UNAVAILABLE', 'The sandbox service is shutting down; nothing was made.');
  }

  #assertRoom(tenant: string): void {
    const { maxPerTenant } = this.#deps;
    if (this.list(tenant).length + (this.#making.get(tenant) ?? 0) < maxPerTenant) return;
    throw new HoldfastError(
      'LIMIT_EXCEEDED',
      `There are ${maxPerTenant} sandboxes already, as many as are allowed, paused ones included. None was made; kill one first.`,
    );
  }
}
