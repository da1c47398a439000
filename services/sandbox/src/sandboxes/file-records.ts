import { posix } from 'node:path';
import type { Readable } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';

import type { FileEntry, FileEvent } from './files.ts';

/** Of an entry: type, mode, size, time, owner, group, target of a link, path, metadata. Each ends with a NUL. */
const ENTRY_FIELDS = 9;
const TYPES = { '1': 'file', '2': 'directory' } as const;
const LINK = 0o120000;
const KIND = 0o170000;
const QUEUE_OVERFLOW = 0x4000;
/** inotify(7). What is moved into a folder is new there. */
const EVENTS: readonly (readonly [bits: number, type: FileEvent['type']])[] = [
  [0x100 | 0x80, 'create'],
  [0x40 | 0x800, 'rename'],
  [0x4, 'chmod'],
  [0x2, 'write'],
  [0x200 | 0x400, 'remove'],
];

/** The entries that the agent's applets tell. One that is not there is left out. */
export function parseEntries(output: Buffer): FileEntry[] {
  const fields = output.toString().split('\0');
  const entries: FileEntry[] = [];
  for (let at = 0; at + ENTRY_FIELDS < fields.length; at += ENTRY_FIELDS) {
    const [
      type = '',
      mode = '',
      size = '',
      modified = '',
      owner = '',
      group = '',
      target = '',
      path = '',
      metadata = '',
    ] = fields.slice(at, at + ENTRY_FIELDS);
    if (type === '0') continue;
    const isLink = (Number(mode) & KIND) === LINK;
    entries.push({
      name: posix.basename(path),
      path,
      type: TYPES[type as keyof typeof TYPES] ?? (isLink ? 'symlink' : 'other'),
      size: Number(size),
      mode: Number(mode) & ~KIND,
      owner,
      group,
      modifiedAt: Number(modified) / 1000,
      metadata: parseMetadata(metadata),
      ...(isLink ? { symlinkTarget: target } : {}),
    });
  }
  return entries;
}

/** Each name, 0x1f, its value, 0x1e. */
function parseMetadata(text: string): Record<string, string> {
  const pairs = text.split('\u001e').slice(0, -1);
  return Object.fromEntries(
    pairs.map((pair): [string, string] => {
      const [name = '', value = ''] = pair.split('\u001f', 2);
      return [name, value];
    }),
  );
}

/**
 * The events that the agent's applet tells; undefined for the first record, which only says that it watches.
 *
 * @throws HoldfastError LIMIT_EXCEEDED where the kernel had to drop some.
 */
export async function* parseEvents(output: Readable): AsyncGenerator<FileEvent | undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  for await (const chunk of output) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    for (;;) {
      const mask = rest.indexOf(0);
      const name = mask < 0 ? -1 : rest.indexOf(0, mask + 1);
      if (name < 0) break;
      if (first) yield undefined;
      else yield* eventsOf(Number(rest.toString('latin1', 0, mask)), rest.toString('utf8', mask + 1, name));
      first = false;
      rest = rest.subarray(name + 1);
    }
  }
}

function* eventsOf(mask: number, name: string): Generator<FileEvent> {
  if ((mask & QUEUE_OVERFLOW) !== 0) {
    throw new HoldfastError('LIMIT_EXCEEDED', 'More happened in the folder than could be told; the watch has ended.');
  }
  for (const [bits, type] of EVENTS) if ((mask & bits) !== 0) yield { name: name === '' ? '.' : name, type };
}
