import { dirname, join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import type { z } from 'zod';

import { readEnvironment, readText, type Setting } from './environment.ts';
import { type ConfigFile, readConfigFile } from './file.ts';
import { describeSchema, meant, nodeAt, type SchemaNode } from './keys.ts';
import { absolutePath, defaultDataDir, type Environment } from './paths.ts';

/** What a configuration is made from, in the order of precedence: flags, environment, file, defaults. */
export interface Sources {
  readonly env: Environment;
  readonly cwd: string;
  /** From --config. */
  readonly configPath?: string | undefined;
  /** From flags: `gateway.port` to its text. `origin` is what the user typed. */
  readonly flags?: readonly { readonly key: string; readonly text: string; readonly origin: string }[];
}

/** One effective value and where it came from. */
export interface Effective {
  readonly key: string;
  readonly value: unknown;
  readonly origin: string;
}

/** A checked configuration. */
export interface Loaded<T> {
  readonly config: T;
  /** The file that was read, if any. */
  readonly file: string | undefined;
  /** Every key with its value (not redacted) and its origin. */
  readonly effective: readonly Effective[];
}

/** The schema and what only this application knows of it. */
export interface ConfigSpec<S extends z.ZodType> {
  readonly schema: S;
  /** Keys that hold paths (`*` stands for any key or index): relative to the file, or to the current folder. */
  readonly paths: readonly string[];
}

type Tree = Record<string, unknown>;

/**
 * Reads and checks the configuration.
 *
 * @throws HoldfastError CONFIG_INVALID naming the key, the file and line (or variable or flag), and the nearest right
 * key.
 */
export async function loadConfig<S extends z.ZodType>(
  spec: ConfigSpec<S>,
  sources: Sources,
): Promise<Loaded<z.output<S>>> {
  const { env, cwd } = sources;
  const root = describeSchema(spec.schema);
  const settings = [...readEnvironment(root, env), ...readFlags(root, sources.flags ?? [])];
  const namedDataDir = settings.findLast((one) => one.path.join('.') === 'data_dir')?.value;
  const file = await readConfigFile({
    explicit: sources.configPath ?? (env['HOLDFAST_CONFIG'] || undefined),
    cwd,
    dataDir: typeof namedDataDir === 'string' ? absolutePath(namedDataDir, cwd, env) : defaultDataDir(env),
  });
  const tree: Tree = structuredClone(file?.value ?? {});
  placePaths(tree, spec.paths, dirname(file?.path ?? join(cwd, 'x')), env);
  for (const { path, value, origin } of settings) {
    const single: Tree = {};
    put(single, path, value, origin);
    placePaths(single, spec.paths, cwd, env);
    put(tree, path, valueAt(single, path), origin);
  }
  const parsed = spec.schema.safeParse(tree);
  if (!parsed.success) throw refusal(parsed.error, root, file, settings);
  const effective = flatten(parsed.data as Tree).map(({ path, value }) => ({
    key: path.join('.'),
    value,
    origin: originOf(path, tree, file, settings),
  }));
  return { config: parsed.data, file: file?.path, effective };
}

function readFlags(root: SchemaNode, flags: NonNullable<Sources['flags']>): Setting[] {
  return flags.map(({ key, text, origin }) => {
    const path = key.split('.');
    const node = nodeAt(root, path);
    if (!node) {
      const hint = meant(root, path);
      throw new HoldfastError(
        'CONFIG_INVALID',
        `${origin}: there is no key "${key}".${hint ? ` Did you mean ${hint}?` : ''} Nothing was started.`,
        { details: hint ? { key, nearestKey: hint } : { key } },
      );
    }
    return { path, value: readText(node, text, origin), origin };
  });
}

function refusal(
  error: z.ZodError,
  root: SchemaNode,
  file: ConfigFile | undefined,
  settings: readonly Setting[],
): HoldfastError {
  const lines: string[] = [];
  let first: { key: string; nearestKey?: string } | undefined;
  for (const issue of error.issues) {
    const base = issue.path.map(String);
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...base, key]) : [base];
    for (const path of paths) {
      const key = path.join('.');
      const hint = issue.code === 'unrecognized_keys' ? meant(root, path) : undefined;
      const what = issue.code === 'unrecognized_keys' ? `there is no key "${key}"` : `${key}: ${issue.message}`;
      lines.push(`${place(path, file, settings)}: ${what}.${hint ? ` Did you mean "${hint}"?` : ''}`);
      first ??= hint ? { key, nearestKey: hint } : { key };
    }
  }
  return new HoldfastError('CONFIG_INVALID', `${lines.join('\n')}\nNothing was started.`, { details: first ?? {} });
}

/** Where a wrong value stands. */
function place(path: readonly string[], file: ConfigFile | undefined, settings: readonly Setting[]): string {
  const setting = settings.findLast((one) => startsWith(path, one.path) || startsWith(one.path, path));
  if (setting) return setting.origin;
  return file ? `${file.path}:${file.lineOf(path)}` : 'configuration';
}

function originOf(
  path: readonly string[],
  tree: Tree,
  file: ConfigFile | undefined,
  settings: readonly Setting[],
): string {
  const setting = settings.findLast((one) => startsWith(path, one.path));
  if (setting) return setting.origin;
  return file && valueAt(tree, path) !== undefined ? `${file.path}:${file.lineOf(path)}` : 'default';
}

function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.every((key, i) => path[i] === key);
}

function valueAt(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (typeof node === 'object' && node !== null ? (node as Tree)[key] : undefined),
    tree,
  );
}

function put(tree: Tree, path: readonly string[], value: unknown, origin: string): void {
  let node = tree;
  for (const key of path.slice(0, -1)) {
    const next = (node[key] ??= {});
    if (typeof next !== 'object' || next === null) {
      throw new HoldfastError(
        'CONFIG_INVALID',
        `${origin} cannot be set: "${key}" is not a group of keys in the file.`,
      );
    }
    node = next as Tree;
  }
  node[path.at(-1) ?? ''] = value;
}

/** Makes the paths of a tree absolute, in place. */
function placePaths(tree: Tree, keys: readonly string[], base: string, env: Environment): void {
  for (const key of keys) visit(tree, key.split('.'), (text) => absolutePath(text, base, env));
}

function visit(node: unknown, path: readonly string[], change: (text: string) => string): void {
  const [head, ...rest] = path;
  if (head === undefined || typeof node !== 'object' || node === null) return;
  const holder = node as Tree;
  for (const key of head === '*' ? Object.keys(holder) : [head]) {
    const value = holder[key];
    if (rest.length > 0) visit(value, rest, change);
    else if (typeof value === 'string' && value !== '') holder[key] = change(value);
  }
}

function flatten(node: unknown, path: readonly string[] = []): { path: readonly string[]; value: unknown }[] {
  const group = typeof node === 'object' && node !== null && !Array.isArray(node) && Object.keys(node).length > 0;
  if (!group) return [{ path, value: node }];
  return Object.entries(node).flatMap(([key, value]) => flatten(value, [...path, key]));
}
