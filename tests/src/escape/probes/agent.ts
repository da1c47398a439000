import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';

import type { AgentProcess } from '../../../../services/sandbox/src/agent/agent.ts';
import { told } from '../cell.ts';
import { type Probe, verdict } from '../probe.ts';

const MIB = 1024 * 1024;

export const agent: readonly Probe[] = [
  {
    id: 'all-processes',
    class: 'agent',
    title: 'use up the agent’s channels by 1,100 commands',
    inGuest: 'guest',
    unisolated: 'never',
    async run(attack) {
      const cell = await attack.open();
      const running: AgentProcess[] = [];
      const refusals = new Map<string, number>();
      for (let wave = 0; wave < 11; wave += 1) {
        await Promise.all(
          Array.from({ length: 100 }, async () => {
            try {
              running.push(await cell.start(['sleep', '7776']));
            } catch (error) {
              const { code } = HoldfastError.from(error);
              refusals.set(code, (refusals.get(code) ?? 0) + 1);
            }
          }),
        );
      }
      for (const child of running) {
        child.stdout.resume();
        child.stderr.resume();
        child.kill();
      }
      await Promise.all(running.map(({ exited }) => exited));
      const { stdout } = await cell.sh('echo still here');
      const codes = [...refusals].map(([code, times]) => `${times} ${code}`).join(', ');
      return verdict(
        stdout === 'still here\n' && [...refusals.keys()].every((code) => code === 'LIMIT_EXCEEDED'),
        `${running.length} ran, refused: ${codes || 'none'}; afterwards: ${stdout.trim()}`,
      );
    },
  },
  {
    id: 'all-listeners',
    class: 'agent',
    title: 'use up the agent’s channels by 1,100 ports',
    inGuest: 'guest',
    unisolated: 'never',
    async run(attack) {
      const cell = await attack.open();
      let open = 0;
      const refusals = new Set<string>();
      for (let port = 10_000; port < 11_100; port += 1) {
        try {
          await cell.box.agent.listen(port, (stream) => stream.destroy());
          open += 1;
        } catch (error) {
          refusals.add(HoldfastError.from(error).code);
        }
      }
      const alive = await cell.sh('echo still here').then(
        ({ stdout }) => stdout.trim(),
        (error: unknown) => HoldfastError.from(error).code,
      );
      return verdict(
        refusals.size > 0 && alive !== 'INTERNAL',
        `${open} open, refused: ${[...refusals].join(', ')}; a command: ${alive}`,
      );
    },
  },
  {
    id: 'all-connections',
    class: 'agent',
    title: 'use up the agent’s channels by 1,500 connections from inside',
    inGuest: 'guest',
    unisolated: 'never',
    async run(attack) {
      const cell = await attack.open();
      let came = 0;
      await cell.box.agent.listen(3999, (stream) => {
        came += 1;
        stream.on('error', () => undefined);
        stream.once('end', () => stream.end());
        stream.resume();
      });
      const runs = await Promise.all(
        Array.from({ length: 6 }, async () => {
          const ran = await cell.sh(`${cell.program} connections 3999 250; sleep 0.3`).catch((error: unknown) => {
            // Where the agent has no more descriptors than a command, the first ones take them all.
            if (HoldfastError.has(error, 'LIMIT_EXCEEDED')) return { stdout: '' };
            throw error;
          });
          return ran;
        }),
      );
      const opened = runs.map((ran) => told(ran, 'open') ?? 0).reduce((sum, count) => sum + count, 0);
      const { stdout } = await cell.sh('echo still here');
      return verdict(stdout === 'still here\n', `${opened} opened, ${came} handed over; afterwards: ${stdout.trim()}`);
    },
  },
  {
    id: 'huge-arguments',
    class: 'agent',
    title: 'break the frames of the agent by arguments of megabytes',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run({ attacker }) {
      const codes: string[] = [];
      for (const bytes of [200_000, 3 * MIB, 5 * MIB]) {
        const code = await attacker.run(['true', 'x'.repeat(bytes)]).then(
          () => 'ran',
          (error: unknown) => HoldfastError.from(error).code,
        );
        codes.push(code);
      }
      const { stdout } = await attacker.sh('echo still here');
      return verdict(stdout === 'still here\n' && !codes.includes('ran'), codes.join(', '));
    },
  },
  {
    id: 'flood-beside',
    class: 'agent',
    title: 'keep the agent from serving others by output that nobody reads',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run({ attacker }) {
      const floods = await Promise.all(
        Array.from({ length: 4 }, () => attacker.start(['sh', '-c', 'yes | head -c 67108864'])),
      );
      const before = process.memoryUsage().rss;
      await sleep(300);
      const { stdout } = await attacker.sh('echo still here');
      const grown = (process.memoryUsage().rss - before) / MIB;
      for (const flood of floods) {
        flood.kill();
        flood.stdout.resume();
        flood.stderr.resume();
      }
      await Promise.all(floods.map(({ exited }) => exited));
      return verdict(
        stdout === 'still here\n' && grown < 64,
        `${stdout.trim()}; the service grew by ${grown.toFixed(0)} MiB`,
      );
    },
  },
  {
    id: 'zombies',
    class: 'agent',
    title: 'leave processes that nobody collects',
    inGuest: 'boundary',
    unisolated: 'never',
    async run({ attacker }) {
      for (let turn = 0; turn < 4; turn += 1)
        await attacker.sh('for i in $(seq 10); do (setsid sh -c "exit 0" &); done');
      const { stdout } = await attacker.sh('grep -h "^State" /proc/[0-9]*/status 2>/dev/null | grep -c Z; true');
      return verdict(stdout.trim() === '0', `${stdout.trim()} left`);
    },
  },
  {
    id: 'preloaded-library',
    class: 'agent',
    title: 'have a library loaded into the agent or the launcher by LD_PRELOAD',
    inGuest: 'boundary',
    unisolated: 'never',
    async run({ attacker, users }) {
      const said: string[] = [];
      let holds = true;
      for (const user of users) {
        const library = `${attacker.scratch}/evil-${user}.so`;
        await attacker.sh(`cp ${attacker.program} ${library}`, { user });
        const child = await attacker.box.agent.spawn({
          argv: [attacker.program, 'identity'],
          env: { LD_PRELOAD: library, LD_LIBRARY_PATH: attacker.scratch, LD_AUDIT: library },
          cwd: '/',
          user,
          stdin: false,
          endTree: true,
        });
        child.stdout.resume();
        let complaint = '';
        child.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
        const { exitCode } = await child.exited;
        holds &&= exitCode === 0 && complaint === '';
        said.push(`${user}: exit code ${exitCode}, ${complaint || 'nothing was loaded before the program itself'}`);
      }
      return verdict(holds, said.join('; '));
    },
  },
  {
    id: 'memory-of-the-agent',
    class: 'agent',
    title: 'read the agent’s memory and descriptors as its own user',
    inGuest: 'boundary',
    unisolated: 'never',
    async run({ attacker, users }) {
      const said: string[] = [];
      let holds = true;
      for (const user of users) {
        const { stdout } = await attacker.sh(
          'for p in $(grep -l "^agent$\\|^init$" /proc/[0-9]*/comm 2>/dev/null | cut -d/ -f3); do ' +
            'ls /proc/$p/fd/0 >/dev/null 2>&1 && echo fd-$p; head -c 1 /proc/$p/mem >/dev/null 2>&1 && echo mem-$p; ' +
            'head -c 1 /proc/$p/environ 2>/dev/null; done; true',
          { user },
        );
        holds &&= stdout === '';
        said.push(`${user}: ${stdout.trim() || 'closed'}`);
      }
      return verdict(holds, said.join('; '));
    },
  },
];
