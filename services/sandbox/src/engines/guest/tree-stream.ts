import { HoldfastError } from '@holdfast/protocol';

/** One entry of a tree on its way to or from a guest; `agent/tree.h` says how it is written. */
export interface TreeEntry {
  readonly kind: 'folder' | 'file' | 'link';
  /** Relative; of a guest it is checked before it is given out. */
  readonly path: string;
  /** Permissions, 0 to 0o777. */
  readonly mode: number;
  /** Epoch seconds. */
  readonly modified: number;
  /** Of the content that follows: a file's bytes, or what a link names. */
  readonly size: number;
}

/** How much of a tree is taken. */
export interface TreeBounds {
  readonly bytes: number;
  readonly entries: number;
}

const RECORD_BYTES = 23;
const KINDS = { folder: 1, file: 2, link: 3 } as const;
/** What stands for the tree's end. */
export const TREE_END = Buffer.alloc(RECORD_BYTES);
const LONGEST_PATH = 4096;

/** The record before an entry's content. */
export function encodeEntry(entry: TreeEntry): Buffer {
  const path = Buffer.from(entry.path);
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeUInt8(KINDS[entry.kind], 0);
  record.writeUInt32LE(entry.mode, 1);
  record.writeBigInt64LE(BigInt(Math.floor(entry.modified)), 5);
  record.writeUInt16LE(path.byteLength, 13);
  record.writeBigUInt64LE(BigInt(entry.size), 15);
  return Buffer.concat([record, path]);
}

/** What a reader of a tree does with it. Content comes after its entry, in pieces. */
export interface TreeSink {
  entry(entry: TreeEntry): Promise<void>;
  content(piece: Buffer): Promise<void>;
}

/**
 * Reads a tree that a guest sent. A guest may send anything: paths are relative and without `.` and `..`, sizes and the
 * number of entries are bounded. Throws TOO_LARGE for more than that, UNAVAILABLE for what cannot be a tree.
 */
export async function readTree(stream: AsyncIterable<Buffer>, bounds: TreeBounds, sink: TreeSink): Promise<void> {
  let left: Buffer = Buffer.alloc(0);
  let [contentLeft, bytes, entries] = [0, 0, 0];
  let isOver = false;
  for await (const piece of stream) {
    left = left.byteLength === 0 ? piece : Buffer.concat([left, piece]);
    for (;;) {
      if (isOver && left.byteLength > 0) throw damaged('it goes on after its end');
      if (contentLeft > 0) {
        if (left.byteLength === 0) break;
        const content = left.subarray(0, contentLeft);
        left = left.subarray(content.byteLength);
        contentLeft -= content.byteLength;
        await sink.content(content);
        continue;
      }
      if (left.byteLength < RECORD_BYTES) break;
      const pathBytes = left.readUInt16LE(13);
      if (left.byteLength < RECORD_BYTES + pathBytes) break;
      if (left.readUInt8(0) === 0) {
        isOver = true;
        left = left.subarray(RECORD_BYTES);
        continue;
      }
      const entry = decodeEntry(left, pathBytes);
      left = left.subarray(RECORD_BYTES + pathBytes);
      entries += 1;
      bytes += entry.size;
      if (entries > bounds.entries || bytes > bounds.bytes) throw tooLarge(bounds);
      contentLeft = entry.size;
      await sink.entry(entry);
    }
  }
  if (!isOver) throw damaged('it was cut off');
}

function decodeEntry(bytes: Buffer, pathBytes: number): TreeEntry {
  const kind = (['folder', 'file', 'link'] as const).find((name) => KINDS[name] === bytes.readUInt8(0));
  if (!kind) throw damaged('there is an entry that is neither file, folder nor link');
  const size = Number(bytes.readBigUInt64LE(15));
  if (!Number.isSafeInteger(size) || (kind === 'folder' && size > 0) || (kind === 'link' && size > LONGEST_PATH)) {
    throw damaged('a size is wrong');
  }
  return {
    kind,
    path: checkedPath(bytes.subarray(RECORD_BYTES, RECORD_BYTES + pathBytes)),
    mode: bytes.readUInt32LE(1) & 0o777,
    modified: Number(bytes.readBigInt64LE(5)),
    size,
  };
}

/** Names that are no UTF-8 stay as they are only where they lead nowhere else: they are refused. */
function checkedPath(bytes: Buffer): string {
  const path = bytes.toString('utf8');
  const names = path.split('/');
  const isOdd = names.some((name) => name === '' || name === '.' || name === '..') || path.includes('\0');
  if (isOdd || bytes.byteLength > LONGEST_PATH || !Buffer.from(path).equals(bytes)) {
    throw damaged('a path leads outside, or is not UTF-8');
  }
  return path;
}

function damaged(why: string): HoldfastError {
  return new HoldfastError(
    'UNAVAILABLE',
    `The tree of files that the sandbox sent is not one: ${why}. Nothing was changed.`,
  );
}

function tooLarge({ bytes, entries }: TreeBounds): HoldfastError {
  return new HoldfastError(
    'TOO_LARGE',
    `The files of the sandbox are more than may be copied (${bytes} bytes in ${entries} entries). Nothing was changed on ` +
      'the host. Remove what is not needed.',
  );
}
