import { copyFile, chmod, chown, mkdtemp } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Attack } from '../attack.ts';
import { told } from '../cell.ts';
import { type Probe, type Verdict, verdict } from '../probe.ts';
import { refused } from '../refused.ts';

/** CAP_CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID: all that root inside may have, over files and users of its own. */
const OF_ROOT = 0xebn;

async function sets(attack: Attack, names: readonly string[]): Promise<Verdict> {
  const said: string[] = [];
  let holds = true;
  for (const user of attack.users) {
    const { stdout } = await attack.attacker.run(['cat', '/proc/self/status'], { user });
    for (const name of names) {
      const found = BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(stdout)?.[1] ?? 'ffffffffffffffff'}`);
      const most = user === 'root' || name === 'CapBnd' ? OF_ROOT : 0n;
      holds &&= (found & ~most) === 0n;
      said.push(`${name} of ${user}: ${found.toString(16)}`);
    }
  }
  return verdict(holds, said.join('; '));
}

/** The program of the attempts in a workspace, as the host would have made it: with privileges. */
export async function privileged(attack: Attack, mode: number, withCapabilities: boolean): Promise<string> {
  const workspace = await mkdtemp(join(attack.hostFolder, 'workspace-'));
  await chmod(workspace, 0o755);
  const program = join(workspace, 'privileged');
  await copyFile(attack.program, program);
  await chown(program, 0, 0);
  await chmod(program, mode);
  if (withCapabilities) {
    // Version 2, effective; every capability permitted.
    const all = Buffer.alloc(20);
    all.writeUInt32LE(0x02000001, 0);
    all.writeUInt32LE(0xffffffff, 4);
    all.writeUInt32LE(0x000001ff, 12);
    const args = ['call', 'setxattr', `s:${program}`, 's:security.capability', `x:${all.toString('hex')}`, '20', '0'];
    const { stdout } = await promisify(execFile)(attack.program, args);
    if (!stdout.includes('result 0')) throw new Error(`the capabilities of the file could not be set: ${stdout}`);
  }
  return workspace;
}

export const capabilities: readonly Probe[] = [
  {
    id: 'capability-sets',
    class: 'capabilities',
    title: 'have a capability: effective, permitted, inheritable or ambient',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    run: (attack) => sets(attack, ['CapEff', 'CapPrm', 'CapInh', 'CapAmb']),
  },
  {
    id: 'bounding-set',
    class: 'capabilities',
    title: 'get a capability from a program: the bounding set',
    inGuest: 'kernel',
    unisolated: 'escapes',
    run: (attack) => sets(attack, ['CapBnd']),
  },
  {
    id: 'no-new-privileges',
    class: 'capabilities',
    title: 'run without no_new_privs or without a filter of system calls',
    inGuest: 'kernel',
    unisolated: 'escapes',
    async run(attack) {
      const said: string[] = [];
      let holds = true;
      for (const user of attack.users) {
        const { stdout } = await attack.attacker.run(['cat', '/proc/self/status'], { user });
        const ofUser = /^NoNewPrivs:\s*1$/m.test(stdout) && /^Seccomp:\s*2$/m.test(stdout);
        holds &&= ofUser;
        said.push(`${user}: ${ofUser ? 'both are set' : 'one is missing'}`);
      }
      return verdict(holds, said.join('; '));
    },
  },
  {
    id: 'capset',
    class: 'capabilities',
    title: 'take every capability by capset',
    inGuest: 'kernel',
    unisolated: 'holds',
    run: (attack) =>
      // All that a root of the host has, and no more: the last ones may be unknown to a kernel.
      refused(attack, {
        capset: [
          'call',
          'capset',
          'x:2205082000000000',
          `x:${'ffffffff'.repeat(2)}00000000${'ff000000'.repeat(2)}00000000`,
        ],
      }),
  },
  {
    id: 'ambient',
    class: 'capabilities',
    title: 'raise ambient capabilities, which programs inherit',
    inGuest: 'kernel',
    unisolated: 'holds',
    run: (attack) => refused(attack, { sys_admin: ['call', 'prctl', '47', '2', '21', '0', '0'] }),
  },
  {
    id: 'file-capabilities',
    class: 'capabilities',
    title: 'run a program of the workspace whose file carries capabilities',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    async run(attack) {
      if (process.getuid?.() !== 0) return verdict(true, 'only root could give a file capabilities');
      const cell = await attack.open({ workspace: await privileged(attack, 0o755, true) });
      const ran = await cell.run(['/workspace/privileged', 'identity']);
      const found = told(ran, 'effective-capabilities');
      // That it cannot be executed at all is a refusal too.
      return verdict(found === 0 || ran.exitCode === 126, `effective: ${found ?? `exit code ${ran.exitCode}`}`);
    },
  },
];
