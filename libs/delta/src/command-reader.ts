import type { ByteReader } from './bytes.ts';
import { COPY_N1_N1, COPY_N8_N8, END, LITERAL_N1, MAX_SHORT_LITERAL, WIDTHS } from './commands.ts';
import { DELTA_MAGIC } from './kinds.ts';
import { malformed } from './malformed.ts';

/** One command of a delta. The bytes of a literal follow it, and are to be read before the next command. */
export type Command =
  | { readonly kind: 'end' }
  | { readonly kind: 'literal'; readonly length: number }
  | { readonly kind: 'copy'; readonly start: number; readonly length: number };

/** Reads the commands of a delta, with a buffer of fixed size whatever they say. */
export class CommandReader {
  readonly #reader: ByteReader;
  readonly #buffer = Buffer.alloc(64 * 1024);
  #at = 0;
  #end = 0;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  /** Reads what every delta begins with. */
  async begin(): Promise<void> {
    await this.#need(4);
    const magic = this.#buffer.readUInt32BE(this.#at);
    this.#at += 4;
    if (magic !== DELTA_MAGIC) throw malformed(`a delta does not begin with 0x${magic.toString(16)}`);
  }

  /** Reads the next command. After the last one nothing may follow. */
  async next(): Promise<Command> {
    await this.#need(1);
    const code = this.#buffer[this.#at++] as number;
    if (code === END) {
      if (this.#at < this.#end || (await this.#more())) throw malformed('bytes follow the end of the delta');
      return { kind: 'end' };
    }
    if (code <= MAX_SHORT_LITERAL) return { kind: 'literal', length: code };
    if (code < COPY_N1_N1) return { kind: 'literal', length: await this.#length(code - LITERAL_N1) };
    if (code > COPY_N8_N8) throw malformed(`0x${code.toString(16)} is no command of a delta`);
    const start = await this.#number((code - COPY_N1_N1) >> 2);
    return { kind: 'copy', start, length: await this.#length((code - COPY_N1_N1) & 3) };
  }

  /** Reads at most `most` bytes of a literal; a view that holds until the next call. */
  async literal(most: number): Promise<Uint8Array> {
    await this.#need(1);
    const end = Math.min(this.#end, this.#at + most);
    const bytes = this.#buffer.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  async #length(width: number): Promise<number> {
    const length = await this.#number(width);
    if (length === 0) throw malformed('a command has no length');
    return length;
  }

  async #number(width: number): Promise<number> {
    const bytes = WIDTHS[width] as number;
    await this.#need(bytes);
    // Above 2^53 no number is exact, and no file so large.
    const value =
      bytes === 8 ? Number(this.#buffer.readBigUInt64BE(this.#at)) : this.#buffer.readUIntBE(this.#at, bytes);
    this.#at += bytes;
    if (!Number.isSafeInteger(value)) throw malformed('a command names an offset or a length that no file has');
    return value;
  }

  async #need(count: number): Promise<void> {
    while (this.#end - this.#at < count) {
      if (!(await this.#more())) throw malformed('the delta was cut off');
    }
  }

  async #more(): Promise<boolean> {
    this.#buffer.copyWithin(0, this.#at, this.#end);
    this.#end -= this.#at;
    this.#at = 0;
    const count = await this.#reader.read(this.#buffer, this.#end);
    this.#end += count;
    return count > 0;
  }
}
