import type { Readable } from 'node:stream';

/** A piece of output, as it came. */
export interface Piece {
  readonly from: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

/** How long a stream may stay open after everything that could write to it has been ended. Milliseconds. */
const GRACE_MS = 1000;

/**
 * Both streams as one, each in its own order, ending when both have ended. Nothing is read ahead of the consumer but
 * what the streams' own small buffers hold: while it stalls, the pipes fill and the command waits.
 *
 * `over` resolves when the command has ended; a stream that something escaped still holds open is closed then.
 */
export async function* mergeOutput(stdout: Readable, stderr: Readable, over: Promise<unknown>): AsyncGenerator<Piece> {
  const open = new Map<Piece['from'], Readable>([
    ['stdout', stdout],
    ['stderr', stderr],
  ]);
  const bell = createBell();
  for (const [from, stream] of open) {
    stream.on('readable', bell.ring);
    // A broken pipe is an end of output; how the command ended is told by its exit.
    stream.on('error', bell.ring);
    stream.once('close', () => {
      open.delete(from);
      bell.ring();
    });
  }
  let isOver = false;
  const ringOver = (): void => {
    isOver = true;
    bell.ring();
  };
  over.then(ringOver, ringOver);

  for (;;) {
    let came = false;
    for (const [from, stream] of open) {
      const bytes = stream.read() as Buffer | null;
      if (bytes === null) continue;
      came = true;
      yield { from, bytes };
    }
    if (open.size === 0) return;
    if (came) continue;
    const rang = await bell.rung(isOver ? GRACE_MS : undefined);
    if (!rang) for (const stream of open.values()) stream.destroy();
  }
}

/** Remembers a ring until somebody waits for it, so that none is lost. */
function createBell(): { ring: () => void; rung: (timeoutMs: number | undefined) => Promise<boolean> } {
  let rang = false;
  let wake: ((rang: boolean) => void) | undefined;
  const ring = (): void => {
    rang = true;
    wake?.(true);
  };
  const rung = async (timeoutMs: number | undefined): Promise<boolean> => {
    let timer: NodeJS.Timeout | undefined;
    const result =
      rang ||
      (await new Promise<boolean>((resolve) => {
        wake = resolve;
        if (timeoutMs !== undefined) timer = setTimeout(() => resolve(false), timeoutMs);
      }));
    clearTimeout(timer);
    wake = undefined;
    rang = false;
    return result;
  };
  return { ring, rung };
}
