import { mkdir, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { EXIT, UsageError } from '../exit-code.ts';
import type { Cli } from '../io.ts';
import { syncFolder } from '../sync/sync.ts';
import { harmless, oneLine, table } from '../view/text.ts';
import { localTime } from './runs.ts';

/** A version of a shared file as the REST API shows it. */
interface VersionView {
  readonly path: string;
  readonly version: number;
  readonly size: number;
  readonly by: string;
  readonly run_id: string | null;
  readonly at: string;
  readonly message: string;
  readonly deleted: boolean;
}

/** What a change of a shared file takes. */
export interface ChangeFlags {
  readonly base?: string;
  readonly fence?: string;
  readonly message?: string;
}

/** `holdfast files list [PREFIX]`. */
export async function filesListCommand(cli: Cli, prefix = '', options: { deleted?: boolean } = {}): Promise<number> {
  const files: VersionView[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: { files: readonly VersionView[]; next: string | null } = await cli.client.request('GET', '/files', {
      query: { prefix, after, limit: 1000, deleted: options.deleted ? 'true' : undefined },
    });
    files.push(...page.files);
    after = page.next;
  }
  cli.result({ files });
  if (files.length === 0) cli.note(cli.say('files.none'));
  else printVersions(cli, files, true);
  return EXIT.OK;
}

/** `holdfast files log PATH`. */
export async function filesLogCommand(cli: Cli, path: string): Promise<number> {
  const answer = await cli.client.request<{ versions: readonly VersionView[] }>('GET', '/files/versions', {
    query: { path, limit: 1000 },
  });
  cli.result(answer);
  printVersions(cli, answer.versions, false);
  return EXIT.OK;
}

/** `holdfast files cat PATH [VERSION]`: the bytes as they are, also with --json. */
export async function filesCatCommand(cli: Cli, path: string, of?: string): Promise<number> {
  const version = numberOf(cli, 'version', of);
  const { body } = await cli.client.open('/files/content', { query: { path, version } });
  if (body) await pipeline(body, cli.io.stdout, { end: false });
  return EXIT.OK;
}

/** `holdfast files put PATH FILE`. */
export async function filesPutCommand(cli: Cli, path: string, file: string, flags: ChangeFlags): Promise<number> {
  const bytes = await openFile(cli, file);
  const query = { path, message: flags.message };
  const answer = await cli.client.send('PUT', '/files/content', bytes, { query, headers: headersOf(cli, flags) });
  return written(cli, (await answer.json()) as VersionView);
}

/** A file of this machine. Looked at before anything is sent: a stream tells too late that there is none. */
export async function openFile(cli: Cli, file: string): Promise<Readable> {
  try {
    const handle = await open(resolve(cli.io.cwd, file));
    if ((await handle.stat()).isFile()) return handle.createReadStream();
    await handle.close();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
  throw new UsageError(cli.say('files.noFile', { file }));
}

/** `holdfast files diff PATH BEFORE [AFTER]`. */
export async function filesDiffCommand(cli: Cli, path: string, before: string, after?: string): Promise<number> {
  const query = { path, before: numberOf(cli, 'before', before), after: numberOf(cli, 'after', after) };
  const answer = await cli.client.request<{ diff: string }>('GET', '/files/diff', { query });
  cli.result(answer);
  if (answer.diff === '') cli.note(cli.say('files.same'));
  for (const line of answer.diff.split('\n').slice(0, -1)) cli.print(harmless(line));
  return EXIT.OK;
}

/** `holdfast files rollback PATH VERSION`. */
export async function filesRollbackCommand(
  cli: Cli,
  path: string,
  version: string,
  flags: ChangeFlags,
): Promise<number> {
  const body = { path, version: numberOf(cli, 'version', version), message: flags.message };
  const headers = headersOf(cli, flags);
  return written(cli, await cli.client.request<VersionView>('POST', '/files/rollback', { body, headers }));
}

/** `holdfast files rm PATH`. */
export async function filesRemoveCommand(cli: Cli, path: string, flags: ChangeFlags): Promise<number> {
  const query = { path, message: flags.message };
  const headers = headersOf(cli, flags);
  return written(cli, await cli.client.request<VersionView>('DELETE', '/files/content', { query, headers }));
}

/** `holdfast files lock PATH`: the token and the holder, on stdout. */
export async function filesLockCommand(
  cli: Cli,
  path: string,
  options: { ttl?: string; wait?: string },
): Promise<number> {
  const seconds = (flag: string, text: string | undefined, fallback: number) =>
    (numberOf(cli, flag, text) ?? fallback) * 1000;
  const body = { path, ttl_ms: seconds('--ttl', options.ttl, 60), wait_ms: seconds('--wait', options.wait, 0) };
  const lock = await cli.client.request<{ token: number; holder: string }>('POST', '/files/lock', { body });
  cli.result(lock);
  cli.print(`${lock.token} ${lock.holder}`);
  cli.note(cli.say('files.locked', { path, seconds: body.ttl_ms / 1000 }));
  return EXIT.OK;
}

/** `holdfast files unlock PATH HOLDER`. */
export async function filesUnlockCommand(cli: Cli, path: string, holder: string): Promise<number> {
  const body = { path, holder };
  const answer = await cli.client.request<{ released: boolean }>('POST', '/files/unlock', { body });
  cli.result(answer);
  cli.print(cli.say(answer.released ? 'files.unlocked' : 'files.lockLost', { path }));
  return answer.released ? EXIT.OK : EXIT.FAILED;
}

/** `holdfast files sync FOLDER PREFIX`: both ways; exit code 1 where something is left for a person to settle. */
export async function filesSyncCommand(
  cli: Cli,
  folder: string,
  prefix: string,
  options: { delete?: boolean },
): Promise<number> {
  const root = resolve(cli.io.cwd, folder);
  await mkdir(root, { recursive: true });
  const below = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const synced = await syncFolder(cli.client, {
    folder: root,
    prefix: below,
    key: below,
    deletions: options.delete === true,
    told: (path, step, problem) => {
      cli.print(
        cli.say(`files.step.${step === 'settled' || step === 'nothing' ? 'upload' : step}`, { path: harmless(path) }),
      );
      if (problem) cli.note(problem.message);
    },
  });
  const { sent, received, whole, uploaded, downloaded, deleted, conflicts } = synced;
  const saved = Math.max(0, whole - sent - received);
  cli.result({ ...synced, saved });
  cli.print(cli.say('files.synced', { uploaded, downloaded, deleted, sent, received, saved }));
  return conflicts > 0 ? EXIT.FAILED : EXIT.OK;
}

function written(cli: Cli, version: VersionView): number {
  cli.result(version);
  cli.print(cli.say('files.written', { path: version.path, version: version.version }));
  return EXIT.OK;
}

function headersOf(cli: Cli, { base, fence }: ChangeFlags): Record<string, string> {
  const [match, token] = [numberOf(cli, '--base', base), numberOf(cli, '--fence', fence)];
  return {
    ...(match === undefined ? {} : { 'if-match': `"${match}"` }),
    ...(token === undefined ? {} : { 'x-holdfast-fence': String(token) }),
  };
}

function numberOf(cli: Cli, flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,16}$/.test(text)) return Number(text);
  throw new UsageError(cli.say('usage.number', { flag, text }));
}

function printVersions(cli: Cli, versions: readonly VersionView[], paths: boolean): void {
  const { say } = cli;
  const rows = versions.map((version) => [
    ...(paths ? [oneLine(version.path, 60)] : []),
    `v${version.version}`,
    version.deleted ? say('files.deleted') : String(version.size),
    localTime(version.at),
    version.run_id ?? version.by,
    oneLine(version.message, 40),
  ]);
  const head = [say('head.version'), say('head.bytes'), say('head.written'), say('head.by'), say('head.message')];
  cli.print(table(paths ? [say('head.path'), ...head] : head, rows));
}
