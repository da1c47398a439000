import { told } from '../cell.ts';
import { type Probe, verdict } from '../probe.ts';
import { answer } from '../refused.ts';

export const terminal: readonly Probe[] = [
  {
    id: 'type-into-terminal',
    class: 'terminal',
    title: 'type into the terminal of the service by TIOCSTI and TIOCLINUX',
    inGuest: 'kernel',
    unisolated: 'holds',
    async run({ attacker, users }) {
      const said: string[] = [];
      let holds = true;
      for (const user of users) {
        const ran = await attacker.probe(['type'], { user });
        for (const name of ['stdin', 'tty', 'console', 'paste']) {
          const result = told(ran, name);
          holds &&= result !== undefined && result < 0;
          said.push(`${name} as ${user}: ${answer(ran, result)}`);
        }
      }
      return verdict(holds, said.join('; '));
    },
  },
  {
    id: 'terminals-of-others',
    class: 'terminal',
    title: 'write to the terminals of the host and of other sandboxes',
    inGuest: 'kernel',
    unisolated: 'never',
    async run({ attacker, bystander }) {
      const other = await bystander.start(['sleep', '7775'], { pty: true });
      const { stdout } = await attacker.sh(
        'ls /dev/pts; for t in /dev/pts/[0-9]* /dev/tty[0-9]*; do echo owned > $t; done 2>/dev/null; true',
      );
      let heard = '';
      other.stdout.on('data', (bytes: Buffer) => (heard += bytes.toString()));
      other.kill();
      await other.exited;
      const seen = stdout.trim().replaceAll('\n', ' ');
      return verdict(!heard.includes('owned') && /^(ptmx)?$/.test(seen), `there are: ${seen || 'none'}`);
    },
  },
  {
    id: 'terminal-of-its-own',
    class: 'terminal',
    title: 'get at more than its own terminal where it has one',
    inGuest: 'kernel',
    unisolated: 'never',
    async run({ attacker }) {
      const ran = await attacker.run(['sh', '-c', 'ls /dev/pts; ls -l /proc/self/fd | grep -v -c /dev/pts'], {
        pty: true,
      });
      const names = ran.stdout.split(/\s+/).filter((name) => name !== '');
      const terminals = names.filter((name) => /^\d+$/.test(name)).length;
      return verdict(terminals <= 2, names.join(' '));
    },
  },
];
