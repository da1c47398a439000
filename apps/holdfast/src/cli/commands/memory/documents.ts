import { setTimeout as sleep } from 'node:timers/promises';
import { basename } from 'node:path';

import { EXIT } from '../../exit-code.ts';
import type { Cli } from '../../io.ts';
import { harmless, oneLine, table } from '../../view/text.ts';
import { openFile } from '../files.ts';
import { localTime } from '../runs.ts';
import { type FilterFlags, viewerQuery } from './memories.ts';

interface DocumentView {
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly state: 'reading' | 'indexing' | 'ready' | 'failed';
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly chunks: number;
  readonly chunks_done: number;
  readonly chunks_added: number;
  readonly chunks_kept: number;
  readonly chunks_removed: number;
  readonly updated_at: string;
}

const LOOK_MS = 250;

/** `holdfast memory ingest FILE|URL...`: sends files of this machine; a URL is read by the server. */
export async function memoryIngestCommand(
  cli: Cli,
  sources: readonly string[],
  flags: FilterFlags & { shared?: boolean; name?: string; format?: string; trust?: string; detach?: boolean },
): Promise<number> {
  const documents: DocumentView[] = [];
  for (const source of sources) {
    const begun = await begin(cli, source, flags);
    documents.push(flags.detach ? begun : await follow(cli, begun, flags));
  }
  cli.result({ documents });
  return documents.some(({ state }) => state === 'failed') ? EXIT.FAILED : EXIT.OK;
}

/** `holdfast memory documents`. */
export async function memoryDocumentsCommand(cli: Cli, flags: FilterFlags): Promise<number> {
  const documents: DocumentView[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: { documents: readonly DocumentView[]; next: string | null } = await cli.client.request(
      'GET',
      '/memory/documents',
      { query: { ...viewerQuery(flags), after, limit: 500 } },
    );
    documents.push(...page.documents);
    after = page.next;
  }
  cli.result({ documents });
  if (documents.length === 0) {
    cli.note(cli.say('memory.noDocuments'));
    return EXIT.OK;
  }
  const { say } = cli;
  const head = [say('head.document'), say('head.status'), say('head.chunks'), say('head.written'), say('head.name')];
  const rows = documents.map((one) => [
    one.id,
    say(`memory.document.${one.state}`),
    `${one.chunks_done}/${one.chunks}`,
    localTime(one.updated_at),
    oneLine(one.name, 60),
  ]);
  cli.print(table(head, rows));
  for (const { name, error } of documents) if (error) cli.note(`${harmless(name)}: ${harmless(error.message)}`);
  return EXIT.OK;
}

async function begin(
  cli: Cli,
  source: string,
  flags: FilterFlags & { shared?: boolean; name?: string; format?: string; trust?: string },
): Promise<DocumentView> {
  const about = {
    // `''` would be taken for "not said" in a query.
    ...(flags.user === undefined ? {} : { user: flags.user }),
    ...(flags.agent === undefined ? {} : { agent: flags.agent }),
    ...(flags.format === undefined ? {} : { format: flags.format }),
    ...(flags.trust === undefined ? {} : { trust: flags.trust }),
  };
  if (/^https?:\/\//i.test(source)) {
    const body = { url: source, name: flags.name ?? '', ...about, ...(flags.shared ? { user: '' } : {}) };
    return cli.client.request<DocumentView>('POST', '/memory/documents', { body });
  }
  const bytes = await openFile(cli, source);
  const query = { name: flags.name ?? basename(source), ...about, ...(flags.shared ? { shared: 'true' } : {}) };
  const answer = await cli.client.send('POST', '/memory/documents/content', bytes, { query });
  return (await answer.json()) as DocumentView;
}

async function follow(cli: Cli, begun: DocumentView, flags: FilterFlags): Promise<DocumentView> {
  let document = begun;
  let told = '';
  while (document.state === 'reading' || document.state === 'indexing') {
    const now = cli.say('memory.progress', {
      name: harmless(document.name),
      done: document.chunks_done,
      of: document.chunks,
    });
    if (now !== told) cli.note(now);
    told = now;
    await sleep(LOOK_MS);
    document = await cli.client.request<DocumentView>('GET', `/memory/documents/${encodeURIComponent(document.id)}`, {
      query: viewerQuery(flags),
    });
  }
  cli.print(
    document.error
      ? cli.say('memory.ingestFailed', { name: harmless(document.name), reason: harmless(document.error.message) })
      : cli.say('memory.ingested', {
          name: harmless(document.name),
          id: document.id,
          added: document.chunks_added,
          kept: document.chunks_kept,
          removed: document.chunks_removed,
        }),
  );
  return document;
}
