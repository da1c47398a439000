import { isAbsolute, join } from 'node:path';

import type { DecisionRecord } from '@holdfast/egress';
import { create, HoldfastError, type SandboxApi, sandboxpb } from '@holdfast/protocol';
import type { Clock } from '@holdfast/telemetry';

import type { SpawnInit } from './agent/agent.ts';
import type { AuditRecord } from './audit/audit.ts';
import type { GuardedBox } from './boxes/boxes.ts';
import { buildEnvironment } from './boxes/environment.ts';
import { idOf, openWorkshop } from './boxes/open.ts';
import type { SandboxConfig } from './config.ts';
import { NODE_FOLDER } from './engines/process/mount-plan.ts';
import { OpenInputs } from './execute/open-inputs.ts';
import { Mirror } from './execute/mirror.ts';
import { runCommand } from './execute/run-command.ts';
import { type Started, startCommand } from './execute/started.ts';
import { withQuota } from './execute/quota.ts';
import { instructions } from './host/instructions.ts';
import { effectiveLimits, type SandboxLimits } from './limits.ts';
import { checkInputs, checkWorkspace } from './mounts.ts';
import type { Cgroups } from './quotas/cgroups/driver.ts';
import type { QuotaName, UsageSample } from './quotas/watch.ts';
import { newSandboxId } from './sandboxes/ids.ts';
import { madeBoxes } from './sandboxes/made-boxes.ts';
import { type SandboxEvent, Sandboxes } from './sandboxes/sandboxes.ts';
import { Snapshots } from './sandboxes/snapshots.ts';

/** Who is told what happens to sandboxes. None may throw. */
export interface SandboxObserver {
  usage?(sandboxId: string, sample: UsageSample): void;
  over?(sandboxId: string, quota: QuotaName, message: string): void;
  audit?(record: AuditRecord): void;
  egress?(record: DecisionRecord): void;
  event?(event: SandboxEvent): void;
  /** What is made ahead, or takes long: one sentence each. */
  progress?(line: string): void;
  /** What failed where nobody waited for it. */
  problem?(error: HoldfastError): void;
}

/** What the sandbox service takes from the outside. */
export interface SandboxServiceDeps {
  /** What is kept on disk: disks and snapshots of sandboxes. One service at a time. */
  readonly dataDir: string;
  /** A new id, unguessable. */
  readonly newId: () => string;
  /** A new secret, letters and digits. */
  readonly newToken: () => string;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
  /** 0 to below 1: where in the range of users to begin. */
  readonly random: () => number;
  readonly platform: {
    readonly os: NodeJS.Platform;
    readonly arch: string;
    readonly uid: number;
    readonly gid: number;
  };
  /** Of the service: DOCKER_HOST and what builders of images need. No sandbox ever sees it. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly observer: SandboxObserver;
}

/** The sandbox service in this process. */
export interface SandboxService extends SandboxApi {
  /**
   * Ends and removes what a killed service had left (SB-2), and attaches the audit. Called before the first sandbox;
   * the first call of anything does it otherwise. How many sandboxes it was.
   */
  start(): Promise<number>;
  /** The sandboxes of E2B's API, which live until their time is over. */
  sandboxes(): Promise<Sandboxes>;
  /** The engine that a sandbox gets which asks for no level, really tried; an empty name where none works. */
  best(): Promise<{ readonly engine: string; readonly level: sandboxpb.Level }>;
  /** How it stands: for `holdfast doctor`. Waits until the audit is attached, 5 to 20 seconds after the start. */
  state(): Promise<SandboxState>;
  /** Kills everything that runs in any sandbox, waits until it is gone, and refuses what comes after. */
  close(): Promise<void>;
}

/** How the service stands. */
export interface SandboxState {
  readonly live: number;
  /** v1, v2, hybrid or none, and why none. */
  readonly cgroups: { readonly kind: string; readonly why?: string };
  readonly disks: { readonly kind: string; readonly why?: string };
  readonly audit: { readonly kind: string; readonly why?: string; readonly events: number; readonly lost: number };
}

interface Held {
  readonly tenant: string;
  readonly box: GuardedBox;
  readonly limits: SandboxLimits;
  readonly abort: AbortController;
  /** Of its commands that take more. */
  readonly inputs: OpenInputs;
  /** Where the box does not see the workspace itself. */
  readonly mirror?: Mirror;
}

/** Makes the service. Nothing is started, and no engine is tried, before the first call. */
export function createSandboxService(config: SandboxConfig, deps: SandboxServiceDeps): SandboxService {
  const { platform, clock, observer } = deps;
  const workshop = openWorkshop(config, deps);
  const { selection, maker } = workshop;
  const held = new Map<string, Held>();
  let closed = false;
  let starting: Promise<number> | undefined;
  let opened: Promise<Sandboxes> | undefined;

  const start = (): Promise<number> => {
    starting ??= workshop.start();
    return starting;
  };
  const assertOpen = (): void => {
    if (closed) throw new HoldfastError('UNAVAILABLE', 'The sandbox service is shutting down; nothing was run.');
  };
  const find = (id: string, tenant: string): Held => {
    const sandbox = held.get(id);
    if (sandbox?.tenant === tenant) return sandbox;
    throw new HoldfastError(
      'NOT_FOUND',
      `There is no sandbox ${id}. It was destroyed, or the service was restarted: create another; workspaces are kept.`,
    );
  };
  const end = async (id: string, sandbox: Held): Promise<void> => {
    held.delete(id);
    sandbox.abort.abort();
    await sandbox.box.destroy();
  };
  const openSandboxes = async (): Promise<Sandboxes> => {
    await start();
    const images = await workshop.images();
    const snapshots = await Snapshots.open({
      folder: join(deps.dataDir, 'snapshots'),
      newId: deps.newId,
      now: clock.now,
    });
    return new Sandboxes({
      boxes: madeBoxes({
        maker,
        pool: workshop.pool,
        templates: () => images.templates(),
        limits: effectiveLimits(undefined, config.limits),
        newId: () => newSandboxId(deps.randomBytes),
        reap: start,
      }),
      snapshots,
      newToken: deps.newToken,
      now: clock.now,
      onEvent: (event) => observer.event?.(event),
      onError: (error) => observer.problem?.(error),
      maxTimeoutMs: config.max_lifetime_s * 1000,
      maxPerTenant: config.max_sandboxes,
    });
  };

  return {
    start,
    sandboxes() {
      assertOpen();
      opened ??= openSandboxes();
      return opened;
    },

    async state() {
      await start();
      const [cgroups, disks] = await Promise.all([workshop.cgroups(), workshop.disks(), workshop.attached()]);
      const audit = workshop.audit();
      const { events, lost } = audit?.stats() ?? { events: 0, lost: 0 };
      const why = audit ? audit.why : whyNoAudit(config, cgroups);
      return {
        live: maker.live.size,
        cgroups,
        disks,
        audit: { kind: audit?.kind ?? 'none', ...(why === undefined ? {} : { why }), events, lost },
      };
    },

    async best() {
      assertOpen();
      await start();
      for (const candidate of selection.defaults) {
        if ((await selection.trial(candidate)).works) return { engine: candidate.name, level: candidate.level };
      }
      return { engine: '', level: sandboxpb.Level.UNSPECIFIED };
    },

    async probe({ levels }) {
      assertOpen();
      await start();
      const engines: sandboxpb.EngineReport[] = [];
      let chosen = '';
      for (const candidate of selection.candidates) {
        const isDefault = selection.defaults.includes(candidate);
        const isAsked = levels.includes(candidate.level) || (isDefault && levels.includes(sandboxpb.Level.UNSPECIFIED));
        if (levels.length > 0 && !isAsked) continue;
        const trial = await selection.trial(candidate);
        if (trial.works && chosen === '' && isDefault) chosen = candidate.name;
        engines.push(
          create(sandboxpb.EngineReportSchema, {
            engine: candidate.name,
            level: candidate.level,
            works: trial.works,
            startMs: trial.works ? trial.startMs : 0,
            version: trial.version,
            verdict: trial.works ? verdictOf(candidate.level) : withInstructions(trial.why.message, platform.os),
          }),
        );
      }
      return create(sandboxpb.ProbeResponseSchema, { engines, chosen });
    },

    async create(request) {
      assertOpen();
      await start();
      const workspace = await checkWorkspace(request.mounts?.workspace ?? '');
      const limits = effectiveLimits(request.limits, config.limits);
      const id = idOf(deps.newId());
      const tenant = request.caller?.tenant ?? '';
      const box = await maker
        .make({
          id,
          tenant,
          runId: request.runId,
          level: request.level,
          limits,
          workspace,
          template: 'base',
          inputs: (user) => checkInputs(request.mounts?.inputs ?? [], user),
          egress: request.egress ? { allow: request.egress.allow, deny: [] } : { deny: [] },
        })
        .catch((error: unknown) => {
          const failure = HoldfastError.from(error);
          if (failure.code !== 'SANDBOX_UNAVAILABLE') throw failure;
          throw new HoldfastError(failure.code, withInstructions(failure.message, platform.os), { cause: error });
        });
      if (closed) await box.destroy();
      assertOpen();
      const mirror = await mirrorOf(box, { workspace, limits }).catch(async (error: unknown) => {
        await box.destroy();
        throw error;
      });
      const sandbox: Held = {
        tenant,
        box,
        limits,
        abort: new AbortController(),
        inputs: new OpenInputs(),
        ...(mirror ? { mirror } : {}),
      };
      held.set(id, sandbox);
      const forget = (): void => {
        if (held.get(id) === sandbox) held.delete(id);
      };
      // What could not be removed is told to whoever ends it.
      box.ended.then(forget, forget);
      return create(sandboxpb.CreateResponseSchema, {
        sandboxId: id,
        level: box.engine.level,
        engine: box.engine.name,
      });
    },

    async *exec(request, options) {
      assertOpen();
      const { box, limits, abort, mirror, inputs } = find(request.sandboxId, request.caller?.tenant ?? '');
      const { cmd = '', args = [], envs = {}, cwd: folder = '' } = request.process ?? {};
      const argv = checkArgv(cmd, args);
      const cwd = checkCwd(folder);
      const { execId, openStdin } = request;
      const wallMs = openStdin && request.wallMs === 0 ? Infinity : checkWall(request.wallMs, limits.wallMs);
      const env = buildEnvironment(`${config.path}:${NODE_FOLDER}`, {
        ...foreignRepositories(box),
        ...box.environment,
        ...envs,
      });
      const signal = AbortSignal.any([abort.signal, ...(options?.signal ? [options.signal] : [])]);
      if (signal.aborted) throw new HoldfastError('CANCELED', 'It was cancelled before it was started.');
      if (request.actionId !== '') box.during(request.actionId);
      const { kind } = await workshop.cgroups();
      const command: SpawnInit = {
        argv,
        env,
        cwd,
        user: 'user',
        stdin: true,
        endTree: true,
        limits: { ...processLimits(limits), ...(kind === 'none' ? { memoryBytes: limits.addressBytes } : {}) },
      };
      const begin = async (): Promise<Started> =>
        withQuota(await startCommand(box.agent, command), box, limits.memoryBytes);
      const input = openStdin ? inputs.open(execId) : undefined;
      try {
        const started = await (mirror ? mirror.around(begin) : begin());
        input?.attach(started);
        yield* runCommand(started, {
          stdin: request.stdin,
          openStdin,
          wallMs,
          outputBytes: limits.outputBytes,
          signal,
          now: clock.monotonic,
        });
      } finally {
        input?.remove();
      }
    },

    async sendInput(request) {
      assertOpen();
      const { inputs } = find(request.sandboxId, request.caller?.tenant ?? '');
      await inputs.send(request.execId, request.data, request.close);
      return create(sandboxpb.SendInputResponseSchema);
    },

    async destroy(request) {
      const sandbox = find(request.sandboxId, request.caller?.tenant ?? '');
      await end(request.sandboxId, sandbox);
      return create(sandboxpb.DestroyResponseSchema);
    },

    async close() {
      closed = true;
      await (await opened)?.close();
      await Promise.all([...held].map(([id, sandbox]) => end(id, sandbox)));
      await workshop.close();
    },
  };
}

/** For a box that shows no folders of the host: the inputs are copied in now, the workspace with each command. */
async function mirrorOf(
  box: GuardedBox,
  { workspace, limits }: { readonly workspace: string; readonly limits: SandboxLimits },
): Promise<Mirror | undefined> {
  if (box.engine.mountsFolders) return undefined;
  const { agent, agentInside: program, inputs, owner } = box;
  return Mirror.open({
    agent,
    workspace,
    inputs,
    owner,
    bytes: limits.diskBytes,
    ...(program === undefined ? {} : { program }),
  });
}

function whyNoAudit({ audit }: SandboxConfig, { unifiedParent }: Cgroups): string {
  if (audit.mode === 'off') return 'It is off (sandbox.audit.mode).';
  if (unifiedParent === undefined) return 'This host has no unified hierarchy of control groups.';
  return 'It could not be attached; the log says why.';
}

/** What the kernel holds for each process of a command. */
function processLimits(limits: SandboxLimits) {
  const { cpuS, fileBytes, openFiles, pids } = limits;
  // The supervisor of each command counts too.
  return { ...(Number.isFinite(cpuS) ? { cpuS } : {}), fileBytes, openFiles, processes: pids, coreBytes: 0 };
}

/**
 * Inputs belong to other users than the one that commands run as, which git refuses to read by default; in a cage,
 * where a repository's own configuration can do no harm, it may. Without isolation git's own protection stays.
 */
function foreignRepositories({ engine }: GuardedBox): Record<string, string> {
  if (engine.level === sandboxpb.Level.UNISOLATED) return {};
  return { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };
}

function checkArgv(program: string, rest: readonly string[]): readonly [string, ...string[]] {
  if (program === '') throw invalid('No program is named.');
  if ([program, ...rest].some((argument) => argument.includes('\0')))
    throw invalid('An argument holds a NUL character.');
  return [program, ...rest];
}

function checkCwd(cwd: string): string {
  if (cwd === '') return '/workspace';
  if (!isAbsolute(cwd) || cwd.includes('\0')) {
    throw invalid(`The cwd "${cwd}" is not an absolute path inside the sandbox, such as /workspace.`);
  }
  return cwd;
}

function checkWall(asked: number, limit: number): number {
  if (asked > limit) {
    throw invalid(
      `The command asks for ${asked} ms, the sandbox has at most ${limit} ms for one command. Create it with a larger ` +
        'limits.wall_ms, or raise sandbox.limits.wall_ms.',
    );
  }
  return asked || limit;
}

function verdictOf(level: sandboxpb.Level): string {
  return level === sandboxpb.Level.UNISOLATED
    ? 'Works, and isolates nothing: commands run as the user of the service.'
    : 'Works: no file of the host beside its programs, no network, no privileges.';
}

function withInstructions(message: string, os: NodeJS.Platform): string {
  const advice = instructions(os);
  return message.includes(advice) ? message : `${message} ${advice}`;
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', message);
}
