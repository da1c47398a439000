import type { Gate } from '../policy/gate.ts';
import type { Registry } from '../registry.ts';
import type { ToolModule } from '../tool.ts';
import type { SearchConfig } from './config.ts';
import { FIND_TOOLS, type FindTools } from './find-tools.ts';
import { ToolIndex } from './index.ts';

/** Sources that may bring hundreds of tools. */
const MANY = new Set(['mcp', 'skills']);

/** What each tenant sees of the tools, listed and found. */
export class Finder {
  readonly #registry: Registry;
  readonly #gate: Gate;
  readonly #showAtMost: number;
  readonly #index = new ToolIndex();
  #indexed = 0;

  constructor(registry: Registry, gate: Gate, config: SearchConfig) {
    this.#showAtMost = config.show_at_most;
    this.#registry = registry;
    this.#gate = gate;
  }

  /** The tools that a tenant may use; without `find_tools` where there is nothing for it to find. */
  listed(tenant: string): readonly ToolModule[] {
    const allowed = this.#registry.all().filter(({ name }) => this.#may(name, tenant));
    const isFew = allowed.filter((tool) => isOfMany(tool)).length <= this.#showAtMost;
    const tools = isFew ? allowed.map((tool) => (isOfMany(tool) ? shown(tool) : tool)) : allowed;
    return tools.some(({ deferred }) => deferred) ? tools : tools.filter(({ name }) => name !== FIND_TOOLS);
  }

  /** What fits best of what a tenant may use. */
  readonly find: FindTools = ({ query, limit, tenant }) => {
    const { revision } = this.#registry;
    const tools = this.#registry.all();
    if (revision !== this.#indexed) this.#index.sync(tools.filter(({ name }) => name !== FIND_TOOLS));
    this.#indexed = revision;
    const hits = this.#index.search(query, limit, (name) => this.#may(name, tenant));
    return hits.map(({ name }) => this.#registry.get(name));
  };

  #may(name: string, tenant: string): boolean {
    return this.#gate.decide(name, tenant).denied === undefined;
  }
}

function isOfMany({ deferred, source }: ToolModule): boolean {
  return deferred === true && MANY.has(source ?? '');
}

function shown(tool: ToolModule): ToolModule {
  const { deferred, ...module } = tool;
  return deferred ? module : tool;
}
