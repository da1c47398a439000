import { HoldfastError, isErrorCode, type JsonObject } from '@holdfast/protocol';
import { encodeFrame, FrameSplitter, type FromHost, type RunInfo, type ToHost } from '@holdfast/skill/wire';

import type { ToolContext, ToolOutcome } from '../../tool.ts';
import type { HostLink } from './link.ts';
import { type Answer, readMessage } from './message.ts';

/** What a host asks for, on behalf of the call that it answers; undefined: of none. */
export interface Asked {
  readonly provider: string;
  readonly method: string;
  readonly args: JsonObject;
  readonly call: SkillCall | undefined;
}

/** A call that a host answers. */
export interface SkillCall {
  readonly context: ToolContext;
  /** Files that it wrote. */
  readonly artifacts: Set<string>;
}

/** What a host needs of the service. */
export interface HostDeps {
  /** For messages: the skill. */
  readonly name: string;
  /** Does what a host asks for, where the skill's rights have it. */
  answer(asked: Asked): Promise<Answer>;
  /** Gets what the skill prints, one piece at a time. */
  onNoise(text: string): void;
}

type Loaded = Extract<FromHost, { type: 'loaded' | 'failed' }>;
type Ended = Extract<FromHost, { type: 'result' | 'error' | 'done' }>;

/** A call that is cancelled has so long to end by itself; then its process ends, with all calls in it. */
const GRACE_MS = 1000;
/** How long a skill may take until it says what it offers. */
const LOAD_MS = 15_000;
const MOST_CALLS = 64;
const MOST_ASKS = 64;
/** Messages that a host has not taken: more than that, and it does not read. */
const MOST_UNREAD = 512;

/** One process or thread of a skill, and what is under way in it. */
export class SkillHost {
  /** What the skill offers, or why it could not be loaded. Rejects where it ended before it said so. */
  readonly loaded: Promise<Loaded>;
  /** How it ended. */
  readonly ended: Promise<string>;
  readonly #link: HostLink;
  readonly #deps: HostDeps;
  readonly #loaded = Promise.withResolvers<Loaded>();
  readonly #waiting = new Map<number, PromiseWithResolvers<Ended>>();
  readonly #calls = new Map<number, SkillCall>();
  #lastId = 0;
  #asks = 0;
  #lost = 0;
  #unread = 0;
  #over: string | undefined;

  constructor(link: HostLink, deps: HostDeps) {
    this.#link = link;
    this.#deps = deps;
    this.loaded = this.#loaded.promise;
    this.loaded.catch(() => undefined);
    this.ended = this.#read();
    void this.#boundLoading();
  }

  async #boundLoading(): Promise<void> {
    const timer = setTimeout(() => void this.#end(`it did not load within ${LOAD_MS} ms`), LOAD_MS);
    try {
      await this.loaded;
    } catch {
      // Told to whoever waits for it.
    } finally {
      clearTimeout(timer);
    }
  }

  /** How many calls are under way. */
  get calls(): number {
    return this.#calls.size;
  }

  /** How many calls its end took along. */
  get lost(): number {
    return this.#lost;
  }

  /** Whether it can be called. */
  get alive(): boolean {
    return this.#over === undefined;
  }

  /**
   * Calls a tool. @throws HoldfastError what the skill threw; TOOL_FAILED where its process ended meanwhile;
   * RATE_LIMITED; FAILED_PRECONDITION where it had ended before: the call did not begin.
   */
  async call(tool: string, args: JsonObject, context: ToolContext): Promise<ToolOutcome> {
    if (this.#calls.size >= MOST_CALLS) {
      throw new HoldfastError(
        'RATE_LIMITED',
        `${this.#deps.name} already answers ${MOST_CALLS} calls. Try again soon.`,
      );
    }
    const { tenant, runId, actionId, idempotencyKey, attempt, signal } = context;
    const id = ++this.#lastId;
    const call: SkillCall = { context, artifacts: new Set() };
    this.#calls.set(id, call);
    const hung = this.#killWhenHung(id, signal, tool);
    try {
      const run: RunInfo = { tenant, runId };
      const ended = await this.#ask({ type: 'call', id, tool, args, run, actionId, idempotencyKey, attempt });
      // What a call says that was told to stop is what it had by then.
      signal.throwIfAborted();
      const artifacts = [...call.artifacts];
      if (ended.type === 'result') return { ok: true, value: ended.value as JsonObject, artifacts };
      if (ended.type === 'done') throw new HoldfastError('TOOL_FAILED', `${tool} ended without a result.`);
      const code = isErrorCode(ended.code) ? ended.code : 'TOOL_FAILED';
      return { ok: false, code, message: ended.message, artifacts };
    } finally {
      hung();
      this.#calls.delete(id);
    }
  }

  /** Disposes of what a run has in it. Resolves to what went wrong meanwhile. */
  async release(run: RunInfo): Promise<readonly string[]> {
    return this.#dispose({ type: 'release', id: ++this.#lastId, run });
  }

  /** Lets the skill dispose of everything, for at most `ms`, and ends it. */
  async unload(ms: number): Promise<readonly string[]> {
    const timer = setTimeout(() => void this.#end('it did not dispose of its things in time'), ms);
    try {
      return this.alive ? await this.#dispose({ type: 'unload', id: ++this.#lastId }) : [];
    } finally {
      clearTimeout(timer);
      await this.#end('it was unloaded');
    }
  }

  async #dispose(message: Extract<ToHost, { type: 'release' | 'unload' }>): Promise<readonly string[]> {
    try {
      const done = await this.#ask(message);
      return done.type === 'done' ? done.problems : [];
    } catch (error) {
      return [HoldfastError.from(error).message];
    }
  }

  async #ask(message: ToHost & { id: number }): Promise<Ended> {
    if (this.#over !== undefined) {
      throw new HoldfastError('FAILED_PRECONDITION', `The process of ${this.#deps.name} had ended: ${this.#over}.`);
    }
    const waiting = Promise.withResolvers<Ended>();
    // What is sent may never be taken; then the end of the process is the answer.
    waiting.promise.catch(() => undefined);
    this.#waiting.set(message.id, waiting);
    try {
      this.#send(message);
      return await waiting.promise;
    } finally {
      this.#waiting.delete(message.id);
    }
  }

  #send(message: ToHost): void {
    if (this.#unread >= MOST_UNREAD) {
      void this.#end('it does not read what it asked for');
      return;
    }
    this.#unread += 1;
    void this.#write(encodeFrame(message));
  }

  async #write(frame: Uint8Array): Promise<void> {
    try {
      await this.#link.write(frame);
      this.#unread -= 1;
    } catch (error) {
      await this.#end(`it takes no input any more (${HoldfastError.from(error).message})`);
    }
  }

  #killWhenHung(id: number, signal: AbortSignal, tool: string): () => void {
    let timer: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      if (this.alive) this.#send({ type: 'cancel', id });
      timer = setTimeout(() => void this.#end(`${tool} was cancelled and did not end`), GRACE_MS);
    };
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    return () => {
      signal.removeEventListener('abort', cancel);
      clearTimeout(timer);
    };
  }

  /** Ends the process; every call in it is told why. */
  async #end(reason: string): Promise<void> {
    this.#fail(reason);
    await this.#link.close();
  }

  #fail(reason: string): void {
    if (this.#over !== undefined) return;
    this.#over = reason;
    this.#lost = this.#calls.size;
    const message =
      `The process of ${this.#deps.name} ended while this call ran in it: ${reason}. ` +
      'What it had done by then stays. The next call starts a new process.';
    const unloaded = `Its process ended before it had said what it offers: ${reason}.`;
    this.#loaded.reject(new HoldfastError('FAILED_PRECONDITION', unloaded));
    for (const { reject } of this.#waiting.values()) reject(new HoldfastError('TOOL_FAILED', message));
  }

  async #read(): Promise<string> {
    const splitter = new FrameSplitter();
    try {
      for await (const { stream, bytes } of this.#link.output) {
        if (stream === 'stderr') this.#deps.onNoise(Buffer.from(bytes).toString('utf8'));
        else for (const piece of splitter.push(bytes)) await this.#take(piece);
      }
    } catch (error) {
      this.#fail(HoldfastError.from(error).message);
    }
    const how = await this.#link.ended;
    this.#fail(how);
    await this.#link.close();
    return this.#over ?? how;
  }

  async #take(piece: ReturnType<FrameSplitter['push']> extends Generator<infer P> ? P : never): Promise<void> {
    if (piece.type === 'noise') return;
    if (piece.type === 'too-large') {
      void this.#end('it said more at once than a message may hold');
      return;
    }
    const message = readMessage(piece.text);
    if (typeof message === 'string') this.#deps.onNoise(`A message that cannot be read: ${message}\n`);
    else if (message.type === 'loaded' || message.type === 'failed') this.#loaded.resolve(message);
    else if (message.type === 'ask') this.#answer(message);
    else if (message.type === 'progress') await this.#progress(message);
    else this.#waiting.get(message.id)?.resolve(message);
  }

  async #progress({ id, fraction, message }: Extract<FromHost, { type: 'progress' }>): Promise<void> {
    const call = this.#calls.get(id);
    if (!call || call.context.signal.aborted) return;
    // A viewer that stalls misses some; neither this host nor its other calls wait for it.
    void call.context.emit({ type: 'progress', fraction, message: message.slice(0, 500) }).catch(() => undefined);
  }

  #answer({ ask, call, provider, method, args }: Extract<FromHost, { type: 'ask' }>): void {
    if (this.#asks >= MOST_ASKS) {
      this.#send({ type: 'refuse', ask, code: 'RATE_LIMITED', message: `At most ${MOST_ASKS} requests at once.` });
      return;
    }
    this.#asks += 1;
    void this.#doAsk({ provider, method, args: args as JsonObject, call: this.#calls.get(call) }, ask);
  }

  async #doAsk(asked: Asked, ask: number): Promise<void> {
    try {
      this.#send({ type: 'answer', ask, value: await this.#deps.answer(asked) });
    } catch (error) {
      const { code, message } = HoldfastError.from(error);
      this.#send({ type: 'refuse', ask, code, message });
    } finally {
      this.#asks -= 1;
    }
  }
}
