import { HoldfastError, type JsonObject, nearest } from '@holdfast/protocol';
import { z } from 'zod';

import type { ToolsConfig } from './config.ts';
import type { Refusal, ToolModule } from './tool.ts';

/** The tools by name, with what the configuration says of them. */
export class Registry {
  readonly #modules = new Map<string, ToolModule>();
  readonly #approvals: ToolsConfig['approvals'];

  /** @throws HoldfastError CONFIG_INVALID for an approval of a tool that is not there. */
  constructor(modules: readonly ToolModule[], approvals: ToolsConfig['approvals']) {
    for (const module of modules) this.#modules.set(module.name, module);
    this.#approvals = approvals;
    for (const name of Object.keys(approvals)) {
      if (!this.#modules.has(name)) {
        throw new HoldfastError('CONFIG_INVALID', `tools.approvals.${name}: ${this.#unknown(name)}`);
      }
    }
  }

  all(): readonly ToolModule[] {
    return [...this.#modules.values()];
  }

  /** @throws HoldfastError TOOL_UNKNOWN naming the nearest, for a model to act on. */
  get(name: string): ToolModule {
    const module = this.#modules.get(name);
    if (module) return module;
    throw new HoldfastError('TOOL_UNKNOWN', this.#unknown(name));
  }

  approvalOf(module: ToolModule): 'none' | 'always' {
    return this.#approvals[module.name] ?? module.approval;
  }

  #unknown(name: string): string {
    const names = [...this.#modules.keys()];
    const near = nearest(name, names);
    const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
    return `There is no tool named "${name.slice(0, 100)}".${hint} There are: ${names.join(', ')}.`;
  }
}

/** The arguments as the tool's schema gives them, or why they do not fit. */
export type CheckedArguments =
  | { readonly args: Record<string, unknown>; readonly problem?: undefined }
  | { readonly problem: Refusal };

/** Checks arguments against the schema of the tool, then by the tool itself. No I/O. */
export function checkArguments(module: ToolModule, given: JsonObject): CheckedArguments {
  const parsed = module.parameters.safeParse(given);
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => {
      const where = z.core.toDotPath(path);
      return where === '' ? message : `${where}: ${message}`;
    });
    const message = `The arguments of ${module.name} do not fit. ${issues.join('; ')}. ${takes(module)}`;
    return { problem: { code: 'INVALID_ARGUMENT', message } };
  }
  const problem = module.check?.(parsed.data);
  return problem ? { problem } : { args: parsed.data };
}

/** JSON Schema of the arguments as a model gives them: what has a default may be left out. */
export function schemaOf(module: ToolModule): JsonObject {
  const { $schema: _, ...schema } = z.toJSONSchema(module.parameters, { io: 'input' });
  return schema as JsonObject;
}

function takes(module: ToolModule): string {
  const names = Object.entries(module.parameters.shape).map(([name, type]) =>
    z.safeParse(type, undefined).success ? `${name} (optional)` : name,
  );
  return `It takes ${names.join(', ')}.`;
}
