import type { LiveSandbox } from '@holdfast/sandbox';

/** Runs a command in a sandbox of E2B's API to its end. Throws where it fails. */
export async function execLive(sandbox: LiveSandbox, ...argv: [string, ...string[]]): Promise<void> {
  const child = await sandbox.made.box.agent.spawn({
    argv,
    env: { PATH: '/usr/bin:/bin' },
    cwd: '/',
    user: 'user',
    stdin: false,
    endTree: true,
  });
  child.stdout.resume();
  child.stderr.resume();
  const { exitCode } = await child.exited;
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with exit code ${exitCode}`);
}
