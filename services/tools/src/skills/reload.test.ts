import { mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { create, toolspb } from '@holdfast/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { PlainSandbox } from '../testing.ts';
import { openSkills, skillText, type TestSkills } from './testing.ts';

let sandbox: PlainSandbox;
let skills: TestSkills;
beforeEach(async () => {
  sandbox = new PlainSandbox();
  skills = await openSkills({ sandbox: sandbox.api });
});
afterEach(async () => {
  await skills.close();
  expect(sandbox.running).toBe(0);
});

/** A skill whose tool says which version of it answers, after a while. */
const versionTool = (n: number | string, name = 'which', extra = '') => `
import { defineSkillTool } from '@holdfast/skill';
${extra}
export const which = defineSkillTool({
  name: '${name}',
  description: 'Says the version.',
  parameters: { type: 'object', properties: { ms: { type: 'number' } } },
  effect: 'read',
  async run({ ms = 0 }) {
    await new Promise((resolve) => setTimeout(resolve, Number(ms)));
    return { n: ${n} };
  },
});
`;
const put = (n: number | string, name = 'which') =>
  skills.put('v', { 'SKILL.md': skillText('v'), 'tools/which.ts': versionTool(n, name) });
const nOf = async (ms = 0) => (await skills.call('which', { ms })).value['n'];

it('TL-4 finishes a running call on the version that it began with, while new calls get the new one', async () => {
  await put(1);
  await skills.until('v');
  const first = skills.status('v')?.version;
  const running = nOf(1500);
  await sleep(100);
  await put(2);
  await skills.until('v', (status) => status?.version !== first);
  expect(await nOf()).toBe(2);
  expect(skills.status('v')?.retiring).toBe(1);
  expect(await running).toBe(1);
  await skills.until('v', (status) => status?.retiring === 0);
  expect(await readdir(skills.cache)).toHaveLength(1);
});

it('TL-4 keeps the last good version of a broken skill and says file, line and reason', async () => {
  await put(1);
  await skills.until('v');
  const stale = (status: { state: string } | undefined) => status?.state === 'stale';
  const broken = async (files: Record<string, string>) => {
    await skills.put('v', files);
    await skills.until('v', stale);
    expect(await nOf()).toBe(1);
    const [problem] = skills.status('v')?.problems ?? [];
    await put(1);
    await skills.until('v', (status) => status?.state === 'ready');
    return problem;
  };
  const tool = 'tools/which.ts';
  expect(await broken({ [tool]: 'export const a =\n  1 +;\n' })).toMatchObject({ file: tool, line: 2 });
  expect(await broken({ [tool]: versionTool(1, 'which', "import './none.ts';") })).toMatchObject({
    file: tool,
    line: 3,
  });
  expect(await broken({ [tool]: versionTool(1, 'which', "throw new Error('no luck');") })).toMatchObject({
    file: tool,
    line: 3,
    reason: 'no luck',
  });
  expect(await broken({ [tool]: versionTool(1, 'Bad Name') })).toMatchObject({
    reason: expect.stringContaining('name'),
  });
  expect(await broken({ [tool]: 'export const nothing = 1;' })).toMatchObject({
    reason: expect.stringContaining('no tool'),
  });
  expect(await broken({ [tool]: versionTool(1, 'which', 'process.exit(7);') })).toMatchObject({
    reason: expect.stringContaining('exit code 7'),
  });
  expect(await broken({ 'SKILL.md': '---\nname: v\n---\n' })).toMatchObject({ file: 'SKILL.md' });
  expect(
    await broken({ [tool]: versionTool(1, 'which', "import x from '/etc/passwd';\nconsole.log(x);") }),
  ).toMatchObject({ severity: 'error' });
});

it('TL-4 refuses what reaches outside of the folder, what has no right, and what nothing provides', async () => {
  const secret = join(skills.dir, '..', 'secret.json');
  await writeFile(secret, '{"key":1}');
  const refused = async (extra: string, files: Record<string, string> = {}) => {
    await skills.put('bad', { 'SKILL.md': skillText('bad'), 'tools.ts': versionTool(1, 'bad', extra), ...files });
    await skills.until('bad', (status) => status?.state === 'broken');
    const reason = skills
      .status('bad')
      ?.problems.map((problem) => problem.reason)
      .join();
    await rm(join(skills.dir, 'bad'), { recursive: true });
    await skills.until('bad', (status) => status === undefined);
    return reason;
  };
  expect(await refused(`import secret from '${secret}'; console.log(secret);`)).toContain('outside of the skill');
  expect(await refused(`import secret from '../../../secret.json'; console.log(secret);`)).toMatch(/outside|resolve/);
  expect(
    await refused(
      "import { database, inject, tool } from '@holdfast/skill';\n" +
        "export class T { @inject(database()) accessor db: unknown; @tool({ name: 't_t', description: 'd', parameters: {} }) run() {} }",
    ),
  ).toContain('rights do not have "database"');
  expect(
    await refused(
      "import { inject, token, tool } from '@holdfast/skill';\nconst lost = token<string>('lost');\n" +
        "export class T { @inject(lost) accessor it!: string; @tool({ name: 't_t', description: 'd', parameters: {} }) run() {} }",
    ),
  ).toContain('Nothing provides lost');
  expect(await refused('', { 'holdfast.yaml': 'rights: { everything: true }' })).toContain('everything');
  expect(await refused('', { 'holdfast.yaml': 'rights: { env: [PATH] }' })).toContain('tools.skills.env');
});

it('TL-4 does nothing for a touched file, and takes a removed skill away', async () => {
  await put(1);
  await skills.until('v');
  const made = sandbox.created.length;
  let changes = 0;
  skills.source.onChange(() => (changes += 1));
  await utimes(join(skills.dir, 'v', 'SKILL.md'), new Date(), new Date());
  await writeFile(join(skills.dir, 'v', 'SKILL.md~'), 'left by an editor');
  await sleep(600);
  expect([changes, sandbox.created.length]).toEqual([0, made]);
  await rm(join(skills.dir, 'v'), { recursive: true });
  await skills.until('v', (status) => status === undefined);
  expect(await skills.call('which', {})).toMatchObject({ code: 'TOOL_UNKNOWN' });
  const { tools } = await skills.tools.listTools(create(toolspb.ListToolsRequestSchema));
  expect(tools.map(({ name }) => name)).not.toContain('use_skill');
});

it('TL-4 tells of names that clash: two skills, two tools', async () => {
  await put(1);
  await skills.until('v');
  await skills.put('w', { 'SKILL.md': skillText('v'), 'tools.ts': versionTool(2) });
  await skills.until('v', () => skills.source.status().some(({ state }) => state === 'hidden'));
  await skills.put('x', { 'SKILL.md': skillText('x'), 'tools.ts': versionTool(3) });
  await skills.until('x');
  expect(skills.status('x')?.problems).toMatchObject([{ reason: expect.stringContaining('the skill v has one') }]);
  await skills.put('y', { 'SKILL.md': skillText('y'), 'tools.ts': versionTool(4, 'bash') });
  await skills.until('y');
  expect(skills.status('y')?.problems).toMatchObject([{ reason: expect.stringContaining('the platform has one') }]);
  expect(await nOf()).toBe(1);
});

it('TL-4 an edited skill under load: 100 edits, no failed call, no version or process left over', async () => {
  await put(0);
  await skills.until('v');
  const over = new AbortController();
  let calls = 0;
  const failed: unknown[] = [];
  const caller = async (): Promise<void> => {
    let last = 0;
    while (!over.signal.aborted && failed.length < 10) {
      const { ok, value } = await skills.call('which', { ms: (calls % 5) * 20 });
      calls += 1;
      if (!ok || typeof value['n'] !== 'number' || value['n'] < last) failed.push({ last, ...value });
      else last = value['n'];
      await sleep(1);
    }
  };
  const load = [caller(), caller(), caller()];
  const file = join(skills.dir, 'v', 'tools', 'which.ts');
  for (let n = 1; n <= 100; n += 1) {
    // As editors do: in place, by a rename, by taking the old one away first.
    if (n % 3 === 0) await writeFile(file, versionTool(n));
    else {
      await writeFile(`${file}.tmp`, versionTool(n));
      if (n % 3 === 1) await rm(file);
      await rename(`${file}.tmp`, file);
    }
    await sleep(20 + (n % 7) * 20);
  }
  while ((await nOf()) !== 100) await sleep(20);
  over.abort();
  await Promise.all(load);
  expect(failed).toEqual([]);
  expect(calls).toBeGreaterThan(50);
  await skills.until('v', (status) => status?.retiring === 0);
  expect(skills.status('v')).toMatchObject({ state: 'ready', problems: [], hosts: 1, lostHosts: 0 });
  expect(sandbox.running).toBe(1);
  expect(sandbox.live.size).toBe(1);
  expect(await readdir(skills.cache)).toHaveLength(1);
});

it('TL-4 loads skills that come later as a whole folder', async () => {
  const elsewhere = join(skills.dir, '..', 'elsewhere');
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, 'SKILL.md'), skillText('moved'));
  await rename(elsewhere, join(skills.dir, 'moved'));
  await skills.until('moved');
  expect(skills.status('moved')).toMatchObject({ state: 'ready', hosts: 0, tools: [] });
});
