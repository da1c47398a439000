/** What JSON has. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** What a column of a database holds. */
export type Cell = null | number | bigint | string | Uint8Array;

/** A cell as JSON: whole numbers that a double cannot hold, and bytes, become objects of one key. */
export function cellToWire(cell: Cell): JsonValue {
  if (typeof cell === 'bigint') return { $int: cell.toString() };
  if (cell instanceof Uint8Array) return { $bytes: Buffer.from(cell).toString('base64') };
  return cell;
}

/** The reverse of {@link cellToWire}. @throws TypeError for what no cell becomes. */
export function cellFromWire(value: JsonValue): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if ('$int' in value && typeof value['$int'] === 'string') return BigInt(value['$int']);
  if ('$bytes' in value && typeof value['$bytes'] === 'string') return Buffer.from(value['$bytes'], 'base64');
  throw new TypeError('A column holds numbers, texts, bytes and null only.');
}
