import { type ClientHello, notClientHello, parseClientHello } from './client-hello.ts';

/** The longest ClientHello that is read, in bytes. With post-quantum key shares they have about 2,000. */
export const LONGEST_HELLO = 16_384;

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 0x01;
const LONGEST_RECORD = 16_384;
const RECORD_HEADER = 5;
const MESSAGE_HEADER = 4;

/**
 * Finds the ClientHello at the beginning of a TLS connection, however it is cut into segments and records. Each byte is
 * looked at once, so that thousands of small pieces cost no more than one large one.
 */
export class HelloReader {
  readonly #header = Buffer.alloc(RECORD_HEADER);
  readonly #message = Buffer.alloc(MESSAGE_HEADER + LONGEST_HELLO);
  #headerFilled = 0;
  #recordLeft = 0;
  #messageFilled = 0;
  #done = false;

  /**
   * Takes the next bytes. Answers with the ClientHello once it is whole; until then with undefined.
   *
   * @throws HoldfastError INVALID_ARGUMENT as soon as the bytes cannot become one.
   */
  push(chunk: Uint8Array): ClientHello | undefined {
    let at = 0;
    while (at < chunk.length && !this.#done) {
      at += this.#recordLeft === 0 ? this.#takeHeader(chunk.subarray(at)) : this.#takeContent(chunk.subarray(at));
    }
    return this.#done ? parseClientHello(this.#message.subarray(MESSAGE_HEADER, this.#messageFilled)) : undefined;
  }

  #takeHeader(chunk: Uint8Array): number {
    const taken = Math.min(RECORD_HEADER - this.#headerFilled, chunk.length);
    this.#header.set(chunk.subarray(0, taken), this.#headerFilled);
    this.#headerFilled += taken;
    if (this.#header[0] !== HANDSHAKE) throw notClientHello('it does not begin with a TLS handshake');
    if (this.#headerFilled > 1 && this.#header[1] !== 3) throw notClientHello('it is of no version of TLS');
    if (this.#headerFilled < RECORD_HEADER) return taken;
    const length = this.#header.readUInt16BE(3);
    if (length === 0 || length > LONGEST_RECORD) throw notClientHello('a TLS record has an impossible length');
    this.#headerFilled = 0;
    this.#recordLeft = length;
    return taken;
  }

  #takeContent(chunk: Uint8Array): number {
    const wanted = this.#messageFilled < MESSAGE_HEADER ? MESSAGE_HEADER : this.#messageLength();
    const taken = Math.min(this.#recordLeft, chunk.length, wanted - this.#messageFilled);
    this.#message.set(chunk.subarray(0, taken), this.#messageFilled);
    this.#messageFilled += taken;
    this.#recordLeft -= taken;
    if (this.#message[0] !== CLIENT_HELLO) throw notClientHello('the handshake does not begin with a ClientHello');
    if (this.#messageFilled < MESSAGE_HEADER) return taken;
    const length = this.#messageLength();
    if (length > this.#message.length) throw notClientHello(`the ClientHello is longer than ${LONGEST_HELLO} bytes`);
    if (this.#messageFilled === length) {
      if (this.#recordLeft > 0) throw notClientHello('something follows the ClientHello in its record');
      this.#done = true;
    }
    return taken;
  }

  #messageLength(): number {
    return MESSAGE_HEADER + this.#message.readUIntBE(1, 3);
  }
}
