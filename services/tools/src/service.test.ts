import { readFile } from 'node:fs/promises';

import { commonpb, create, HoldfastError, toolspb } from '@holdfast/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { ToolsConfigSchema } from './config.ts';
import { openTestTools, type TestTools } from './testing.ts';
import { defineTool } from './tool.ts';

let open: TestTools | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const text = z.strictObject({ text: z.string().max(10).default('x') });
const base = { description: '', parameters: text, effect: 'write', approval: 'none', timeoutMs: 10_000 } as const;
const modules = [
  defineTool({ ...base, name: 'echo', run: async (args) => ({ ok: true, value: { text: args.text } }) }),
  defineTool({
    ...base,
    name: 'throws',
    run: async () => {
      throw new Error('secret inside');
    },
  }),
  defineTool({
    ...base,
    name: 'deaf',
    timeoutMs: 50,
    run: () => new Promise<never>(() => undefined),
  }),
  defineTool({ ...base, name: 'large', run: async () => ({ ok: true, value: { text: 'a'.repeat(2_000_000) } }) }),
  defineTool({
    ...base,
    name: 'sleeps',
    async run(_, context) {
      await context.emit({ type: 'progress', fraction: -1, message: 'begins' });
      for await (const _event of context.exec(['sleep', '1000']))
        await context.emit({ type: 'progress', fraction: 0, message: '' });
      return { ok: true, value: {} };
    },
  }),
  defineTool({
    ...base,
    name: 'chatty',
    async run(_, context) {
      let said = 0;
      for (; said < 1000; said += 1) await context.emit({ type: 'output', stream: 'stdout', text: String(said) });
      return { ok: true, value: { said } };
    },
  }),
  defineTool({
    ...base,
    name: 'known',
    effectOf: ({ text: given }) => (given === 'look' ? 'read' : 'write'),
    check: ({ text: given }) => (given === 'bad' ? { code: 'REFUSED', message: 'bad is refused' } : undefined),
    reconcile: async () => ({ verdict: 'done', outcome: { ok: true, value: { found: true } } }),
    run: async () => ({ ok: true, value: {} }),
  }),
];

describe('the tools service', () => {
  it('names the nearest tool where there is none of that name', async () => {
    open = await openTestTools();
    const { result, value } = await open.call('raed_file', { path: 'x' });
    expect(result).toMatchObject({ ok: false, code: 'TOOL_UNKNOWN' });
    expect(value['message']).toContain('Did you mean "read_file"?');
  });

  it('says which argument does not fit, before and in the call', async () => {
    open = await openTestTools({ modules });
    const prepared = await open.tools.prepareCall(
      create(toolspb.PrepareCallRequestSchema, { tool: 'echo', arguments: { text: 5, texd: '' } }),
    );
    expect(prepared.problem?.code).toBe('INVALID_ARGUMENT');
    expect(prepared.problem?.message).toMatch(/text: .*string.*texd.*It takes text \(optional\)/s);
    const { result } = await open.call('echo', { text: 'more than ten characters' });
    expect(result).toMatchObject({ ok: false, code: 'INVALID_ARGUMENT' });
  });

  it('tells effect, approval and refusal of this very call', async () => {
    open = await openTestTools({ modules, config: { approvals: { known: 'always' } } });
    const prepare = (given: string) =>
      open?.tools.prepareCall(create(toolspb.PrepareCallRequestSchema, { tool: 'known', arguments: { text: given } }));
    expect(await prepare('look')).toMatchObject({
      effect: commonpb.Effect.READ,
      approval: toolspb.Approval.ALWAYS,
      reconcilable: true,
    });
    expect(await prepare('do')).toMatchObject({ effect: commonpb.Effect.WRITE });
    expect((await prepare('bad'))?.problem).toMatchObject({ code: 'REFUSED', message: 'bad is refused' });
  });

  it('turns what a tool throws into a result without its inside', async () => {
    open = await openTestTools({ modules });
    const { result, value } = await open.call('throws', {});
    expect(result).toMatchObject({ ok: false, code: 'TOOL_FAILED' });
    expect(JSON.stringify(value)).not.toContain('secret');
  });

  it('ends a call whose tool does not heed its time-out', async () => {
    open = await openTestTools({ modules });
    const { result, value } = await open.call('deaf', {});
    expect(result.code).toBe('TIMED_OUT');
    expect(value['message']).toContain('50 ms');
  });

  it('kills the processes of a cancelled call', async () => {
    open = await openTestTools({ modules });
    const abort = new AbortController();
    const codes: string[] = [];
    for await (const { event } of open.tools.callTool(open.request('sleeps', {}), { signal: abort.signal })) {
      if (event.case === 'progress') setTimeout(() => abort.abort(), 20);
      if (event.case === 'result') codes.push(event.value.code);
    }
    expect(codes).toEqual(['CANCELED']);
    await expect.poll(() => open?.sandbox.running).toBe(0);
  });

  it('kills the processes of a call that nobody reads any more', async () => {
    open = await openTestTools({ modules });
    for await (const { event } of open.tools.callTool(open.request('sleeps', {}))) {
      if (event.case === 'progress') break;
    }
    await expect.poll(() => open?.sandbox.running).toBe(0);
  });

  it('holds a tool back while its reader waits (AG-4)', async () => {
    open = await openTestTools({ modules });
    const reader = open.tools.callTool(open.request('chatty', {}))[Symbol.asyncIterator]();
    await reader.next();
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    const { value: second } = await reader.next();
    expect(second?.event).toMatchObject({ case: 'output', value: { text: '1' } });
    let last = second;
    for (let next = await reader.next(); !next.done; next = await reader.next()) last = next.value;
    expect(last?.event).toMatchObject({ case: 'result', value: { value: { said: 1000 } } });
  });

  it('keeps a result that is too large in a file', async () => {
    open = await openTestTools({ modules });
    const { value } = await open.call('large', {});
    expect(value).toMatchObject({ truncated: true, bytes: 2_000_011 });
    const file = z.string().parse(value['file']).replace('/workspace', open.workspace);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ text: 'a'.repeat(2_000_000) });
  });

  it('reconciles where the tool can, and says unknown where it cannot', async () => {
    open = await openTestTools({ modules });
    const { $typeName: _, attempt: __, ...fields } = open.request('known', {});
    const ask = (tool: string) => open?.tools.reconcile(create(toolspb.ReconcileRequestSchema, { ...fields, tool }));
    expect(await ask('known')).toMatchObject({
      verdict: toolspb.Reconciliation.DONE,
      result: { ok: true, value: { found: true } },
    });
    expect(await ask('echo')).toMatchObject({ verdict: toolspb.Reconciliation.UNKNOWN });
  });

  it('lists every shipped tool with a JSON Schema that is an object', async () => {
    open = await openTestTools();
    const { tools } = await open.tools.listTools(create(toolspb.ListToolsRequestSchema));
    expect(tools.map(({ name }) => name)).toContain('write_file');
    for (const tool of tools) expect(tool.parameters).toMatchObject({ type: 'object', additionalProperties: false });
    expect(tools.filter((tool) => tool.asksHuman).map(({ name }) => name)).toEqual(['ask_human']);
  });

  it('refuses an approval of a tool that is not there', async () => {
    await expect(openTestTools({ config: { approvals: { bahs: 'always' } } })).rejects.toSatisfy(
      (error) => HoldfastError.has(error, 'CONFIG_INVALID') && error.message.includes('tools.approvals.bahs'),
    );
    expect(ToolsConfigSchema.safeParse({ bash: { alow: [] } }).success).toBe(false);
  });
});

describe('the sandbox of a run', () => {
  const search = { pattern: 'needle' };

  it('is made once, when first needed, and ended with the run', async () => {
    open = await openTestTools();
    await open.call('list_files', {});
    expect(open.sandbox.created.length).toBeLessThanOrEqual(1);
    await Promise.all([open.call('search_files', search), open.call('search_files', search)]);
    expect(open.sandbox.created.length).toBe(1);
    await open.tools.releaseRun(create(toolspb.ReleaseRunRequestSchema, { runId: 'run_1' }));
    await open.tools.releaseRun(create(toolspb.ReleaseRunRequestSchema, { runId: 'run_1' }));
    expect(open.sandbox.destroyed).toEqual(['sandbox-1']);
  });

  it('is made again where the sandbox service was restarted', async () => {
    open = await openTestTools();
    await open.call('search_files', search);
    open.sandbox.live.clear();
    expect((await open.call('search_files', search)).result.ok).toBe(true);
    expect(open.sandbox.created.length).toBe(2);
  });
});
