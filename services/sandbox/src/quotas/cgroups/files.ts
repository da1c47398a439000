import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';

/** The code of a failed system call, such as ENOENT. Empty for whatever else was thrown. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
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

/** Writes to a file of the kernel, which is there or not: it is never made. */
export async function writeKernel(path: string, value: string): Promise<void> {
  const file = await open(path, constants.O_WRONLY);
  try {
    await file.write(value);
  } finally {
    await file.close();
  }
}

/** The number that a file holds. `max` is Infinity. */
export async function readNumber(path: string): Promise<number> {
  const text = (await readFile(path, 'utf8')).trim();
  return text === 'max' ? Infinity : Number(text);
}

/** A file of lines `key value`, such as cpu.stat. */
export async function readKeyed(path: string): Promise<Readonly<Record<string, number>>> {
  return parseKeyed(await readFile(path, 'utf8'));
}

/** Lines `key value`. */
export function parseKeyed(text: string): Readonly<Record<string, number>> {
  const pairs = text.split('\n').filter(Boolean);
  return Object.fromEntries(pairs.map((line) => line.split(' ')).map(([key = '', value]) => [key, Number(value)]));
}
