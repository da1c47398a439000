import type { JsonObject } from '@holdfast/protocol';

import { type Concept, conceptsOf } from './concepts.ts';
import { deedsAsked, deedsOf, isOtherDeed } from './deeds.ts';
import { nearTerms } from './near.ts';
import { Postings } from './postings.ts';
import { Profiles } from './profiles.ts';
import { termsOf } from './tokens.ts';

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
  /** With its server and without, in lower case. */
  readonly names: readonly string[];
  /** The words of its name, without those of its server. */
  readonly words: ReadonlySet<string>;
  readonly server: string;
  /** What its name says that it does. */
  readonly deeds: ReadonlySet<string>;
  /** All that it adds to the profile of its server. */
  readonly about: ReadonlySet<string>;
}

interface Sum {
  score: number;
  /** How much of the query it has. */
  mass: number;
  /** How many words of its name were asked for. */
  words: number;
}

/** How much more a tool counts all words of whose name were asked for. */
const NAME_BONUS = 0.8;
/** How much it counts that all tools of the same server have a term. */
const PROFILE = 1.2;
/** How much more a tool counts that is of a service which was named. */
const SERVICE_BONUS = 0.5;
/** How much of its score a tool has only by as much of the query as it has. */
const COVERAGE = 0.4;
/** What is left of the score of a tool that creates where something is to be deleted, and so on. */
const OTHER_DEED = 0.85;
const SHORTEST_PREFIX = 4;
const MOST_PARAMETERS = 100;

/**
 * Finds tools by what they are for: BM25F over name, server, description and parameters, with synonyms. A word and its
 * synonyms count once, by the best of them: that is why it is not a library, which would add them up.
 */
export class ToolIndex {
  readonly #entries = new Map<string, Entry>();
  readonly #postings = new Postings();
  readonly #profiles = new Profiles();
  /** How many tools have a word in the name of their server. */
  readonly #servers = new Map<string, number>();
  readonly #vocabulary = {
    has: (term: string): boolean => this.#postings.spread(term) > 0,
    near: (term: string): readonly string[] => nearTerms(term, this.#postings.terms()),
  };

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
    const concepts = conceptsOf(query, this.#vocabulary);
    const { sums, mass } = this.#sums(concepts);
    const services = concepts.flatMap(({ service }) => (service ? [service] : []));
    const deeds = deedsAsked(query, termsOf(query));
    const exact = query.trim().toLowerCase();
    const hits: Hit[] = [];
    for (const [name, entry] of this.#entries) {
      const found = sums.get(name);
      const same = entry.names.includes(exact);
      if ((!found && !same) || !may(name)) continue;
      const named = 1 + NAME_BONUS * Math.min(1, (found?.words ?? 0) / Math.max(1, entry.words.size));
      const covers = 1 - COVERAGE * (1 - Math.min(1, (found?.mass ?? 0) / mass));
      const fits = this.#ofService(name, services) * (isOtherDeed(deeds, entry.deeds) ? OTHER_DEED : 1);
      const score = (found?.score ?? 0) * named * covers * fits;
      hits.push({ name, score: same ? Infinity : score });
    }
    hits.sort((a, b) => (a.score === b.score ? compare(a.name, b.name) : b.score - a.score));
    return hits.slice(0, limit);
  }

  /** What the concepts add up to for each tool that has any, and how much there is to have. */
  #sums(concepts: readonly Concept[]): { sums: ReadonlyMap<string, Sum>; mass: number } {
    const sums = new Map<string, Sum>();
    let mass = 0;
    for (const concept of concepts) {
      const much = this.#mass(concept);
      mass += much;
      for (const [name, { score, term }] of this.#best(concept)) {
        const sum = sums.get(name) ?? { score: 0, mass: 0, words: 0 };
        sum.score += score;
        sum.mass += much;
        if (this.#entries.get(name)?.words.has(term)) sum.words += 1;
        sums.set(name, sum);
      }
    }
    return { sums, mass };
  }

  /** How much a concept tells at best. */
  #mass({ variants }: Concept): number {
    return Math.max(
      0,
      ...variants
        .map(({ term, weight }) => ({ weight, spread: this.#postings.spread(term) }))
        .filter(({ spread }) => spread > 0)
        .map(({ weight, spread }) => weight * this.#postings.rarity(spread)),
    );
  }

  /** For each tool that has a variant of the concept, the best. */
  #best({ variants }: Concept): Map<string, { score: number; term: string }> {
    const best = new Map<string, { score: number; term: string }>();
    const servers = new Map<ReadonlySet<string>, { score: number; term: string }>();
    const asked = this.#postings.spread(variants[0]?.term ?? '');
    for (const { term, weight } of this.#withServers(variants)) {
      const spread = Math.max(asked, this.#postings.spread(term));
      for (const [name, score] of this.#postings.scores(term, spread)) {
        const weighted = score * weight;
        if (weighted > (best.get(name)?.score ?? 0)) best.set(name, { score: weighted, term });
      }
      const rarity = this.#postings.rarity(spread);
      for (const [tools, share] of this.#profiles.shares(term)) {
        const weighted = rarity * weight * share * PROFILE;
        if (weighted > (servers.get(tools)?.score ?? 0)) servers.set(tools, { score: weighted, term });
      }
    }
    for (const [tools, found] of servers) {
      for (const name of tools) if (found.score > (best.get(name)?.score ?? 0)) best.set(name, found);
    }
    return best;
  }

  /** How much more a tool counts that is of a service which was named. */
  #ofService(name: string, services: readonly (readonly string[])[]): number {
    let by = 1;
    for (const names of services) {
      if (this.#postings.holds(name, 'server', names) || this.#postings.holds(name, 'name', names)) by += SERVICE_BONUS;
      else if (this.#postings.holds(name, 'description', names)) by += SERVICE_BONUS / 2;
    }
    return by;
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
    this.#entries.set(tool.name, {
      tool,
      names: [tool.name.toLowerCase(), own.toLowerCase()],
      words: new Set(words),
      server,
      deeds: deedsOf(words),
      about,
    });
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
