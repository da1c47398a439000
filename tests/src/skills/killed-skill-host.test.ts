import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { describeInCage } from '../../../services/sandbox/src/testing-cage.ts';
import { openSkills, skillText, type TestSkills } from '../../../services/tools/src/skills/testing.ts';
import { leftBehind } from '../support/left-behind.ts';
import { openSandboxService } from '../support/sandbox-service.ts';
import { tempDir } from '../support/temp-dir.ts';

const TOOL = `
import { database, defineSkillTool } from '@holdfast/skill';
const parameters = { type: 'object' };
export const slow = defineSkillTool({
  name: 'slow', description: 'Takes a while.', parameters, effect: 'read',
  async run() { await new Promise((resolve) => setTimeout(resolve, 20)); return { done: true }; },
});
export const count = defineSkillTool({
  name: 'count', description: 'Counts.', parameters, effect: 'write', inject: { db: database() },
  async run(_, { inject: { db } }) {
    await db.schema.createTable('c').ifNotExists().addColumn('n', 'integer').execute();
    return db.transaction().execute(async (trx) => {
      await trx.insertInto('c').values({ n: 1 }).execute();
      await new Promise((resolve) => setTimeout(resolve, 5));
      const rows = await trx.selectFrom('c').select('n').execute();
      return { n: rows.length };
    });
  },
});
`;

/** Processes of this skill's box: they run our Node with the compiled skill, below this process. */
async function hostPids(): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (!command.startsWith('/input/node\0') || !command.includes('/input/skill.mjs')) continue;
    if (await isBelow(Number(name))) found.push(Number(name));
  }
  return found;
}

async function isBelow(pid: number): Promise<boolean> {
  for (let at = pid; at > 1; ) {
    if (at === process.pid) return true;
    const stat = await readFile(`/proc/${at}/stat`, 'utf8').catch(() => '');
    at = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
  }
  return false;
}

describeInCage('a killed process of a skill, under load (TL-4)', () => {
  const dataDir = tempDir();
  const sandbox = openSandboxService({}, dataDir.path);
  let skills: TestSkills;
  beforeAll(async () => {
    skills = await openSkills({ sandbox });
    await skills.put('load', {
      'holdfast.yaml': 'rights: { database: true }',
      'tools.js': TOOL,
      'SKILL.md': skillText('load'),
    });
    await skills.until('load');
    expect(skills.status('load')?.problems).toEqual([]);
  });
  afterAll(async () => {
    await skills.close();
    await sandbox.close();
    expect(await leftBehind(dataDir.path)).toEqual([]);
    dataDir.remove();
  });

  it('TL-4 tells each call that was in it, answers all others, and loses no committed row', async () => {
    const over = new AbortController();
    const told = { slow: 0, count: 0, failed: 0, other: [] as unknown[] };
    const caller = async (tool: 'slow' | 'count'): Promise<void> => {
      while (!over.signal.aborted) {
        const { ok, code, value } = await skills.call(tool, {});
        if (ok) told[tool] += 1;
        else if (code === 'TOOL_FAILED' && JSON.stringify(value).includes('ended while this call ran'))
          told.failed += 1;
        else told.other.push(value);
        await sleep(1);
      }
    };
    const load = [caller('slow'), caller('slow'), caller('slow'), caller('count')];
    let killed = 0;
    for (let round = 0; round < 5; round += 1) {
      await sleep(300);
      for (const pid of await hostPids()) {
        process.kill(pid, 'SIGKILL');
        killed += 1;
      }
      const before = told.slow;
      while (told.slow <= before) await sleep(10);
    }
    over.abort();
    await Promise.all(load);
    expect(killed).toBeGreaterThanOrEqual(5);
    expect(told.other).toEqual([]);
    expect(told.slow).toBeGreaterThan(20);
    const status = skills.status('load');
    expect(status?.lostHosts).toBe(killed);
    expect(status?.lostCalls).toBe(told.failed);
    const { n } = (await skills.call('count', {})).value;
    // A commit that was not answered any more may have taken place: at most the one that was under way at each kill.
    expect(Number(n)).toBeGreaterThan(told.count);
    expect(Number(n)).toBeLessThanOrEqual(told.count + 1 + killed);
  });
});
