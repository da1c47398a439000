import { HoldfastError } from '@holdfast/protocol';

/** A place in the write-ahead log, as one number that can be compared. */
export type Lsn = bigint;

/** Reads a read token, such as `0/16B3748`. Throws INVALID_ARGUMENT. */
export function parseLsn(token: string): Lsn {
  const [, high, low] = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(token) ?? [];
  if (high === undefined || low === undefined) {
    throw new HoldfastError('INVALID_ARGUMENT', 'The read token is not one that this database gave out.');
  }
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
