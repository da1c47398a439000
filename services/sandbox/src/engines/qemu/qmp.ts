import type { Duplex } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

const MessageSchema = z.union([
  z.object({ return: z.unknown(), id: z.number() }),
  z.object({ error: z.object({ class: z.string(), desc: z.string() }), id: z.number().optional() }),
  z.object({ event: z.string(), data: z.record(z.string(), z.unknown()).optional() }),
  z.object({ QMP: z.unknown() }),
]);

/** The largest line that QEMU is believed. Bytes. */
const LARGEST_LINE = 1024 * 1024;

interface Waiting {
  readonly command: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: HoldfastError) => void;
}

/** Speaks with a QEMU process by its machine protocol (QMP): one JSON object on each line. */
export class Qmp {
  readonly #stream: Duplex;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #line = '';
  #gone: HoldfastError | undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => this.#receive(text));
    const lost = (): void => this.#lose('The virtual machine has ended.');
    stream.once('close', lost);
    stream.once('end', lost);
    // How the stream broke adds nothing to that it did.
    stream.on('error', lost);
  }

  /** The first thing to say: until then QEMU takes no other command. */
  async begin(): Promise<void> {
    await this.execute('qmp_capabilities');
  }

  /** Throws UNAVAILABLE when QEMU refuses, or has ended. */
  execute(command: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    if (this.#gone) return Promise.reject(this.#gone);
    const id = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { command, resolve, reject });
    this.#stream.write(`${JSON.stringify({ execute: command, arguments: parameters, id })}\n`);
    return promise;
  }

  #receive(text: string): void {
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') this.#take(line);
    if (this.#line.length > LARGEST_LINE) this.#distrust();
  }

  #take(line: string): void {
    const message = MessageSchema.safeParse(parseJson(line));
    if (!message.success) return this.#distrust();
    const said = message.data;
    if (!('id' in said) || said.id === undefined) return;
    const waiting = this.#waiting.get(said.id);
    this.#waiting.delete(said.id);
    if ('return' in said) waiting?.resolve(said.return);
    else waiting?.reject(new HoldfastError('UNAVAILABLE', `QEMU refused ${waiting.command}: ${said.error.desc}`));
  }

  #distrust(): void {
    this.#lose('QEMU said something that is not its protocol.');
    this.#stream.destroy();
  }

  #lose(message: string): void {
    if (this.#gone) return;
    this.#gone = new HoldfastError('UNAVAILABLE', message);
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
