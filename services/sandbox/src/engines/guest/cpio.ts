/** One entry of an archive: a folder, a symbolic link, or a file. Paths are relative, folders before what is in them. */
export type CpioEntry =
  | { readonly path: string; readonly kind: 'folder' }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'file'; readonly content: Uint8Array; readonly mode: number };

const TRAILER = 'TRAILER!!!';
const MODES = { folder: 0o40755, link: 0o120777, file: 0o100000 } as const;

/**
 * A cpio archive in the "newc" format, which the kernel unpacks as the first file system of a machine. Everything
 * belongs to root, and times are left out: the same entries give the same bytes.
 */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const records = entries.map((entry, index) =>
    record(index + 1, entry.path, modeOf(entry), contentOf(entry), entry.kind === 'folder' ? 2 : 1),
  );
  return Buffer.concat([...records, record(0, TRAILER, 0, new Uint8Array(), 1)]);
}

function modeOf(entry: CpioEntry): number {
  return entry.kind === 'file' ? MODES.file | entry.mode : MODES[entry.kind];
}

function contentOf(entry: CpioEntry): Uint8Array {
  if (entry.kind === 'file') return entry.content;
  return entry.kind === 'link' ? Buffer.from(entry.target) : new Uint8Array();
}

function record(inode: number, path: string, mode: number, content: Uint8Array, links: number): Buffer {
  const name = Buffer.from(`${path}\0`);
  // inode, mode, uid, gid, links, time, size, device and special device (two each), length of the name, checksum
  const fields = [inode, mode, 0, 0, links, 0, content.byteLength, 0, 0, 0, 0, name.byteLength, 0];
  const head = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return Buffer.concat([aligned(Buffer.concat([head, name])), aligned(content)]);
}

function aligned(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.byteLength % 4)) % 4)]);
}
