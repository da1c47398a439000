import { create, type McpApi, mcppb, type SkillsApi, skillspb } from '@holdfast/protocol';

import { type DoctorCheck, look, works } from './report.ts';

const USABLE = new Set([skillspb.SkillState.READY, skillspb.SkillState.HIDDEN, skillspb.SkillState.LOADING]);

/** MCP servers as the running server has them; nothing where there are none. They are connected anyway: none is called. */
export async function checkMcp(mcp: McpApi): Promise<DoctorCheck[]> {
  const { discoveries, servers } = await mcp.listServers(create(mcppb.ListServersRequestSchema));
  const sources = discoveries
    .filter(({ problem }) => problem !== '')
    .map(({ name, problem }) =>
      look(`mcp ${name}`, problem, 'Servers that were known stay. It is asked again by itself.'),
    );
  if (servers.length === 0) return sources;
  const away = servers.filter(({ state }) => state !== mcppb.McpState.READY);
  const drifted = servers.filter(({ drift }) => drift.length > 0).map(({ name }) => name);
  const ready = `${servers.length - away.length} of ${servers.length} MCP servers are ready.`;
  const detail = [
    ...away.map(({ instances, name }) => `${name}: ${instances.at(-1)?.lastError || 'not connected yet'}`),
    ...(drifted.length > 0 ? [`Tools have changed since they were accepted: ${drifted.join(', ')}.`] : []),
  ].join('\n');
  const isFine = away.length === 0 && drifted.length === 0;
  return [
    isFine
      ? works('mcp', ready)
      : look('mcp', ready, 'holdfast mcp list shows each; holdfast mcp test <name> tries one.', detail),
    ...sources,
  ];
}

/** Skills as the running server has them; nothing where there are none. */
export async function checkSkills(skills: SkillsApi): Promise<DoctorCheck[]> {
  const { skills: all } = await skills.listSkills(create(skillspb.ListSkillsRequestSchema));
  if (all.length === 0) return [];
  const broken = all.filter(({ state }) => !USABLE.has(state));
  if (broken.length === 0) return [works('skills', `${all.length} skills.`)];
  const detail = broken.map(({ name, problems, version }) => {
    const { file = '', line = 0, reason = '' } = problems.find(({ warning }) => !warning) ?? {};
    const where = file === '' ? '' : ` (${file}${line > 0 ? `:${line}` : ''})`;
    return `${name}: ${reason}${where}${version === '' ? '' : '; its last good version is in use'}`;
  });
  const summary = `${broken.length} of ${all.length} skills are broken.`;
  return [look('skills', summary, 'Mend the file: it is read again by itself.', detail.join('\n'))];
}
