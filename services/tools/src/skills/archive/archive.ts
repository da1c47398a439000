import { createHash } from 'node:crypto';
import { access, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { z } from 'zod';

import { hashOf, MAX_SKILL_BYTES, MAX_SKILL_FILES, type SkillFile } from '../folder/read-folder.ts';
import { readSkill, type Skill, skillOf } from '../folder/skill.ts';
import { writeSnapshot } from '../folder/snapshot.ts';

/** Beside the skill's folder in the archive: what is in it. */
const MANIFEST = 'MANIFEST.json';
/** The first time that a ZIP archive can say: the same files give the same archive. */
const MTIME = new Date(1980, 0, 1);

const ManifestSchema = z.object({
  format: z.literal(1),
  name: z.string(),
  hash: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string(), executable: z.boolean() })),
});

/** An archive, and the skill in it. */
export interface Packed {
  readonly name: string;
  readonly version: string;
  readonly content: Uint8Array;
  readonly files: number;
}

/** Packs a skill into a ZIP archive with a manifest of SHA-256. @throws SkillBroken for what is no skill. */
export async function packSkill(folder: string): Promise<Packed> {
  const skill = await readSkill(folder);
  const { name } = skill.text;
  const manifest: z.infer<typeof ManifestSchema> = {
    format: 1,
    name,
    hash: skill.hash,
    files: skill.files.map(({ path, content, executable }) => ({
      path,
      bytes: content.length,
      sha256: sha256(content),
      executable,
    })),
  };
  const entries: Zippable = {};
  const add = (path: string, content: Uint8Array, mode: number): void => {
    // 3: the attributes are those of Unix.
    entries[path] = [content, { mtime: MTIME, level: 9, os: 3, attrs: (0o100000 | mode) * 2 ** 16 }];
  };
  add(MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), 0o644);
  for (const { path, content, executable } of skill.files) add(`${name}/${path}`, content, executable ? 0o755 : 0o644);
  const version = skill.hash.slice(0, 12);
  return { name, version, content: zipSync(entries), files: skill.files.length };
}

/** A skill that was put into its folder. */
export interface Added {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** Whether its archive had a manifest, and it was right. */
  readonly verified: boolean;
}

/**
 * Unpacks an archive below `dir`, whole or not at all. What a manifest says is checked; archives of other products have
 * none.
 *
 * @throws HoldfastError INVALID_ARGUMENT for what is no such archive, or not what its manifest says; ALREADY_EXISTS
 *   without `replace`; SkillBroken.
 */
export async function addSkill(content: Uint8Array, dir: string, replace = false): Promise<Added> {
  const { skill, verified } = openArchive(content);
  const { name } = skill.text;
  const folder = join(dir, name);
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  if (there && !replace) throw new HoldfastError('ALREADY_EXISTS', `${folder} is there already. Nothing was changed.`);
  const fresh = join(dir, `.${name}.tmp`);
  await writeSnapshot(fresh, skill.files);
  const old = join(dir, `.${name}.old.tmp`);
  if (there) await rename(folder, old);
  await rename(fresh, folder);
  await rm(old, { recursive: true, force: true });
  return { name, version: skill.hash.slice(0, 12), folder, verified };
}

/** Reads an archive. @throws HoldfastError INVALID_ARGUMENT; SkillBroken. */
export function openArchive(content: Uint8Array): { readonly skill: Skill; readonly verified: boolean } {
  const found = unzip(content);
  const text = found.get(MANIFEST);
  found.delete(MANIFEST);
  const [first = ''] = found.keys();
  const folder = first.split('/')[0] ?? '';
  const manifest = text === undefined ? undefined : readManifest(text);
  const files: SkillFile[] = [];
  for (const [path, bytes] of found) {
    if (!path.startsWith(`${folder}/`)) throw bad(`it must hold one folder; "${path.slice(0, 200)}" lies beside it`);
    const own = path.slice(folder.length + 1);
    const listed = manifest?.files.find((file) => file.path === own);
    if (manifest && listed?.sha256 !== sha256(bytes)) throw bad(`"${own}" is not what its manifest says`);
    const executable = listed?.executable ?? bytes.subarray(0, 2).toString() === '#!';
    files.push({ path: own, content: bytes, executable });
  }
  if (manifest && manifest.files.length !== files.length) throw bad('a file that its manifest names is missing');
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { skill: skillOf(files, hashOf(files), folder), verified: manifest !== undefined };
}

function unzip(content: Uint8Array): Map<string, Buffer> {
  let bytes = 0;
  let files = 0;
  try {
    const found = unzipSync(content, {
      filter({ name, originalSize }) {
        if (name.endsWith('/')) return false;
        const parts = name.split('/');
        if (parts.some((part) => part === '' || part === '.' || part === '..') || /[\\\0]/.test(name)) {
          throw bad(`"${name.slice(0, 200)}" is no path of a skill`);
        }
        bytes += originalSize;
        files += 1;
        if (bytes > MAX_SKILL_BYTES || files > MAX_SKILL_FILES + 1) throw bad('it is larger than a skill may be');
        return true;
      },
    });
    return new Map(Object.entries(found).map(([name, one]) => [name, Buffer.from(one)]));
  } catch (error) {
    if (HoldfastError.is(error)) throw error;
    throw bad('it is no ZIP archive, or is damaged');
  }
}

function readManifest(text: Buffer): z.infer<typeof ManifestSchema> {
  try {
    return ManifestSchema.parse(JSON.parse(text.toString('utf8')));
  } catch {
    throw bad('its manifest cannot be read');
  }
}

function bad(why: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', `This is no archive of a skill: ${why}. Nothing was changed.`);
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
