import { Duplex } from 'node:stream';
import { connect, type ConnectionOptions } from 'node:tls';

/** The bytes with which a real TLS client (OpenSSL, by Node) begins. */
export async function realHello(options: ConnectionOptions): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const wire = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      resolve(chunk);
      done();
    },
  });
  const client = connect({ socket: wire, ...options });
  client.on('error', () => undefined);
  const hello = await promise;
  client.destroy();
  wire.destroy();
  return hello;
}

/** The same handshake message in TLS records of `size` bytes each. */
export function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.from([0x16, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}

/** A TLS record with a ClientHello with these extensions, each with its type and content. */
export function madeHello(extensions: readonly (readonly [type: number, content: Buffer])[]): Buffer {
  const list = Buffer.concat(
    extensions.map(([type, content]) => Buffer.concat([two(type), two(content.length), content])),
  );
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 7),
    Buffer.from([0, 0, 2, 0x13, 0x01, 1, 0]),
    two(list.length),
    list,
  ]);
  const message = Buffer.concat([Buffer.from([1, 0]), two(body.length), body]);
  return Buffer.concat([Buffer.from([0x16, 3, 1]), two(message.length), message]);
}

/** The content of a server_name extension with these names. */
export function serverNames(...names: readonly (string | Buffer)[]): Buffer {
  const entries = names.map((name) =>
    Buffer.concat([Buffer.from([0]), two(Buffer.byteLength(name)), Buffer.from(name)]),
  );
  const list = Buffer.concat(entries);
  return Buffer.concat([two(list.length), list]);
}

function two(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}
