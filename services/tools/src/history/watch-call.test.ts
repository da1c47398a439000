import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { commonpb, create, type JsonObject, toolspb } from '@holdfast/protocol';
import { createLogger } from '@holdfast/telemetry';
import { afterEach, expect, it } from 'vitest';

import { openTestTools, type TestTools } from '../testing.ts';

let open: TestTools | undefined;
const lines: string[] = [];
afterEach(async () => {
  await open?.close();
  open = undefined;
  lines.length = 0;
});

const start = async (): Promise<TestTools> => {
  const destination = { write: (line: string) => void lines.push(line) };
  open = await openTestTools({ logger: createLogger({ level: 'warn', destination, format: 'json' }) });
  return open;
};

async function changesOf({ tools, workspace }: TestTools) {
  const mounts = create(commonpb.MountsSchema, { workspace });
  const { changes } = await tools.listChanges(create(toolspb.ListChangesRequestSchema, { runId: 'run_1', mounts }));
  return changes;
}

it('records what a call changed before its result is given out, through the interface of the service (AG-2)', async () => {
  const test = await start();
  for await (const { event } of test.tools.callTool(test.request('write_file', { path: 'a', content: 'one' }, 't1'))) {
    if (event.case !== 'result') continue;
    const [change] = await changesOf(test);
    expect(change).toMatchObject({
      n: 1,
      actionId: 't1',
      attempt: 1,
      files: [{ path: 'a', after: { size: 3, kept: true } }],
    });
    const mounts = create(commonpb.MountsSchema, { workspace: test.workspace });
    const sha256 = change?.files[0]?.after?.sha256 ?? '';
    const wanted = create(toolspb.ReadVersionRequestSchema, { runId: 'run_1', mounts, sha256 });
    expect(Buffer.from((await test.tools.readVersion(wanted)).content).toString()).toBe('one');
  }
});

it('looks after calls that may write only: a line of bash is judged by what it does', async () => {
  const test = await start();
  const call = (tool: string, args: JsonObject, actionId: string) => test.call(tool, args, { actionId });
  await call('bash', { command: 'touch made' }, 't1');
  await writeFile(join(test.workspace, 'beside'), 'x');
  await call('bash', { command: 'ls' }, 't2');
  await call('read_file', { path: 'beside' }, 't3');
  await call('bash', { command: 'false; rm made' }, 't4');
  expect(
    (await changesOf(test)).map(({ actionId, files }) => [actionId, ...files.map(({ path }) => path).sort()]),
  ).toEqual([
    ['t1', 'made'],
    ['t4', 'beside', 'made'],
  ]);
});

it('records what a cancelled call had written by then', async () => {
  const test = await start();
  const abort = new AbortController();
  const called = test.call('bash', { command: 'echo x > early; sleep 100' }, { signal: abort.signal, actionId: 't1' });
  await expect.poll(() => test.sandbox.running).toBe(1);
  await expect
    .poll(() =>
      rm(join(test.workspace, 'early')).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  await writeFile(join(test.workspace, 'early'), 'again');
  abort.abort();
  expect((await called).result.code).toBe('CANCELED');
  expect((await changesOf(test)).map(({ actionId }) => actionId)).toEqual(['t1']);
});

it('never lets a call fail for its history: the log tells of it, and the next call makes up for it', async () => {
  const test = await start();
  await mkdir(join(dirname(test.workspace), 'history'), { recursive: true });
  await mkdir(join(dirname(test.workspace), 'history', 'log.jsonl'));
  expect((await test.call('write_file', { path: 'a', content: 'one' }, { actionId: 't1' })).result.ok).toBe(true);
  expect(lines.map((line) => JSON.parse(line) as JsonObject)).toContainEqual(
    expect.objectContaining({ run_id: 'run_1', action_id: 't1', level: 'error' }),
  );
  await rm(join(dirname(test.workspace), 'history'), { recursive: true });
  await test.call('write_file', { path: 'b', content: 'two' }, { actionId: 't2' });
  await test.call('write_file', { path: 'a', content: 'new' }, { actionId: 't3' });
  expect((await changesOf(test)).map(({ actionId, files }) => [actionId, files[0]?.path])).toEqual([
    ['t2', 'b'],
    ['t3', 'a'],
  ]);
});

it('refuses to show files of a run whose workspace is not named', async () => {
  const test = await start();
  const asked = test.tools.listChanges(create(toolspb.ListChangesRequestSchema, { runId: 'run_1' }));
  await expect(asked).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});
