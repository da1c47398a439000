import { nearest } from '@holdfast/protocol';
import { z } from 'zod';

/** The part of JSON Schema that zod writes and that we read. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
}

/** One key of the configuration. */
export interface ConfigKey {
  /** From the root: `['gateway', 'port']`. */
  readonly path: readonly string[];
  readonly node: SchemaNode;
}

/** The keys of a configuration schema, as somebody may write them. */
export function describeSchema(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
}

/** Every key that has no keys below it. */
export function leaves(node: SchemaNode, path: readonly string[] = []): ConfigKey[] {
  if (!node.properties) return [{ path, node }];
  return Object.entries(node.properties).flatMap(([key, child]) => leaves(child, [...path, key]));
}

/** What the schema says at a path; undefined where there is no such key. */
export function nodeAt(root: SchemaNode, path: readonly string[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const key of path) {
    if (!node) return undefined;
    node = Object.hasOwn(node.properties ?? {}, key)
      ? node.properties?.[key]
      : typeof node.additionalProperties === 'object'
        ? node.additionalProperties
        : /^\d+$/.test(key)
          ? node.items
          : undefined;
  }
  return node;
}

/** Whether a plain text is a value of this key as it stands. */
export function takesText(node: SchemaNode): boolean {
  const branches = node.anyOf ?? node.oneOf;
  if (branches) return branches.some(takesText);
  return (
    node.type === 'string' || typeof node.const === 'string' || (node.enum ?? []).some((one) => typeof one === 'string')
  );
}

/** Whether the key holds a list. */
export function takesList(node: SchemaNode): boolean {
  const branches = node.anyOf ?? node.oneOf;
  return branches ? branches.some(takesList) : node.type === 'array';
}

/**
 * What somebody may have meant by a key that is not there: one of its would-be siblings, or a key of that very name
 * elsewhere (`port` -> `gateway.port`).
 */
export function meant(root: SchemaNode, path: readonly string[]): string | undefined {
  const word = path.at(-1) ?? '';
  const parent = path.slice(0, -1);
  const siblings = Object.keys(nodeAt(root, parent)?.properties ?? {});
  const near = nearest(word, siblings);
  if (near) return [...parent, near].join('.');
  const all = leaves(root).map((key) => key.path);
  const elsewhere = all.find((one) => one.at(-1) === word);
  return elsewhere
    ? elsewhere.join('.')
    : nearest(
        path.join('.'),
        all.map((one) => one.join('.')),
      );
}
