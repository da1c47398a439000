import { createHash } from 'node:crypto';

import { HoldfastError } from '@holdfast/protocol';
import { Redis } from 'ioredis';

import { type Grant, type LockStore, MAX_LOCK_MS } from './locks.ts';
import { ACQUIRE, BEGIN, CONFIRM, EXTEND, NEW, RELEASE } from './redlock-scripts.ts';

/** How long one master may take for one command, and to accept a connection, milliseconds. */
const ANSWER_MS = 1000;
const RECONNECT_MS = 500;
/** What the clocks of two machines may drift apart by while a lock lives. */
const DRIFT_SHARE = 0.01;
const DRIFT_MS = 2;

/**
 * Locks on N Redis masters that know nothing of each other (Redlock, with fencing tokens of our own).
 *
 * Exclusion is Redlock's: a lock is held where a majority granted it, for its time to live less the time that asking
 * took and the drift of clocks. It depends on the masters' clocks and on no process being stopped meanwhile, which is
 * why it is not trusted alone (M. Kleppmann, "How to do distributed locking", 2016: Redlock makes no token that a
 * storage could check). So each master also keeps a register for each lock, and the token is made in two rounds:
 *
 * 1. Each master that grants the lock raises its register to max(register + 1, its time in ms) and tells it.
 * 2. The highest of a majority is written to all masters. One takes it if its register is lower, or equal and of the
 *    same holder; only if a majority that still holds the lock took it, the lock is acquired.
 *
 * Any two majorities have a master in common. So of two acquisitions of which one ended before the other began, the
 * later one saw the earlier token there and has a higher one; and two at the same time cannot both have one token. That
 * holds whatever clocks do, and while any minority of the masters is lost.
 *
 * A master that comes back without its data breaks this reasoning, and Redlock's. It is known by the missing mark
 * (KEYS[3]): it gets the mark with a time from which it counts, {@link MAX_LOCK_MS} ahead. By then every lock that it
 * had forgotten has ended, and its own time is above every token that was given before, unless the clocks of masters
 * differ by more than that. Then tokens can fall, and the write that carries one is refused: late, not wrong. Where all
 * masters are there and new, as on the first day, all count at once.
 */
export async function openRedlock(urls: readonly string[], monotonic: () => number): Promise<LockStore> {
  const masters = urls.map((url) => new Master(url));
  await Promise.all(masters.map((master) => master.connect()));
  const majority = Math.floor(masters.length / 2) + 1;
  // What none answered, or too few, is told; an answer of some only is judged by whoever asked.
  const ask = async (script: string, name: string, args: readonly (string | number)[]): Promise<Answer[]> => {
    const answers = await Promise.all(masters.map((master) => master.run(script, name, args)));
    const answered = answers.filter((answer) => typeof answer === 'number').length;
    if (answered < majority) throw tooFew(answered, masters, answers);
    return answers;
  };

  const release = async (name: string, holder: string): Promise<boolean> => {
    const answers = await ask(RELEASE, name, [holder]);
    return answers.filter((answer) => answer === 1).length >= majority;
  };
  /** Lets go of what a failed try took. What cannot be reached lets go by itself when its time is over. */
  const undo = async (name: string, holder: string): Promise<void> => {
    await Promise.all(masters.map((master) => master.run(RELEASE, name, [holder])));
  };
  const welcome = async (answers: readonly Answer[]): Promise<boolean> => {
    const fresh = answers.filter((answer) => answer === NEW).length;
    if (fresh === 0) return false;
    const all = fresh === masters.length;
    const newcomers = masters.filter((_, i) => answers[i] === NEW);
    await Promise.all(newcomers.map((master) => master.run(BEGIN, '', [all ? 0 : MAX_LOCK_MS])));
    return all;
  };
  const once = async (name: string, holder: string, ttlMs: number): Promise<Grant | undefined | 'again'> => {
    const began = monotonic();
    try {
      const granted = await ask(ACQUIRE, name, [holder, ttlMs]);
      const again = await welcome(granted);
      const counting = granted.filter((answer) => typeof answer === 'number' && answer >= 0) as number[];
      if (counting.length < majority && !again) throw tooFew(counting.length, masters, granted);
      const tokens = counting.filter((answer) => answer > 0);
      if (tokens.length >= majority) {
        const token = Math.max(...tokens);
        const kept = await ask(CONFIRM, name, [holder, token]);
        const validMs = ttlMs - ttlMs * DRIFT_SHARE - DRIFT_MS;
        const left = validMs - (monotonic() - began);
        if (left > 0 && kept.filter((answer) => answer === 1).length >= majority) return { token, validMs };
      }
      await undo(name, holder);
      return again ? 'again' : undefined;
    } catch (error) {
      await undo(name, holder);
      throw error;
    }
  };

  return {
    async acquire(name, holder, ttlMs) {
      const first = await once(name, holder, ttlMs);
      const grant = first === 'again' ? await once(name, holder, ttlMs) : first;
      return grant === 'again' ? undefined : grant;
    },
    async extend(name, holder, ttlMs) {
      const began = monotonic();
      const answers = await ask(EXTEND, name, [holder, ttlMs]);
      const validMs = ttlMs - ttlMs * DRIFT_SHARE - DRIFT_MS;
      const extended = answers.filter((answer) => answer === 1).length >= majority;
      return extended && monotonic() - began < validMs ? validMs : undefined;
    },
    release,
    async close() {
      for (const master of masters) master.close();
    },
  };
}

/** The number that a script gave, or why there is none. */
type Answer = number | Error;

class Master {
  readonly where: string;
  readonly #redis: Redis;

  constructor(url: string) {
    this.where = URL.canParse(url) ? new URL(url).host : 'the configured address';
    this.#redis = new Redis(url, {
      lazyConnect: true,
      connectTimeout: ANSWER_MS,
      commandTimeout: ANSWER_MS,
      maxRetriesPerRequest: 0,
      retryStrategy: () => RECONNECT_MS,
      // A command of the past, sent when the connection is back, would take a lock that nobody waits for.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
    });
    // Told by the command that fails; without a listener it would be printed.
    this.#redis.on('error', () => undefined);
  }

  /** Resolves also where it cannot be reached: it goes on trying. */
  async connect(): Promise<void> {
    await this.#redis.connect().catch(() => undefined);
  }

  async run(script: string, name: string, args: readonly (string | number)[]): Promise<Answer> {
    if (this.#redis.status !== 'ready') return new Error('not connected');
    const id = createHash('sha256').update(name).digest('hex');
    const keys = [`holdfast:lock:${id}`, `holdfast:token:${id}`, 'holdfast:locks:since'];
    try {
      return Number(await this.#redis.eval(script, keys.length, ...keys, ...args));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  close(): void {
    this.#redis.disconnect();
  }
}

function tooFew(answered: number, masters: readonly Master[], answers: readonly Answer[]): HoldfastError {
  const silent = masters.flatMap(({ where }, i) => {
    const answer = answers[i];
    if (answer instanceof Error) return [`${where} (${answer.message})`];
    return answer !== undefined && answer < 0
      ? [`${where} (new, or came back without its data: counts in ${MAX_LOCK_MS / 60_000} minutes)`]
      : [];
  });
  return new HoldfastError(
    'UNAVAILABLE',
    `Only ${answered} of ${masters.length} Redis masters of storage.locks can be counted on, which is no majority: no lock can be ` +
      `taken or kept, and nothing that needs one is written. The others: ${silent.join(', ')}. ` +
      'Start them; it goes on by itself then.',
    { cause: answers.find((answer) => answer instanceof Error) },
  );
}
