import { constants } from 'node:os';

const NAMES = new Map(Object.entries(constants.errno).map(([name, value]) => [value, name]));

/** `ok` for what a successful system call returns, else the name of its error. Both sides of 0 are taken. */
export function resultName(returned: number): string {
  if (returned >= 0) return 'ok';
  return NAMES.get(-returned) ?? `errno ${-returned}`;
}
