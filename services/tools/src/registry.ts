import { HoldfastError, type JsonObject, nearest } from '@holdfast/protocol';

import type { ToolsConfig } from './config.ts';
import type { Refusal, ToolModule, ToolSource } from './tool.ts';

/** Two tools of one name: the one of `kept` is used. */
export interface NameClash {
  readonly tool: string;
  readonly kept: string;
  readonly hidden: string;
}

const SHIPPED = 'builtin';
const MOST_NAMES = 50;

/** The tools by name, with what the configuration says of them. Tools of sources come and go. */
export class Registry {
  readonly #shipped: ReadonlyMap<string, ToolModule>;
  readonly #sources: readonly ToolSource[];
  readonly #approvals: ToolsConfig['approvals'];
  #modules = new Map<string, ToolModule>();
  #clashes: readonly NameClash[] = [];
  #revision = 1;
  #stale = true;

  /**
   * @param sources the earlier one keeps a name that two of them have
   * @throws HoldfastError CONFIG_INVALID for an approval of a tool that is not there, and that no source can bring.
   */
  constructor(
    modules: readonly ToolModule[],
    approvals: ToolsConfig['approvals'],
    sources: readonly ToolSource[] = [],
  ) {
    this.#shipped = new Map(modules.map((module) => [module.name, module]));
    this.#sources = sources;
    this.#approvals = approvals;
    for (const source of sources) {
      source.onChange(() => {
        this.#stale = true;
        this.#revision += 1;
      });
    }
    for (const name of Object.keys(approvals)) {
      if (sources.length === 0 && !this.#now().has(name)) {
        throw new HoldfastError('CONFIG_INVALID', `tools.approvals.${name}: ${this.#unknown(name)}`);
      }
    }
  }

  all(): readonly ToolModule[] {
    return [...this.#now().values()];
  }

  /** Counts up whenever the tools change. */
  get revision(): number {
    return this.#revision;
  }

  /** Tools that are hidden by another one of their name. */
  get clashes(): readonly NameClash[] {
    this.#now();
    return this.#clashes;
  }

  /** @throws HoldfastError TOOL_UNKNOWN naming the nearest, for a model to act on. */
  get(name: string): ToolModule {
    const module = this.#now().get(name);
    if (module) return module;
    throw new HoldfastError('TOOL_UNKNOWN', this.#unknown(name));
  }

  approvalOf(module: ToolModule): 'none' | 'always' {
    return this.#approvals[module.name] ?? module.approval;
  }

  #now(): ReadonlyMap<string, ToolModule> {
    if (!this.#stale) return this.#modules;
    this.#stale = false;
    const modules = new Map(this.#shipped);
    const clashes: NameClash[] = [];
    for (const source of this.#sources) {
      for (const module of source.list()) {
        const before = modules.get(module.name);
        if (before) clashes.push({ tool: module.name, kept: before.source ?? SHIPPED, hidden: source.name });
        else modules.set(module.name, module);
      }
    }
    this.#modules = modules;
    this.#clashes = clashes;
    return modules;
  }

  #unknown(name: string): string {
    const modules = this.#now();
    const near = nearest(name, [...modules.keys()]);
    const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
    const shown = [...modules.values()].filter(({ deferred }) => !deferred).map((module) => module.name);
    return `There is no tool named "${name.slice(0, 100)}".${hint} There are: ${shown.slice(0, MOST_NAMES).join(', ')}.`;
  }
}

/** The arguments as the tool's schema gives them, or why they do not fit. */
export type CheckedArguments =
  | { readonly args: Record<string, unknown>; readonly problem?: undefined }
  | { readonly problem: Refusal };

/** Checks arguments against the schema of the tool, then by the tool itself. No I/O. */
export function checkArguments(module: ToolModule, given: JsonObject): CheckedArguments {
  const parsed = module.input.parse(given);
  if (parsed.problem !== undefined) {
    const message = `The arguments of ${module.name} do not fit. ${parsed.problem}`;
    return { problem: { code: 'INVALID_ARGUMENT', message } };
  }
  const problem = module.check?.(parsed.args);
  return problem ? { problem } : { args: parsed.args };
}
