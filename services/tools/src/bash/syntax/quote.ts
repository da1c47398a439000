const PLAIN = /^[A-Za-z0-9_./:@%+,-]+$/;

/** `value` as one word of shell text that every reading of it leaves as it is. */
export function quote(value: string): string {
  return PLAIN.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** `value` as it stands between double quotes. */
export function quoteInside(value: string): string {
  return value.replaceAll(/[\\"$`]/g, '\\$&');
}
