import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { create, sandboxpb, toolspb } from '@holdfast/protocol';
import { afterEach, describe, expect, it } from 'vitest';

import { openTestTools, type TestTools } from '../testing.ts';
import type { ExecEvent, ToolContext } from '../tool.ts';
import { bashTool } from './tool.ts';

const OPTIONS = { allow: [], timeoutMs: 30_000, maxTimeoutMs: 600_000 };

/** Plays a sandbox that says exactly this. */
function contextOf(events: readonly ExecEvent[]): ToolContext {
  return {
    tenant: 'default',
    subject: 'ada',
    user: 'ada',
    agent: '',
    traceparent: '',
    runId: 'run',
    actionId: 'a1',
    idempotencyKey: 'run:a1',
    attempt: 1,
    signal: new AbortController().signal,
    workspace: '/nowhere',
    inputs: new Map(),
    monotonic: () => 0,
    remainingMs: () => 1000,
    emit: async () => undefined,
    async *exec() {
      yield* events;
    },
    ready: async () => undefined,
  };
}

function exited(reason: sandboxpb.ExitReason, exitCode: number, signal = ''): ExecEvent {
  const value = create(sandboxpb.ExitedSchema, { reason, exitCode, signal, durationMs: 12.4 });
  return { event: { case: 'exited', value } };
}

describe('TL-2: the bash tool', () => {
  let open: TestTools | undefined;
  afterEach(async () => {
    await open?.close();
    open = undefined;
  });

  it('runs an allowed line, streams both outputs, and reports the exit code as no failure', async () => {
    open = await openTestTools({ modules: [bashTool(OPTIONS)] });
    const { result, value, events } = await open.call('bash', { command: 'echo out; ls nothing; grep -q x <<< y' });
    expect(result.ok).toBe(true);
    expect(value).toMatchObject({ exit_code: 1, stdout: 'out\n', truncated: false, reason: 'exited' });
    expect(value['stderr']).toContain('nothing');
    const shown = events.flatMap((event) => (event.case === 'output' ? [event.value.text] : []));
    expect(shown.join('')).toContain('out\n');
  });

  it('refuses before anything is started, and says which word broke which rule', async () => {
    open = await openTestTools({ modules: [bashTool(OPTIONS)] });
    const args = { command: 'git -c alias.x=!sh log' };
    const prepared = await open.tools.prepareCall(
      create(toolspb.PrepareCallRequestSchema, { runId: 'run_1', tool: 'bash', arguments: args }),
    );
    expect(prepared.problem).toMatchObject({ code: 'REFUSED' });
    expect(prepared.problem?.message).toContain('`git -c` is not allowed');
    const { result } = await open.call('bash', args);
    expect(result).toMatchObject({ ok: false, code: 'REFUSED' });
    expect(open.sandbox.created).toEqual([]);
    const outside = await open.call('bash', { command: 'ls', cwd: '/workspace/../etc' });
    expect(outside.result.code).toBe('INVALID_ARGUMENT');
  });

  it('tells the effect of each line', () => {
    const tool = bashTool(OPTIONS);
    const effects = ['ls | wc -l', 'ls > /dev/null', 'mkdir -p a && touch a/b', 'ls > a', 'rm a', 'python3'].map(
      (command) => tool.effectOf?.({ command }),
    );
    expect(effects).toEqual(['read', 'read', 'idempotent', 'write', 'write', 'read']);
  });

  it('lets the operator add commands, and nothing with a path', () => {
    const tool = bashTool({ ...OPTIONS, allow: ['cloc'] });
    expect(tool.check?.({ command: 'cloc --by-file src | head' })).toBeUndefined();
    expect(tool.check?.({ command: './cloc' })).toMatchObject({ code: 'REFUSED' });
    expect(tool.description).toContain('cloc');
    expect(bashTool(OPTIONS).check?.({ command: 'cloc' })).toMatchObject({ code: 'REFUSED' });
  });

  it('keeps long output whole in a file, also when asked twice', async () => {
    open = await openTestTools({ modules: [bashTool(OPTIONS)] });
    for (const times of [1, 2]) {
      const { value } = await open.call('bash', { command: 'seq 1 100000' }, { actionId: 'step/1' });
      expect(value, `call ${times}`).toMatchObject({
        exit_code: 0,
        truncated: true,
        stdout_file: '/workspace/.holdfast/output/step_1.stdout',
      });
      expect((value['stdout'] as string).length).toBeLessThan(34 * 1024);
      expect(value['stdout']).toMatch(/^1\n2\n[^]*bytes left out here; the whole is in[^]*\n100000\n$/);
      const kept = await readFile(join(open.workspace, '.holdfast/output/step_1.stdout'), 'utf8');
      expect(kept.split('\n').length).toBe(100_001);
    }
  });

  it('writes through no link that a run has put where output is kept', async () => {
    open = await openTestTools({ modules: [bashTool(OPTIONS)] });
    const victim = join(open.workspace, 'victim');
    await writeFile(victim, 'safe');
    await mkdir(join(open.workspace, '.holdfast/output'), { recursive: true });
    await symlink(victim, join(open.workspace, '.holdfast/output/a1.stdout'));
    const { value } = await open.call('bash', { command: 'seq 1 100000' });
    expect(value).toMatchObject({ exit_code: 0, truncated: true });
    expect(value['stdout']).toContain('could not be kept');
    expect(await readFile(victim, 'utf8')).toBe('safe');
  });

  it('ends a call that is aborted, with its processes', async () => {
    open = await openTestTools({ modules: [bashTool(OPTIONS)] });
    const controller = new AbortController();
    const request = open.request('bash', { command: 'echo begins; sleep 1000' });
    let last: string | undefined;
    for await (const { event } of open.tools.callTool(request, { signal: controller.signal })) {
      if (event.case === 'output') controller.abort();
      if (event.case === 'result') last = event.value.code;
    }
    expect(last).toBe('CANCELED');
    await expect.poll(() => open?.sandbox.running).toBe(0);
  });

  it('keeps what was printed when the sandbox ends the command for its time', async () => {
    const stdout: ExecEvent = { event: { case: 'stdout', value: Buffer.from('part') } };
    const run = (events: readonly ExecEvent[]) =>
      bashTool(OPTIONS).run({ command: 'sleep 100', timeout_ms: 500 }, contextOf(events));
    expect(await run([stdout, exited(sandboxpb.ExitReason.TIMED_OUT, 137, 'SIGKILL')])).toMatchObject({
      ok: false,
      code: 'TIMED_OUT',
      value: { stdout: 'part', reason: 'timed_out', duration_ms: 12 },
    });
    expect(await run([exited(sandboxpb.ExitReason.SIGNALED, 139, 'SIGSEGV')])).toMatchObject({
      ok: true,
      value: { exit_code: 139, reason: 'signaled', signal: 'SIGSEGV' },
    });
    expect(await run([exited(sandboxpb.ExitReason.CANCELED, 137)])).toMatchObject({ ok: false, code: 'CANCELED' });
    expect(await run([stdout])).toMatchObject({ ok: false, code: 'TOOL_FAILED', value: { stdout: 'part' } });
  });

  it('gives 30 s where none are asked for, and the sandbox a little less than the call', () => {
    const tool = bashTool(OPTIONS);
    expect(tool.timeoutOf?.({ command: 'ls' })).toBe(35_000);
    expect(tool.timeoutOf?.({ command: 'ls', timeout_ms: 1000 })).toBe(6000);
    expect(tool.input.parse({ command: 'ls', timeout_ms: 600_001 }).problem).toContain('timeout_ms');
  });
});
