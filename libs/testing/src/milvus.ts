import { access, mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { type OwnServer, startOwnServer } from './own-server.ts';
import { freePort } from './postgres-host.ts';

const START_MS = 60_000;

/**
 * A Milvus server on loopback, with its data in a temporary folder: milvus-lite, which stands for a cluster in the
 * tests. It speaks the same protocol and has one node: not covered are consistency levels weaker than strong, partition
 * keys over several nodes, access control and databases.
 */
export interface MilvusServer extends OwnServer {
  /** `127.0.0.1:<port>` */
  readonly url: string;
}

/** Starts a server; undefined where it is not installed (scripts/services/milvus.sh). */
export async function startMilvus(): Promise<MilvusServer | undefined> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const python = join(cache, 'holdfast-tests', 'milvus', 'bin', 'python3');
  const script = join(cache, 'holdfast-tests', 'milvus', 'bin', 'milvus-lite');
  const installed = await access(script).then(
    () => true,
    () => false,
  );
  if (!installed) return undefined;
  const root = await mkdtemp(join(tmpdir(), 'holdfast-milvus-'));
  const port = await freePort();
  const server = await startOwnServer({
    name: 'milvus-lite',
    program: python,
    args: [script, 'server', '--data-dir', join(root, 'data'), '--host', '127.0.0.1', '--port', String(port)],
    root,
    port,
    startMs: START_MS,
  });
  return { url: `127.0.0.1:${port}`, ...server };
}
