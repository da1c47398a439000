import { isAbsolute } from 'node:path';

import { create, HoldfastError, type SandboxApi, sandboxpb } from '@holdfast/protocol';

import type { SandboxConfig } from './config.ts';
import { createBubblewrapEngine } from './engines/bubblewrap/engine.ts';
import { findBubblewrapHost } from './engines/bubblewrap/find-host.ts';
import type { Cage, Engine } from './engines/command-engine.ts';
import { type Candidate, EngineSelection } from './engines/select.ts';
import { unisolatedEngine } from './engines/unisolated/engine.ts';
import { buildEnvironment } from './environment.ts';
import { runCommand } from './execute/run-command.ts';
import { instructions } from './host/instructions.ts';
import { ownUser, userRange } from './host/workspace-owner.ts';
import { effectiveLimits } from './limits.ts';
import { checkInputs, checkWorkspace } from './mounts.ts';
import { tryEngine } from './probe.ts';

/** What the sandbox service takes from the outside. */
export interface SandboxServiceDeps {
  /** A new id, unguessable. */
  readonly newId: () => string;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** 0 to below 1: where in the range of users to begin. */
  readonly random: () => number;
  readonly platform: {
    readonly os: NodeJS.Platform;
    readonly arch: string;
    readonly uid: number;
    readonly gid: number;
  };
}

/** The sandbox service in this process. */
export interface SandboxService extends SandboxApi {
  /** Kills everything that runs in any sandbox, waits until it is gone, and refuses what comes after. */
  close(): Promise<void>;
}

interface Sandbox {
  readonly tenant: string;
  readonly engine: Engine;
  readonly cage: Cage;
  readonly abort: AbortController;
  readonly running: Set<Promise<void>>;
}

/** Makes the service. Nothing is started, and no engine is tried, before the first call. */
export function createSandboxService(config: SandboxConfig, deps: SandboxServiceDeps): SandboxService {
  const { platform, now } = deps;
  const isRoot = platform.uid === 0;
  const owners = isRoot
    ? userRange(config.uid_first, config.uid_count, deps.random)
    : ownUser({ uid: platform.uid, gid: platform.gid });
  const untouched = ownUser({ uid: platform.uid, gid: platform.gid });
  const ownersFor = (engine: Engine) => (engine.level === sandboxpb.Level.UNISOLATED ? untouched : owners);

  const selection = new EngineSelection(candidates(config, { ...platform, isRoot }), (engine) =>
    tryEngine(engine, {
      owners: ownersFor(engine),
      limits: effectiveLimits(undefined, config.limits),
      env: buildEnvironment(config.path, {}),
      now,
    }),
  );
  const sandboxes = new Map<string, Sandbox>();
  let closed = false;
  const assertOpen = (): void => {
    if (closed) throw new HoldfastError('UNAVAILABLE', 'The sandbox service is shutting down; nothing was run.');
  };
  const find = (id: string, tenant: string): Sandbox => {
    const sandbox = sandboxes.get(id);
    if (sandbox?.tenant === tenant) return sandbox;
    throw new HoldfastError(
      'NOT_FOUND',
      `There is no sandbox ${id}. It was destroyed, or the service was restarted: create another; workspaces are kept.`,
    );
  };
  const end = async (id: string, sandbox: Sandbox): Promise<void> => {
    sandboxes.delete(id);
    sandbox.abort.abort();
    await Promise.all(sandbox.running);
    ownersFor(sandbox.engine).release(sandbox.cage);
  };

  return {
    async probe() {
      assertOpen();
      const engines: sandboxpb.EngineReport[] = [];
      let chosen = '';
      for (const candidate of selection.candidates) {
        const trial = await selection.trial(candidate);
        if (trial.works && chosen === '') chosen = candidate.name;
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
      const workspace = await checkWorkspace(request.mounts?.workspace ?? '');
      const engine = await selection.engineFor(request.level).catch((error: unknown) => {
        const failure = HoldfastError.from(error);
        throw new HoldfastError(failure.code, withInstructions(failure.message, platform.os), { cause: error });
      });
      const owner = await ownersFor(engine).adopt(workspace);
      try {
        const inputs = await checkInputs(request.mounts?.inputs ?? [], owner);
        assertOpen();
        const sandboxId = deps.newId();
        const cage = { workspace, inputs, ...owner, limits: effectiveLimits(request.limits, config.limits) };
        const tenant = request.caller?.tenant ?? '';
        sandboxes.set(sandboxId, { tenant, engine, cage, abort: new AbortController(), running: new Set() });
        return create(sandboxpb.CreateResponseSchema, { sandboxId, level: engine.level, engine: engine.name });
      } catch (error) {
        ownersFor(engine).release(owner);
        throw error;
      }
    },

    async *exec(request, options) {
      assertOpen();
      const sandbox = find(request.sandboxId, request.caller?.tenant ?? '');
      const { engine, cage } = sandbox;
      const argv = checkArgv(request.argv);
      const cwd = checkCwd(request.cwd);
      const wallMs = checkWall(request.wallMs, cage.limits.wallMs);
      const env = buildEnvironment(config.path, { ...foreignRepositories(engine), ...request.env });
      const signal = AbortSignal.any([sandbox.abort.signal, ...(options?.signal ? [options.signal] : [])]);
      if (signal.aborted) throw new HoldfastError('CANCELED', 'It was cancelled before it was started.');

      // Registered before anything starts, and done when the processes are: not when the caller has read everything,
      // for which destroy() must not wait.
      const { promise, resolve } = Promise.withResolvers<void>();
      sandbox.running.add(promise);
      const forget = (): void => {
        sandbox.running.delete(promise);
        resolve();
      };
      const started = await engine.start(cage, { argv, env, cwd }).catch((error: unknown) => {
        forget();
        throw error;
      });
      started.ended.then(forget, forget);
      yield* runCommand(started, { stdin: request.stdin, wallMs, signal, now });
    },

    async destroy(request) {
      const sandbox = find(request.sandboxId, request.caller?.tenant ?? '');
      await end(request.sandboxId, sandbox);
      return create(sandboxpb.DestroyResponseSchema);
    },

    async close() {
      closed = true;
      await Promise.all([...sandboxes].map(([id, sandbox]) => end(id, sandbox)));
    },
  };
}

const LEVELS = { process: sandboxpb.Level.PROCESS } as const satisfies Record<SandboxConfig['level'], sandboxpb.Level>;

/** The engines that the configuration allows, the best one first. */
function candidates(
  config: SandboxConfig,
  platform: { os: NodeJS.Platform; arch: string; isRoot: boolean },
): readonly Candidate[] {
  const bubblewrap: Candidate = {
    name: 'bubblewrap',
    level: sandboxpb.Level.PROCESS,
    make: async () => createBubblewrapEngine(await findBubblewrapHost(platform)),
  };
  const unisolated: Candidate = {
    name: 'unisolated',
    level: sandboxpb.Level.UNISOLATED,
    make: async () => unisolatedEngine,
  };
  const isolating = [bubblewrap].filter(
    ({ name, level }) => level === LEVELS[config.level] && ['auto', name].includes(config.engine),
  );
  return config.allow_unisolated ? [...isolating, unisolated] : isolating;
}

/**
 * Inputs belong to other users than the one that commands run as, which git refuses to read by default; in a cage,
 * where a repository's own configuration can do no harm, it may. Without isolation git's own protection stays.
 */
function foreignRepositories(engine: Engine): Record<string, string> {
  if (engine.level === sandboxpb.Level.UNISOLATED) return {};
  return { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };
}

function checkArgv(argv: readonly string[]): readonly [string, ...string[]] {
  const [program, ...rest] = argv;
  if (program === undefined || program === '') throw invalid('argv names no program.');
  if (program.includes('=') || program.startsWith('-')) {
    throw invalid(
      `The program "${program}" has a name with "=", or one that begins with "-", which cannot be started.`,
    );
  }
  if (argv.some((argument) => argument.includes('\0'))) throw invalid('An argument holds a NUL character.');
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
