import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What one start has compiled, the next ones need not. */
const COMPILED = join(tmpdir(), 'holdfast-test-compiled');
const MAIN = fileURLToPath(new URL('../../../apps/holdfast/src/main.ts', import.meta.url));

/** The product as its user starts it: a process of its own. */
export interface Product {
  readonly url: string;
  /** The owner key that the product leaves for the command line on this machine. */
  readonly key: string;
  /** The one-time link by which the first owner comes in; undefined where there is an owner already. */
  readonly setupUrl: string | undefined;
  readonly child: ChildProcess;
  /** What it has written to its standard error so far. */
  log(): string;
  /** Calls the REST API; resolves to the status and the JSON body. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Ctrl-C, and waits for the end; resolves to the exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

/** Starts `holdfast up` on a data directory, from its sources or from `main`, and waits until it is ready. */
export async function startProduct(
  dataDir: string,
  port: number,
  env: Record<string, string | undefined> = {},
  main = MAIN,
): Promise<Product> {
  const child = spawn(process.execPath, [main, 'up', '--json'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: COMPILED,
      HOME: dataDir,
      HOLDFAST_DATA_DIR: dataDir,
      HOLDFAST_GATEWAY__PORT: String(port),
      HOLDFAST_TELEMETRY__METRICS__PORT: '0',
      HOLDFAST_MODELS__DISCOVER: 'false',
      // Attaching it takes seconds of a processor; tests/src/sandbox/audit.test.ts has it.
      HOLDFAST_SANDBOX__AUDIT__MODE: 'off',
      // Those that are shipped start a process each; tests/src/skills has them.
      HOLDFAST_TOOLS__SKILLS__DIRS: '[]',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  const { setupUrl, url } = await ready(child, () => log);
  const key = readFileSync(join(dataDir, 'local.key'), 'utf8').trim();
  const gone = once(child, 'exit') as Promise<[number | null]>;
  return {
    url,
    key,
    setupUrl,
    child,
    log: () => log,
    async call(method, path, body) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const json = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : { text };
      return { status: response.status, body: json as Record<string, unknown> };
    },
    async stop() {
      child.kill('SIGINT');
      return (await gone)[0];
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function ready(child: ChildProcess, log: () => string): Promise<{ url: string; setupUrl: string | undefined }> {
  let text = '';
  for await (const chunk of child.stdout?.setEncoding('utf8') ?? []) {
    text += String(chunk);
    const line = /^(\{.*"event":"ready".*\})\n/m.exec(text)?.[1];
    if (line === undefined) continue;
    child.stdout?.resume();
    const told = JSON.parse(line) as { url: string; setup_url: string | null };
    return { url: told.url, setupUrl: told.setup_url ?? undefined };
  }
  throw new Error(`The product ended before it was ready: ${text} ${log()}`);
}

/** Runs the command line as a user does; resolves when it has ended. */
export function runCli(
  args: readonly string[],
  env: Record<string, string>,
): {
  child: ChildProcess;
  done: Promise<{ code: number | null; stdout: string; stderr: string }>;
  stdout: () => string;
} {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: COMPILED, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const done = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, done, stdout: () => stdout };
}
