import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { findPgvector, findPostgres, freePort, unprivilegedUser } from './postgres-host.ts';

const run = promisify(execFile);

/** A real primary with real streaming replicas, on loopback, in a temporary folder. */
export interface PostgresCluster {
  /** The primary. */
  readonly url: string;
  /** The replicas, in order. */
  readonly replicas: readonly string[];
  /** Ends the primary as a crash does: no shutdown checkpoint, every connection cut. */
  killPrimary(): Promise<void>;
  /** Starts the primary again on the same data and port. */
  restartPrimary(): Promise<void>;
  /** Ends a replica as a crash does. */
  killReplica(at: number): Promise<void>;
  /** Starts a killed replica again. */
  restartReplica(at: number): Promise<void>;
  /** Makes a replica stand still: it receives what the primary writes, but shows none of it. */
  pauseReplay(at: number): Promise<void>;
  /** Lets it go on. */
  resumeReplay(at: number): Promise<void>;
  /** Makes an empty database and gives the address of it on the primary and on the replicas. */
  createDatabase(name: string): Promise<{ url: string; replicas: string[] }>;
  /** Ends all servers and removes their files. */
  stop(): Promise<void>;
}

/** How many replicas, and whether it must be a server that has pgvector. */
export interface PostgresClusterOptions {
  readonly replicas: number;
  readonly pgvector?: boolean;
}

/** Starts a cluster; undefined where PostgreSQL, or one with pgvector where that is asked for, is not installed. */
export async function startPostgres({
  replicas: count,
  pgvector = false,
}: PostgresClusterOptions): Promise<PostgresCluster | undefined> {
  const bin = pgvector ? await findPgvector() : await findPostgres();
  if (bin === undefined) return undefined;
  const root = await mkdtemp(join(tmpdir(), 'holdfast-postgres-'));
  const user = await unprivilegedUser();
  if (user) await chown(root, user.uid, user.gid);
  const as = { ...user, cwd: root };
  const servers: Server[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.kill()));
    await rm(root, { recursive: true, force: true });
  };
  try {
    const data = join(root, 'primary');
    await run(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'holdfast', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N'],
      as,
    );
    const primary = new Server(bin, data, await freePort(), as);
    servers.push(primary);
    await primary.start();
    for (let at = 0; at < count; at++) {
      const copy = join(root, `replica-${at}`);
      await mkdir(copy, { mode: 0o700 });
      if (user) await chown(copy, user.uid, user.gid);
      await run(join(bin, 'pg_basebackup'), ['-d', primary.url('postgres'), '-D', copy, '-R', '-N', '-c', 'fast'], as);
      const replica = new Server(bin, copy, await freePort(), as);
      servers.push(replica);
      await replica.start();
    }
    return createCluster(primary, servers.slice(1), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

function createCluster(primary: Server, replicas: readonly Server[], stop: () => Promise<void>): PostgresCluster {
  const replica = (at: number): Server => {
    const found = replicas[at];
    if (found === undefined) throw new RangeError(`there are ${replicas.length} replicas`);
    return found;
  };
  return {
    url: primary.url('postgres'),
    replicas: replicas.map((server) => server.url('postgres')),
    killPrimary: () => primary.kill(),
    restartPrimary: () => primary.start(),
    killReplica: (at) => replica(at).kill(),
    restartReplica: (at) => replica(at).start(),
    async pauseReplay(at) {
      await replica(at).sql('select pg_wal_replay_pause()');
      while ((await replica(at).sql('select pg_get_wal_replay_pause_state()')) !== 'paused');
    },
    async resumeReplay(at) {
      await replica(at).sql('select pg_wal_replay_resume()');
    },
    async createDatabase(name) {
      await primary.sql(`create database "${name}"`);
      return { url: primary.url(name), replicas: replicas.map((server) => server.url(name)) };
    },
    stop,
  };
}

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd: string;
}

class Server {
  readonly #bin: string;
  readonly #data: string;
  readonly #port: number;
  readonly #as: Identity;
  #process: ChildProcess | undefined;

  constructor(bin: string, data: string, port: number, as: Identity) {
    this.#bin = bin;
    this.#data = data;
    this.#port = port;
    this.#as = as;
  }

  url(database: string): string {
    return `postgres://holdfast@127.0.0.1:${this.#port}/${database}`;
  }

  /** Runs one statement by psql and gives what it printed. */
  async sql(statement: string): Promise<string> {
    const { stdout } = await run(join(this.#bin, 'psql'), ['-XAtc', statement, this.url('postgres')], this.#as);
    return stdout.trim();
  }

  async start(): Promise<void> {
    const settings = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'shared_buffers=16MB',
      'wal_level=replica',
      'max_wal_size=256MB',
    ];
    const args = ['-D', this.#data, '-p', String(this.#port), ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawn(join(this.#bin, 'postgres'), args, { ...this.#as, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = child;
    // Should the tests' own process end without having stopped it, the server must not stay behind.
    const reap = () => child.kill('SIGQUIT');
    process.once('exit', reap);
    child.once('exit', () => process.removeListener('exit', reap));
    await new Promise<void>((resolve, reject) => {
      let log = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        // It goes on logging for as long as it lives; only the start is of interest.
        if (log.length < 65_536) log += text;
        if (/ready to accept (read-only )?connections/.test(log)) resolve();
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`postgres ended with ${code} at its start:\n${log}`)));
    });
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    // Immediate shutdown: every backend quits at once without writing anything, and none is left behind, as some are
    // for a moment when only the parent is killed.
    child.kill('SIGQUIT');
    await gone;
  }
}
