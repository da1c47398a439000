import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Makes a new skill that passes its own test: instructions, a tool, an example.
 *
 * @param dir where its folder is made
 * @throws HoldfastError INVALID_ARGUMENT for a name that no skill can have, ALREADY_EXISTS.
 */
export async function newSkill(dir: string, name: string): Promise<readonly string[]> {
  if (!NAME.test(name) || name.length > 64) {
    const message = `"${name}" cannot be the name of a skill: small letters a-z, digits and single hyphens, at most 64.`;
    throw new HoldfastError('INVALID_ARGUMENT', message);
  }
  const folder = join(dir, name);
  try {
    await mkdir(dir, { recursive: true });
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new HoldfastError('ALREADY_EXISTS', `${folder} is there already. Nothing was changed.`);
  }
  const tool = `${name.replaceAll('-', '_').replace(/^(?=\d)/, 'n')}_greet`.slice(0, 64);
  const files = filesOf(name, tool);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return Object.keys(files).map((path) => join(folder, path));
}

function filesOf(name: string, tool: string): Readonly<Record<string, string>> {
  return {
    'SKILL.md': `---
name: ${name}
description: Says what the skill does, and when to use it, in the words that somebody would ask for it with.
---

# ${name}

Say step by step what is to be done. Name the tool \`${tool}\`, and scripts by their path: \`scripts/...\`.
`,
    'holdfast.yaml': `# What its code may do: see docs/skills.md. Without a right it has none.
rights:
  files: none
`,
    'tools/greet.ts': `import { defineSkillTool } from '@holdfast/skill';
import { z } from 'zod';

export const greet = defineSkillTool({
  name: '${tool}',
  description: 'Greets somebody.',
  parameters: z.strictObject({ name: z.string().min(1).describe('Who is greeted.') }),
  effect: 'read',
  run: ({ name }) => \`Hello, \${name}.\`,
});
`,
    'tests.yaml': `- name: greets
  tool: ${tool}
  args: { name: Ada }
  expect: { text: 'Hello, Ada.' }
`,
  };
}
