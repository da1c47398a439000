import { HoldfastError } from '@holdfast/protocol';
import MiniSearch from 'minisearch';
import { z } from 'zod';

import { openForReading, placesOf } from '../files/context.ts';
import { saveFile } from '../files/save.ts';
import { defineTool, type ToolContext, type ToolModule } from '../tool.ts';
import type { Skill } from './folder/skill.ts';
import type { SkillVersion } from './version/version.ts';

/** Up to so many skills are named in the description of use_skill; more are found by find_skills. */
const MOST_LISTED = 40;
const MOST_TEXT = 64 * 1024;
const MOST_FILES_LISTED = 200;

/** How agents get at skills: what there is, the instructions of one, its files. */
export function skillTools(skills: ReadonlyMap<string, SkillVersion>): readonly ToolModule[] {
  if (skills.size === 0) return [];
  const tools = [useSkillTool(skills), readSkillFileTool(skills)];
  return skills.size > MOST_LISTED ? [...tools, findSkillsTool(skills)] : tools;
}

function useSkillTool(skills: ReadonlyMap<string, SkillVersion>): ToolModule {
  const texts = [...skills.values()].map(({ skill }) => skill.text);
  const listed =
    skills.size > MOST_LISTED
      ? `There are ${skills.size} skills; find_skills finds them.`
      : `There are:\n${texts.map(({ name, description }) => `- ${name}: ${oneLine(description)}`).join('\n')}`;
  return defineTool({
    name: 'use_skill',
    source: 'skills',
    description:
      'Reads the instructions of a skill, and puts its files into the workspace so that its scripts can be run. ' +
      `Use it before work that a skill is for. ${listed}`,
    parameters: z.strictObject({ name: z.string().describe('Name of the skill.') }),
    effect: 'idempotent',
    approval: 'none',
    timeoutMs: 60_000,
    async run({ name }, context) {
      const version = find(skills, name);
      return version.use(async () => {
        const { skill } = version;
        const folder = await putInWorkspace(skill, context);
        const files = skill.files.map(({ path }) => path);
        return {
          ok: true,
          value: {
            name: skill.text.name,
            version: skill.hash.slice(0, 12),
            instructions: skill.text.body.slice(0, 4 * MOST_TEXT),
            folder,
            files: files.slice(0, MOST_FILES_LISTED),
            ...(files.length > MOST_FILES_LISTED ? { more_files: files.length - MOST_FILES_LISTED } : {}),
            ...(version.tools.length > 0 ? { tools: version.tools.map((tool) => tool.name) } : {}),
            note: `Paths in the instructions begin at ${folder}, which is a copy for this run.`,
          },
        };
      });
    },
  });
}

function readSkillFileTool(skills: ReadonlyMap<string, SkillVersion>): ToolModule {
  return defineTool({
    name: 'read_skill_file',
    source: 'skills',
    description: 'Reads a text file of a skill, such as references/REFERENCE.md, without copying the skill.',
    parameters: z.strictObject({
      name: z.string().describe('Name of the skill.'),
      path: z.string().min(1).describe('Path below the folder of the skill, as use_skill lists it.'),
      offset: z.number().int().min(0).default(0).describe('Characters to skip.'),
    }),
    effect: 'read',
    approval: 'none',
    timeoutMs: 30_000,
    async run({ name, path, offset }) {
      const { skill } = find(skills, name);
      const wanted = path.replace(/^\.\//, '');
      const file = skill.files.find((one) => one.path === wanted);
      if (!file) throw new HoldfastError('NOT_FOUND', `The skill ${name} has no file "${path.slice(0, 200)}".`);
      if (file.content.includes(0)) {
        throw new HoldfastError('FAILED_PRECONDITION', `${wanted} is no text. use_skill puts it into the workspace.`);
      }
      const text = file.content.toString('utf8');
      const more = text.length > offset + MOST_TEXT;
      return { ok: true, value: { path: wanted, text: text.slice(offset, offset + MOST_TEXT), more } };
    },
  });
}

function findSkillsTool(skills: ReadonlyMap<string, SkillVersion>): ToolModule {
  const index = new MiniSearch<{ name: string; description: string }>({
    idField: 'name',
    fields: ['name', 'description'],
    storeFields: ['name', 'description'],
    // Chinese has no spaces: each character is a word, beside those that letters make.
    tokenize: (text) => text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? [],
  });
  index.addAll(
    [...skills.values()].map(({ skill }) => ({ name: skill.text.name, description: skill.text.description })),
  );
  return defineTool({
    name: 'find_skills',
    source: 'skills',
    description: 'Finds skills by what they are for. Read one with use_skill.',
    parameters: z.strictObject({ query: z.string().min(1).max(500).describe('What is to be done.') }),
    effect: 'read',
    approval: 'none',
    timeoutMs: 10_000,
    async run({ query }) {
      const found = index.search(query, { prefix: true, fuzzy: 0.1, boost: { name: 2 } }).slice(0, 10);
      return {
        ok: true,
        value: {
          skills: found.map(({ name, description }) => ({ name: String(name), description: String(description) })),
        },
      };
    },
  });
}

function find(skills: ReadonlyMap<string, SkillVersion>, name: string): SkillVersion {
  const version = skills.get(name);
  if (version) return version;
  const names = [...skills.keys()].slice(0, MOST_LISTED).join(', ');
  throw new HoldfastError('NOT_FOUND', `There is no skill "${name.slice(0, 100)}". There are: ${names}.`);
}

/** Copies a skill's files to where the run's commands see them, once for each version. */
async function putInWorkspace(skill: Skill, context: ToolContext): Promise<string> {
  const folder = `/workspace/.holdfast/skills/${skill.text.name}@${skill.hash.slice(0, 12)}`;
  const mark = `${folder}/.complete`;
  if (await isThere(mark, context)) return folder;
  for (const { path, content } of skill.files) await saveFile(context, `${folder}/${path}`, content);
  const programs = skill.files.filter(({ executable }) => executable).map(({ path }) => `${folder}/${path}`);
  if (programs.length > 0) {
    for await (const { event } of context.exec(['chmod', '+x', '--', ...programs])) {
      if (event.case === 'exited' && event.value.exitCode !== 0) {
        throw new HoldfastError('TOOL_FAILED', `The scripts of ${skill.text.name} could not be made executable.`);
      }
    }
  }
  await saveFile(context, mark, Buffer.from(`${skill.hash}\n`));
  return folder;
}

async function isThere(path: string, context: ToolContext): Promise<boolean> {
  try {
    const { handle } = await openForReading(path, placesOf(context));
    await handle.close();
    return true;
  } catch (error) {
    if (HoldfastError.has(error, 'NOT_FOUND')) return false;
    throw error;
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
