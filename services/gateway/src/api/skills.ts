import { create, HoldfastError, type SkillsApi, skillspb } from '@holdfast/protocol';
import { z } from 'zod';

import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';

const STATES = {
  [skillspb.SkillState.UNSPECIFIED]: 'loading',
  [skillspb.SkillState.LOADING]: 'loading',
  [skillspb.SkillState.READY]: 'ready',
  [skillspb.SkillState.STALE]: 'stale',
  [skillspb.SkillState.BROKEN]: 'broken',
  [skillspb.SkillState.HIDDEN]: 'hidden',
} as const;

const SkillSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    version: z.string().describe('The beginning of the SHA-256 of its files; empty: no version is in use.'),
    source: z.string().describe('Its folder.'),
    state: z
      .enum(['loading', 'ready', 'stale', 'broken', 'hidden'])
      .describe('stale: the folder is broken, and its last good version is in use. hidden: another one has its name.'),
    trusted: z.boolean().describe('Whether its code runs in the service itself.'),
    tools: z.array(z.string()),
    problems: z.array(
      z.object({
        file: z.string(),
        line: z.number().int().describe('0: not known.'),
        reason: z.string(),
        warning: z.boolean(),
      }),
    ),
    hosts: z.number().int().describe('Processes of the version in use.'),
    retiring: z.number().int().describe('Replaced versions on which calls still run.'),
    lost_hosts: z.number().int().describe('Processes that ended without being told to, since the start.'),
    lost_calls: z.number().int().describe('Calls that ended with them.'),
  })
  .meta({ id: 'Skill' });

const tags = ['catalog'];

/** The skills that agents have. */
export function skillRoutes(app: App, { deps }: ApiContext): void {
  app.get(
    '/skills',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'List the skills, with what is wrong with them',
        response: { 200: z.object({ skills: z.array(SkillSchema) }) },
      },
    },
    async (request) => {
      const wanted = create(skillspb.ListSkillsRequestSchema, { caller: callerOf(request) });
      return { skills: (await skillsOf(deps.skills).listSkills(wanted)).skills.map(skillOf) };
    },
  );

  app.post(
    '/skills/reload',
    {
      config: { access: 'runs:write', audit: 'skills.reload' },
      schema: {
        tags,
        summary: 'Look at the folders of skills again',
        description: 'Changes are seen by themselves; this is for file systems that do not tell of them.',
        response: { 200: z.object({ skills: z.array(SkillSchema) }) },
      },
    },
    async (request) => {
      const wanted = create(skillspb.ReloadSkillsRequestSchema, { caller: callerOf(request) });
      return { skills: (await skillsOf(deps.skills).reloadSkills(wanted)).skills.map(skillOf) };
    },
  );
}

function skillsOf(skills: SkillsApi | undefined): SkillsApi {
  if (skills) return skills;
  throw new HoldfastError('UNAVAILABLE', 'This server has no skills.');
}

function skillOf(skill: skillspb.Skill): z.input<typeof SkillSchema> {
  const { name, description, version, source, trusted, tools, hosts, retiring, lostHosts, lostCalls } = skill;
  return {
    name,
    description,
    version,
    source,
    state: STATES[skill.state],
    trusted,
    tools,
    problems: skill.problems.map(({ file, line, reason, warning }) => ({ file, line, reason, warning })),
    hosts,
    retiring,
    lost_hosts: lostHosts,
    lost_calls: lostCalls,
  };
}
