import { setTimeout as sleep } from 'node:timers/promises';

import { sandboxpb } from '@holdfast/protocol';

import { LIMITS } from '../attack.ts';
import { type Cell, type Ran, told } from '../cell.ts';
import { type Probe, type Verdict, verdict } from '../probe.ts';
import { answer, errorName } from '../refused.ts';

const MIB = 1024 * 1024;

/** How a bomb ended: by an error, or with its box. */
function ending(ran: Ran | undefined): string {
  if (!ran) return 'the sandbox was ended';
  const error = told(ran, 'error');
  if (error === undefined) return `killed by ${ran.signal || ran.exitCode}`;
  return `${told(ran, 'got')} and then ${error === 0 ? 'no end' : errorName(-error)}`;
}

/** Runs one that may end the box; held when it was stopped at no more than `most`. */
async function bomb(cell: Cell, args: readonly string[], most: number): Promise<Verdict> {
  const ran = await cell.probe(args).catch(() => undefined);
  const got = ran && told(ran, 'got');
  return verdict(got === undefined || (got <= most && told(ran ?? { stdout: '' }, 'error') !== 0), ending(ran));
}

export const bombs: readonly Probe[] = [
  {
    id: 'fork-bomb',
    class: 'bombs',
    title: 'more processes than it may have, while another sandbox starts some',
    inGuest: 'boundary',
    unisolated: 'never',
    async run(attack) {
      const cell = await attack.open();
      const running = cell.probe(['forks', '2000', '1500']);
      const beside = await attack.bystander.sh('true & true & wait; echo fine');
      const ran = await running.catch(() => undefined);
      const got = ran && told(ran, 'got');
      // The agent and the supervisors count too.
      const holds = beside.stdout === 'fine\n' && (got === undefined || got <= LIMITS.pids + 32);
      return verdict(holds, `${ending(ran)}; beside it: ${beside.stdout.trim()}`);
    },
  },
  {
    id: 'fork-storm',
    class: 'bombs',
    title: 'processes that fork faster than they can be counted, and their end',
    inGuest: 'guest',
    unisolated: 'never',
    async run(attack) {
      const cell = await attack.open();
      const child = await cell.start(['sh', '-c', 'f() { f | f & }; f; sleep 7777']);
      child.stdout.resume();
      child.stderr.resume();
      await sleep(700);
      const beside = await attack.bystander.sh('true & wait; echo fine');
      child.kill();
      const isKilled = await Promise.race([
        child.exited.then(
          () => true,
          () => true,
        ),
        sleep(20_000, false, { ref: false }),
      ]);
      await cell.box.destroy();
      return verdict(isKilled && beside.stdout === 'fine\n', `killed: ${isKilled}; beside it: ${beside.stdout.trim()}`);
    },
  },
  {
    id: 'thread-bomb',
    class: 'bombs',
    title: 'more threads than it may have processes',
    inGuest: 'boundary',
    unisolated: 'never',
    run: async (attack) => bomb(await attack.open(), ['threads', '2000'], LIMITS.pids + 32),
  },
  {
    id: 'memory-bomb',
    class: 'bombs',
    title: 'twice the memory that it may have',
    inGuest: 'boundary',
    unisolated: 'never',
    run: async (attack) =>
      bomb(await attack.open(), ['memory', String((2 * LIMITS.memoryBytes) / MIB)], LIMITS.memoryBytes / MIB),
  },
  {
    id: 'memory-of-many',
    class: 'bombs',
    title: 'the same by eight processes together, none of which has much',
    inGuest: 'guest',
    unisolated: 'never',
    async run(attack) {
      const cell = await attack.open();
      const each = Math.floor((2 * LIMITS.memoryBytes) / MIB / 8);
      // Each holds what it has until the last one has begun, however slow the machine is.
      const script = `for i in 1 2 3 4 5 6 7 8; do ${cell.program} memory ${each} 4000 & done; wait`;
      const ran = await cell.sh(script).catch(() => undefined);
      const done = ran?.stdout.match(new RegExp(`^got ${each}$`, 'gm'))?.length ?? 0;
      return verdict(done < 8, ran ? `${done} of 8 had it` : 'the sandbox was ended');
    },
  },
  {
    id: 'tmpfs-bomb',
    class: 'bombs',
    title: 'fill /tmp and /dev/shm, which live in memory',
    inGuest: 'boundary',
    unisolated: 'never',
    async run(attack) {
      const said: string[] = [];
      let holds = true;
      for (const folder of ['/tmp', '/dev/shm']) {
        const seen = await bomb(await attack.open(), ['fill', folder, '16', '4'], LIMITS.tmpBytes / MIB);
        holds &&= seen.held;
        said.push(`${folder}: ${seen.evidence}`);
      }
      return verdict(holds, said.join('; '));
    },
  },
  {
    id: 'disk-bomb',
    class: 'bombs',
    title: 'fill the disk of the host by its home',
    inGuest: 'boundary',
    unisolated: 'never',
    run: async (attack) => bomb(await attack.open(), ['fill', '/home/user', '30', '4'], LIMITS.diskBytes / MIB),
  },
  {
    id: 'inode-bomb',
    class: 'bombs',
    title: 'use up the files of the host’s disk by empty ones',
    inGuest: 'guest',
    unisolated: 'never',
    // A file in memory takes a kilobyte of it: there the memory is the bound.
    run: async (attack) => bomb(await attack.open(), ['inodes', '/home/user', '400000'], LIMITS.memoryBytes / 512),
  },
  {
    id: 'descriptor-bomb',
    class: 'bombs',
    title: 'open more files than it may',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run({ attacker }) {
      const ran = await attacker.probe(['descriptors', '100000'], { limits: { openFiles: LIMITS.openFiles } });
      return verdict((told(ran, 'got') ?? Infinity) <= LIMITS.openFiles, ending(ran));
    },
  },
  {
    id: 'output-bomb',
    class: 'bombs',
    title: 'fill the memory of the service by output that nobody reads',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run({ attacker }) {
      const flood = await attacker.start(['sh', '-c', 'yes | head -c 268435456']);
      const before = process.memoryUsage().rss;
      await sleep(700);
      const grown = (process.memoryUsage().rss - before) / MIB;
      flood.kill();
      flood.stdout.resume();
      flood.stderr.resume();
      await flood.exited;
      return verdict(grown < 48, `the service grew by ${grown.toFixed(0)} MiB`);
    },
  },
  {
    id: 'processor-hog',
    class: 'bombs',
    title: 'use more of the processors than its share',
    inGuest: 'guest',
    unisolated: 'never',
    async run(attack) {
      const cell = await attack.open();
      const before = await cell.box.usage();
      const began = performance.now();
      const running = cell.probe(['spin', '1500', '8']);
      const beside = await attack.bystander.sh('echo fine');
      await running;
      const took = performance.now() - began;
      const used = ((await cell.box.usage()).cpuUs - before.cpuUs) / 1000;
      const cores = used / took;
      const isBounded = attack.level === sandboxpb.Level.MICROVM || cores <= LIMITS.cpus * 1.5;
      return verdict(
        isBounded && beside.stdout === 'fine\n',
        `${cores.toFixed(2)} cores; beside it: ${beside.stdout.trim()}`,
      );
    },
  },
  {
    id: 'core-dump',
    class: 'bombs',
    title: 'leave a core dump with what was in memory',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run({ attacker }) {
      const ran = await attacker.sh(
        `cd ${attacker.scratch}; ${attacker.program} crash; ls ${attacker.scratch} / | grep "^core"; true`,
      );
      return verdict(ran.stdout === '', ran.stdout.trim() || `no file; ${answer(ran, told(ran, 'result'))}`);
    },
  },
];
