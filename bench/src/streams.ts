/**
 * What a stalled reader costs: `npm run bench:streams [-- --json]`.
 *
 * The product in a process of its own, a provider in this one that offers 50,000 pieces over a real socket.
 *
 * 1. One paced client reads 10 events and stalls: how many pieces were pulled from the provider; after a cancel, whether
 *    the provider saw its socket close.
 * 2. 1,000 clients attach to one run and read nothing: how much larger the product's memory is than without them, once
 *    nothing moves between it and them. It is measured the second time, since the first one makes the heap grow, as any
 *    load does.
 * 3. The same 1,000 clients at a bare `node:http` server, the first time and the second: the floor, for information.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

import { startProvider } from '@holdfast/testing';

import { freePort, type Product, startProduct } from '../../tests/src/support/product.ts';
import { tempDir } from '../../tests/src/support/temp-dir.ts';
import { type Figure, report } from './report.ts';

const BUILT = fileURLToPath(new URL('../../apps/holdfast/dist/holdfast.js', import.meta.url));
const BARE = fileURLToPath(new URL('./bare-streams.ts', import.meta.url));
const CHUNKS = 50_000;
const CLIENTS = 1000;
const WINDOW = 256;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A client that sends its request and reads no more than `bytes`, if any, then nothing. */
function attach(target: string, key: string, bytes: number): Promise<Socket> {
  const { hostname, port, pathname, search } = new URL(target);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${key}\r\nAccept: text/event-stream\r\n\r\n`,
      );
      if (bytes === 0) {
        socket.pause();
        resolve(socket);
      }
    });
    let seen = 0;
    socket.on('data', (chunk: Buffer) => {
      seen += chunk.length;
      if (seen < bytes) return;
      socket.pause();
      resolve(socket);
    });
    socket.on('error', reject);
  });
}

/** What the kernel takes for a client that has read little: all of its send buffer, and a receive buffer that never grew. */
function kernelBytes(): number {
  const limits = (name: string) => readFileSync(`/proc/sys/net/ipv4/${name}`, 'utf8').trim().split(/\s+/).map(Number);
  return (limits('tcp_wmem')[2] ?? Number.NaN) + 2 * (limits('tcp_rmem')[1] ?? Number.NaN);
}

/** Bytes that the kernel holds between a port of this machine and its clients. */
function bytesInKernel(at: number): number {
  const end = `:${at.toString(16).toUpperCase().padStart(4, '0')}`;
  let bytes = 0;
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
    const [, local = '', remote = '', , queues = ''] = line.trim().split(/\s+/);
    if (!local.endsWith(end) && !remote.endsWith(end)) continue;
    for (const queue of queues.split(':')) bytes += Number.parseInt(queue, 16);
  }
  return bytes;
}

/** Waits until nothing moves on a port any more: every client has all that the kernel takes for it. */
async function stalled(at: number): Promise<void> {
  let last = bytesInKernel(at);
  for (let still = 0, look = 0; still < 6; look += 1) {
    if (look === 240) throw new Error(`Bytes still move on port ${at} after two minutes.`);
    await wait(500);
    const now = bytesInKernel(at);
    still = now === last && now > 0 ? still + 1 : 0;
    last = now;
  }
}

function rssKb(pid: number | undefined): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN);
}

/** The figure once it has not grown by more than 1 % for two seconds; at the latest after 20 seconds. */
async function settled(read: () => number): Promise<number> {
  let last = read();
  for (let still = 0, look = 0; still < 4 && look < 16; look += 1) {
    await wait(500);
    const now = read();
    still = now - last <= last * 0.01 ? still + 1 : 0;
    last = now;
  }
  return last;
}

/** Progress goes to standard error, so that `--json` stays clean. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function createRun(product: Product, agent: string): Promise<string> {
  const { status, body } = await product.call('POST', '/api/v1/runs', { agent, task: 'Talk.' });
  if (status !== 201) throw new Error(`The run could not be created: ${JSON.stringify(body)}`);
  return String(body['id']);
}

const provider = await startProvider({
  script: ({ model }) => ({
    endless: model === 'crowd' ? { chunks: 1900, chars: 4000 } : { chunks: CHUNKS, chars: 120 },
  }),
});
const dir = tempDir();
const port = await freePort();
const product = await startProduct(
  dir.path,
  port,
  {
    HOLDFAST_MODELS__DEFAULT: '["local/talker"]',
    HOLDFAST_MODELS__PROVIDERS: JSON.stringify({
      local: { type: 'openai-compatible', base_url: provider.openaiUrl, models: ['talker', 'crowd'] },
    }),
    HOLDFAST_AGENT__AGENTS: '[{"name":"crowd","models":["local/crowd"]}]',
    HOLDFAST_GATEWAY__SSE__MAX_PER_CALLER: '5000',
    HOLDFAST_TELEMETRY__LOG__LEVEL: 'error',
  },
  BUILT,
);

/** Attaches clients that read nothing; resolves to the memory of the server while they are there, in KB. */
async function crowd(why: string, target: string, key: string, pid: number | undefined, letGo: () => Promise<unknown>) {
  say(`${CLIENTS} clients attach and read nothing, ${why} ...`);
  const sockets: Socket[] = [];
  for (let n = 0; n < CLIENTS; n += 1) sockets.push(await attach(target, key, 0));
  await stalled(Number(new URL(target).port));
  const rss = rssKb(pid);
  await letGo();
  for (const socket of sockets) socket.destroy();
  await wait(2000);
  return rss;
}

/** The crowd at a run of the product. */
async function crowdAtRun(why: string): Promise<number> {
  const runId = await createRun(product, 'crowd');
  const target = `${product.url}/api/v1/runs/${runId}/events?flow=paced`;
  const cancel = () => product.call('POST', `/api/v1/runs/${runId}/cancel`, {});
  return crowd(why, target, product.key, product.child.pid, cancel);
}

/** The crowd at a bare server, the first time and the second, MB each. */
async function bareCrowds(): Promise<[number, number]> {
  const child = spawn(process.execPath, [BARE], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const target = `http://127.0.0.1:${Number(line.toString())}/`;
    const measure = async () => {
      const before = await settled(() => rssKb(child.pid));
      const none = () => Promise.resolve();
      return ((await crowd('at a bare server', target, '', child.pid, none)) - before) / 1024;
    };
    return [await measure(), await measure()];
  } finally {
    child.kill();
    await exited;
  }
}

const figures: Figure[] = [];
try {
  say('One paced client reads a little and stalls ...');
  const stalledRun = await createRun(product, 'assistant');
  const reader = await attach(`${product.url}/api/v1/runs/${stalledRun}/events?flow=paced`, product.key, 2000);
  const sent = await settled(() => provider.stats().chunksWritten);
  say('Cancelling ...');
  await product.call('POST', `/api/v1/runs/${stalledRun}/cancel`, {});
  await wait(1000);
  const { open } = provider.stats();
  reader.destroy();
  const log = String((await product.call('GET', `/api/v1/runs/${stalledRun}/events?flow=free`)).body['text']);
  const pulled = log.split('event: model.delta').length - 1;
  figures.push(
    {
      name: `pieces pulled of ${CHUNKS} offered (window ${WINDOW})`,
      value: pulled,
      unit: '',
      budget: WINDOW + kernelBytes() / (log.length / pulled),
    },
    { name: 'pieces that went into the kernel buffers of both sides', value: sent - pulled, unit: '' },
    { name: 'provider sockets still open after the cancel', value: open, unit: '', budget: 0 },
  );

  await crowdAtRun('a first time, so that the heap has its size');
  const before = await settled(() => rssKb(product.child.pid));
  const during = await crowdAtRun('again, and are measured');
  figures.push({
    name: `memory for ${CLIENTS} stalled clients`,
    value: (during - before) / 1024,
    unit: 'MB',
    budget: 32,
  });
  const [first, second] = await bareCrowds();
  figures.push(
    { name: 'the same at a bare node:http server, the first time', value: first, unit: 'MB' },
    { name: 'the same at a bare node:http server, the second time', value: second, unit: 'MB' },
  );
} finally {
  await product.kill();
  await provider.close();
  dir.remove();
}
report('bench:streams', figures);
