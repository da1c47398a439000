import type { JsonObject } from '@holdfast/protocol';

import { Drain } from './drain.ts';
import type { Head } from './entry.ts';
import { type Level, LEVELS } from './level.ts';
import { maskedWords } from './mask.ts';

/** A whole entry: its first line, and the lines that go on with it. */
export interface Entry {
  readonly head: Head;
  readonly file: string;
  /** Of its first line; 1 is the first of the file. */
  readonly line: number;
  readonly lines: readonly string[];
}

interface Group {
  level: Level;
  count: number;
  first: number | undefined;
  last: number | undefined;
  zoned: boolean;
  readonly files: Set<string>;
  readonly samples: Entry[];
}

const MAX_GROUPS = 5000;
const MAX_SAMPLES = 3;
const MAX_FILES = 20;
const SAMPLE_CHARS = 2000;

/** All that is learnt of a log, entry by entry, in bounded memory. */
export class Groups {
  readonly #worst: number;
  readonly #levels: Record<Level, number> = { fatal: 0, error: 0, warn: 0, info: 0, debug: 0, none: 0 };
  readonly #drain = new Drain<Group>(newGroup, MAX_GROUPS);
  #first: number | undefined;
  #last: number | undefined;
  #zoned = true;
  #untimed = 0;
  #entries = 0;

  /** Entries of `least` and what is graver are grouped; all are counted. */
  constructor(least: Level) {
    this.#worst = LEVELS.indexOf(least);
  }

  add(entry: Entry): void {
    const { time, level, zoned } = entry.head;
    this.#entries += 1;
    this.#levels[level] += 1;
    if (time === undefined) this.#untimed += 1;
    else {
      this.#first = Math.min(this.#first ?? time, time);
      this.#last = Math.max(this.#last ?? time, time);
      this.#zoned &&= zoned;
    }
    if (LEVELS.indexOf(level) > this.#worst) return;
    // The name of the exception below it tells two failures of one message apart.
    const cause = entry.lines.find((line) => /^(?:Caused by: )?[\w$.]*(?:Exception|Error)\b/.test(line)) ?? '';
    const kind = `${level}\0${/^(?:Caused by: )?([\w$.]+)/.exec(cause)?.[1] ?? ''}`;
    const { data } = this.#drain.add(kind, maskedWords(entry.head.message));
    data.level = level;
    data.count += 1;
    if (time !== undefined) {
      data.first = Math.min(data.first ?? time, time);
      data.last = Math.max(data.last ?? time, time);
      data.zoned &&= zoned;
    }
    if (data.files.size < MAX_FILES) data.files.add(entry.file);
    if (data.samples.length < MAX_SAMPLES) data.samples.push(entry);
  }

  toJson(most: number): JsonObject {
    const groups = this.#drain.templates.sort(
      (a, b) => LEVELS.indexOf(a.data.level) - LEVELS.indexOf(b.data.level) || b.data.count - a.data.count,
    );
    return {
      entries: this.#entries,
      levels: { ...this.#levels },
      first_seen: stamp(this.#first, this.#zoned),
      last_seen: stamp(this.#last, this.#zoned),
      entries_without_time: this.#untimed,
      groups: groups.slice(0, most).map(({ words, data }) => ({
        template: words.join(' '),
        level: data.level,
        count: data.count,
        first_seen: stamp(data.first, data.zoned),
        last_seen: stamp(data.last, data.zoned),
        files: [...data.files],
        samples: data.samples.map(({ file, line, lines }) => ({ file, line, text: cut(lines.join('\n')) })),
      })),
      groups_found: groups.length,
    };
  }
}

function newGroup(): Group {
  return { level: 'none', count: 0, first: undefined, last: undefined, zoned: true, files: new Set(), samples: [] };
}

/** ISO 8601, in UTC where the log names its zone; else as the log's own clock shows it. Empty where not known. */
function stamp(time: number | undefined, zoned: boolean): string {
  if (time === undefined) return '';
  const text = new Date(time).toISOString().replace('.000Z', 'Z');
  return zoned ? text : text.slice(0, -1).replace('T', ' ');
}

function cut(text: string): string {
  return text.length > SAMPLE_CHARS ? `${text.slice(0, SAMPLE_CHARS)} ...` : text;
}
