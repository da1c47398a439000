import { HoldfastError } from '@holdfast/protocol';

const HEADER_BYTES = 16 * 1024;

/** One part of a form. Its body has to be read before the next part comes. */
export interface FormPart {
  readonly name: string;
  /** As the client gave it, folders included. */
  readonly filename: string | undefined;
  readonly body: AsyncIterable<Buffer>;
}

/**
 * The parts of a multipart/form-data body as they come; nothing is held but the piece at hand.
 *
 * @throws HoldfastError INVALID_ARGUMENT where the body is none, or breaks off.
 */
export async function* readForm(source: AsyncIterable<Buffer>, contentType: string): AsyncGenerator<FormPart> {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined) throw invalid('names no boundary');
  const input = new Input(source, Buffer.from(`\r\n--${name}`));
  await drain(input.untilDelimiter());
  while (await input.hasPart()) {
    const { name: part, filename } = parseHeaders(await input.headers());
    const body = input.untilDelimiter();
    yield { name: part, filename, body };
    await drain(body);
  }
}

class Input {
  readonly #source: AsyncIterator<Buffer>;
  readonly #delimiter: Buffer;
  // The first delimiter has no line before it.
  #held: Buffer = Buffer.from('\r\n');

  constructor(source: AsyncIterable<Buffer>, delimiter: Buffer) {
    this.#source = source[Symbol.asyncIterator]();
    this.#delimiter = delimiter;
  }

  /** What comes before the next delimiter, which is taken too. */
  async *untilDelimiter(): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(this.#delimiter);
      if (at >= 0) {
        const last = this.#take(at);
        this.#take(this.#delimiter.length);
        if (last.length > 0) yield last;
        return;
      }
      const safe = this.#held.length - this.#delimiter.length + 1;
      if (safe > 0) yield this.#take(safe);
      await this.#more();
    }
  }

  /** After a delimiter: whether a part follows. */
  async hasPart(): Promise<boolean> {
    while (this.#held.length < 2) await this.#more();
    const next = this.#take(2).toString('latin1');
    if (next === '--') return false;
    if (next === '\r\n') return true;
    throw invalid('has a boundary that is not alone on its line');
  }

  /** The header lines of a part. */
  async headers(): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf('\r\n\r\n');
      if (end > HEADER_BYTES || (end < 0 && this.#held.length > HEADER_BYTES)) throw invalid('has endless headers');
      if (end >= 0) {
        const text = this.#take(end).toString('utf8');
        this.#take(4);
        return text;
      }
      await this.#more();
    }
  }

  #take(bytes: number): Buffer {
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(bytes);
    return taken;
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done) throw invalid('breaks off');
    this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
  }
}

async function drain(body: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of body) void chunk;
}

function parseHeaders(text: string): { name: string; filename: string | undefined } {
  const disposition = text.split('\r\n').find((line) => /^content-disposition:/i.test(line)) ?? '';
  const extended = /;\s*filename\*=utf-8''([^\s;]+)/i.exec(disposition)?.[1];
  return {
    name: parameter(disposition, 'name') ?? '',
    filename: extended === undefined ? parameter(disposition, 'filename') : decodeURIComponent(extended),
  };
}

function parameter(disposition: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, 'i').exec(disposition);
  const value = found?.[1]?.replace(/\\(["\\])/g, '$1') ?? found?.[2];
  // How the HTML standard writes what would end the header.
  return value?.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}

function invalid(what: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', `The multipart body ${what}; what came before was written.`);
}
