/** The value of a field of a protobuf message: a whole number, or bytes (a text, a message, packed numbers). */
export type FieldValue = number | string | Uint8Array;

/** Writes one protobuf message. Fields that repeat are given several times. */
export function message(fields: readonly (readonly [number: number, value: FieldValue])[]): Uint8Array {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)]);
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
    }),
  );
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...bytes, rest]);
}
