/** Socket addresses as the program of the attempts takes them: bytes of the kernel's structures. */

/** struct sockaddr_in. */
export function ipv4(address: string, port: number): string {
  const bytes = address.split('.').map(Number);
  return `x:${Buffer.from([2, 0, port >> 8, port & 255, ...bytes, 0, 0, 0, 0, 0, 0, 0, 0]).toString('hex')}`;
}

/** struct sockaddr_in6, of 16 bytes of address in hexadecimal. */
export function ipv6(address: string, port: number): string {
  const head = Buffer.from([10, 0, port >> 8, port & 255, 0, 0, 0, 0]);
  return `x:${Buffer.concat([head, Buffer.from(address, 'hex'), Buffer.alloc(4)]).toString('hex')}`;
}

/** struct sockaddr_un of a path; of an abstract name where it begins with NUL. */
export function unix(path: string): string {
  const end = path.startsWith('\0') ? '' : '\0';
  return `x:${Buffer.concat([Buffer.from([1, 0]), Buffer.from(path + end)]).toString('hex')}`;
}

/** Any bytes. */
export function words(text: string | Uint8Array): string {
  return `x:${Buffer.from(text).toString('hex')}`;
}
