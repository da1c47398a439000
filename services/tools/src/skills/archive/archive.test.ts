import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { systemClock, silentLogger } from '@holdfast/telemetry';
import { unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { PlainSandbox } from '../../testing.ts';
import { checkSkill } from '../check/check.ts';
import { newSkill } from '../check/scaffold.ts';
import { SkillsConfigSchema } from '../config.ts';
import { addSkill, openArchive, packSkill } from './archive.ts';

const SHIPPED = fileURLToPath(new URL('../../../../../skills/', import.meta.url));
let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-archive-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('TL-4 packs the same skill into the same archive, and unpacks it as it was', async () => {
  const packed = await packSkill(join(SHIPPED, 'markdown-links'));
  expect((await packSkill(join(SHIPPED, 'markdown-links'))).content).toEqual(packed.content);
  const added = await addSkill(packed.content, dir);
  expect(added).toMatchObject({ name: 'markdown-links', version: packed.version, verified: true });
  expect((await stat(join(added.folder, 'scripts/check-links.sh'))).mode & 0o111).not.toBe(0);
  expect((await packSkill(added.folder)).content).toEqual(packed.content);
  await expect(addSkill(packed.content, dir)).rejects.toThrow('there already');
  await writeFile(join(added.folder, 'extra.md'), '');
  await addSkill(packed.content, dir, true);
  await expect(readFile(join(added.folder, 'extra.md'))).rejects.toThrow();
});

it('TL-4 refuses archives that are not what they say, lead out, or are no skill', async () => {
  const { content } = await packSkill(join(SHIPPED, 'notebook'));
  const parts = unzipSync(content);
  const changed = (change: Record<string, Uint8Array | undefined>) =>
    zipSync(
      Object.fromEntries(
        Object.entries({ ...parts, ...change }).filter((one): one is [string, Uint8Array] => one[1] !== undefined),
      ),
    );
  const text = Buffer.from('x');
  expect(() => openArchive(changed({ 'notebook/holdfast.yaml': text }))).toThrow('not what its manifest says');
  expect(() => openArchive(changed({ 'notebook/more.md': text }))).toThrow('not what its manifest says');
  expect(() => openArchive(changed({ 'notebook/holdfast.yaml': undefined }))).toThrow('missing');
  expect(() => openArchive(changed({ '../out.md': text }))).toThrow('no path of a skill');
  expect(() => openArchive(changed({ 'other/a.md': text }))).toThrow('one folder');
  expect(() => openArchive(changed({ 'MANIFEST.json': text }))).toThrow('manifest cannot be read');
  expect(() => openArchive(zipSync({ 'x/y.md': text }))).toThrow('SKILL.md');
  expect(() => openArchive(zipSync({ 'x/big': new Uint8Array(65 * 1024 * 1024) }))).toThrow('larger');
  expect(() => openArchive(text)).toThrow('no ZIP archive');
  expect(openArchive(changed({ 'MANIFEST.json': undefined })).verified).toBe(false);
});

it('TL-4 makes a new skill that passes its test, and tells what one does wrong', async () => {
  const sandbox = new PlainSandbox();
  const deps = {
    sandbox: sandbox.api,
    config: SkillsConfigSchema.parse({}),
    clock: systemClock,
    logger: silentLogger(),
    env: {},
  };
  await newSkill(dir, 'my-skill');
  expect(await checkSkill(join(dir, 'my-skill'), deps)).toMatchObject({
    ok: true,
    tools: ['my_skill_greet'],
    examples: [{ name: 'greets', why: '' }],
  });
  await expect(newSkill(dir, 'my-skill')).rejects.toThrow('there already');
  await expect(newSkill(dir, 'My Skill')).rejects.toThrow('cannot be the name');
  await writeFile(
    join(dir, 'my-skill', 'tests.yaml'),
    '- { name: a, tool: my_skill_greet, args: { name: B }, expect: { text: no } }',
  );
  expect((await checkSkill(join(dir, 'my-skill'), deps)).examples[0]?.why).toContain('"Hello, B."');
  await writeFile(join(dir, 'my-skill', 'tests.yaml'), 'nothing');
  expect((await checkSkill(join(dir, 'my-skill'), deps)).problems[0]?.reason).toContain('list of examples');
  expect((await checkSkill(dir, deps)).ok).toBe(false);
  expect(sandbox.running).toBe(0);
});
