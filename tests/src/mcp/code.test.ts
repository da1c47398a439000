import type { Client } from '@modelcontextprotocol/client';
import type { SandboxService } from '@holdfast/sandbox';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { createGateway, type Gateway } from '../../../services/gateway/src/gateway.ts';
import { testDeps } from '../../../services/gateway/src/testing.ts';
import { describeInCage } from '../../../services/sandbox/src/testing-cage.ts';
import { ownTmp } from '../support/own-tmp.ts';
import { openSandboxService } from '../support/sandbox-service.ts';
import { connectClient } from './support/client.ts';
import { keyOf } from './support/key.ts';

describeInCage('code by MCP, in a real sandbox (TL-5, SB-1)', () => {
  let sandbox: SandboxService;
  let gateway: Gateway;
  let client: Client;
  let remove: () => Promise<void>;
  let tmp: ReturnType<typeof ownTmp>;
  beforeAll(async () => {
    tmp = ownTmp();
    sandbox = openSandboxService();
    const made = await testDeps();
    remove = made.remove;
    gateway = await createGateway({ ...made.deps, sandbox });
    const url = await gateway.listen();
    ({ client } = await connectClient(url, await keyOf(made.deps.dataDir), '2025-11-25'));
  });
  afterAll(async () => {
    await client.close();
    await gateway.close();
    await sandbox.close();
    await remove();
    tmp.remove();
  });
  const run = async (name: string, args: Record<string, unknown>) => {
    const { content, isError, structuredContent } = await client.callTool({ name, arguments: args });
    return { isError: isError === true, value: structuredContent, text: JSON.stringify(content) };
  };

  it('runs Python, JavaScript and a shell, and tells output and exit code', async () => {
    for (const [language, code] of [
      ['python', 'import sys; print(6 * 7); print("e", file=sys.stderr)'],
      ['javascript', 'console.log(6 * 7); console.error("e")'],
      ['bash', 'echo $((6 * 7)); echo e >&2'],
    ]) {
      const { isError, value } = await run('run_code', { language, code });
      expect({ language, isError, ...(value as object) }).toMatchObject({
        language,
        isError: false,
        stdout: '42\n',
        stderr: 'e\n',
        exit_code: 0,
      });
    }
  });

  it('runs one program with its arguments and stdin, and no shell', async () => {
    const { value } = await run('run_command', { argv: ['cat', '-'], stdin: '$(id) `id`' });
    expect(value).toMatchObject({ stdout: '$(id) `id`', exit_code: 0 });
    const missing = await run('run_command', { argv: ['no-such-program'] });
    expect(missing).toMatchObject({ isError: true, value: { exit_code: 127 } });
  });

  it('keeps nothing between two calls, and leaves nothing', async () => {
    await run('run_code', {
      language: 'bash',
      code: 'echo secret >/workspace/file; echo secret >/tmp/file; sleep 1000 &',
    });
    const { value } = await run('run_code', { language: 'bash', code: 'ls -A /workspace /tmp' });
    expect(JSON.stringify(value)).not.toContain('file');
    expect((await sandbox.state()).live).toBe(0);
    expect((await tmp.list()).filter((name) => name.startsWith('holdfast-code-'))).toEqual([]);
  });

  it('ends what takes too long, and what writes too much, and says so', async () => {
    const slow = await run('run_code', { language: 'bash', code: 'sleep 1000', timeout_ms: 300 });
    expect(slow).toMatchObject({ isError: true, value: { quota: 'wall' } });
    const loud = await run('run_code', { language: 'bash', code: 'yes' });
    expect(loud).toMatchObject({ isError: true, value: { quota: 'output' } });
  });

  it('ends the program when the call is cancelled', async () => {
    const abort = new AbortController();
    const argv = ['sleep', '1000'];
    const running = client.callTool(
      { name: 'run_command', arguments: { argv, timeout_ms: 60_000 } },
      { signal: abort.signal },
    );
    while ((await sandbox.state()).live === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    abort.abort();
    await expect(running).rejects.toThrow();
    while ((await sandbox.state()).live > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('refuses what cannot be run', async () => {
    for (const wrong of [{ argv: [] }, { argv: ['true'], timeout_ms: 0 }, { argv: ['true'], egress: ['http://x'] }]) {
      const refused = await run('run_command', wrong).catch((error: Error) => ({ isError: true, text: error.message }));
      expect(refused.isError).toBe(true);
    }
    expect((await sandbox.state()).live).toBe(0);
  });
});
