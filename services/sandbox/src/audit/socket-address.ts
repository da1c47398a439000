/** Families of <linux/socket.h> that have a name here. */
const FAMILIES: Readonly<Record<number, string>> = { 0: 'unspec', 16: 'netlink', 17: 'packet', 38: 'alg', 40: 'vsock' };
const INET = 2;
const INET6 = 10;

/** The address that a process gave to `connect`: `inet 10.0.0.1:443`. Takes the first 24 bytes of the structure. */
export function showAddress(bytes: Buffer): string {
  const family = bytes.readUInt16LE(0);
  const port = bytes.readUInt16BE(2);
  if (family === INET) return `inet ${[...bytes.subarray(4, 8)].join('.')}:${port}`;
  if (family === INET6) {
    const groups = Array.from({ length: 8 }, (_, n) => bytes.readUInt16BE(8 + n * 2).toString(16));
    return `inet6 [${new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)}]:${port}`;
  }
  return FAMILIES[family] ?? `family ${family}`;
}
