import { constants } from 'node:os';

import { sandboxpb } from '@holdfast/protocol';

import { told } from '../cell.ts';
import { type Probe, verdict } from '../probe.ts';
import { refused } from '../refused.ts';
import { privileged } from './capabilities.ts';

export const setuid: readonly Probe[] = [
  {
    id: 'setuid-program',
    class: 'setuid',
    title: 'run a program of the workspace that belongs to the host’s root and is set-user-id',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    async run(attack) {
      if (process.getuid?.() !== 0) return verdict(true, 'only root could make such a program');
      const cell = await attack.open({ workspace: await privileged(attack, 0o4755, false) });
      const ran = await cell.run(['/workspace/privileged', 'identity']);
      const [real, effective] = [told(ran, 'real'), told(ran, 'effective')];
      return verdict(
        real !== undefined && real === effective && effective !== 0,
        `real ${real}, effective ${effective}`,
      );
    },
  },
  {
    id: 'setgid-program',
    class: 'setuid',
    title: 'the same with set-group-id',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    async run(attack) {
      if (process.getuid?.() !== 0) return verdict(true, 'only root could make such a program');
      const cell = await attack.open({ workspace: await privileged(attack, 0o2755, false) });
      const ran = await cell.run(['/workspace/privileged', 'identity']);
      const group = told(ran, 'group');
      return verdict(group !== undefined && group !== 0, `group ${group}`);
    },
  },
  {
    id: 'become-another-user',
    class: 'setuid',
    title: 'become a user of the host that is not of the sandbox',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    run: (attack) =>
      // A number that has no meaning inside is invalid there.
      refused(
        attack,
        {
          setresuid: ['call', 'setresuid', '4242', '4242', '4242'],
          setgroups: ['call', 'setgroups', '1', 'x:92100000'],
        },
        { also: [constants.errno.EINVAL] },
      ),
  },
  {
    id: 'become-root',
    class: 'setuid',
    title: 'become root by setresuid',
    inGuest: 'boundary',
    unisolated: 'escapes-as-root',
    async run({ attacker, level }) {
      const ran = await attacker.probe(['call', 'setresuid', '0', '0', '0']);
      const result = told(ran, 'result');
      const { EPERM, EINVAL } = constants.errno;
      const isRefused = result !== undefined && [EPERM, EINVAL].includes(-result);
      return verdict(isRefused, `${result} at level ${sandboxpb.Level[level]}`);
    },
  },
];
