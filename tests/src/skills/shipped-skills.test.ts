import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { silentLogger, systemClock } from '@holdfast/telemetry';
import { checkSkill } from '@holdfast/tools';
import { afterAll, expect, it } from 'vitest';

import { describeInCage } from '../../../services/sandbox/src/testing-cage.ts';
import { SkillsConfigSchema } from '../../../services/tools/src/skills/config.ts';
import { openSandboxService } from '../support/sandbox-service.ts';

const SHIPPED = fileURLToPath(new URL('../../../skills/', import.meta.url));
const names = await readdir(SHIPPED);

describeInCage('the skills that are shipped, in a real sandbox (TL-4)', () => {
  const sandbox = openSandboxService();
  afterAll(() => sandbox.close());

  it.each(names)('TL-4 %s passes its own examples', async (name) => {
    const report = await checkSkill(`${SHIPPED}${name}`, {
      sandbox,
      config: SkillsConfigSchema.parse({}),
      clock: systemClock,
      logger: silentLogger(),
      env: {},
    });
    expect(report.problems).toEqual([]);
    expect(report.examples.filter(({ why }) => why !== '')).toEqual([]);
    expect(report.examples.length).toBeGreaterThan(2);
    expect(report.ok).toBe(true);
  });
});
