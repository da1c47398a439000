import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../testing-process.ts', import.meta.url));
const NOBODY = 65_534;
const COMMANDS = {
  id: ['id', '-u'],
  status: ['cat', '/proc/self/status'],
  outside: ['ls', '/root/.bashrc', '/etc/shadow', '/var'],
  network: ['cat', '/proc/net/dev'],
  write: [
    'sh',
    '-c',
    'for path in /x /dev/x /etc/x /input/x /usr/x; do touch $path && echo wrote $path; done; touch own',
  ],
  // An unprivileged service shares its user with others: their processes must not count against the sandbox.
  fork: ['sh', '-c', 'for i in 1 2 3 4 5 6 7 8; do sleep 0.1 & done; wait; echo fine'],
  count: ['perl', '-e', 'while ($n < 400 && defined($pid = fork)) { $pid or sleep(100), exit; $n++ } print $n'],
  namespaces: ['unshare', '-Ur', 'id'],
} satisfies Record<string, string[]>;

interface Result {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** What an engine of level process promises where the service is not root. `whyNot`: why it cannot work for that user. */
export function unprivilegedConformance(
  engine: 'bubblewrap' | 'namespaces',
  whyNot: (user: { uid: number; gid: number }) => string | undefined,
): void {
  describe(`${engine} under an unprivileged service (SB-1, QA-4)`, () => {
    it('isolates by a user namespace as it does for root', async (ctx) => {
      if (process.getuid?.() !== 0) return ctx.skip('the conformance suite itself already runs unprivileged');
      const reason = whyNot({ uid: NOBODY, gid: NOBODY });
      if (reason !== undefined) return ctx.skip(reason);
      const results = await promisify(execFile)(
        process.execPath,
        [PROGRAM, JSON.stringify(Object.values(COMMANDS)), engine],
        {
          uid: NOBODY,
          gid: NOBODY,
          cwd: '/',
          env: { TMPDIR: tmpdir() },
        },
      );
      const [created, ...rest] = results.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
      const left = rest.pop();
      const result = Object.fromEntries(Object.keys(COMMANDS).map((name, i) => [name, rest[i] as Result]));
      expect(created).toMatchObject({ engine });
      expect(result['id']?.stdout).toBe('1000\n');
      for (const line of ['CapEff:\t0000000000000000', 'NoNewPrivs:\t1', 'Seccomp:\t2']) {
        expect(result['status']?.stdout).toContain(line);
      }
      expect(result['outside']).toMatchObject({ stdout: '', exitCode: 2 });
      expect(result['network']?.stdout.trim().split('\n').slice(2)).toHaveLength(1);
      expect(result['write']).toMatchObject({ stdout: '', exitCode: 0 });
      expect(result['fork']).toMatchObject({ stdout: 'fine\n', stderr: '' });
      expect(Number(result['count']?.stdout)).toBeGreaterThan(200);
      expect(Number(result['count']?.stdout)).toBeLessThan(256);
      expect(result['namespaces']?.exitCode).not.toBe(0);
      expect(left).toEqual({ left: [] });
    });
  });
}
