import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

import { type FSWatcher, watch } from 'chokidar';

import { type Discovery, FoundState, SERVER_NAME, type ServerSpec } from './discovery.ts';
import { expand, readEntry } from './entry.ts';

/** What {@link fileDiscovery} needs. */
export interface FileDiscoveryOptions {
  /** Absolute paths of files of the mcp.json format. One that is not there counts as empty. Earlier files win. */
  readonly files: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A file is read this long after the last change of it, milliseconds: editors write in several steps. */
const SETTLE_MS = 60;
const MAX_BYTES = 4 * 1024 * 1024;

/** Finds servers in files of the mcp.json format. A file that is broken keeps its last good content. */
export function fileDiscovery({ files, env }: FileDiscoveryOptions): Discovery {
  const state = new FoundState();
  const good = new Map<string, Read>();
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let reading = Promise.resolve();

  const load = async (): Promise<void> => {
    const problems: string[] = [];
    for (const file of files) {
      const read = await readOne(file, env);
      if ('broken' in read) {
        const kept = good.has(file) ? ' Its last good content is still used.' : '';
        problems.push(`${file} cannot be used: ${read.broken}.${kept}`);
      } else {
        good.set(file, read);
      }
      problems.push(...(good.get(file)?.problems ?? []));
    }
    const servers = new Map<string, ServerSpec>();
    for (const file of files) {
      for (const [name, spec] of good.get(file)?.servers ?? []) if (!servers.has(name)) servers.set(name, spec);
    }
    state.set(servers, problems.join(' '));
  };
  const again = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      reading = reading.then(load);
    }, SETTLE_MS);
  };

  return {
    name: 'file',
    found: () => state.found,
    onChange: (listener) => state.onChange(listener),
    async start() {
      // The folders are watched, not the files: an editor that renames a new file into place would be lost otherwise.
      const names = new Set(files.map((file) => basename(file)));
      watcher = watch([...new Set(files.map((file) => dirname(file)))], { depth: 0, ignoreInitial: true });
      watcher.on('all', (_, path) => {
        if (names.has(basename(path))) again();
      });
      watcher.on('error', (error) => state.outage(`Changes of mcp.json are not seen: ${String(error)}.`));
      await new Promise<void>((resolve) => watcher?.once('ready', () => resolve()));
      reading = reading.then(load);
      await reading;
    },
    async close() {
      clearTimeout(timer);
      await watcher?.close();
      await reading;
    },
  };
}

interface Read {
  readonly servers: ReadonlyMap<string, ServerSpec>;
  readonly problems: readonly string[];
}

async function readOne(file: string, env: FileDiscoveryOptions['env']): Promise<Read | { readonly broken: string }> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { servers: new Map(), problems: [] };
    return { broken: `it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})` };
  }
  if (text.length > MAX_BYTES) return { broken: `it is larger than ${MAX_BYTES} bytes` };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { broken: `it is no JSON (${error instanceof Error ? error.message : String(error)})` };
  }
  const entries = (parsed as { mcpServers?: unknown } | null)?.mcpServers;
  if (typeof entries !== 'object' || entries === null || Array.isArray(entries)) {
    return { broken: 'it has no object "mcpServers"' };
  }
  const servers = new Map<string, ServerSpec>();
  const problems: string[] = [];
  for (const [name, entry] of Object.entries(entries)) {
    const problem = takeEntry(name, entry, env, servers);
    if (problem !== '') problems.push(`${basename(file)}: ${name.slice(0, 64)} is left out: ${problem}.`);
  }
  return { servers, problems };
}

function takeEntry(
  name: string,
  entry: unknown,
  env: FileDiscoveryOptions['env'],
  servers: Map<string, ServerSpec>,
): string {
  if (!SERVER_NAME.test(name)) return 'its name may have letters, digits, dot, dash and underscore, at most 64';
  let expanded: unknown;
  try {
    expanded = expand(entry, env);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const read = readEntry(expanded, true);
  if ('problem' in read) return read.problem;
  if ('transport' in read) {
    servers.set(name, { name, instances: [{ id: 'file', transport: read.transport, healthy: true }] });
  }
  return '';
}
