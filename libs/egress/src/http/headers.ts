/** Headers that are for the next hop only (RFC 9110, section 7.6.1), and those with which clients address proxies. */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers as they came, name and value by turns: as Node gives them, and takes them. */
export type RawHeaders = readonly string[];

/** All values of a header. */
export function valuesOf(headers: RawHeaders, name: string): string[] {
  return pairs(headers).flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
}

/** The headers that go on to the other side, in their order, without those that are for this hop only. */
export function endToEnd(headers: RawHeaders): string[] {
  const named = valuesOf(headers, 'connection').flatMap((value) =>
    value.split(',').map((option) => option.trim().toLowerCase()),
  );
  const dropped = new Set([...HOP_BY_HOP, ...named]);
  return pairs(headers).flatMap(([name, value]) => (dropped.has(name.toLowerCase()) ? [] : [name, value]));
}

function pairs(headers: RawHeaders): [name: string, value: string][] {
  return headers.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : [],
  );
}
