import type { Message } from '@holdfast/models';
import { create, type ToolsApi, toolspb } from '@holdfast/protocol';
import { expect, test } from 'vitest';

import { type AgentTool, shownTools, toolsetOf } from './toolset.ts';

const tool = (name: string, deferred: boolean): AgentTool => ({
  name,
  description: name,
  parameters: {},
  deferred,
  asksHuman: false,
});

function finding(names: readonly string[], ok = true): Message {
  return { role: 'tool', callId: 'c1', name: 'find_tools', ok, value: { tools: names.map((name) => ({ name })) } };
}

test('a deferred tool is shown once find_tools has named it (TL-5)', () => {
  const tools = [tool('bash', false), tool('mcp__git__push', true), tool('mcp__git__pull', true)];
  const shown = (messages: Message[]) => shownTools(tools, messages).map(({ name }) => name);
  expect(shown([])).toEqual(['bash']);
  expect(shown([finding(['mcp__git__pull', 'gone'])])).toEqual(['bash', 'mcp__git__pull']);
  expect(shown([finding(['mcp__git__pull'], false)])).toEqual(['bash']);
  expect(
    shown([{ role: 'tool', callId: 'c', name: 'bash', ok: true, value: { tools: [{ name: 'mcp__git__push' }] } }]),
  ).toEqual(['bash']);
  for (const value of [null, 7, {}, { tools: 'x' }, { tools: [null, 3] }]) {
    expect(shown([{ role: 'tool', callId: 'c', name: 'find_tools', ok: true, value }])).toEqual(['bash']);
  }
});

test('tools are listed anew only when they have changed, and by tenant (TL-4)', async () => {
  let revision = 1;
  const asked: string[] = [];
  const listTools: ToolsApi['listTools'] = async ({ caller, knownRevision }) => {
    asked.push(`${caller?.tenant} ${knownRevision}`);
    const tools = knownRevision === revision ? [] : [create(toolspb.ToolSchema, { name: `v${revision}` })];
    return create(toolspb.ListToolsResponseSchema, { tools, revision });
  };
  const toolset = toolsetOf({ listTools } as ToolsApi, undefined);
  const names = async (tenant: string) => (await toolset(tenant)).map(({ name }) => name);
  expect(await names('a')).toEqual(['v1']);
  expect(await names('a')).toEqual(['v1']);
  expect(await names('b')).toEqual(['v1']);
  revision = 2;
  expect(await names('a')).toEqual(['v2']);
  expect(asked).toEqual(['a 0', 'a 1', 'b 0', 'a 1']);
  const allowed = async (...patterns: string[]) => (await toolsetOf({ listTools } as ToolsApi, patterns)('a')).length;
  expect(await allowed('other')).toBe(0);
  expect(await allowed('other', 'v*')).toBe(1);
  expect(await allowed('*2')).toBe(1);
  expect(await allowed('v')).toBe(0);
});
