import { HoldfastError } from '@holdfast/protocol';

/** What a ClientHello says of whom it wants to speak to. */
export interface ClientHello {
  /** The server name (SNI), as it was sent. */
  readonly serverName: string | undefined;
}

/** Says that the bytes are no ClientHello, or one that no TLS library sends. */
export function notClientHello(why: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', why);
}

const HOST_NAME = 0;
const SERVER_NAME_EXTENSION = 0;

/**
 * Reads the body of a ClientHello (RFC 8446, section 4.1.2), without the header of the handshake message.
 *
 * It is strict: what could be read in two ways, so that the server might read it otherwise, is refused.
 *
 * @throws HoldfastError INVALID_ARGUMENT when it is not well-formed.
 */
export function parseClientHello(body: Uint8Array): ClientHello {
  const reader = new Reader(body);
  reader.skip(2 + 32);
  if (reader.vector(1).left > 32) throw notClientHello('the session id is too long');
  const suites = reader.vector(2).left;
  if (suites < 2 || suites % 2 !== 0) throw notClientHello('the list of cipher suites is damaged');
  if (reader.vector(1).left < 1) throw notClientHello('the list of compression methods is empty');
  if (reader.left === 0) return { serverName: undefined };
  const extensions = reader.vector(2);
  if (reader.left > 0) throw notClientHello('there are bytes after the extensions');
  const seen = new Set<number>();
  let serverName: string | undefined;
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const content = extensions.vector(2);
    if (seen.has(type)) throw notClientHello('an extension is there twice');
    seen.add(type);
    if (type === SERVER_NAME_EXTENSION) serverName = readServerName(content);
  }
  return { serverName };
}

function readServerName(content: Reader): string {
  const list = content.vector(2);
  if (content.left > 0 || list.number(1) !== HOST_NAME) throw notClientHello('the server name is damaged');
  const name = list.vector(2);
  if (list.left > 0 || name.left === 0) throw notClientHello('there is not exactly one server name');
  const bytes = name.rest();
  if (bytes.some((byte) => byte <= 0x20 || byte >= 0x7f)) {
    throw notClientHello('the server name is not plain ASCII');
  }
  return bytes.toString('latin1');
}

/** Reads the numbers and length-prefixed vectors of the TLS presentation language. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  number(size: 1 | 2): number {
    this.#demand(size);
    const value = this.#bytes.readUIntBE(this.#at, size);
    this.#at += size;
    return value;
  }

  skip(size: number): void {
    this.#demand(size);
    this.#at += size;
  }

  vector(sizeOfLength: 1 | 2): Reader {
    const length = this.number(sizeOfLength);
    this.#demand(length);
    const inner = new Reader(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return inner;
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }

  #demand(size: number): void {
    if (size > this.left) throw notClientHello('it ends too early');
  }
}
