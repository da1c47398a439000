import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { describeInCage } from '../../../services/sandbox/src/testing-cage.ts';
import { skillText } from '../../../services/tools/src/skills/testing.ts';
import { freePort, type Product, runCli, startProduct } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';

interface SkillView {
  readonly name: string;
  readonly state: string;
  readonly tools: readonly string[];
  readonly problems: readonly { readonly reason: string }[];
}

describeInCage('skills of a running product (TL-4)', () => {
  const dir = tempDir();
  const data = join(dir.path, 'data');
  let product: Product;
  beforeAll(async () => {
    product = await startProduct(data, await freePort(), { HOLDFAST_TOOLS__SKILLS__DIRS: undefined });
  });
  afterAll(async () => {
    expect(await product.stop()).toBe(0);
    dir.remove();
  });

  const until = async (name: string, state: string): Promise<SkillView> => {
    for (;;) {
      const { body } = await product.call('GET', '/api/v1/skills');
      const found = (body['skills'] as SkillView[]).find((skill) => skill.name === name && skill.state === state);
      if (found) return found;
      await sleep(50);
    }
  };
  const put = (path: string, content: string): void => {
    const folder = join(data, 'skills', 'live');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, path), content);
  };

  it('TL-4 loads the shipped ones, takes up a new one, and says why it is broken', async () => {
    expect(await until('notebook', 'ready')).toMatchObject({
      tools: ['note_add', 'note_find', 'note_remove'],
      problems: [],
    });
    await until('markdown-links', 'ready');
    put('SKILL.md', skillText('live'));
    await until('live', 'ready');
    put('tools.ts', 'export const broken =');
    expect((await until('live', 'stale')).problems[0]?.reason).not.toBe('');
    const { body } = await product.call('GET', '/api/v1/tools');
    const names = (body['tools'] as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['use_skill', 'read_skill_file', 'note_add']));
    expect((await product.call('POST', '/api/v1/skills/reload', {})).status).toBe(200);
  });

  it('TL-4 lists them on the command line, in both languages', async () => {
    await until('notebook', 'ready');
    const run = (...args: string[]) =>
      runCli(['skill', 'list', ...args], { HOLDFAST_DATA_DIR: data, HOLDFAST_LANG: 'en' }).done;
    expect((await run()).stdout).toMatch(/notebook\s+[0-9a-f]{12}\s+ready/);
    expect((await run('--lang', 'zh')).stdout).toContain('就绪');
    expect(JSON.parse((await run('--json')).stdout)).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'notebook', state: 'ready' })]),
    );
  });
});
