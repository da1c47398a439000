import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** The code of a failed system call, such as ENOENT. Empty for whatever else was thrown. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What `read` answers, or `instead` when it fails with one of `codes`. */
export function orElse<T>(codes: readonly string[], read: () => T, instead: T): T {
  try {
    return read();
  } catch (error) {
    if (codes.includes(errnoOf(error))) return instead;
    throw error;
  }
}

/** Waits for `doing`, and answers `instead` when it fails with one of `codes`. */
export async function unless<T>(codes: readonly string[], doing: Promise<T>, instead: T): Promise<T> {
  try {
    return await doing;
  } catch (error) {
    if (codes.includes(errnoOf(error))) return instead;
    throw error;
  }
}

/** Writes to a file of the kernel that may make the writer wait for others: whatever moves, stops or ends processes. */
export async function writeKernel(path: string, value: string): Promise<void> {
  const file = await open(path, constants.O_WRONLY);
  try {
    await file.write(value);
  } finally {
    await file.close();
  }
}

/**
 * Writes to a file of the kernel that answers at once. This and the readers below are synchronous: there is no disk to
 * wait for, and a look at a sandbox takes a tenth of the time that a detour by other threads costs.
 */
export function setKernel(path: string, value: string): void {
  const file = openSync(path, constants.O_WRONLY);
  try {
    writeSync(file, value);
  } finally {
    closeSync(file);
  }
}

/** The text of a file of the kernel. */
export function readKernel(path: string): string {
  return readFileSync(path, 'utf8').trimEnd();
}

/** A file of lines `key value`, such as cpu.stat. */
export function readKeyed(path: string): Readonly<Record<string, number>> {
  return parseKeyed(readKernel(path));
}

/** Lines `key value`. */
export function parseKeyed(text: string): Readonly<Record<string, number>> {
  const pairs = text.split('\n').filter(Boolean);
  return Object.fromEntries(pairs.map((line) => line.split(' ')).map(([key = '', value]) => [key, Number(value)]));
}
