import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, opendir } from 'node:fs/promises';
import { join } from 'node:path';

import { broken, type SkillProblem } from '../problem.ts';

/** A file of a skill. */
export interface SkillFile {
  /** Below the skill's folder, with slashes. */
  readonly path: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

/** The whole of a skill's folder at one moment. */
export interface SkillFolder {
  /** Sorted by path. */
  readonly files: readonly SkillFile[];
  /** SHA-256 over paths, modes and contents: the same whenever they are. */
  readonly hash: string;
  readonly warnings: readonly SkillProblem[];
}

/** The most that a skill may be. */
export const MAX_SKILL_FILES = 2000;
export const MAX_SKILL_BYTES = 64 * 1024 * 1024;

/** What is no part of a skill: dependencies, repositories, what editors leave for a moment. */
export function isLeftOut(name: string): boolean {
  return (
    name === 'node_modules' ||
    name === '.git' ||
    name === '.DS_Store' ||
    name === '4913' ||
    name.endsWith('~') ||
    name.startsWith('.#') ||
    /^\..*\.sw[a-z]$/.test(name) ||
    name.endsWith('.tmp')
  );
}

/** Reads a folder whole. Links and special files are left out. @throws SkillBroken where it is too large. */
export async function readSkillFolder(root: string): Promise<SkillFolder> {
  const files: SkillFile[] = [];
  const warnings: SkillProblem[] = [];
  let bytes = 0;
  const visit = async (below: string): Promise<void> => {
    for await (const entry of await opendir(join(root, below))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (isLeftOut(entry.name)) continue;
      if (entry.isDirectory()) {
        await visit(path);
        continue;
      }
      if (!entry.isFile()) {
        warnings.push({ file: path, line: 0, reason: 'It is no regular file and was left out.', severity: 'warning' });
        continue;
      }
      const file = await readOne(join(root, path), path, MAX_SKILL_BYTES - bytes);
      bytes += file.content.length;
      files.push(file);
      if (files.length > MAX_SKILL_FILES) throw broken('', `A skill has at most ${MAX_SKILL_FILES} files.`);
    }
  };
  await visit('');
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, hash: hashOf(files), warnings };
}

async function readOne(from: string, path: string, room: number): Promise<SkillFile> {
  const handle = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size, mode } = await handle.stat();
    if (size > room) throw broken(path, `A skill has at most ${MAX_SKILL_BYTES} bytes.`);
    const content = await handle.readFile();
    if (content.length > room) throw broken(path, `A skill has at most ${MAX_SKILL_BYTES} bytes.`);
    return { path, content, executable: (mode & 0o100) !== 0 };
  } finally {
    await handle.close();
  }
}

/** SHA-256 of a skill's files in hexadecimal. */
export function hashOf(files: readonly SkillFile[]): string {
  const hash = createHash('sha256');
  for (const { path, content, executable } of files) {
    hash.update(`${JSON.stringify(path)} ${executable ? 'x' : '-'} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
