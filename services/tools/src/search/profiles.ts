/** What the tools of a server are about as a whole: terms that several of them share. */
export class Profiles {
  readonly #terms = new Map<string, Map<string, number>>();
  readonly #members = new Map<string, Set<string>>();

  add(server: string, tool: string, terms: ReadonlySet<string>): void {
    const members = this.#members.get(server) ?? new Set();
    this.#members.set(server, members.add(tool));
    for (const term of terms) {
      const servers = this.#terms.get(term) ?? new Map<string, number>();
      this.#terms.set(term, servers.set(server, (servers.get(server) ?? 0) + 1));
    }
  }

  remove(server: string, tool: string, terms: ReadonlySet<string>): void {
    const members = this.#members.get(server);
    if (!members?.delete(tool)) return;
    if (members.size === 0) this.#members.delete(server);
    for (const term of terms) {
      const servers = this.#terms.get(term);
      const left = (servers?.get(server) ?? 0) - 1;
      if (left > 0) servers?.set(server, left);
      else servers?.delete(server);
      if (servers?.size === 0) this.#terms.delete(term);
    }
  }

  /** The tools of servers of which at least two have the term, with the share of their server's tools that do. */
  *shares(term: string): Generator<readonly [tools: ReadonlySet<string>, share: number]> {
    for (const [server, count] of this.#terms.get(term) ?? []) {
      const members = this.#members.get(server);
      if (members && count > 1) yield [members, count / members.size];
    }
  }
}
