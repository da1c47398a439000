import type { Sandbox } from 'e2b';
import { describe, expect, it } from 'vitest';

import { useSdk } from './support/sdk.ts';

const sdk = useSdk();
const bytes = (text: string) => new TextEncoder().encode(text);

async function terminal(sandbox: Sandbox, options: { envs?: Record<string, string> } = {}) {
  const decoder = new TextDecoder();
  let output = '';
  const handle = await sandbox.pty.create({
    cols: 80,
    rows: 24,
    onData: (data) => {
      output += decoder.decode(data, { stream: true });
    },
    ...options,
  });
  return { handle, output: () => output };
}

describe("terminals by E2B's JavaScript SDK (SB-1)", () => {
  it('talks with a shell in a terminal', async () => {
    const sandbox = await sdk.create();
    const { handle, output } = await terminal(sandbox, { envs: { WORD: 'wort' } });
    await sandbox.pty.sendInput(handle.pid, bytes('tty; echo $WORD$TERM\nexit\n'));
    await handle.wait();
    expect(handle.exitCode).toBe(0);
    expect(output()).toContain('wortxterm-256color');
    expect(output()).toContain('/dev/pts/');
  });

  it('has the size that was asked for, and another one later', async () => {
    const sandbox = await sdk.create();
    const { handle, output } = await terminal(sandbox);
    await sandbox.pty.sendInput(handle.pid, bytes('stty size\n'));
    await expect.poll(output).toContain('24 80');
    await sandbox.pty.resize(handle.pid, { cols: 100, rows: 30 });
    await sandbox.pty.sendInput(handle.pid, bytes('stty size\nexit\n'));
    await handle.wait();
    expect(output()).toContain('30 100');
  });

  it('can be left and joined again', async () => {
    const sandbox = await sdk.create();
    const { handle } = await terminal(sandbox);
    await handle.disconnect();
    let output = '';
    const again = await sandbox.pty.connect(handle.pid, {
      onData: (data) => {
        output += new TextDecoder().decode(data);
      },
    });
    await sandbox.pty.sendInput(handle.pid, bytes('echo a$((20+3))b\nexit\n'));
    await again.wait();
    expect(output).toContain('a23b');
  });

  it('can be killed', async () => {
    const sandbox = await sdk.create();
    const { handle } = await terminal(sandbox);
    expect(await sandbox.pty.kill(handle.pid)).toBe(true);
    await expect(handle.wait()).rejects.toThrow();
    expect(await sandbox.pty.kill(handle.pid)).toBe(false);
  });
});
