import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import { z } from 'zod';

import { saveFile } from '../../files/save.ts';
import { defineTool, type ToolContext, type ToolModule } from '../../tool.ts';
import type { DownloadEntry } from '../page.ts';
import { runOf, type VerbDeps } from './deps.ts';
import { VERB_TIMEOUT_MS } from './parameters.ts';
import { reported } from './report.ts';

const LOOK_MS = 100;

/** Saves what the browser downloaded. */
export function downloadTool(deps: VerbDeps): ToolModule {
  return defineTool({
    name: 'browser_download',
    description:
      'Saves a file that the browser downloaded after a click, or that lies at an address, into the workspace. Without id and url it lists the downloads.',
    source: 'browser',
    deferred: true,
    parameters: z
      .strictObject({
        id: z.string().min(1).max(200).optional().describe('Of a download that was told of.'),
        url: z.string().min(1).max(8192).optional().describe('The address of a file.'),
        path: z.string().min(1).max(1000).optional().describe('Left out: /workspace/downloads/<its name>.'),
      })
      .refine(({ id, url }) => id === undefined || url === undefined, 'takes id or url, not both'),
    effect: 'idempotent',
    effectOf: ({ id, url }) => (id === undefined && url === undefined ? 'read' : 'idempotent'),
    approval: 'none',
    timeoutMs: VERB_TIMEOUT_MS,
    run: ({ id, url, path }, context) =>
      reported(deps, context, 'download', async () => {
        const wanted = url === undefined ? id : await fetched(deps, context, url);
        if (wanted === undefined) return { value: { downloads: (await listed(deps, context)).map(tell) } };
        const entry = await finished(deps, context, wanted);
        const bytes = await deps.browser.read(runOf(context), context.signal, (page) => page.readDownload(wanted));
        if (deps.secrets.isIn(bytes)) {
          throw new HoldfastError('REFUSED', 'The file holds a secret that was typed. It was not saved.');
        }
        const file = await saveFile(context, path ?? `/workspace/downloads/${safeName(entry.name)}`, bytes);
        return { value: { file, bytes: bytes.length, from: entry.url.slice(0, 1000) }, artifacts: [file] };
      }),
  });
}

function listed(deps: VerbDeps, context: ToolContext): Promise<readonly DownloadEntry[]> {
  return deps.browser.read(runOf(context), context.signal, async (page) => page.downloads());
}

/** Opens an address that is a file. @returns the id of the download */
async function fetched(deps: VerbDeps, context: ToolContext, url: string): Promise<string> {
  const known = deps.browser.engineOf(runOf(context)) ? await listed(deps, context) : [];
  const went = await deps.browser.navigate(runOf(context), url, {
    engine: 'auto',
    intent: 'read',
    waitUntil: 'commit',
    signal: context.signal,
  });
  const fresh = (await listed(deps, context)).find((entry) => !known.some(({ id }) => id === entry.id));
  if (fresh) return fresh.id;
  const message = `${url.slice(0, 300)} is a page (${went.contentType || 'of no type'}), not a file to be saved. It is open now: browser_extract or browser_pdf save it.`;
  throw new HoldfastError('FAILED_PRECONDITION', message);
}

async function finished(deps: VerbDeps, context: ToolContext, id: string): Promise<DownloadEntry> {
  for (;;) {
    const entry = (await listed(deps, context)).find((one) => one.id === id);
    if (!entry)
      throw new HoldfastError('NOT_FOUND', 'There is no such download. Without id, browser_download lists them.');
    if (entry.state === 'done') return entry;
    if (entry.state === 'failed') {
      throw new HoldfastError('UNAVAILABLE', `The download failed: ${entry.failure}. Nothing was saved.`);
    }
    await context.emit({ type: 'progress', fraction: -1, message: `browser: ${entry.bytes} bytes downloaded` });
    await sleep(LOOK_MS, undefined, { signal: context.signal });
  }
}

function tell({ id, name, state, bytes, failure }: DownloadEntry): JsonObject {
  return { id, name: name.slice(0, 200), state, bytes, ...(failure === '' ? {} : { failure }) };
}

/** A name that is a single visible file, whatever the server suggests. */
export function safeName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? '';
  const clean = base
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}:*?"<>|]/gu, '_')
    .replace(/^[.\s-]+/, '')
    .trim();
  let short = clean;
  while (Buffer.byteLength(short) > 200) short = short.slice(1);
  return short === '' ? 'download' : short;
}
