import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import { jsonSchemaInput } from '../input.ts';
import type { ToolModule, ToolSource } from '../tool.ts';
import { type Shelf, SkillLibrary } from './library.ts';
import type { SkillProblem } from './problem.ts';
import { inUse, type SkillStatus, statusOf } from './status.ts';
import { skillTools } from './use-skill.ts';
import type { SkillVersion, VersionDeps } from './version/version.ts';
import { watchFolders } from './watch.ts';

/** What skills are loaded with. */
export interface SkillSourceDeps extends VersionDeps {
  /** Folders of skills: the first one keeps a name that two have. */
  readonly dirs: readonly string[];
  /** Names of tools that others have. */
  readonly reserved: ReadonlySet<string>;
  /** Frees what was opened for skills, once none runs any more. */
  onClose(): Promise<void>;
}

/** Skills as tools: loaded from their folders, and followed while the platform runs. */
export class SkillSource implements ToolSource {
  readonly name = 'skills';
  readonly #deps: SkillSourceDeps;
  readonly #library: SkillLibrary;
  readonly #listeners = new Set<() => void>();
  #modules: readonly ToolModule[] | undefined;
  /** By folder. */
  #clashes = new Map<string, readonly SkillProblem[]>();
  #stopWatching: (() => Promise<void>) | undefined;

  constructor(deps: SkillSourceDeps) {
    this.#deps = deps;
    this.#library = new SkillLibrary(deps, () => this.#changed());
  }

  /** Loads all skills and begins to follow them. A broken one is told by {@link status}, and hinders no other. */
  async start(): Promise<void> {
    const { cache, state, dirs, logger } = this.#deps;
    await rm(cache, { recursive: true, force: true });
    // Entered by the users of boxes, who are nobody's.
    await mkdir(cache, { recursive: true, mode: 0o755 });
    await mkdir(state, { recursive: true, mode: 0o700 });
    this.#stopWatching = await watchFolders(dirs, {
      onChange: (folder, name) => {
        const at = `${folder}/${name}`;
        this.#library.look(at).catch((error: unknown) => logger.error({ err: error }, `${at} was not looked at.`));
      },
      onError: (error) =>
        logger.error({ err: error }, 'The folders of skills are no longer watched as they should be.'),
    });
    await this.reload();
  }

  /** Looks at all folders again, whatever was seen of them. */
  async reload(): Promise<void> {
    for (const dir of this.#deps.dirs) await this.#library.scan(dir);
  }

  list(): readonly ToolModule[] {
    this.#modules ??= this.#build();
    return this.#modules;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async releaseRun(run: { readonly tenant: string; readonly runId: string }): Promise<void> {
    await this.#library.releaseRun(run);
  }

  /** Each folder, with the version in use and what is wrong. */
  status(): readonly SkillStatus[] {
    this.list();
    return statusOf(this.#shelves(), this.#clashes);
  }

  /** Ends every process of every skill. */
  async close(): Promise<void> {
    await this.#stopWatching?.();
    await this.#library.close();
    await this.#deps.onClose();
  }

  #changed(): void {
    this.#modules = undefined;
    for (const { name, problems } of this.#library.shelves()) {
      for (const { file, line, reason } of problems) {
        this.#deps.logger.warn({ skill: name, file, line }, `The skill ${name} is broken: ${reason}`);
      }
    }
    for (const listener of this.#listeners) listener();
  }

  #shelves(): readonly Shelf[] {
    const rank = ({ source }: Shelf): number => this.#deps.dirs.indexOf(dirname(source));
    return [...this.#library.shelves()].sort((a, b) => rank(a) - rank(b) || (a.source < b.source ? -1 : 1));
  }

  #build(): readonly ToolModule[] {
    const shelves = inUse(this.#shelves());
    const versions = new Map<string, SkillVersion>();
    for (const [name, { current }] of shelves) if (current) versions.set(name, current);
    const modules = new Map(skillTools(versions).map((module) => [module.name, module]));
    const owners = new Map<string, string>();
    this.#clashes = new Map();
    for (const [name, shelf] of shelves) {
      const problems: SkillProblem[] = [];
      for (const tool of shelf.current?.tools ?? []) {
        const owner = this.#deps.reserved.has(tool.name) ? 'the platform' : owners.get(tool.name);
        if (owner !== undefined || modules.has(tool.name)) {
          const reason = `Its tool ${tool.name} is hidden: ${owner ?? 'the platform'} has one of that name. Rename it.`;
          problems.push({ file: '', line: 0, reason, severity: 'error' });
          continue;
        }
        try {
          modules.set(tool.name, this.#moduleOf(name, shelf.source, tool));
          owners.set(tool.name, `the skill ${name}`);
        } catch (error) {
          const reason = `Its tool ${tool.name} is left out: ${HoldfastError.from(error).message}`;
          problems.push({ file: '', line: 0, reason, severity: 'error' });
        }
      }
      if (problems.length > 0) this.#clashes.set(shelf.source, problems);
    }
    return [...modules.values()];
  }

  #moduleOf(skill: string, source: string, tool: SkillVersion['tools'][number]): ToolModule {
    const version = this.#library.shelves().find((shelf) => shelf.source === source)?.current;
    const { name, description, effect, approval, timeoutMs, parameters } = tool;
    return {
      name,
      source: this.name,
      description,
      effect,
      approval,
      timeoutMs,
      input: jsonSchemaInput(parameters as JsonObject),
      run: async (args, context) => {
        this.#library.calledBy(context.tenant);
        // Between its lookup and its call a version may have been replaced and removed: the newer one then answers.
        const newer = this.#library.shelves().find((shelf) => shelf.source === source)?.current;
        const answering = version && !version.over ? version : newer;
        if (!answering) throw new HoldfastError('TOOL_UNKNOWN', `The skill ${skill} was removed. Nothing was run.`);
        return answering.call(name, args as JsonObject, context);
      },
    };
  }
}
