import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import type { Attack } from '../attack.ts';
import type { Cell } from '../cell.ts';
import { type Probe, type Verdict, verdict } from '../probe.ts';

const USER = { user: 'user', metadata: {} } as const;

/** What came of a request of the API: its result in words, or the code of its error. */
async function outcome(request: Promise<unknown>): Promise<string> {
  try {
    const result = await request;
    return result === undefined ? 'done' : `done: ${JSON.stringify(result).slice(0, 60)}`;
  } catch (error) {
    return HoldfastError.from(error).code;
  }
}

async function download(cell: Cell, path: string, user: 'user' | 'root' = 'user'): Promise<string> {
  return text((await cell.files.read(path, user)).stream);
}

function upload(cell: Cell, path: string, user: 'user' | 'root' = 'user'): Promise<void> {
  return cell.files.write(path, Readable.from(['overwritten']), { ...USER, user });
}

/** Downloads each; held when the secret was in none. That nothing was written is looked at after every attempt. */
async function readEach(attack: Attack, paths: readonly string[]): Promise<Verdict> {
  const said: string[] = [];
  let holds = true;
  for (const user of attack.users) {
    for (const path of paths) {
      let content = '';
      const came = await outcome(download(attack.attacker, path, user).then((read) => void (content = read)));
      holds &&= !content.includes(attack.decoys.secret);
      said.push(`${path} as ${user}: ${content.includes(attack.decoys.secret) ? 'READ' : came}`);
    }
  }
  return verdict(holds, said.join('; '));
}

/** Uploads to each; the canary tells whether one arrived. */
async function writeEach(attack: Attack, paths: readonly string[]): Promise<Verdict> {
  const said: string[] = [];
  for (const user of attack.users) {
    for (const path of paths) said.push(`${path} as ${user}: ${await outcome(upload(attack.attacker, path, user))}`);
  }
  const touched = attack.decoys.touched();
  // What has come to be at that path inside would hide whether later attempts lead to the host.
  const folder = attack.decoys.folder;
  if (attack.level !== sandboxpb.Level.UNISOLATED) {
    for (const user of attack.users) await outcome(attack.attacker.files.remove(folder, user));
  }
  return verdict(touched.length === 0, [...touched, ...said].join('; '));
}

/** Paths that mean the same file of the host, if there is any way out. */
const waysTo = (attack: Attack, path: string): string[] => [
  path,
  `${attack.attacker.scratch}/../../../../../../../..${path}`,
  `/proc/self/root${path}`,
  `/proc/self/cwd/..${path}`,
  `/proc/1/root${path}`,
  `/proc/${attack.decoys.pid}/root${path}`,
  `/proc/thread-self/root/proc/1/cwd/../../..${path}`,
];

export const files: readonly Probe[] = [
  {
    id: 'download-by-path',
    class: 'files',
    title: 'download a file of the host by its path, by .. and by the roots in /proc',
    inGuest: 'boundary',
    unisolated: 'escapes',
    run: (attack) => readEach(attack, waysTo(attack, attack.decoys.canary)),
  },
  {
    id: 'upload-by-path',
    class: 'files',
    title: 'overwrite a file of the host in the same ways',
    inGuest: 'boundary',
    unisolated: 'escapes',
    run: (attack) => writeEach(attack, waysTo(attack, attack.decoys.canary)),
  },
  {
    id: 'download-by-link',
    class: 'files',
    title: 'download through symbolic links, absolute, relative, and to a folder',
    inGuest: 'boundary',
    unisolated: 'escapes',
    async run(attack) {
      const { scratch } = attack.attacker;
      const { canary, folder } = attack.decoys;
      await attack.attacker.sh(
        `cd ${scratch} && mkdir -p links && cd links && ln -sfn ${canary} one && ln -sfn ../../../../../../..${canary} two && ` +
          `ln -sfn ${folder} three && ln -sfn one four && ln -sfn / five; chmod 777 .`,
      );
      const at = `${scratch}/links`;
      return readEach(attack, [`${at}/one`, `${at}/two`, `${at}/three/canary`, `${at}/four`, `${at}/five${canary}`]);
    },
  },
  {
    id: 'upload-by-link',
    class: 'files',
    title: 'overwrite through symbolic links',
    inGuest: 'boundary',
    unisolated: 'escapes',
    async run(attack) {
      const { scratch } = attack.attacker;
      const { canary, folder } = attack.decoys;
      await attack.attacker.sh(
        `cd ${scratch} && mkdir -p up && cd up && ln -sfn ${canary} one && ln -sfn ${folder} two && ln -sfn / three`,
      );
      return writeEach(attack, [`${scratch}/up/one`, `${scratch}/up/two/canary`, `${scratch}/up/three${canary}`]);
    },
  },
  {
    id: 'manage-by-link',
    class: 'files',
    title: 'list, move and remove files of the host through a link to their folder',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run({ attacker, decoys }) {
      const link = `${attacker.scratch}/folder-link`;
      await attacker.sh(`ln -sfn ${decoys.folder} ${link}`);
      const listed = await attacker.files.list(`${link}/`, 2, 'user').catch(() => []);
      const moved = await outcome(attacker.files.move(`${link}/canary`, `${attacker.scratch}/stolen`, 'user'));
      const touched = decoys.touched();
      await outcome(attacker.files.remove(link, 'user'));
      const removed = decoys.touched();
      // The attempts before may have made a folder of that name inside.
      const isSeen = listed.some(({ name }) => name === 'docker.sock');
      return verdict(
        !isSeen && touched.length === 0 && removed.length === 0,
        `listed: ${isSeen ? 'the folder of the host' : 'nothing of the host'}, move: ${moved}, ${[...touched, ...removed].join(', ') || 'nothing was touched'}`,
      );
    },
  },
  {
    id: 'hard-link',
    class: 'files',
    title: 'link to a file of the host by a hard link',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run(attack) {
      const hard = `${attack.attacker.scratch}/hard`;
      const said = await attack.attacker.sh(`ln ${attack.decoys.canary} ${hard}; ln /etc/passwd ${hard}-2; ls ${hard}`);
      const read = await readEach(attack, [hard]);
      return verdict(read.held, `${said.stderr.trim().split('\n').at(-1)}; ${read.evidence}`);
    },
  },
  {
    id: 'private-files',
    class: 'files',
    title: 'read what is private on the host',
    inGuest: 'kernel',
    unisolated: 'escapes-as-root',
    async run(attack) {
      const said: string[] = [];
      let holds = true;
      for (const path of [
        '/etc/shadow',
        '/etc/machine-id',
        '/root/.bashrc',
        '/var/log/dpkg.log',
        '/var/lib/dpkg/status',
      ]) {
        const came = await outcome(download(attack.attacker, path).then(() => undefined));
        holds &&= came !== 'done';
        said.push(`${path}: ${came}`);
      }
      return verdict(holds, said.join('; '));
    },
  },
  {
    id: 'race-of-links',
    class: 'files',
    title: 'exchange a folder for a link while files are uploaded, downloaded and removed',
    inGuest: 'guest',
    unisolated: 'escapes',
    async run({ attacker, decoys }) {
      const { scratch } = attacker;
      await attacker.sh(
        `cd ${scratch} && mkdir -p race && ln -sfn ${decoys.folder} race-link && echo mine > race/canary`,
      );
      const swapping = attacker.probe(['swap', `${scratch}/race`, `${scratch}/race-link`, '1500']);
      let read = '';
      for (let turn = 0; turn < 12; turn += 1) {
        await outcome(upload(attacker, `${scratch}/race/canary`));
        await outcome(download(attacker, `${scratch}/race/canary`).then((content) => void (read += content)));
        await outcome(attacker.files.remove(`${scratch}/race/canary`, 'user'));
      }
      const ran = await swapping;
      const touched = decoys.touched();
      return verdict(
        touched.length === 0 && !read.includes(decoys.secret),
        `${ran.stdout.trim()}; ${touched.join(', ') || 'nothing of the host was touched'}`,
      );
    },
  },
  {
    id: 'pipes-and-devices',
    class: 'files',
    title: 'have the service wait for ever on a pipe, a device or a socket',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run({ attacker }) {
      const pipe = `${attacker.scratch}/pipe`;
      await attacker.sh(`rm -f ${pipe}; mkfifo ${pipe}`);
      // One after the other: a writer finds a reader where one has just begun to look.
      const results: string[] = [];
      for (const request of [
        () => download(attacker, pipe),
        () => upload(attacker, pipe),
        () => download(attacker, '/dev/zero'),
        () => download(attacker, '/proc/self'),
      ])
        results.push(await outcome(request()));
      return verdict(
        results.every((result) => !result.startsWith('done')),
        `pipe: ${results[0]}, ${results[1]}; /dev/zero: ${results[2]}; folder: ${results[3]}`,
      );
    },
  },
  {
    id: 'hostile-names',
    class: 'files',
    title: 'confuse the service by names: line ends, escapes, no UTF-8, as long as can be',
    inGuest: 'boundary',
    unisolated: 'holds',
    async run({ attacker }) {
      const folder = `${attacker.scratch}/names`;
      const watch = async (): Promise<string[]> => {
        await attacker.sh(`mkdir -p ${folder}`);
        const watched = await attacker.files.watch(folder, { recursive: true, user: 'user' });
        const seen: string[] = [];
        const reading = (async () => {
          for await (const { name } of watched.events) if (seen.push(name) && name === 'last') break;
        })();
        await attacker.sh(
          `cd ${folder} && touch "$(printf 'a\\nb')" "$(printf '\\033]0;owned\\007')" "$(printf '\\377\\376')" "$(printf '%0255d' 1)" ` +
            `-- '--help' '$(touch escaped)' '..x' '...' ' ' '"' "'" '\\'; touch last`,
        );
        await reading;
        watched.close();
        return seen;
      };
      const seen = await watch();
      const listed = await attacker.files.list(folder, 3, 'user');
      const isInside = listed.every(
        ({ path }) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'),
      );
      return verdict(
        isInside && listed.length === 13 && new Set(seen).size >= 12,
        `${listed.length} listed, ${new Set(seen).size} watched`,
      );
    },
  },
  {
    id: 'chain-of-links',
    class: 'files',
    title: 'a chain of links of a megabyte, and links in a circle',
    inGuest: 'guest',
    unisolated: 'holds',
    async run({ attacker }) {
      const folder = `${attacker.scratch}/chain`;
      await attacker.sh(
        `mkdir -p ${folder} && ln -sfn ${folder}/round ${folder}/round && ln -sfn ${folder} ${folder}/up`,
      );
      const made = await attacker.probe(['chain', folder, '260']);
      const listed = await attacker.files.list(folder, 50, 'user');
      const results = await Promise.all([
        outcome(download(attacker, `${folder}/0`)),
        outcome(upload(attacker, `${folder}/0`)),
        outcome(download(attacker, `${folder}/round`)),
        outcome(attacker.files.list(`${folder}/round`, 5, 'user')),
      ]);
      return verdict(
        listed.length === 262 && results.every((result) => !result.startsWith('done')),
        `${made.stdout.trim()}; ${listed.length} listed; ${results.join(', ')}`,
      );
    },
  },
  {
    id: 'deep-folders',
    class: 'files',
    title: 'folders deeper than a path can be',
    inGuest: 'guest',
    unisolated: 'holds',
    async run({ attacker }) {
      const folder = `${attacker.scratch}/deep`;
      const name = 'd'.repeat(200);
      await attacker.sh(
        `mkdir -p ${folder} && cd ${folder} && for i in $(seq 60); do mkdir ${name} && cd ${name} || break; done`,
      );
      const listed = await attacker.files.list(folder, 1000, 'user');
      const removed = await outcome(attacker.files.remove(folder, 'user'));
      return verdict(listed.length >= 15 && removed === 'done', `${listed.length} listed; removed: ${removed}`);
    },
  },
  {
    id: 'agent-overwritten',
    class: 'files',
    title: 'put another program in the place of the agent, the loader’s list or the system’s programs',
    inGuest: 'kernel',
    unisolated: 'never',
    async run(attack) {
      const said: string[] = [];
      let holds = true;
      for (const user of attack.users) {
        for (const path of [
          '/.holdfast/agent',
          '/proc/self/exe',
          '/proc/1/exe',
          '/etc/ld.so.preload',
          '/bin/sh',
          '/etc/passwd',
        ]) {
          const came = await outcome(upload(attack.attacker, path, user));
          holds &&= came !== 'done';
          said.push(`${path} as ${user}: ${came}`);
        }
      }
      const moved = await outcome(attack.attacker.files.move(attack.attacker.program, '/.holdfast/agent', 'user'));
      return verdict(holds && moved !== 'done', [...said, `moved there: ${moved}`].join('; '));
    },
  },
];
