import { HoldfastError } from '@holdfast/protocol';

import type { Basis } from './basis.ts';
import { type ByteReader, type ByteStream, PIECE_BYTES, streamReader } from './bytes.ts';
import { CommandReader } from './command-reader.ts';
import { checkSignal, malformed } from './malformed.ts';

/** How far a patch may go. */
export interface PatchOptions {
  /** A result of more bytes is refused: a short delta can name the same megabyte a million times. Default: no bound. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Makes the new file of the old one and a delta, from here or from rdiff. Chunks of 256 KiB at most, which are the caller's.
 *
 * Bytes are given out before the end of the delta was seen: use them only once the iteration has ended without an error.
 * {@link applyToFile} takes care of that.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a delta that is malformed, cut off, followed by more, or of another basis;
 *   TOO_LARGE above `maxBytes`; CANCELED
 */
export async function* patch(
  basis: Basis,
  delta: ByteStream,
  { maxBytes = Number.MAX_SAFE_INTEGER, signal }: PatchOptions = {},
): AsyncGenerator<Uint8Array> {
  const allocate = (length: number) => Buffer.allocUnsafeSlow(length);
  yield* patchFrom(basis, streamReader(delta), allocate, maxBytes, signal);
}

/** As {@link patch}, for what is read otherwise, in chunks that `allocate` gives room to. Closes the reader. */
export async function* patchFrom(
  basis: Basis,
  reader: ByteReader,
  allocate: (length: number) => Buffer,
  maxBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    const commands = new CommandReader(reader);
    await commands.begin();
    let rest = maxBytes;
    for (;;) {
      checkSignal(signal);
      const command = await commands.next();
      if (command.kind === 'end') return;
      if (command.length > rest) throw tooLarge(maxBytes);
      rest -= command.length;
      if (command.kind === 'literal') yield* literal(commands, command.length, signal);
      else yield* copy(basis, command, allocate, signal);
    }
  } finally {
    await reader.close();
  }
}

async function* literal(
  commands: CommandReader,
  length: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for (let rest = length; rest > 0; ) {
    checkSignal(signal);
    const bytes = await commands.literal(rest);
    rest -= bytes.length;
    yield new Uint8Array(bytes);
  }
}

async function* copy(
  basis: Basis,
  { start, length }: { readonly start: number; readonly length: number },
  allocate: (length: number) => Buffer,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const end = start + length;
  if (end > basis.size) {
    throw malformed(`it copies up to byte ${end} of a file of ${basis.size}; it was made for another file`);
  }
  for (let at = start; at < end; ) {
    checkSignal(signal);
    const bytes = allocate(Math.min(PIECE_BYTES, end - at));
    const count = await basis.read(bytes, bytes.length, at);
    if (count === 0) throw malformed('the old file became shorter while the delta was applied');
    at += count;
    yield bytes.subarray(0, count);
  }
}

function tooLarge(maxBytes: number): HoldfastError {
  return new HoldfastError(
    'TOO_LARGE',
    `The delta would make more than the ${maxBytes} bytes that are allowed. Nothing was changed.`,
  );
}
