/** Bounds of a chunk, bytes; the last of a content may be smaller. */
export const CHUNK_BYTES = { least: 4096, normal: 16_384, most: 65_536 } as const;

/**
 * One 32-bit number for each byte, by a fixed generator (mulberry32): the cuts depend on them, so that they must never
 * change. What was cut otherwise could still be read, and would share no chunk with what is cut now.
 */
const GEAR = Int32Array.from({ length: 256 }, (_, i) => {
  let t = Math.imul(i + 1, 0x6d2b79f5);
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return t ^ (t >>> 14);
});
/** Below the normal size a cut is made rarer, above it likelier: sizes then gather around it. */
const RARE = 0xffff0000 | 0;
const LIKELY = 0xfff00000 | 0;

/**
 * Cuts a content where the content itself says so (the method of FastCDC, W. Xia et al., USENIX ATC 2016): an edit moves
 * the cuts near it only, and all other chunks stay what they were. Chunks are copies, and together the whole content.
 */
export async function* cutContent(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Buffer> {
  // At most one chunk waits in it; what it has scanned is not scanned again.
  const held = Buffer.allocUnsafe(CHUNK_BYTES.most);
  let length = 0;
  let hash = 0;
  for await (const piece of content) {
    for (let at = 0; at < piece.length; ) {
      const scan = scanFor(piece, at, length, hash);
      held.set(piece.subarray(at, scan.end), length);
      length += scan.end - at;
      at = scan.end;
      hash = scan.hash;
      if (!scan.cut) continue;
      yield Buffer.from(held.subarray(0, length));
      length = 0;
      hash = 0;
    }
  }
  if (length > 0) yield Buffer.from(held.subarray(0, length));
}

/** How far the chunk that already has `length` bytes goes in this piece, and whether it ends there. */
function scanFor(
  piece: Uint8Array,
  from: number,
  length: number,
  before: number,
): { end: number; hash: number; cut: boolean } {
  let hash = before;
  const { least, normal, most } = CHUNK_BYTES;
  const limit = Math.min(piece.length, from + most - length);
  // Nothing is cut below the least size, so it need not be looked at either.
  let at = Math.min(limit, from + Math.max(0, least - length));
  const turn = Math.min(limit, from + Math.max(0, normal - length));
  for (; at < turn; at++) {
    hash = ((hash << 1) + (GEAR[piece[at] ?? 0] ?? 0)) | 0;
    if ((hash & RARE) === 0) return { end: at + 1, hash, cut: true };
  }
  for (; at < limit; at++) {
    hash = ((hash << 1) + (GEAR[piece[at] ?? 0] ?? 0)) | 0;
    if ((hash & LIKELY) === 0) return { end: at + 1, hash, cut: true };
  }
  return { end: limit, hash, cut: length + limit - from === most };
}
