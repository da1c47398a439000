import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from './postgres-host.ts';

const VERSION = '5.26.1';
const START_MS = 120_000;

/** A Neo4j server (community edition) on loopback, with its data in a temporary folder and without passwords. */
export interface Neo4jServer {
  /** `bolt://127.0.0.1:<port>` */
  readonly url: string;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Starts a killed one again on the same data and port. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a server; undefined where it is not installed (scripts/services/neo4j.sh). Its port is open then: a database
 * that recovers may still need a moment before it answers.
 */
export async function startNeo4j(): Promise<Neo4jServer | undefined> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'holdfast-tests', `neo4j-${VERSION}`);
  const installed = await access(join(folder, '.complete')).then(
    () => true,
    () => false,
  );
  if (!installed) return undefined;
  const root = await mkdtemp(join(tmpdir(), 'holdfast-neo4j-'));
  const port = await freePort();
  await configure(root, port);
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await gone;
  };
  const restart = async (): Promise<void> => {
    child = await launch(join(folder, 'lib'), root, port);
  };
  const stop = async (): Promise<void> => {
    await kill();
    await rm(root, { recursive: true, force: true });
  };
  try {
    await restart();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `bolt://127.0.0.1:${port}`, kill, restart, stop };
}

async function configure(root: string, port: number): Promise<void> {
  await mkdir(join(root, 'conf'));
  await mkdir(join(root, 'home'));
  const settings = {
    'server.directories.data': join(root, 'data'),
    'dbms.security.auth_enabled': 'false',
    'server.default_listen_address': '127.0.0.1',
    'server.bolt.listen_address': `127.0.0.1:${port}`,
    'server.http.enabled': 'false',
    'server.https.enabled': 'false',
    'dbms.usage_report.enabled': 'false',
    'server.memory.heap.initial_size': '128m',
    'server.memory.heap.max_size': '384m',
    'server.memory.pagecache.size': '16m',
    'db.tx_log.preallocate': 'false',
    'db.tx_log.rotation.size': '1m',
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(root, 'conf', 'neo4j.conf'), lines.join(''));
}

async function launch(lib: string, root: string, port: number): Promise<ChildProcess> {
  const args = [
    '-Xms128m',
    '-Xmx384m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '--add-opens=java.base/java.nio=ALL-UNNAMED',
    '-cp',
    join(lib, '*'),
    'org.neo4j.server.CommunityEntryPoint',
    `--home-dir=${join(root, 'home')}`,
    `--config-dir=${join(root, 'conf')}`,
  ];
  const child = spawn('java', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const reap = () => child.kill('SIGKILL');
  process.once('exit', reap);
  child.once('exit', () => process.removeListener('exit', reap));
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (log.length < 65_536) log += text;
    });
  }
  for (const end = performance.now() + START_MS; performance.now() < end; await sleep(100)) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (await answers(port)) return child;
  }
  child.kill('SIGKILL');
  throw new Error(`Neo4j did not start:\n${log}`);
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}
