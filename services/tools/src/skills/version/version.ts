import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError, type JsonObject, type SandboxApi } from '@holdfast/protocol';
import type { ToolDescription } from '@holdfast/skill/wire';
import type { Logger } from '@holdfast/telemetry';

import type { ToolContext, ToolOutcome } from '../../tool.ts';
import type { SkillsConfig } from '../config.ts';
import { compileSkill } from '../folder/compile.ts';
import { missingRight } from '../folder/rights.ts';
import type { Skill } from '../folder/skill.ts';
import { writeSnapshot } from '../folder/snapshot.ts';
import { SkillHost } from '../host/host.ts';
import { openInBox } from '../host/in-box.ts';
import { openInThread } from '../host/in-thread.ts';
import { broken, type SkillProblem, SkillBroken } from '../problem.ts';
import { answererOf } from '../providers/answer.ts';
import { DatabaseProvider } from '../providers/database.ts';
import type { SkillProvider } from '../providers/provider.ts';
import { describeFailure } from './describe-failure.ts';
import { HostPool } from './pool.ts';

/** What versions are made with. */
export interface VersionDeps {
  readonly sandbox: SandboxApi;
  readonly config: SkillsConfig;
  readonly logger: Logger;
  /** Snapshots and compiled modules; may be removed while nothing runs. */
  readonly cache: string;
  /** The databases of skills. */
  readonly state: string;
  /** By name of the token; the database is a skill's own. */
  readonly providers: ReadonlyMap<string, SkillProvider>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names snapshots of the same content apart. */
  readonly newId: () => string;
}

/** Counts over all versions of a skill. */
export interface Losses {
  /** Processes that ended without being told to. */
  hosts: number;
  /** Calls that ended with them. */
  calls: number;
}

/** One state of a skill. It stays usable for the calls that began with it, also when there is a newer one. */
export class SkillVersion {
  readonly skill: Skill;
  /** The folder of its snapshot. */
  readonly root: string;
  readonly trusted: boolean;
  tools: readonly ToolDescription[] = [];
  readonly #deps: VersionDeps;
  readonly #pool: HostPool;
  readonly #bundle: string;
  #map = '{}';
  #users = 0;
  #retired = false;
  readonly #gone = Promise.withResolvers<void>();

  constructor(skill: Skill, deps: VersionDeps, losses: Losses) {
    this.skill = skill;
    this.#deps = deps;
    const { name } = skill.text;
    this.root = join(deps.cache, `${name}@${skill.hash.slice(0, 12)}-${deps.newId()}`);
    this.#bundle = join(this.root, 'skill.mjs');
    this.trusted = deps.config.trusted.includes(name);
    this.#pool = new HostPool({
      open: (tenant) => this.#open(tenant),
      idleMs: deps.config.idle_ms,
      onLost(how, calls) {
        losses.hosts += 1;
        losses.calls += calls;
        deps.logger.warn({ skill: name, calls }, `A process of a skill ended by itself: ${how}.`);
      },
      onProblems(problems) {
        for (const problem of problems) deps.logger.warn({ skill: name, problem }, 'A skill could not dispose of all.');
      },
    });
  }

  /** Processes and threads that it has now. */
  get hosts(): number {
    return this.#pool.size;
  }

  /** Whether it was replaced, and nobody uses it any more. */
  get over(): boolean {
    return this.#retired && this.#users === 0;
  }

  /**
   * Compiles and loads it.
   *
   * @param source the skill's own folder
   * @param tenant who will most likely call it first: the process that it is loaded in is theirs
   * @throws SkillBroken; SANDBOX_UNAVAILABLE; nothing is left then.
   */
  async prepare(source: string, tenant: string): Promise<void> {
    try {
      await writeSnapshot(join(this.root, 'files'), this.skill.files);
      if (this.skill.modules.length === 0) return;
      const { code, map } = await compileSkill(join(this.root, 'files'), source, this.skill.modules);
      this.#map = map;
      await writeFile(this.#bundle, code, { mode: 0o644 });
      await this.#load(tenant);
    } catch (error) {
      await this.retire();
      throw error;
    }
  }

  /** Calls one of its tools. */
  async call(tool: string, args: JsonObject, context: ToolContext): Promise<ToolOutcome> {
    return this.use(() => this.#pool.call(tool, args, context));
  }

  /** Keeps it from being removed for as long as `work` takes. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.over) throw new HoldfastError('FAILED_PRECONDITION', `This version of ${this.skill.text.name} is gone.`);
    this.#users += 1;
    try {
      return await work();
    } finally {
      this.#users -= 1;
      if (this.over) this.#remove();
    }
  }

  /** Disposes of what a run has in its processes. */
  release(run: { tenant: string; runId: string }): Promise<void> {
    return this.#pool.release(run);
  }

  /** Takes it out of use: once the last call has ended it is removed, with its processes. Resolves then. */
  retire(): Promise<void> {
    if (!this.#retired) {
      this.#retired = true;
      if (this.#users === 0) this.#remove();
    }
    return this.#gone.promise;
  }

  #remove(): void {
    const remove = async (): Promise<void> => {
      await this.#pool.close();
      await rm(this.root, { recursive: true, force: true });
    };
    remove().then(this.#gone.resolve, (error: unknown) => {
      this.#deps.logger.error({ err: error, skill: this.skill.text.name }, 'A version of a skill was not removed.');
      this.#gone.resolve();
    });
  }

  async #load(tenant: string): Promise<void> {
    const { manifest } = this.skill;
    const host = await this.#pool.of(tenant);
    const loaded = await host.loaded;
    if (loaded.type === 'failed') throw new SkillBroken([describeFailure(loaded, join(this.root, 'files'), this.#map)]);
    const problems: SkillProblem[] = [];
    for (const need of loaded.needs) {
      const reason = missingRight(need, manifest.rights) ?? this.#missingProvider(need);
      if (reason !== undefined) problems.push({ file: '', line: 0, reason, severity: 'error' });
    }
    for (const name of manifest.rights.env.filter((one) => !this.#deps.config.env.includes(one))) {
      const reason = `Its rights ask for the variable ${name}, which tools.skills.env does not name.`;
      problems.push({ file: '', line: 0, reason, severity: 'error' });
    }
    if (loaded.tools.length === 0)
      throw broken(this.skill.modules[0] ?? '', 'It exports no tool (see defineSkillTool).');
    if (problems.length > 0) throw new SkillBroken(problems);
    this.tools = loaded.tools;
  }

  #missingProvider(need: string): string | undefined {
    if (need === 'database' || need === 'http' || this.#deps.providers.has(need)) return undefined;
    return `It injects ${need}, which this installation does not have.`;
  }

  async #open(tenant: string): Promise<SkillHost> {
    const { skill, trusted } = this;
    const { config } = this.#deps;
    const { name } = skill.text;
    const { rights, level } = skill.manifest;
    const env: Record<string, string> = { HOLDFAST_SKILL: trusted ? join(this.root, 'files') : '/input/skill' };
    for (const variable of rights.env.filter((one) => config.env.includes(one))) {
      const value = this.#deps.env[variable];
      if (value !== undefined) env[variable] = value;
    }
    const link = trusted
      ? openInThread(this.#bundle, { env, memoryMb: config.memory_mb })
      : await openInBox(this.#deps.sandbox, {
          name,
          tenant,
          bundle: this.#bundle,
          snapshot: join(this.root, 'files'),
          env,
          network: rights.network,
          level,
          memoryMb: config.memory_mb,
        });
    const database = new DatabaseProvider(this.#deps.state);
    const providers = new Map([...this.#deps.providers, ['database', database]]);
    const host = new SkillHost(link, {
      name,
      answer: answererOf({ skill: name, tenant, rights, providers }),
      onNoise: (text) => this.#deps.logger.debug({ skill: name, text: text.slice(0, 4096) }, 'A skill printed.'),
    });
    void host.ended.then(() => database.close());
    return host;
  }
}
