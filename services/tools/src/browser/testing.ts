import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { DecisionRecord } from '@holdfast/egress';
import { HoldfastError } from '@holdfast/protocol';
import { silentLogger, systemClock } from '@holdfast/telemetry';

import { BrowserConfigSchema, type BrowserConfig } from './config.ts';
import { findChromium } from './find-chromium.ts';
import { liveRecords } from './process/records.ts';
import { type BrowserDeps, RunBrowsers } from './service.ts';

/** The Chromium of this machine; empty where there is none, and the suite is skipped. CI has one. */
export const CHROMIUM = await findChromium({ configured: undefined, path: process.env['PATH'] ?? '' }).catch(
  (error: unknown) => {
    if (HoldfastError.has(error, 'FAILED_PRECONDITION') && process.env['CI'] === undefined) return '';
    throw error;
  },
);

/** What a suite is called, with why it is skipped. */
export const NAMED = CHROMIUM === '' ? ' (skipped: no Chromium here)' : '';

/** A web site of a test. */
export interface Site extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** `METHOD path` of each request. */
  readonly asked: string[];
}

/** Serves on loopback. A handler for each path; what is missing is answered 404. */
export async function startSite(pages: Readonly<Record<string, string | RequestListener>>): Promise<Site> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    asked.push(`${request.method} ${path}`);
    const page = pages[path];
    if (typeof page === 'function') page(request, response);
    else if (page === undefined) response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing here');
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** A configuration that lets these ports of loopback be reached. */
export function configFor(ports: readonly number[], more: Partial<BrowserConfig> = {}): BrowserConfig {
  return BrowserConfigSchema.parse({
    allow: ['*', ...ports.map((port) => `127.0.0.1:${port}`)],
    allow_private: ports.map((port) => `127.0.0.1:${port}`),
    sample_ms: 200,
    ...more,
  });
}

/** A folder of a test. */
export async function tempFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-browser-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The user that Chromium becomes in tests. */
export function testUid(config: BrowserConfig): number | undefined {
  return process.getuid?.() === 0 ? config.uid : undefined;
}

/** Asks until it is so. Fails after a time that no healthy machine needs. */
export async function eventually(check: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const until = performance.now() + 20_000;
  while (!(await check())) {
    if (performance.now() > until) throw new Error(`It never came to this: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 25);
    });
  }
}

/** The browser service of a test, with all that it leaves in a folder of its own. */
export interface TestBrowsers {
  readonly browsers: RunBrowsers;
  readonly records: DecisionRecord[];
  /** Where the folders of its browsers are. */
  readonly temp: string;
  /** Folders of browsers, and records of them, that are there now. */
  left(): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens a service that may reach these ports of loopback. Its TMPDIR is this process's until `close`. */
export async function openTestBrowsers(
  ports: readonly number[],
  config: Partial<BrowserConfig> = {},
  more: Partial<BrowserDeps> = {},
): Promise<TestBrowsers> {
  const folder = await tempFolder();
  const temp = join(folder.path, 'tmp');
  const live = join(folder.path, 'live');
  await mkdir(temp);
  // The browser is another user, who has to get to its folder.
  for (const path of [folder.path, temp]) await chmod(path, 0o711);
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = temp;
  const records: DecisionRecord[] = [];
  const browsers = new RunBrowsers({
    config: configFor(ports, config),
    path: process.env['PATH'] ?? '',
    clock: systemClock,
    logger: silentLogger(),
    decide: async () => ({ engine: 'puppeteer', reason: 'a test' }),
    records: liveRecords(live),
    onDecision: (record) => records.push(record),
    ...more,
  });
  const names = async (path: string): Promise<string[]> => readdir(path).catch(() => []);
  return {
    browsers,
    records,
    temp,
    left: async () =>
      [...(await names(temp)), ...(await names(live))].filter((name) => /holdfast-chromium|json/.test(name)),
    async close() {
      await browsers.close();
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      await folder[Symbol.asyncDispose]();
    },
  };
}
