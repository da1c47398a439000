import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { broken, type DoctorCheck, look, works } from './report.ts';

const NEEDED_NODE = 24;
const LITTLE_SPACE = 1024 ** 3;

/** The Node that runs this. */
export function checkNode(version: string): DoctorCheck {
  const major = Number(version.split('.')[0]);
  return major >= NEEDED_NODE
    ? works('node', `Node ${version}.`)
    : broken(
        'node',
        `Node ${version} is too old.`,
        `Start with "npm start", which brings Node ${NEEDED_NODE}, or install it.`,
      );
}

/** git: agents read repositories with it. */
export async function checkGit(): Promise<DoctorCheck> {
  try {
    const { stdout } = await promisify(execFile)('git', ['--version']);
    return works('git', `${stdout.trim()}.`);
  } catch {
    return look('git', 'git was not found; agents cannot read repositories.', 'Install it: apt-get install git.');
  }
}

/** The data directory: really written to. */
export async function checkDataDir(dataDir: string): Promise<DoctorCheck> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await rm(await mkdtemp(join(dataDir, '.doctor-')), { recursive: true });
    const { mode } = await stat(dataDir);
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const space = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
    if ((mode & 0o077) !== 0) {
      return look('data_dir', `${dataDir} can be read by other users.`, `chmod 700 ${dataDir}`, space);
    }
    if (free < LITTLE_SPACE)
      return look('data_dir', `${dataDir} is nearly full: ${space}.`, 'Make room; runs stop when the disk is full.');
    return works('data_dir', `${dataDir} can be written to, ${space}.`);
  } catch (error) {
    return broken(
      'data_dir',
      `${dataDir} cannot be used (${codeOf(error)}).`,
      'Choose another: --data-dir or HOLDFAST_DATA_DIR.',
    );
  }
}

/** A port: really bound once. */
export async function checkPort(id: string, host: string, port: number, key: string): Promise<DoctorCheck> {
  if (port === 0) return works(id, 'Any free port will be taken.');
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    return works(id, `${host}:${port} is free.`);
  } catch (error) {
    return broken(
      id,
      `${host}:${port} cannot be used (${codeOf(error)}).`,
      `Stop what uses it, or set ${key} to another port.`,
    );
  }
}

/** The OTLP receiver: really sent an empty export. */
export async function checkOtlp(url: string, headers: Readonly<Record<string, string>>): Promise<DoctorCheck> {
  const fix = 'Check telemetry.otlp_endpoint, and that the collector takes OTLP over HTTP. Runs are not affected.';
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"resourceSpans":[]}',
      signal: AbortSignal.timeout(5000),
    });
    return response.ok
      ? works('otlp', `${url} takes spans.`)
      : look('otlp', `${url} answered ${response.status}.`, fix);
  } catch (error) {
    return look('otlp', `${url} does not answer (${codeOf(error)}).`, fix);
  }
}

/** The shortest true thing to say of an error of the operating system. */
export function codeOf(error: unknown): string {
  let last = error;
  while (last instanceof Error && last.cause !== undefined) last = last.cause;
  if (last instanceof Error) return 'code' in last && typeof last.code === 'string' ? last.code : last.message;
  return String(last);
}
