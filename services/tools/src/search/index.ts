import type { JsonObject } from '@holdfast/protocol';

import { Postings } from './postings.ts';
import { Profiles } from './profiles.ts';
import { type Concept, conceptsOf, termsOf } from './tokens.ts';

/** What of a tool is searched. */
export interface Searchable {
  readonly name: string;
  readonly description: string;
  readonly input: { readonly schema: JsonObject };
}

/** A tool that was found. */
export interface Hit {
  readonly name: string;
  readonly score: number;
}

interface Entry {
  readonly tool: Searchable;
  /** The words of its name, without those of its server. */
  readonly words: ReadonlySet<string>;
  readonly server: string;
  /** All that it adds to the profile of its server. */
  readonly about: ReadonlySet<string>;
}

/** How much more a tool counts all words of whose name were asked for. */
const NAME_BONUS = 0.8;
/** How much it counts that all tools of the same server have a term. */
const PROFILE = 1.2;
const SHORTEST_PREFIX = 4;
const MOST_PARAMETERS = 100;

/**
 * Finds tools by what they are for: BM25 over name, server, description and parameters, with synonyms. A word and its
 * synonyms count once, by the best of them: that is why it is not a library, which would add them up.
 */
export class ToolIndex {
  readonly #entries = new Map<string, Entry>();
  readonly #postings = new Postings();
  readonly #profiles = new Profiles();
  /** How many tools have a word in the name of their server. */
  readonly #servers = new Map<string, number>();

  /** Makes the index say what these tools say. What has not changed is not looked at again. */
  sync(tools: readonly Searchable[]): void {
    const gone = new Set(this.#entries.keys());
    for (const tool of tools) {
      gone.delete(tool.name);
      const known = this.#entries.get(tool.name)?.tool;
      if (known?.description === tool.description && known.input.schema === tool.input.schema) continue;
      this.#remove(tool.name);
      this.#add(tool);
    }
    for (const name of gone) this.#remove(name);
  }

  /** How many tools are in it. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * The tools that fit best, best first; one whose name is the query comes before all others.
   *
   * @param may whether a tool may be found
   */
  search(query: string, limit: number, may: (name: string) => boolean = () => true): Hit[] {
    const scores = new Map<string, { score: number; words: number }>();
    for (const { variants } of conceptsOf(query, (term) => this.#postings.spread(term) > 0)) {
      const best = new Map<string, { score: number; term: string }>();
      const spread = Math.max(...variants.map(({ term }) => this.#postings.spread(term)));
      for (const { term, weight } of this.#withServers(variants)) {
        for (const [name, score] of this.#postings.scores(term, spread)) {
          const weighted = score * weight;
          if (weighted > (best.get(name)?.score ?? 0)) best.set(name, { score: weighted, term });
        }
        const rarity = this.#postings.rarity(spread);
        for (const [tools, share] of this.#profiles.shares(term)) {
          const weighted = rarity * weight * share * PROFILE;
          for (const name of tools) {
            if (weighted > (best.get(name)?.score ?? 0)) best.set(name, { score: weighted, term });
          }
        }
      }
      for (const [name, { score, term }] of best) {
        const sum = scores.get(name) ?? { score: 0, words: 0 };
        sum.score += score;
        if (this.#entries.get(name)?.words.has(term)) sum.words += 1;
        scores.set(name, sum);
      }
    }
    const exact = query.trim().toLowerCase();
    const hits: Hit[] = [];
    for (const [name, entry] of this.#entries) {
      const found = scores.get(name);
      const same = name.toLowerCase() === exact || splitName(name).own.toLowerCase() === exact;
      if ((!found && !same) || !may(name)) continue;
      const covered = Math.min(1, (found?.words ?? 0) / Math.max(1, entry.words.size));
      hits.push({ name, score: same ? Infinity : (found?.score ?? 0) * (1 + NAME_BONUS * covered) });
    }
    hits.sort((a, b) => (a.score === b.score ? compare(a.name, b.name) : b.score - a.score));
    return hits.slice(0, limit);
  }

  /** With servers whose name begins with a word, or the other way round: "mongo" is asked for, it is "mongodb". */
  #withServers(variants: Concept['variants']): Concept['variants'] {
    const [asked] = variants;
    if (!asked || asked.term.length < SHORTEST_PREFIX) return variants;
    const near = [...this.#servers.keys()].filter(
      (server) => server !== asked.term && server.length >= SHORTEST_PREFIX && server.startsWith(asked.term),
    );
    return [...variants, ...near.map((term) => ({ term, weight: asked.weight }))];
  }

  #add(tool: Searchable): void {
    const { server, own } = splitName(tool.name);
    const words = termsOf(own);
    const description = termsOf(tool.description);
    const about = new Set([...words, ...description]);
    this.#entries.set(tool.name, { tool, words: new Set(words), server, about });
    for (const term of termsOf(server)) this.#servers.set(term, (this.#servers.get(term) ?? 0) + 1);
    if (server !== '') this.#profiles.add(server, tool.name, about);
    this.#postings.add(tool.name, {
      name: words,
      server: termsOf(server),
      description,
      parameters: parameterTerms(tool.input.schema),
    });
  }

  #remove(name: string): void {
    const entry = this.#entries.get(name);
    if (!entry) return;
    this.#entries.delete(name);
    this.#postings.remove(name);
    for (const term of termsOf(entry.server)) {
      const left = (this.#servers.get(term) ?? 0) - 1;
      if (left > 0) this.#servers.set(term, left);
      else this.#servers.delete(term);
    }
    this.#profiles.remove(entry.server, name, entry.about);
  }
}

/** What stands before the last `__` of a name is its server. */
function splitName(name: string): { server: string; own: string } {
  const at = name.lastIndexOf('__');
  return at <= 0
    ? { server: '', own: name }
    : { server: name.slice(0, at).replace(/^mcp__/, ''), own: name.slice(at + 2) };
}

function parameterTerms(schema: JsonObject): string[] {
  const properties = schema['properties'];
  if (typeof properties !== 'object' || properties === null) return [];
  return Object.entries(properties)
    .slice(0, MOST_PARAMETERS)
    .flatMap(([name, about]: [string, unknown]) => {
      const description = (about as { description?: unknown } | null)?.description;
      return [...termsOf(name), ...(typeof description === 'string' ? termsOf(description) : [])];
    });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}
