import { CommandExitError, InvalidArgumentError, NotFoundError, SandboxNotFoundError, TimeoutError } from 'e2b';
import { describe, expect, it } from 'vitest';

import { useSdk } from './support/sdk.ts';

const sdk = useSdk();

describe("commands by E2B's JavaScript SDK (SB-1)", () => {
  it('runs a command and gives its output and exit code', async () => {
    const sandbox = await sdk.create();
    const { stdout, stderr, exitCode } = await sandbox.commands.run('echo "a b"; echo 错误 >&2');
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: 'a b\n', stderr: '错误\n', exitCode: 0 });
  });

  it('gives the exit code of a command that fails', async () => {
    const sandbox = await sdk.create();
    const failed = await sandbox.commands.run('echo out; exit 3').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CommandExitError);
    expect(failed).toMatchObject({ exitCode: 3, stdout: 'out\n' });
  });

  it('streams output while the command runs', async () => {
    const sandbox = await sdk.create();
    const first = Promise.withResolvers<string>();
    const handle = await sandbox.commands.run('echo one; read line; echo two', {
      background: true,
      stdin: true,
      onStdout: first.resolve,
    });
    expect(await first.promise).toBe('one\n');
    await handle.sendStdin('go\n');
    expect((await handle.wait()).stdout).toBe('one\ntwo\n');
  });

  it('runs in the home of the user, in a given folder, with given variables', async () => {
    const sandbox = await sdk.create({ envs: { FROM_SANDBOX: '1', OVER: 'sandbox' } });
    expect((await sandbox.commands.run('pwd; whoami; echo $HOME')).stdout).toBe('/home/user\nuser\n/home/user\n');
    const { stdout } = await sandbox.commands.run('pwd; echo $FROM_SANDBOX $OVER', {
      cwd: '/tmp',
      envs: { OVER: 'command' },
    });
    expect(stdout).toBe('/tmp\n1 command\n');
    expect((await sandbox.commands.run('echo $OVER')).stdout).toBe('sandbox\n');
  });

  it('refuses a folder that is not there', async () => {
    const sandbox = await sdk.create();
    await expect(sandbox.commands.run('pwd', { cwd: '/nowhere' })).rejects.toBeInstanceOf(InvalidArgumentError);
  });

  it('runs as root inside where that is asked for', async () => {
    const sandbox = await sdk.create();
    expect((await sandbox.commands.run('id -u; pwd', { user: 'root' })).stdout).toBe('0\n/root\n');
  });

  it('gives input and closes it', async () => {
    const sandbox = await sdk.create();
    const handle = await sandbox.commands.run('cat', { background: true, stdin: true });
    await handle.sendStdin('one\n');
    await sandbox.commands.sendStdin(handle.pid, new TextEncoder().encode('!@#$%^&*()_+\ntwo'));
    await handle.sendStdin('');
    await handle.closeStdin();
    expect((await handle.wait()).stdout).toBe('one\n!@#$%^&*()_+\ntwo');
  });

  it('has no input where none was asked for', async () => {
    const sandbox = await sdk.create();
    expect((await sandbox.commands.run('cat; echo end')).stdout).toBe('end\n');
  });

  it('lists what runs, with what it was started with', async () => {
    const sandbox = await sdk.create();
    const handle = await sandbox.commands.run('sleep 60', { background: true, envs: { A: '1' }, cwd: '/tmp' });
    expect(await sandbox.commands.list()).toEqual([
      { pid: handle.pid, cmd: '/bin/bash', args: ['-l', '-c', 'sleep 60'], envs: { A: '1' }, cwd: '/tmp' },
    ]);
    await handle.kill();
    await expect(handle.wait()).rejects.toBeInstanceOf(CommandExitError);
    expect(await sandbox.commands.list()).toEqual([]);
  });

  it('kills a command with all that it started', async () => {
    const sandbox = await sdk.create();
    const handle = await sandbox.commands.run('sleep 61 & sleep 62; true', { background: true });
    expect(await sandbox.commands.kill(handle.pid)).toBe(true);
    await expect(handle.wait()).rejects.toMatchObject({ exitCode: -1, error: 'signal: killed' });
    const { stdout } = await sandbox.commands.run('cat /proc/[0-9]*/cmdline | tr "\\0" " "');
    expect(stdout).not.toMatch(/sleep 6/);
    expect(await sandbox.commands.kill(999_999)).toBe(false);
  });

  it('leaves what a command put into the background', async () => {
    const sandbox = await sdk.create();
    await sandbox.commands.run('sleep 63 >/dev/null 2>&1 &');
    expect((await sandbox.commands.run('cat /proc/[0-9]*/cmdline | tr "\\0" " "')).stdout).toMatch(/sleep 63/);
  });

  it('joins a command that runs, and lets it run on when it leaves', async () => {
    const sandbox = await sdk.create();
    const handle = await sandbox.commands.run('read line; echo got $line', { background: true, stdin: true });
    await handle.disconnect();
    const again = await sandbox.commands.connect(handle.pid);
    expect(again.pid).toBe(handle.pid);
    const third = await sandbox.commands.connect(handle.pid);
    await again.sendStdin('it\n');
    expect((await again.wait()).stdout).toBe('got it\n');
    expect((await third.wait()).stdout).toBe('got it\n');
    await expect(sandbox.commands.connect(999_999)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('tells the end of a command to who joins shortly after it', async () => {
    const sandbox = await sdk.create();
    const handle = await sandbox.commands.run('exit 4', { background: true });
    await expect(handle.wait()).rejects.toMatchObject({ exitCode: 4 });
    const late = await sandbox.commands.connect(handle.pid);
    await expect(late.wait()).rejects.toMatchObject({ exitCode: 4 });
  });

  it('kills a command whose time is over, even where nobody listens any more', async () => {
    const sandbox = await sdk.create();
    await expect(sandbox.commands.run('sleep 64', { timeoutMs: 300 })).rejects.toBeInstanceOf(TimeoutError);
    const handle = await sandbox.commands.run('sleep 65', { timeoutMs: 300, background: true });
    await handle.disconnect();
    await expect.poll(() => sandbox.commands.list()).toEqual([]);
  });

  it('carries megabytes, and a reader that is slow', async () => {
    const sandbox = await sdk.create();
    let bytes = 0;
    await sandbox.commands.run('head -c 8000000 /dev/zero | tr "\\0" x', {
      onStdout: async (text) => {
        bytes += text.length;
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      },
    });
    expect(bytes).toBe(8_000_000);
  });

  it('says that the sandbox went away under a command', async () => {
    const sandbox = await sdk.create();
    const handle = await sandbox.commands.run('sleep 66', { background: true });
    const ended = handle.wait().catch((error: unknown) => error);
    await sandbox.kill();
    const error = await ended;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(String(error)).toMatch(/killed or reached its end of life/);
    await expect(sandbox.commands.run('true')).rejects.toBeInstanceOf(SandboxNotFoundError);
  });
});
