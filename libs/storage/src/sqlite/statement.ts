import type { SqlValue, Statement } from '../database.ts';
import type { WireStatement } from './wire.ts';

/** The form in which a statement crosses to a worker. */
export function toWire({ sql, params, expect, otherwise }: Statement): WireStatement {
  return [sql, params.map(detached), expect ?? -1, otherwise ?? 'CONFLICT'];
}

/** Cloning a view clones all of the buffer behind it, and a small Buffer is a view of a shared pool. */
function detached(value: SqlValue): SqlValue {
  return value instanceof Uint8Array && value.byteLength !== value.buffer.byteLength ? new Uint8Array(value) : value;
}
