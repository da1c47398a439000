import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';

/** A file is put aside at this size, and so many are kept beside it. Bytes. */
const LARGEST_BYTES = 32 * 1024 * 1024;
const KEPT = 4;
/** More than this waiting for the disk is counted, not kept: a flood of records must not fill the memory. Bytes. */
const WAITING_BYTES = 8 * 1024 * 1024;

/** Records on disk, one JSON object a line, the newest last; older files are `<file>.1` (newest) to `<file>.4`. */
export interface RecordFile {
  add(record: object): void;
  /** Records that were not written because the disk did not follow. */
  dropped(): number;
  /** Writes what waits. */
  close(): Promise<void>;
}

/** Opens the file for appending, and makes its folder. `problem` is told once when the disk refuses. */
export async function openRecordFile(file: string, problem: (error: unknown) => void): Promise<RecordFile> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  let { stream, bytes } = await openAppending(file, problem);
  let dropped = 0;
  let turning: Promise<void> | undefined;

  const turn = async (): Promise<void> => {
    const old = stream;
    old.end();
    await finished(old).catch(problem);
    await rm(`${file}.${KEPT}`, { force: true });
    for (let n = KEPT - 1; n >= 1; n -= 1) await rename(`${file}.${n}`, `${file}.${n + 1}`).catch(ignoreMissing);
    await rename(file, `${file}.1`).catch(ignoreMissing);
    ({ stream, bytes } = await openAppending(file, problem));
    turning = undefined;
  };

  return {
    add(record) {
      if (turning || stream.writableLength > WAITING_BYTES || stream.destroyed) {
        dropped += 1;
        return;
      }
      const line = `${JSON.stringify(record)}\n`;
      bytes += Buffer.byteLength(line);
      stream.write(line);
      if (bytes >= LARGEST_BYTES) turning = turn().catch(problem);
    },
    dropped: () => dropped,
    async close() {
      await turning;
      stream.end();
      await finished(stream).catch(problem);
    },
  };
}

async function openAppending(
  file: string,
  problem: (error: unknown) => void,
): Promise<{ stream: WriteStream; bytes: number }> {
  const bytes = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  stream.on('error', problem);
  return { stream, bytes };
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
