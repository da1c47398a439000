import { spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';

import { CdpMux } from '../cdp/mux.ts';
import { pipeTransport } from '../cdp/pipe.ts';
import { endTree } from './end-tree.ts';
import { FOLDER_PREFIX, type LiveRecords } from './records.ts';

/** How the managed Chromium is started. */
export interface LaunchOptions {
  readonly executable: string;
  /** The user that it becomes; undefined where this process is not root. */
  readonly uid: number | undefined;
  readonly chromiumSandbox: boolean;
  readonly records: LiveRecords;
}

/** A running Chromium. */
export interface Chromium {
  readonly pid: number;
  /** All that it writes is in it. It is the marker of its processes, and removed with it. */
  readonly folder: string;
  readonly mux: CdpMux;
  /** Resolves as soon as it is known to have ended, with what is known of the reason. */
  readonly over: Promise<string>;
  /** Resolves when nothing is left of it. */
  readonly ended: Promise<void>;
  /** Ends it with every process of it, and removes its folder. Safe to call twice, and after its end. */
  kill(): Promise<void>;
}

/** Nothing but the proxies of the runs is ever spoken to; a context without one meets a port where nobody is. */
const ARGUMENTS = [
  '--headless=new',
  '--hide-scrollbars',
  '--remote-debugging-pipe',
  '--no-startup-window',
  '--no-first-run',
  '--no-default-browser-check',
  '--no-service-autorun',
  // Playwright waits without end for a page that comes back out of it.
  '--disable-back-forward-cache',
  '--disable-background-networking',
  '--disable-breakpad',
  '--disable-client-side-phishing-detection',
  '--disable-component-extensions-with-background-pages',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-gpu',
  '--disable-hang-monitor',
  '--disable-prompt-on-repost',
  '--disable-quic',
  '--disable-search-engine-choice-screen',
  '--disable-sync',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--force-color-profile=srgb',
  '--metrics-recording-only',
  '--mute-audio',
  '--password-store=basic',
  '--use-mock-keychain',
  '--site-per-process',
  '--proxy-server=http://127.0.0.1:1',
  '--proxy-bypass-list=<-loopback>',
  // Names are resolved by the proxy, which vets what it finds; the proxies themselves are an address.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  `--disable-features=${[
    // Each would start processes or speak to somebody by itself.
    'AutofillServerCommunication',
    'CertificateTransparencyComponentUpdater',
    'GlobalMediaControls',
    'InterestFeedContentSuggestions',
    'MediaRouter',
    'OptimizationHints',
    'SpareRendererForSitePerProcess',
    'Translate',
    'WebUIOmniboxAimPopup',
    'WebUIOmniboxPopup',
  ].join(',')}`,
];

const START_MS = 30_000;
/** So long after its connection broke its exit is waited for: it says more. */
const EXIT_MS = 1000;
const STDERR_CHARS = 2000;

/**
 * Starts a Chromium that ends with this process: it hangs on two pipes, and nobody else can speak to it.
 *
 * @throws HoldfastError FAILED_PRECONDITION with what it said where it does not start; nothing of it is left then.
 */
export async function launchChromium(options: LaunchOptions): Promise<Chromium> {
  const { executable, uid, chromiumSandbox, records } = options;
  const folder = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
  const record = await records.add(folder);
  const reap = async (): Promise<void> => {
    await endTree(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    await record.remove();
  };
  try {
    await mkdir(join(folder, 'downloads'));
    if (uid !== undefined) for (const path of [join(folder, 'downloads'), folder]) await chown(path, uid, uid);
  } catch (error) {
    await reap();
    throw error;
  }
  const child = spawn(
    executable,
    [...ARGUMENTS, `--user-data-dir=${join(folder, 'profile')}`, ...(chromiumSandbox ? [] : ['--no-sandbox'])],
    {
      cwd: folder,
      env: { HOME: folder, TMPDIR: folder, LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      // A group of its own: a Ctrl-C in the terminal is for the service, which closes it in order.
      detached: true,
      ...(uid === undefined ? {} : { uid, gid: uid }),
    },
  );
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-STDERR_CHARS);
  });
  const exit = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `it exited with ${code}` : `it was ended by ${signal}`),
    );
  });
  const mux = new CdpMux(pipeTransport(child.stdio[3] as Writable, child.stdio[4] as Readable));
  let killing: Promise<void> | undefined;
  const kill = (): Promise<void> => {
    killing ??= (async () => {
      mux.close();
      await reap();
    })();
    return killing;
  };
  const started = mux.browser.send('Browser.getVersion').then(
    () => true,
    () => false,
  );
  const why = await Promise.race([
    started.then((ok) => (ok ? undefined : exit)),
    exit,
    sleep(START_MS, 'it was silent', { ref: false }),
  ]);
  if (why !== undefined || child.pid === undefined) {
    await kill();
    throw new HoldfastError('FAILED_PRECONDITION', notStarted(executable, why ?? '', said, chromiumSandbox));
  }
  const over = Promise.race([
    exit,
    mux.closed.then(() => Promise.race([exit, sleep(EXIT_MS, 'its connection broke', { ref: false })])),
  ]);
  // Whatever of it outlives its main process goes too.
  return { pid: child.pid, folder, mux, over, ended: over.then(kill), kill };
}

function notStarted(executable: string, why: string, said: string, chromiumSandbox: boolean): string {
  const line = said.split('\n').findLast((text) => /sandbox|FATAL|cannot|denied|error while/i.test(text)) ?? '';
  const hint =
    chromiumSandbox && /sandbox/i.test(said)
      ? 'This machine forbids the user namespaces that its sandbox needs: allow them, or set tools.browser.chromium_sandbox to false.'
      : 'Run "holdfast doctor" to see whether it works here.';
  return `${executable} did not start (${why}${line === '' ? '' : `: ${line.trim().slice(0, 300)}`}). No page was opened. ${hint}`;
}
