import { basename } from 'node:path';

import { broken, type SkillProblem } from '../problem.ts';
import { parseSkillText, type SkillText } from './front-matter.ts';
import { readSkillFolder, type SkillFile } from './read-folder.ts';
import { MANIFEST_FILE, parseManifest, type SkillManifest } from './rights.ts';

/** A skill as its folder says it is, checked, nothing of it run. */
export interface Skill {
  readonly text: SkillText;
  readonly manifest: SkillManifest;
  readonly files: readonly SkillFile[];
  readonly hash: string;
  /** The modules with tools. */
  readonly modules: readonly string[];
  readonly warnings: readonly SkillProblem[];
}

const MODULE = /^tools(?:\/[^/]+)?\.(?:ts|mts|js|mjs)$/;
const NO_MODULE = /\.(?:test|spec|d)\.[a-z]+$/;

/** Reads a skill from its folder. @throws SkillBroken with file, line and reason. */
export async function readSkill(root: string): Promise<Skill> {
  const { files, hash, warnings } = await readSkillFolder(root);
  return skillOf(files, hash, basename(root), warnings);
}

/** The same from files that lie elsewhere. @throws SkillBroken */
export function skillOf(
  files: readonly SkillFile[],
  hash: string,
  folder: string,
  warnings: readonly SkillProblem[] = [],
): Skill {
  const textOf = (path: string): string | undefined =>
    files.find((file) => file.path === path)?.content.toString('utf8');
  const markdown = textOf('SKILL.md');
  if (markdown === undefined) throw broken('SKILL.md', 'A skill is a folder with this file in it.');
  const text = parseSkillText(markdown, folder);
  const manifest = parseManifest(textOf(MANIFEST_FILE), text.metadata['holdfast']);
  const modules = files.map(({ path }) => path).filter((path) => MODULE.test(path) && !NO_MODULE.test(path));
  return { text, manifest, files, hash, modules, warnings: [...warnings, ...text.warnings] };
}
