import { readFile } from 'node:fs/promises';

import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import { writePrivately } from '../transport/token-store.ts';
import { SERVER_NAME, type TransportSpec } from './discovery.ts';
import { expand, readEntry } from './entry.ts';

/** The entries of an mcp.json as they stand there. A file that is not there is empty. @throws HoldfastError CONFIG_INVALID */
async function readEntries(file: string): Promise<{ whole: JsonObject; entries: JsonObject }> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { whole: {}, entries: {} };
    throw error;
  }
  try {
    const whole = JSON.parse(text) as JsonObject;
    const entries = whole['mcpServers'] ?? {};
    if (typeof entries === 'object' && !Array.isArray(entries)) return { whole, entries };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new HoldfastError(
    'CONFIG_INVALID',
    `${file} is not of the mcp.json format. Nothing was changed; mend it by hand.`,
  );
}

/**
 * Adds a server to an mcp.json, and leaves all else in it as it is.
 *
 * @throws HoldfastError ALREADY_EXISTS, INVALID_ARGUMENT for an entry that cannot be used, CONFIG_INVALID.
 */
export async function addServer(file: string, name: string, entry: JsonObject): Promise<void> {
  if (!SERVER_NAME.test(name)) {
    const message = `"${name.slice(0, 64)}" is no name of a server: letters, digits, dot, dash and underscore, at most 64. Nothing was changed.`;
    throw new HoldfastError('INVALID_ARGUMENT', message);
  }
  const read = readEntry(entry, true);
  if ('problem' in read) {
    throw new HoldfastError('INVALID_ARGUMENT', `${name} cannot be added: ${read.problem}. Nothing was changed.`);
  }
  const { whole, entries } = await readEntries(file);
  if (Object.hasOwn(entries, name)) {
    throw new HoldfastError('ALREADY_EXISTS', `${file} has a server ${name} already. Remove it first.`);
  }
  await write(file, { ...whole, mcpServers: { ...entries, [name]: entry } });
}

/** Takes a server out. @throws HoldfastError NOT_FOUND, CONFIG_INVALID. */
export async function removeServer(file: string, name: string): Promise<void> {
  const { whole, entries } = await readEntries(file);
  if (!Object.hasOwn(entries, name)) throw unknown(file, name);
  const { [name]: _, ...rest } = entries;
  await write(file, { ...whole, mcpServers: rest });
}

/** One server of the file, with variables put in. @throws HoldfastError NOT_FOUND, CONFIG_INVALID. */
export async function findServer(
  file: string,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<TransportSpec> {
  const { entries } = await readEntries(file);
  if (!Object.hasOwn(entries, name)) throw unknown(file, name);
  let problem: string;
  try {
    const read = readEntry(expand(entries[name], env), true);
    if ('transport' in read) return read.transport;
    problem = 'problem' in read ? read.problem : 'it is disabled';
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  throw new HoldfastError('CONFIG_INVALID', `The entry ${name} of ${file} cannot be used: ${problem}.`);
}

function write(file: string, whole: JsonObject): Promise<void> {
  return writePrivately(file, `${JSON.stringify(whole, null, 2)}\n`);
}

function unknown(file: string, name: string): HoldfastError {
  return new HoldfastError('NOT_FOUND', `${file} has no server ${name.slice(0, 64)}. Nothing was changed.`);
}
