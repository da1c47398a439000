import { create, type McpApi, mcppb, type SkillsApi, skillspb } from '@holdfast/protocol';
import { expect, it } from 'vitest';

import { checkMcp, checkSkills } from './tools.ts';

const mcpOf = (init: Parameters<typeof create<typeof mcppb.ListServersResponseSchema>>[1]) =>
  ({ listServers: async () => create(mcppb.ListServersResponseSchema, init) }) as unknown as McpApi;
const skillsOf = (init: Parameters<typeof create<typeof skillspb.ListSkillsResponseSchema>>[1]) =>
  ({ listSkills: async () => create(skillspb.ListSkillsResponseSchema, init) }) as unknown as SkillsApi;
const { McpState } = mcppb;

it('says nothing of MCP servers where there are none, and what is wrong where there are (TL-5)', async () => {
  expect(await checkMcp(mcpOf({}))).toEqual([]);
  const ready = { name: 'a', state: McpState.READY };
  expect(await checkMcp(mcpOf({ servers: [ready] }))).toMatchObject([{ id: 'mcp', status: 'ok' }]);
  const away = { name: 'b', state: McpState.OPEN, instances: [{ lastError: 'It is gone.' }] };
  const [found, etcd] = await checkMcp(
    mcpOf({ servers: [ready, away], discoveries: [{ name: 'file' }, { name: 'etcd', problem: 'No answer.' }] }),
  );
  expect(found).toMatchObject({ status: 'warn', summary: '1 of 2 MCP servers are ready.', detail: 'b: It is gone.' });
  expect(etcd).toMatchObject({ id: 'mcp etcd', status: 'warn', summary: 'No answer.' });
  const drifted = { ...ready, drift: [{ tool: 'x', kind: 'changed' }] };
  expect((await checkMcp(mcpOf({ servers: [drifted] })))[0]).toMatchObject({ status: 'warn' });
});

it('names the file and the line of a broken skill (TL-4)', async () => {
  const { SkillState } = skillspb;
  expect(await checkSkills(skillsOf({}))).toEqual([]);
  expect(await checkSkills(skillsOf({ skills: [{ name: 'a', state: SkillState.READY }] }))).toMatchObject([
    { id: 'skills', status: 'ok', summary: '1 skills.' },
  ]);
  const problems = [
    { reason: 'only a warning', warning: true },
    { file: 'tools/a.ts', line: 3, reason: 'no luck' },
  ];
  const stale = { name: 'a', state: SkillState.STALE, version: 'abc', problems };
  expect((await checkSkills(skillsOf({ skills: [stale] })))[0]).toMatchObject({
    status: 'warn',
    detail: 'a: no luck (tools/a.ts:3); its last good version is in use',
  });
});
