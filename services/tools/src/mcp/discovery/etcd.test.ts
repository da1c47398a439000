import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Etcd3, type Lease } from 'etcd3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { until } from '../testing/open-mcp.ts';
import { discoveryConformance } from './conformance.ts';
import { etcdDiscovery } from './etcd.ts';

const missing = ((): string => {
  try {
    execFileSync('etcd', ['--version']);
    return '';
  } catch {
    if (process.env['CI'] === 'true') throw new Error('CI has to have etcd (apt-get install etcd-server).');
    return 'skipped: there is no etcd; apt-get install etcd-server';
  }
})();

/** One real etcd on loopback, killed and started again over the same data. */
class Etcd {
  readonly endpoint: string;
  readonly #args: string[];
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string, ports: readonly [number, number]) {
    const [client, peer] = ports.map((port) => `http://127.0.0.1:${port}`) as [string, string];
    this.endpoint = client;
    this.#folder = folder;
    this.#args = [
      '--name=one',
      `--data-dir=${folder}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=one=${peer}`,
      '--heartbeat-interval=50',
      '--election-timeout=500',
      '--log-level=error',
    ];
  }

  static async open(): Promise<Etcd> {
    const ports = [await freePort(), await freePort()] as const;
    const etcd = new Etcd(await mkdtemp(join(tmpdir(), 'holdfast-etcd-')), ports);
    await etcd.start();
    return etcd;
  }

  async start(): Promise<void> {
    this.#process = spawn('etcd', this.#args, { stdio: 'ignore' });
    await until('etcd is healthy', async () => {
      const answer = await fetch(`${this.endpoint}/health`).catch(() => undefined);
      return ((await answer?.json()) as { health?: string } | undefined)?.health === 'true';
    });
  }

  async kill(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (!process) return;
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

let etcd: Etcd;
let round = 0;

describe.skipIf(missing !== '')(`etcd ${missing}`, () => {
  beforeAll(async () => {
    etcd = await Etcd.open();
  });
  afterAll(() => etcd.close());

  const find = (prefix: string) =>
    etcdDiscovery({ endpoints: [etcd.endpoint], prefix, random: Math.random, firstMs: 50, maxMs: 300 });

  discoveryConformance('etcd', async () => {
    round += 1;
    const prefix = `/test${round}/`;
    const leases = new Map<string, Lease>();
    const client = (): Etcd3 => new Etcd3({ hosts: etcd.endpoint });
    let open = client();
    return {
      discovery: find(prefix),
      async put(server, instance, url) {
        const key = `${prefix}${server}/${instance}`;
        const lease = leases.get(key) ?? open.lease(30);
        leases.set(key, lease);
        await lease.put(key).value(JSON.stringify({ url }));
      },
      async remove(server, instance) {
        await open.delete().key(`${prefix}${server}/${instance}`);
      },
      // Whoever keeps the lease alive is gone: this is what its end looks like.
      async fail(server, instance) {
        const key = `${prefix}${server}/${instance}`;
        await leases.get(key)?.revoke();
        leases.delete(key);
      },
      async putBroken(server) {
        await open.put(`${prefix}${server}/a`).value('{"command":"rm"}');
      },
      async goAway() {
        for (const lease of leases.values()) lease.release();
        leases.clear();
        open.close();
        await etcd.kill();
      },
      async comeBack() {
        await etcd.start();
        open = client();
      },
      async close() {
        for (const lease of leases.values()) lease.release();
        open.close();
      },
    };
  });

  describe('changes that nobody was told of (TL-5)', () => {
    const client = (): Etcd3 => new Etcd3({ hosts: etcd.endpoint });
    let closing: (() => Promise<void>) | undefined;
    afterEach(async () => {
      await closing?.();
    });

    it('are found after an outage with a compaction in it', async () => {
      const discovery = find('/gap/');
      closing = () => discovery.close();
      const first = client();
      await first.put('/gap/old/a').value('{"url":"http://127.0.0.1:1/mcp"}');
      await discovery.start();
      expect([...discovery.found().servers.keys()]).toEqual(['old']);
      first.close();
      await etcd.kill();
      await etcd.start();
      const second = client();
      await second.delete().key('/gap/old/a');
      const { header } = await second.put('/gap/new/a').value('{"url":"http://127.0.0.1:2/mcp"}');
      await second.kv.compact({ revision: header.revision, physical: true });
      await until('the new one is found, and the old one gone', () => {
        const names = [...discovery.found().servers.keys()];
        return names.length === 1 && names[0] === 'new';
      });
      second.close();
    });
  });
});
