import { access, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';

import { readSkill, type Skill } from './folder/skill.ts';
import { type SkillProblem, SkillBroken } from './problem.ts';
import { type Losses, SkillVersion, type VersionDeps } from './version/version.ts';

/** A skill in its folder: the version in use, and what is wrong with the folder as it is now. */
export interface Shelf {
  /** The folder. */
  readonly source: string;
  /** Of the folder, until there is a version that says it. */
  readonly name: string;
  readonly current: SkillVersion | undefined;
  /** Why the folder as it is now is not what is in use. Empty: it is. */
  readonly problems: readonly SkillProblem[];
  readonly losses: Readonly<Losses>;
  /** Replaced versions that calls still run on. */
  readonly retiring: number;
}

interface Slot {
  readonly source: string;
  current: SkillVersion | undefined;
  problems: readonly SkillProblem[];
  readonly losses: Losses;
  /** The hash that was tried last, so that a touched file starts nothing. */
  tried: string;
  work: Promise<void>;
  again: boolean;
}

/** What is gone for so long was removed, and is not being renamed by an editor, milliseconds. */
const GONE_MS = 200;

/** All skills in their folders: loads them, and replaces each one when its folder has become another. */
export class SkillLibrary {
  readonly #deps: VersionDeps;
  readonly #changed: () => void;
  readonly #slots = new Map<string, Slot>();
  /** Replaced versions until they are removed, each with its slot: also those of folders that are gone. */
  readonly #leaving = new Map<SkillVersion, Slot>();
  #tenant = 'default';
  #closed = false;

  /** @param changed told after every change of what is in use, or of what is wrong */
  constructor(deps: VersionDeps, changed: () => void) {
    this.#deps = deps;
    this.#changed = changed;
  }

  /** What there is, folder by folder, in the order in which they came. */
  shelves(): readonly Shelf[] {
    const leaving = [...this.#leaving.values()];
    return [...this.#slots.values()].map((slot) => {
      const { source, current, problems, losses } = slot;
      const name = current?.skill.text.name ?? basename(source);
      return { source, name, current, problems, losses, retiring: leaving.filter((one) => one === slot).length };
    });
  }

  /** Remembers who calls: the next version is made ready for them. */
  calledBy(tenant: string): void {
    this.#tenant = tenant;
  }

  /** Looks at every folder below `dir`. A folder that is not there has no skills. */
  async scan(dir: string): Promise<void> {
    const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const known = [...this.#slots.keys()].filter((source) => join(dir, basename(source)) === source);
    const all = new Set([...names.map((name) => join(dir, name)), ...known]);
    // Each load starts a process: not all at once.
    const todo = [...all];
    const next = async (): Promise<void> => {
      for (let source = todo.shift(); source; source = todo.shift()) await this.look(source);
    };
    await Promise.all([next(), next()]);
  }

  /** Looks at one folder again. Looks at the same folder take turns; one that waits stands for all that came after. */
  async look(source: string): Promise<void> {
    const slot = this.#slots.get(source);
    if (!slot) {
      if (!(await isThere(join(source, 'SKILL.md')))) return;
      if (this.#slots.has(source)) return this.look(source);
      const made: Slot = {
        source,
        current: undefined,
        problems: [],
        losses: { hosts: 0, calls: 0 },
        tried: '',
        work: Promise.resolve(),
        again: false,
      };
      this.#slots.set(source, made);
      made.work = this.#reload(made);
      return made.work;
    }
    if (slot.again) return slot.work;
    slot.again = true;
    slot.work = slot.work.then(() => {
      slot.again = false;
      return this.#reload(slot);
    });
    return slot.work;
  }

  /** Disposes of what a run has, in all versions. */
  async releaseRun(run: { tenant: string; runId: string }): Promise<void> {
    await Promise.all([...this.#versions()].map((version) => version.release(run)));
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#slots.values()].map((slot) => slot.work));
    await Promise.all([...this.#versions()].map((version) => version.retire()));
  }

  *#versions(): Generator<SkillVersion> {
    for (const { current } of this.#slots.values()) if (current) yield current;
    yield* this.#leaving.keys();
  }

  async #reload(slot: Slot): Promise<void> {
    if (this.#closed) return;
    let hash = '';
    try {
      if (this.#slots.get(slot.source) !== slot) return await this.look(slot.source);
      const text = join(slot.source, 'SKILL.md');
      if (!(await isThere(text)) && (await isGone(text))) {
        this.#slots.delete(slot.source);
        this.#retire(slot);
        this.#changed();
        return;
      }
      const skill = await settled(slot.source, slot.current);
      ({ hash } = skill);
      if (hash === slot.tried) return;
      slot.tried = hash;
      if (hash === slot.current?.skill.hash) slot.problems = [];
      else await this.#replace(slot, new SkillVersion(skill, this.#deps, slot.losses));
    } catch (error) {
      // What is not the skill's own fault may be gone at the next look.
      slot.tried = error instanceof SkillBroken ? hash : '';
      slot.problems = this.#problemsOf(error, slot.source);
    }
    this.#changed();
  }

  async #replace(slot: Slot, version: SkillVersion): Promise<void> {
    await version.prepare(slot.source, this.#tenant);
    this.#retire(slot);
    slot.current = version;
    slot.problems = [];
  }

  #retire(slot: Slot): void {
    const old = slot.current;
    slot.current = undefined;
    if (old) void this.#leave(slot, old);
  }

  async #leave(slot: Slot, version: SkillVersion): Promise<void> {
    this.#leaving.set(version, slot);
    await version.retire();
    this.#leaving.delete(version);
  }

  #problemsOf(error: unknown, source: string): readonly SkillProblem[] {
    if (error instanceof SkillBroken) return error.problems;
    const { message } = HoldfastError.from(error, 'INTERNAL', 'It could not be loaded; the log has the cause.');
    if (!HoldfastError.is(error)) this.#deps.logger.error({ err: error, skill: source }, 'A skill was not loaded.');
    return [{ file: '', line: 0, reason: message, severity: 'error' }];
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The skill as it is now; a file that has gone is given the time to come back. */
async function settled(source: string, current: SkillVersion | undefined): Promise<Skill> {
  const skill = await readSkill(source);
  const paths = new Set(skill.files.map(({ path }) => path));
  if (current?.skill.files.every(({ path }) => paths.has(path)) ?? true) return skill;
  await sleep(GONE_MS);
  return readSkill(source);
}

async function isGone(path: string): Promise<boolean> {
  await sleep(GONE_MS);
  return !(await isThere(path));
}
