import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Cell } from '../cell.ts';
import { type Probe, verdict } from '../probe.ts';

const PATIENCE_MS = 15_000;

/** How many processes inside have these words in their command line. */
async function count(cell: Cell, words: string): Promise<number> {
  const [last] = words.slice(-1);
  const script = `cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " | grep -o "${words.slice(0, -1)}[${last}]" | wc -l`;
  return Number((await cell.sh(script)).stdout.trim());
}

/** Waits until none is left; how many there are when it gives up. */
async function untilNone(cell: Cell, words: string): Promise<number> {
  let left = await count(cell, words);
  for (let waited = 0; left > 0 && waited < PATIENCE_MS; waited += 100) {
    await sleep(100);
    left = await count(cell, words);
  }
  return left;
}

async function isAlive(cell: Cell): Promise<boolean> {
  return cell.run(['true']).then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  );
}

export const signals: readonly Probe[] = [
  {
    id: 'signal-to-first-process',
    class: 'signals',
    title: 'end or stop the agent by every signal',
    inGuest: 'boundary',
    unisolated: 'never',
    async run({ attacker, users }) {
      for (const user of users)
        await attacker.sh('for n in 1 2 3 6 9 11 15 19 20 10 12; do kill -$n 1; done 2>/dev/null; true', { user });
      const alive = await isAlive(attacker);
      return verdict(alive, `the agent ${alive ? 'serves on' : 'is gone'}`);
    },
  },
  {
    id: 'signal-to-all',
    class: 'signals',
    title: 'kill everything that can be seen',
    inGuest: 'boundary',
    unisolated: 'never',
    async run(attack) {
      const said: string[] = [];
      for (const user of attack.users) {
        const cell = await attack.open();
        await cell
          .sh('kill -9 -1; for p in /proc/[0-9]*; do kill -9 ${p#/proc/}; done; true', { user })
          .catch(() => undefined);
        said.push(`${user}: the sandbox ${(await isAlive(cell)) ? 'serves on' : 'has ended'}`);
      }
      return verdict(true, said.join('; '));
    },
  },
  {
    id: 'killed-supervisor',
    class: 'signals',
    title: 'outlive a command by killing its supervisor',
    inGuest: 'boundary',
    unisolated: 'never',
    async run(attack) {
      const said: string[] = [];
      let holds = true;
      for (const user of attack.users) {
        const cell = await attack.open();
        const ran = await cell
          .sh('(setsid sleep 7772 &); sleep 0.1; kill -9 $PPID && sleep 7772', { user })
          .catch(() => undefined);
        // Where it could not be killed the command itself has ended, and the rest with it.
        const isHere = await isAlive(cell);
        const left = isHere ? await untilNone(cell, 'sleep 7772') : 0;
        holds &&= left === 0;
        said.push(`${user}: ${ran ? `exit code ${ran.exitCode}` : 'the sandbox ended'}, ${left} left`);
      }
      return verdict(holds, said.join('; '));
    },
  },
  {
    id: 'stopped-supervisor',
    class: 'signals',
    title: 'keep a command from being killed by stopping its supervisor',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run(attack) {
      const said: string[] = [];
      let holds = true;
      for (const user of attack.users) {
        const cell = await attack.open();
        const child = await cell.start(['sh', '-c', 'kill -STOP $PPID; echo ready; exec sleep 7773'], { user });
        child.stderr.resume();
        await once(child.stdout, 'data');
        child.kill();
        child.stdout.resume();
        const ended = await Promise.race([child.exited.then(() => true), sleep(5000, false, { ref: false })]);
        const left = await count(cell, 'sleep 7773');
        holds &&= ended && left === 0;
        said.push(`${user}: ${ended ? 'killed' : 'NOT killed'}, ${left} left`);
        child.exited.catch(() => undefined);
      }
      return verdict(holds, said.join('; '));
    },
  },
  {
    id: 'supervisor-stopped-again',
    class: 'signals',
    title: 'keep a command from being killed by stopping its supervisor without end',
    inGuest: 'boundary',
    unisolated: 'never',
    async run(attack) {
      const said: string[] = [];
      let holds = true;
      for (const user of attack.users) {
        const cell = await attack.open();
        const child = await cell.start(['sh', '-c', 'echo ready; while :; do kill -STOP $PPID; done'], { user });
        child.stderr.resume();
        await once(child.stdout, 'data');
        child.stdout.resume();
        child.kill();
        const ended = await Promise.race([child.exited.then(() => true), sleep(5000, false, { ref: false })]);
        holds &&= ended;
        said.push(`${user}: ${ended ? 'killed' : 'NOT killed'}`);
        child.exited.catch(() => undefined);
      }
      return verdict(holds, said.join('; '));
    },
  },
  {
    id: 'outlive-a-command',
    class: 'signals',
    title: 'outlive a command: own session, double fork, ignored signals',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run({ attacker }) {
      await attacker.sh(
        'trap "" HUP TERM INT; (setsid sh -c "trap \'\' HUP TERM; sleep 7774 & sleep 7774" &); (sleep 7774 & sleep 7774 &); exit 0',
      );
      const left = await untilNone(attacker, 'sleep 7774');
      return verdict(left === 0, `${left} left`);
    },
  },
];
