import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Tool } from '@modelcontextprotocol/client';
import { z } from 'zod';

import { writePrivately } from './transport/token-store.ts';

/** What of a tool a model relies on. */
export type ToolShape = Pick<Tool, 'name' | 'description' | 'inputSchema' | 'annotations'>;

/** How a tool differs from what was accepted. */
export interface Drift {
  readonly tool: string;
  readonly kind: 'changed' | 'added';
  /** Epoch milliseconds. */
  readonly since: number;
  readonly before: string;
  readonly after: string;
}

const ShapeSchema = z.looseObject({ name: z.string(), inputSchema: z.looseObject({ type: z.literal('object') }) });
const KnownSchema = z.object({
  tools: z.record(
    z.string(),
    z.object({ accepted: ShapeSchema.nullable(), current: ShapeSchema, listed: z.boolean(), since: z.number() }),
  ),
});

/** Longer texts are cut for those who compare them, characters. */
const MAX_TEXT = 100_000;

interface Known {
  /** Null: never accepted. */
  accepted: ToolShape | null;
  current: ToolShape;
  /** Whether the server's last list had it. */
  listed: boolean;
  /** When it came to differ, epoch milliseconds. */
  since: number;
}

/** What is remembered of the tools of one server, in a file: so they are known also while the server is away. */
export class ToolMemory {
  readonly #file: string;
  readonly #tools: Map<string, Known>;
  #writing = Promise.resolve();

  private constructor(file: string, tools: Map<string, Known>) {
    this.#file = file;
    this.#tools = tools;
  }

  /** @throws Error where the file is there and cannot be read: what was accepted is not to be forgotten silently. */
  static async open(folder: string, server: string): Promise<ToolMemory> {
    const file = join(folder, `${encodeURIComponent(server)}.json`);
    const tools = new Map<string, Known>();
    try {
      const { tools: read } = KnownSchema.parse(JSON.parse(await readFile(file, 'utf8')));
      for (const [name, known] of Object.entries(read)) tools.set(name, known);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return new ToolMemory(file, tools);
  }

  /** The servers that something is remembered of. */
  static async servers(folder: string): Promise<readonly string[]> {
    const names = await readdir(folder).catch(() => []);
    return names.filter((name) => name.endsWith('.json')).map((name) => decodeURIComponent(name.slice(0, -5)));
  }

  /** The tools as the server last listed them. */
  current(): readonly ToolShape[] {
    return [...this.#tools.values()].filter(({ listed }) => listed).map(({ current }) => current);
  }

  /**
   * Takes the server's list. The first one is accepted as it is; later a changed tool is drift until it is accepted,
   * and with `pin` also one that is new.
   *
   * @returns what drifted just now
   */
  async take(tools: readonly ToolShape[], pin: boolean, now: number): Promise<readonly Drift[]> {
    const first = this.#tools.size === 0;
    const before = new Set(this.drift().map(({ tool, after }) => `${tool}\0${after}`));
    for (const known of this.#tools.values()) known.listed = false;
    for (const tool of tools) {
      const known = this.#tools.get(tool.name);
      if (!known) {
        this.#tools.set(tool.name, { accepted: first || !pin ? tool : null, current: tool, listed: true, since: now });
        continue;
      }
      if (hashOf(known.current) !== hashOf(tool)) known.since = now;
      known.current = tool;
      known.listed = true;
    }
    await this.#write();
    return this.drift().filter(({ tool, after }) => !before.has(`${tool}\0${after}`));
  }

  /** What differs from what was accepted, among the tools that are listed. */
  drift(): readonly Drift[] {
    const found: Drift[] = [];
    for (const [tool, { accepted, current, listed, since }] of this.#tools) {
      const after = hashOf(current);
      const before = accepted ? hashOf(accepted) : '';
      if (listed && before !== after) found.push({ tool, kind: accepted ? 'changed' : 'added', since, before, after });
    }
    return found;
  }

  /** What a model saw of a tool when it was accepted, and sees now, as JSON; empty where there was none. */
  texts(tool: string): { readonly accepted: string; readonly current: string } {
    const known = this.#tools.get(tool);
    return { accepted: known?.accepted ? textOf(known.accepted) : '', current: known ? textOf(known.current) : '' };
  }

  /** Accepts what is there now, of one tool or of all. @returns the tools that were accepted */
  async accept(tool?: string): Promise<readonly string[]> {
    const accepted = this.drift()
      .map((one) => one.tool)
      .filter((name) => tool === undefined || name === tool);
    for (const name of accepted) {
      const known = this.#tools.get(name);
      if (known) known.accepted = known.current;
    }
    await this.#write();
    return accepted;
  }

  #write(): Promise<void> {
    const write = (): Promise<void> =>
      writePrivately(this.#file, `${JSON.stringify({ tools: Object.fromEntries(this.#tools) })}\n`);
    this.#writing = this.#writing.then(write, write);
    return this.#writing;
  }
}

/** A hash of what a model sees of a tool; the order of keys makes no difference. */
export function hashOf({ name, description = '', inputSchema, annotations = {} }: ToolShape): string {
  const text = JSON.stringify(sorted([name, description, inputSchema, annotations]));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** What a model sees of a tool, for people to compare. */
function textOf({ name, description = '', inputSchema, annotations = {} }: ToolShape): string {
  return JSON.stringify(sorted({ name, description, inputSchema, annotations }), undefined, 2).slice(0, MAX_TEXT);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
