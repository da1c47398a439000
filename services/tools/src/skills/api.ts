import { create, type SkillsApi, skillspb } from '@holdfast/protocol';

import type { SkillSource } from './source.ts';
import type { SkillStatus } from './status.ts';

const STATES: Readonly<Record<SkillStatus['state'], skillspb.SkillState>> = {
  loading: skillspb.SkillState.LOADING,
  ready: skillspb.SkillState.READY,
  stale: skillspb.SkillState.STALE,
  broken: skillspb.SkillState.BROKEN,
  hidden: skillspb.SkillState.HIDDEN,
};

/** What the protocol says of skills. */
export function skillsApi(source: SkillSource): SkillsApi {
  const all = () => source.status().map(skillOf);
  return {
    async listSkills() {
      return create(skillspb.ListSkillsResponseSchema, { skills: all() });
    },
    async reloadSkills() {
      await source.reload();
      return create(skillspb.ReloadSkillsResponseSchema, { skills: all() });
    },
  };
}

function skillOf({ state, problems, tools, ...rest }: SkillStatus): skillspb.Skill {
  return create(skillspb.SkillSchema, {
    ...rest,
    state: STATES[state],
    tools: [...tools],
    problems: problems.map(({ file, line, reason, severity }) => ({
      file,
      line,
      reason,
      warning: severity === 'warning',
    })),
  });
}
