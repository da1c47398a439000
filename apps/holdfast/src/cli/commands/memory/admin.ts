import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { EXIT, UsageError } from '../../exit-code.ts';
import type { Cli } from '../../io.ts';
import { harmless, oneLine, table } from '../../view/text.ts';
import { openFile } from '../files.ts';
import { type FilterFlags, viewerQuery } from './memories.ts';

interface CertificateView {
  readonly id: string;
  readonly what: string;
  readonly at: string;
  readonly memories: number;
  readonly sha256: string;
  readonly stores: readonly { store: string; product: string; removed: number; left: number }[];
  readonly pending: readonly { source: string; reason: string }[];
}

/** `holdfast memory erase`: for good. */
export async function memoryEraseCommand(
  cli: Cli,
  ids: readonly string[],
  flags: FilterFlags & { allOf?: string; document?: string; run?: string; reason?: string; yes?: boolean },
): Promise<number> {
  const what = {
    ...(ids.length === 0 ? {} : { ids }),
    ...(flags.allOf === undefined ? {} : { user: flags.allOf }),
    ...(flags.document === undefined ? {} : { document_id: flags.document }),
    ...(flags.run === undefined ? {} : { run_id: flags.run }),
    ...(flags.group === undefined ? {} : { group: flags.group }),
  };
  if (Object.keys(what).length !== 1) throw new UsageError(cli.say('memory.eraseOne'));
  if (!flags.yes) throw new UsageError(cli.say('memory.eraseYes'));
  const body = {
    ...what,
    reason: flags.reason ?? '',
    ...(flags.agent === undefined ? {} : { agent: flags.agent }),
    ...(flags.everybody ? { everybody: true } : {}),
  };
  const certificate = await cli.client.request<CertificateView>('POST', '/memory/erase', { body });
  cli.result(certificate);
  printCertificate(cli, certificate);
  return certificate.pending.length === 0 ? EXIT.OK : EXIT.FAILED;
}

/** `holdfast memory export [FILE]`. */
export async function memoryExportCommand(cli: Cli, file: string | undefined, flags: FilterFlags): Promise<number> {
  const { body } = await cli.client.open('/memory/export', { query: { ...viewerQuery(flags), state: flags.state } });
  if (!body) return EXIT.OK;
  if (file === undefined || file === '-') await pipeline(body, cli.io.stdout, { end: false });
  else {
    await pipeline(body, createWriteStream(resolve(cli.io.cwd, file), { mode: 0o600 }));
    cli.note(cli.say('memory.exported', { file }));
  }
  return EXIT.OK;
}

/** `holdfast memory import FILE`. */
export async function memoryImportCommand(cli: Cli, file: string, flags: FilterFlags): Promise<number> {
  const bytes = await openFile(cli, file);
  const query = { user: flags.user, agent: flags.agent };
  const answer = await cli.client.send('POST', '/memory/import', bytes, { query });
  const imported = (await answer.json()) as {
    imported: number;
    known: number;
    quarantined: number;
    failed: number;
    problems: readonly { line: number; message: string }[];
  };
  cli.result(imported);
  for (const { line, message } of imported.problems) {
    cli.note(cli.say('memory.importProblem', { file, line, message: harmless(message) }));
  }
  cli.print(
    cli.say('memory.imported', {
      imported: imported.imported,
      known: imported.known,
      quarantined: imported.quarantined,
      failed: imported.failed,
    }),
  );
  return imported.failed === 0 ? EXIT.OK : EXIT.FAILED;
}

/** `holdfast memory compress`. */
export async function memoryCompressCommand(cli: Cli, flags: { dryRun?: boolean }): Promise<number> {
  const answer = await cli.client.request<{
    clusters: readonly { summary: { id: string; text: string } | null; ids: readonly string[]; by: string }[];
    alone: number;
  }>('POST', '/memory/compress', { body: { dry_run: flags.dryRun === true } });
  cli.result(answer);
  for (const { summary, ids, by } of answer.clusters) {
    cli.print(
      summary
        ? cli.say('memory.cluster', { count: ids.length, id: summary.id, by, text: oneLine(summary.text, 80) })
        : cli.say('memory.clusterWould', { count: ids.length, ids: ids.join(', ') }),
    );
  }
  cli.print(cli.say('memory.compressed', { clusters: answer.clusters.length, alone: answer.alone }));
  return EXIT.OK;
}

/** `holdfast memory verify`: exit code 1 where something does not agree. */
export async function memoryVerifyCommand(cli: Cli, flags: { repair?: boolean }): Promise<number> {
  const answer = await cli.client.request<{
    ok: boolean;
    checks: readonly { name: string; ok: boolean; verdict: string; repaired: boolean }[];
  }>('POST', '/memory/verify', { body: { repair: flags.repair === true } });
  cli.result(answer);
  for (const { name, ok, verdict, repaired } of answer.checks) {
    const mark = ok ? cli.style.green('✓') : cli.style.red('✗');
    cli.print(`${mark} ${name}: ${harmless(verdict)}${repaired ? ` ${cli.say('memory.repaired')}` : ''}`);
  }
  return answer.ok ? EXIT.OK : EXIT.FAILED;
}

/** `holdfast memory status`. */
export async function memoryStatusCommand(cli: Cli): Promise<number> {
  const status = await cli.client.request<{
    parts: readonly { role: string; product: string; ok: boolean; detail: string }[];
    memories: number;
    quarantined: number;
    archived: number;
    entities: number;
    relations: number;
    documents: number;
    sessions: number;
    to_embed: number;
    to_index: number;
    to_link: number;
  }>('GET', '/memory/status');
  cli.result(status);
  for (const { role, product, ok, detail } of status.parts) {
    const mark = ok ? cli.style.green('✓') : cli.style.red('✗');
    cli.print(`${mark} ${role} (${product}): ${harmless(detail)}`);
  }
  const { parts: _parts, ...counts } = status;
  cli.print(cli.say('memory.counts', counts));
  return status.parts.every(({ ok }) => ok) ? EXIT.OK : EXIT.FAILED;
}

function printCertificate(cli: Cli, certificate: CertificateView): void {
  const { id, what, memories, sha256, stores, pending } = certificate;
  cli.print(cli.say('memory.erased', { id, what: harmless(what), memories, sha256 }));
  const head = [cli.say('head.store'), cli.say('head.product'), cli.say('head.removed'), cli.say('head.left')];
  cli.print(
    table(
      head,
      stores.map((one) => [one.store, one.product, String(one.removed), String(one.left)]),
    ),
  );
  for (const { source, reason } of pending) {
    cli.note(cli.style.yellow(cli.say('memory.erasePending', { source, reason: harmless(reason) })));
  }
}
