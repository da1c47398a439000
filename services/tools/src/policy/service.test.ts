import { readFile } from 'node:fs/promises';

import { create, type JsonObject, toolspb } from '@holdfast/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { openTestTools, type TestTools } from '../testing.ts';
import { defineTool, type ToolModule } from '../tool.ts';

let open: TestTools | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

let ran = 0;

function tool(name: string, of: Partial<ToolModule> = {}): ToolModule {
  const parameters = z.strictObject({ size: z.int().default(0) });
  const plain = defineTool({
    name,
    description: `Buys things: ${name}.`,
    parameters,
    effect: 'write',
    approval: 'none',
    timeoutMs: 5000,
    async run({ size }) {
      ran += 1;
      return { ok: true, value: { text: '字'.repeat(size) } };
    },
  });
  return { ...plain, ...of };
}

const modules = [
  tool('mcp__shop__buy', { source: 'mcp', deferred: true }),
  tool('mcp__shop__refund', { source: 'mcp', deferred: true }),
  tool('echo', { preview: async () => ({ would: 'echo' }) }),
];

async function openWith(rules: JsonObject[]): Promise<TestTools> {
  ran = 0;
  open = await openTestTools({ modules, config: { policy: { rules }, search: { show_at_most: 0 } } });
  return open;
}

const listed = async ({ tools }: TestTools) =>
  (await tools.listTools(create(toolspb.ListToolsRequestSchema))).tools.map(({ name }) => name);
const prepare = ({ tools }: TestTools, name: string) =>
  tools.prepareCall(create(toolspb.PrepareCallRequestSchema, { runId: 'run_1', tool: name, arguments: {} }));
const dryRun = ({ tools }: TestTools, name: string, args: JsonObject = {}) =>
  tools.dryRun(create(toolspb.DryRunRequestSchema, { runId: 'run_1', tool: name, arguments: args }));

describe('tools under a policy (TL-5)', () => {
  it('TL-5: a denied tool is not listed, not found, not prepared and not run', async () => {
    const tools = await openWith([{ tools: ['*__refund'], access: 'deny' }]);
    expect(await listed(tools)).toEqual(['mcp__shop__buy', 'echo', 'find_tools']);
    const found = await tools.call('find_tools', { query: 'mcp__shop__refund' });
    expect(JSON.stringify(found.value)).not.toContain('refund');
    expect((await prepare(tools, 'mcp__shop__refund')).problem?.code).toBe('REFUSED');
    expect((await dryRun(tools, 'mcp__shop__refund', { size: 'x' })).call?.problem?.code).toBe('REFUSED');
    expect((await tools.call('mcp__shop__refund', {})).result).toMatchObject({ ok: false, code: 'REFUSED' });
    expect(ran).toBe(0);
  });

  it('TL-5: find_tools gives what a call needs, and is not there where there is nothing to find', async () => {
    const tools = await openWith([]);
    const { value } = await tools.call('find_tools', { query: 'refund a purchase', limit: 1 });
    expect(value['tools']).toMatchObject([
      { name: 'mcp__shop__refund', source: 'mcp', parameters: { type: 'object' } },
    ]);
    await tools.close();
    open = await openTestTools({ modules: [tool('echo')] });
    expect(await listed(open)).toEqual(['echo']);
  });

  it('bad input: find_tools refuses a query of nothing and more than ten', async () => {
    const tools = await openWith([]);
    expect((await tools.call('find_tools', { query: ' ' })).result.code).toBe('INVALID_ARGUMENT');
    expect((await tools.call('find_tools', { query: 'a', limit: 11 })).result.code).toBe('INVALID_ARGUMENT');
    expect((await tools.call('find_tools', { query: 'zzzz qqqq' })).value).toMatchObject({
      tools: [],
      note: expect.stringContaining('No tool fits'),
    });
  });

  it('TL-5: a call above its rate or its budget is told so beforehand, and is not made', async () => {
    const tools = await openWith([
      { tools: ['mcp__shop__buy'], rate: { calls: 1, per: 'hour' } },
      { tools: ['mcp__shop__refund'], usd_per_call: 2, budget: { run_usd: 3 } },
    ]);
    expect((await tools.call('mcp__shop__buy', {})).result.ok).toBe(true);
    expect((await prepare(tools, 'mcp__shop__buy')).problem?.code).toBe('RATE_LIMITED');
    expect((await tools.call('mcp__shop__buy', {})).result.code).toBe('RATE_LIMITED');
    expect((await tools.call('mcp__shop__refund', {})).result.ok).toBe(true);
    expect((await prepare(tools, 'mcp__shop__refund')).problem?.code).toBe('LIMIT_EXCEEDED');
    expect((await tools.call('mcp__shop__refund', {})).result.code).toBe('LIMIT_EXCEEDED');
    expect(ran).toBe(2);
  });

  it('a call whose arguments do not fit costs nothing', async () => {
    const tools = await openWith([{ tools: ['*'], rate: { calls: 1, per: 'hour' }, usd_per_call: 1 }]);
    expect((await tools.call('echo', { size: 'much' })).result.code).toBe('INVALID_ARGUMENT');
    expect((await tools.call('echo', {})).result.ok).toBe(true);
  });

  it('TL-5: a rule sets approval, time-out and how much of a result is shown', async () => {
    const rules = [{ tools: ['echo'], approval: 'always', timeout_ms: 1000, max_result_bytes: 2048 }];
    const tools = await openWith(rules);
    expect(await prepare(tools, 'echo')).toMatchObject({ approval: toolspb.Approval.ALWAYS, timeoutMs: 1000 });
    const { value } = await tools.call('echo', { size: 10_000 });
    expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThanOrEqual(2048);
    const file = z.string().parse(value['file']).replace('/workspace', tools.workspace);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ text: '字'.repeat(10_000) });
  });

  it('TL-5: of a tool that is not shipped less is shown than of a shipped one', async () => {
    const tools = await openWith([]);
    expect((await tools.call('echo', { size: 50_000 })).value).toEqual({ text: '字'.repeat(50_000) });
    const { value } = await tools.call('mcp__shop__buy', { size: 50_000 });
    expect(value).toMatchObject({
      truncated: true,
      bytes: 150_011,
      preview: { text: expect.stringContaining('left out') },
    });
    expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThanOrEqual(64 * 1024);
  });

  it('TL-5: a result that is nested without end becomes one that can be kept', async () => {
    let deep: JsonObject = {};
    for (let at = 0; at < 200_000; at += 1) deep = { in: deep };
    const nested = tool('nested', { run: async () => ({ ok: true, value: deep }) });
    open = await openTestTools({ modules: [nested] });
    const { value, result } = await open.call('nested', {});
    expect(result.ok).toBe(true);
    expect(value).toMatchObject({ truncated: true, preview: { in: { in: {} } } });
  });

  it('TL-5: a dry run tells all that is known beforehand, and neither runs nor counts', async () => {
    const tools = await openWith([
      { tools: ['echo'], rate: { calls: 5, per: 'minute' }, usd_per_call: 0.5, budget: { tenant_day_usd: 9 } },
    ]);
    await tools.call('echo', {});
    const told = await dryRun(tools, 'echo', { size: 3 });
    expect(told).toMatchObject({ costUsd: 0.5, preview: { would: 'echo' }, noPreview: '', maxResultBytes: 1_048_576 });
    expect(told.call).toMatchObject({ timeoutMs: 5000, approval: toolspb.Approval.NONE });
    expect(told.rates).toMatchObject([{ tools: 'echo', calls: 5, left: 4, per: 'minute', of: 'tenant' }]);
    expect(told.budgets).toMatchObject([{ tools: 'echo', of: 'day', limitUsd: 9, spentUsd: 0.5 }]);
    expect((await dryRun(tools, 'echo')).rates[0]?.left).toBe(4);
    expect(ran).toBe(1);
    expect(await dryRun(tools, 'echo', { size: 'x' })).toMatchObject({
      call: { problem: { code: 'INVALID_ARGUMENT' } },
    });
    expect(await dryRun(tools, 'ecko')).toMatchObject({ call: { problem: { code: 'TOOL_UNKNOWN' } } });
    expect((await dryRun(tools, 'mcp__shop__buy')).noPreview).toContain('cannot say beforehand');
  });

  it('TL-5: usage counts calls, failures and money, and shows the budgets of today', async () => {
    const tools = await openWith([{ tools: ['*'], usd_per_call: 0.5, budget: { tenant_day_usd: 2 } }]);
    await tools.call('echo', {});
    await tools.call('echo', {});
    const told = await tools.tools.listUsage(create(toolspb.ListUsageRequestSchema));
    expect(told.usage).toMatchObject([{ tool: 'echo', calls: 2, failed: 0, costUsd: 1 }]);
    expect(told.budgets).toMatchObject([{ tools: '*', of: 'day', limitUsd: 2, spentUsd: 1 }]);
    const odd = tools.tools.listUsage(create(toolspb.ListUsageRequestSchema, { since: "'; drop" }));
    await expect(odd).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
