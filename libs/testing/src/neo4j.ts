import { access, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { type OwnServer, startOwnServer } from './own-server.ts';
import { freePort } from './postgres-host.ts';

const VERSION = '5.26.1';
const START_MS = 120_000;

/** A Neo4j server (community edition) on loopback, with its data in a temporary folder and without passwords. */
export interface Neo4jServer extends OwnServer {
  /** `bolt://127.0.0.1:<port>` */
  readonly url: string;
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
  const args = [
    '-Xms128m',
    '-Xmx384m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '--add-opens=java.base/java.nio=ALL-UNNAMED',
    '-cp',
    join(folder, 'lib', '*'),
    'org.neo4j.server.CommunityEntryPoint',
    `--home-dir=${join(root, 'home')}`,
    `--config-dir=${join(root, 'conf')}`,
  ];
  const server = await startOwnServer({ name: 'Neo4j', program: 'java', args, root, port, startMs: START_MS });
  return { url: `bolt://127.0.0.1:${port}`, ...server };
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
