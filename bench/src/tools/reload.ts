import { openSkills, skillText, type TestSkills } from '../../../services/tools/src/skills/testing.ts';
import { openSandboxService } from '../../../tests/src/support/sandbox-service.ts';
import type { FigureGroup } from '../groups.ts';
import { percentile } from '../report.ts';
import { timed } from '../rounds.ts';

const EDITS = 20;
const NO_SANDBOX = 'this machine has no sandbox of level process (holdfast doctor says what to install)';

/** From the change of a file of a skill until a call is answered by the new version, in the real sandbox. */
export const reload: FigureGroup = {
  name: 'reload',
  async whyNot() {
    const sandbox = openSandboxService();
    try {
      return (await sandbox.best()).engine === '' ? NO_SANDBOX : undefined;
    } finally {
      await sandbox.close();
    }
  },
  async measure() {
    const sandbox = openSandboxService();
    const skills = await openSkills({ sandbox });
    const times: number[] = [];
    try {
      await put(skills, 0);
      await skills.until('bench');
      for (let n = 1; n <= EDITS; n += 1) {
        times.push(
          await timed(async () => {
            await put(skills, n);
            while ((await skills.call('version', {})).value['n'] !== n);
          }),
        );
      }
    } finally {
      await skills.close();
      await sandbox.close();
    }
    return [
      {
        name: 'from a changed skill to its first answer (median)',
        value: percentile(times, 50),
        unit: 'ms',
        budget: 1000,
      },
      { name: 'the same, 95th percentile', value: percentile(times, 95), unit: 'ms', budget: 1000 },
    ];
  },
};

async function put(skills: TestSkills, n: number): Promise<void> {
  await skills.put('bench', {
    'SKILL.md': skillText('bench'),
    'tools/version.ts': `
import { defineSkillTool } from '@holdfast/skill';
export const version = defineSkillTool({
  name: 'version', description: 'Says the version.', parameters: { type: 'object' }, effect: 'read',
  run: () => ({ n: ${n} }),
});
`,
  });
}
