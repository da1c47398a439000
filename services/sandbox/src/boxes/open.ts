import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import { type Audit, DEFAULT_RULES, openAudit } from '../audit/audit.ts';
import { AUDIT_EVENTS, type AuditEvent } from '../audit/audit-record.ts';
import type { SandboxConfig } from '../config.ts';
import { containerImages, probeImage } from '../engines/container/container-images.ts';
import { DOCKER } from '../engines/container/docker.ts';
import { PODMAN } from '../engines/container/podman.ts';
import type { Engine } from '../engines/engine.ts';
import { EngineSelection } from '../engines/select.ts';
import { ownUser, userRange } from '../host/workspace-owner.ts';
import { type ImageLease, imageBuilder, type Images, type ImageUse, openImages, pullAhead } from '../images/index.ts';
import { effectiveLimits } from '../limits.ts';
import { createPool, type Pool } from '../pool/index.ts';
import { tryEngine } from '../probe.ts';
import { type Cgroups, openCgroups } from '../quotas/cgroups/driver.ts';
import { openDiskSpaces } from '../quotas/disk/open.ts';
import type { DiskSpaces } from '../quotas/disk/space.ts';
import { newSandboxId } from '../sandboxes/ids.ts';
import type { SandboxServiceDeps } from '../service.ts';
import { BoxMaker, diskSize, type GuardedBox } from './boxes.ts';
import { candidates, LEVELS } from './candidates.ts';
import { boxesEgress } from './egress.ts';
import { buildEnvironment } from './environment.ts';
import { boxUsers } from './owners.ts';

/** So many disks of the configured size are ready once one was asked for: making one takes longer than all the rest. */
const DISKS_AHEAD = 2;

/** How long after the start the audit is attached, and what is made ahead is begun. Milliseconds. */
const LATER_MS = 500;

/** How long the start waits for one engine to say what was left in it; it goes on beside the work. Milliseconds. */
const REAP_MS = 10_000;

/** What a box that is made ahead is made of. */
export interface BoxKind {
  /** The id of a template. */
  readonly template: string;
  readonly level: sandboxpb.Level;
}

/** Everything that boxes are made with, opened when it is first needed. */
export interface Workshop {
  readonly selection: EngineSelection;
  readonly maker: BoxMaker;
  readonly cgroups: () => Promise<Cgroups>;
  readonly disks: () => Promise<DiskSpaces>;
  readonly audit: () => Audit | undefined;
  /** Resolves when the audit has been attached, or could not be. */
  readonly attached: () => Promise<void>;
  readonly images: () => Promise<Images>;
  /** Boxes for nobody yet, of the limits that the configuration has. */
  readonly pool: Pool<BoxKind, GuardedBox>;
  /** Ends and removes what a killed service had left, and attaches the audit beside the work. How many boxes it was. */
  start(): Promise<number>;
  /** Ends every box and everything opened. */
  close(): Promise<void>;
}

/** Puts the workshop together. Nothing is started, and no engine is tried, before the first box. */
export function openWorkshop(config: SandboxConfig, deps: SandboxServiceDeps): Workshop {
  const { platform, clock, observer, dataDir } = deps;
  const isRoot = platform.uid === 0;
  const progress = (line: string): void => observer.progress?.(line);
  const owners = isRoot ? userRange(config.uid_first, config.uid_count, deps.random) : ownUser(platform);
  const users = boxUsers(owners, isRoot ? config.uid_count : undefined);
  const untouched = boxUsers(ownUser(platform), undefined);
  const usersOf = (engine: Engine) => (engine.level === sandboxpb.Level.UNISOLATED ? untouched : users);
  const selection: EngineSelection = new EngineSelection(
    candidates(config, {
      ...platform,
      folder: dataDir,
      instance: hashOf(dataDir),
      env: deps.env,
      now: clock.monotonic,
      progress,
    }),
    LEVELS[config.level],
    (candidate) =>
      tryEngine(candidate, {
        newId: () => idOf(deps.newId()),
        owners: usersOf(candidate),
        limits: effectiveLimits(undefined, config.limits),
        env: buildEnvironment(config.path, {}),
        now: clock.monotonic,
        imageOf: (engine) => imageForProbe(engine, deps.env),
      }),
  );
  const closing = new AbortController();
  const images = once(async () => {
    await mkdir(dataDir, { recursive: true, mode: 0o711 });
    return openImages(config.images, {
      folder: join(dataDir, 'images'),
      containers: [containerImages(DOCKER, deps.env), containerImages(PODMAN, deps.env)],
      now: clock.now,
      newId: () => idOf(deps.newId()),
      report: onError,
      build: imageBuilder({ env: deps.env }),
      arch: platform.arch,
    });
  });
  const lease = async (template: string, engine: Engine): Promise<ImageLease> => {
    const known = await images();
    if (engine.hasOwnTemplates) return { template: known.template(template), release: async () => undefined };
    return known.acquire(template, useOf(engine), { signal: closing.signal, progress });
  };
  const onError = (error: unknown): void => observer.problem?.(HoldfastError.from(error));
  const cgroups = once(() => openCgroups({ name: `holdfast-${hashOf(dataDir)}` }));
  const disks = once(async () => {
    await mkdir(dataDir, { recursive: true, mode: 0o711 });
    const spaces = await openDiskSpaces({
      baseDir: join(dataDir, 'disks'),
      newId: () => idOf(deps.newId()),
      uid: platform.uid,
    });
    // What used them was ended by its control group before.
    await spaces.reap();
    return spaces;
  });
  let preparing: Promise<void> | undefined;
  const disksAhead = async (): Promise<DiskSpaces> => {
    const spaces = await disks();
    preparing ??= spaces.prepare(diskSize(config.limits.disk_bytes), DISKS_AHEAD).catch(onError);
    return spaces;
  };
  let audit: Audit | undefined;
  let attaching: Promise<void> | undefined;
  let besides: Promise<void> | undefined;
  const maker: BoxMaker = new BoxMaker({
    selection,
    users: usersOf,
    cgroups,
    disks: disksAhead,
    lease,
    egress: boxesEgress(config, { clock, onDecision: (record) => observer.egress?.(record), onError }),
    audit: () => audit,
    observer: {
      usage: (id, sample) => observer.usage?.(id, sample),
      over: (id, quota, message) => observer.over?.(id, quota, message),
    },
    onError,
    now: clock.monotonic,
  });

  const pool = createPool<BoxKind, GuardedBox>({
    min: config.pool.min,
    max: config.pool.max,
    total: config.pool.total,
    idleMs: config.pool.idle_ms,
    keyOf: ({ template, level }) => `${template} ${level}`,
    make: ({ template, level }) =>
      maker.make({
        id: newSandboxId(deps.randomBytes),
        tenant: '',
        level,
        template,
        limits: effectiveLimits(undefined, config.limits),
        inputs: async () => [],
        egress: { deny: [] },
      }),
    destroy: (box) => box.destroy(),
    now: clock.monotonic,
    schedule(call, afterMs) {
      const timer = setTimeout(call, afterMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
    random: deps.random,
    report: onError,
  });

  const ahead = async (): Promise<void> => {
    if (config.images.pull_ahead.length === 0) return;
    const engine = await selection.engineFor(sandboxpb.Level.UNSPECIFIED);
    if (engine.hasOwnTemplates) return;
    await pullAhead(await images(), config.images.pull_ahead, [useOf(engine)], closing.signal, (event) => {
      if (event.kind === 'failed') onError(event.error);
      else progress(event.kind === 'ready' ? `${event.template} is ready.` : `${event.template}: ${event.line}`);
    });
  };

  /** What takes a processor for long waits until what starts beside this service has started. */
  const closesSoon = async (): Promise<boolean> => {
    await sleep(LATER_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    return closing.signal.aborted;
  };

  /** Makes what is made ahead, and removes the disks that an earlier start left, unless a box asked for one before. */
  const makeAhead = async (): Promise<void> => {
    if (await closesSoon()) return;
    await Promise.all([ahead(), disks()]);
  };

  const attach = async (): Promise<void> => {
    if (config.audit.mode === 'off') return;
    if (await closesSoon()) return;
    const { unifiedParent } = await cgroups();
    if (unifiedParent === undefined) return;
    await mkdir(unifiedParent, { recursive: true });
    const opened = await openAudit({
      parentCgroup: unifiedParent,
      rules: rulesOf(config),
      onRecord: (record) => observer.audit?.(record),
      onKill: (sandboxId, record) => {
        const message = `The sandbox was ended by the audit: ${record.event} (${record.detail}).`;
        maker.end(sandboxId, { reason: 'died', message }).catch(onError);
      },
      clock,
      ...(config.audit.mode === 'auto' ? {} : { only: config.audit.mode }),
    });
    audit = opened;
    for (const box of maker.live.values()) await box.record();
  };

  return {
    selection,
    maker,
    cgroups,
    disks,
    audit: () => audit,
    attached: () => attaching ?? Promise.resolve(),
    images,
    pool,
    async start() {
      const groups = await (await cgroups()).reap();
      const engines = await selection.made();
      const counts = await Promise.all(engines.map((engine) => reapOf(engine, onError)));
      attaching = attach().catch(onError);
      besides = makeAhead().catch(onError);
      return groups.length + counts.reduce((sum, count) => sum + count, 0);
    },
    async close() {
      closing.abort();
      await pool.close();
      await Promise.all([...maker.live.values()].map((box) => box.destroy()));
      await Promise.all([attaching, besides]);
      await audit?.close();
      if (images.opened()) await (await images()).close();
      if (disks.opened()) await (await disks()).close();
      if (cgroups.opened()) await (await cgroups()).reap();
    },
  };
}

/**
 * What an engine had left. One that cannot be asked (a daemon that this user may not use, or that hangs) keeps nobody
 * from starting: that is told, and the others go on.
 */
async function reapOf(engine: Engine, onError: (error: unknown) => void): Promise<number> {
  const reaping = engine.reap().catch((error: unknown) => {
    const { code, message } = HoldfastError.from(error);
    onError(new HoldfastError(code, `What an earlier start left in ${engine.name} was not looked for. ${message}`));
    return 0;
  });
  const patience = sleep(REAP_MS, 0, { ref: false });
  return Promise.race([reaping, patience]);
}

/** What an engine takes of an image. */
function useOf({ level, name }: Engine): ImageUse {
  if (level === sandboxpb.Level.CONTAINER) return { container: name };
  return level === sandboxpb.Level.MICROVM ? 'microvm' : 'process';
}

async function imageForProbe({ level, name }: Engine, env: SandboxServiceDeps['env']): Promise<string | undefined> {
  if (level !== sandboxpb.Level.CONTAINER) return undefined;
  return probeImage(name === PODMAN.name ? PODMAN : DOCKER, env);
}

function rulesOf({ audit }: SandboxConfig): typeof DEFAULT_RULES {
  const kill = audit.kill.map((name) => {
    const event = AUDIT_EVENTS.find((known) => known === name);
    if (event === undefined) {
      throw new HoldfastError(
        'CONFIG_INVALID',
        `sandbox.audit.kill names "${name}", which is no event of the audit. There are: ${AUDIT_EVENTS.join(', ')}.`,
      );
    }
    return { name: `kill ${event}`, event: event satisfies AuditEvent, verdict: 'kill' as const };
  });
  return [...kill, ...DEFAULT_RULES];
}

/** Ids of boxes are small letters and digits: they are names of folders, groups and containers. */
export function idOf(id: string): string {
  return id.replaceAll(/[^a-z0-9]/g, '').slice(0, 40);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

/** Opens when it is first asked for; a failure is tried anew. */
function once<T>(open: () => Promise<T>): (() => Promise<T>) & { opened(): boolean } {
  let opening: Promise<T> | undefined;
  const get = (): Promise<T> => {
    if (opening) return opening;
    const started = open();
    opening = started;
    started.catch(() => {
      opening = undefined;
    });
    return started;
  };
  return Object.assign(get, { opened: () => opening !== undefined });
}
