import { closeSync, fsyncSync, openSync, readSync, renameSync, statSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

import { Shelf, type ShelfOptions, type Usearch } from './shelf.ts';

/** A file and what is in it, as the manifest has it. */
export interface FileEntry {
  readonly file: string;
  readonly bytes: number;
  readonly crc: number;
}

/** The files of one tenant. */
export interface ShelfFiles {
  readonly tenant: string;
  readonly rows: FileEntry;
  /** Left out: it has no graph. */
  readonly graph?: FileEntry & { readonly nodes: number; readonly epoch: number };
}

interface Header {
  readonly tenant: string;
  readonly dimensions: number;
  readonly epoch: number;
  /** User, agent and number of rows, in the order of the rows. */
  readonly scopes: readonly (readonly [string, string, number])[];
}

const PIECE = 1024 * 1024;
const ROWS_AT_ONCE = 2048;

/**
 * Writes the rows of a shelf: the length of a JSON header (4 bytes, little-endian), the header, keys (float64), nodes
 * (uint32), vectors (int8). It has its name only when all of it is on the disk.
 */
export function writeRows(path: string, file: string, shelf: Shelf, dimensions: number): FileEntry {
  const partitions = [...shelf.partitions];
  const header: Header = {
    tenant: shelf.tenant,
    dimensions,
    epoch: shelf.epoch,
    scopes: partitions.map(({ user, agent, rows }) => [user, agent, rows]),
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const blocks = partitions.flatMap((partition) => partition.blocks);
  const parts: Uint8Array[] = [
    length,
    text,
    ...blocks.map(({ seqs, rows }) => bytesOf(seqs.subarray(0, rows))),
    ...blocks.map(({ nodes, rows }) => bytesOf(nodes.subarray(0, rows))),
    ...blocks.map(({ vectors, rows }) => bytesOf(vectors.subarray(0, rows * dimensions))),
  ];
  const fresh = `${path}.tmp`;
  const handle = openSync(fresh, 'w', 0o600);
  let crc = 0;
  let bytes = 0;
  try {
    for (const part of parts) {
      crc = crc32(part, crc);
      bytes += part.length;
      for (let at = 0; at < part.length; ) at += writeSync(handle, part, at);
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, path);
  return { file, bytes, crc };
}

/** Writes the graph of a shelf. */
export function writeGraph(path: string, file: string, shelf: Shelf): ShelfFiles['graph'] {
  const { graph } = shelf;
  if (graph === undefined) return undefined;
  const fresh = `${path}.tmp`;
  graph.save(fresh);
  const handle = openSync(fresh, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  const { crc, bytes } = checksumOf(fresh);
  renameSync(fresh, path);
  return { file, bytes, crc, nodes: shelf.nodes, epoch: shelf.epoch };
}

/** What `readShelf` gives: a shelf, what is wrong with its rows, or with its graph only. */
export interface ReadShelf {
  readonly shelf?: Shelf;
  readonly badRows?: string;
  readonly badGraph?: string;
}

/** Reads the files of a tenant. Nothing of a file whose checksum is another one is used. */
export function readShelf(
  pathOf: (file: string) => string,
  files: ShelfFiles,
  options: ShelfOptions,
  usearch: Usearch,
): ReadShelf {
  const { rows } = files;
  const badRows = problemOf(pathOf(rows.file), rows);
  if (badRows !== undefined) return { badRows };
  const handle = openSync(pathOf(rows.file), 'r');
  try {
    return readOpen(handle, pathOf, files, options, usearch);
  } finally {
    closeSync(handle);
  }
}

function readOpen(
  handle: number,
  pathOf: (file: string) => string,
  { tenant, rows, graph }: ShelfFiles,
  options: ShelfOptions,
  usearch: Usearch,
): ReadShelf {
  const { dimensions } = options;
  const headerBytes = readAt(handle, 0, 4).readUInt32LE(0);
  const header = JSON.parse(readAt(handle, 4, headerBytes).toString()) as Header;
  if (header.tenant !== tenant || header.dimensions !== dimensions) {
    return { badRows: `${rows.file} is of another index` };
  }
  const shelf = new Shelf(tenant, options, usearch);
  let badGraph = graph === undefined ? undefined : problemOf(pathOf(graph.file), graph);
  if (graph !== undefined && graph.epoch !== header.epoch) badGraph ??= `${graph.file} goes with other rows`;
  const adopted = graph !== undefined && badGraph === undefined;
  if (adopted) {
    const index = shelf.newGraph();
    index.load(pathOf(graph.file));
    if (index.size() !== graph.nodes || index.dimensions() !== dimensions)
      badGraph = `${graph.file} is of another index`;
    else shelf.adopt(index, graph.nodes, graph.epoch);
  }
  restoreRows(shelf, header, handle, 4 + headerBytes, adopted && badGraph === undefined);
  return badGraph === undefined ? { shelf } : { shelf, badGraph };
}

/** A piece at a time: all of it twice would be as much memory as the vectors themselves. */
function restoreRows(shelf: Shelf, header: Header, handle: number, at: number, withNodes: boolean): void {
  const { dimensions, scopes } = header;
  const total = scopes.reduce((sum, [, , rows]) => sum + rows, 0);
  const seqs = new Float64Array(copyOf(readAt(handle, at, total * 8)));
  const nodes = new Uint32Array(copyOf(readAt(handle, at + total * 8, total * 4)));
  const vectorsAt = at + total * 12;
  let row = 0;
  let piece = { from: 0, vectors: new Int8Array() };
  for (const [user, agent, rows] of scopes) {
    shelf.reserve(user, agent, rows);
    for (const end = row + rows; row < end; row += 1) {
      if ((row - piece.from) * dimensions === piece.vectors.length) {
        const length = Math.min(ROWS_AT_ONCE, total - row) * dimensions;
        piece = { from: row, vectors: new Int8Array(copyOf(readAt(handle, vectorsAt + row * dimensions, length))) };
      }
      const bytes = piece.vectors.subarray((row - piece.from) * dimensions, (row - piece.from + 1) * dimensions);
      shelf.restore(seqs[row] ?? 0, user, agent, bytes, withNodes ? (nodes[row] ?? 0) : 0);
    }
  }
}

function readAt(handle: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let read = 0; read < length; ) {
    const more = readSync(handle, bytes, read, length - read, at + read);
    if (more === 0) throw new RangeError('a file that was whole a moment ago has become shorter');
    read += more;
  }
  return bytes;
}

function problemOf(path: string, { file, bytes, crc }: FileEntry): string | undefined {
  try {
    if (statSync(path).size !== bytes) return `${file} has not the length that it was written with`;
    if (checksumOf(path).crc !== crc) return `${file} has not the content that it was written with`;
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return `${file} is missing`;
    return `${file} cannot be read (${(error as Error).message})`;
  }
}

function checksumOf(path: string): { crc: number; bytes: number } {
  const handle = openSync(path, 'r');
  try {
    const piece = Buffer.alloc(PIECE);
    let crc = 0;
    let bytes = 0;
    for (;;) {
      const read = readSync(handle, piece, 0, PIECE, null);
      if (read === 0) return { crc, bytes };
      crc = crc32(piece.subarray(0, read), crc);
      bytes += read;
    }
  } finally {
    closeSync(handle);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A copy that begins at a place that numbers may begin at. */
function copyOf(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
