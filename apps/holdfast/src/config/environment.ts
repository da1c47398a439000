import { HoldfastError, nearest } from '@holdfast/protocol';
import { parse } from 'yaml';

import { type ConfigKey, leaves, meant, nodeAt, type SchemaNode, takesList, takesText } from './keys.ts';

const PREFIX = 'HOLDFAST_';
/** Variables that are not keys of the configuration. */
const RESERVED: ReadonlySet<string> = new Set(['CONFIG', 'URL', 'API_KEY', 'LANG']);

/** One value that the environment (or a flag) sets. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
  /** Where it came from, in words. */
  readonly origin: string;
}

/** The environment variable of a key: `gateway.port` -> `HOLDFAST_GATEWAY__PORT`. */
export function variableOf(path: readonly string[]): string {
  return PREFIX + path.join('__').toUpperCase();
}

/**
 * The settings in the environment.
 *
 * @throws HoldfastError CONFIG_INVALID for a variable that means a key and misses it: it would be ignored in silence.
 */
export function readEnvironment(root: SchemaNode, env: Readonly<Record<string, string | undefined>>): Setting[] {
  const settings: Setting[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || text === undefined || text === '') continue;
    const word = name.slice(PREFIX.length);
    if (RESERVED.has(word)) continue;
    const path = word.toLowerCase().split('__');
    const node = nodeAt(root, path);
    if (node && !node.properties) {
      settings.push({ path, value: readText(node, text, name), origin: name });
      continue;
    }
    const hint = meantVariable(root, path);
    // A name without levels may belong to another program; one that comes near a key is a slip.
    if (path.length === 1 && hint === undefined) continue;
    throw new HoldfastError(
      'CONFIG_INVALID',
      `The environment variable ${name} names no key of the configuration.${hint ? ` Did you mean ${hint}?` : ''} Nothing was started.`,
      { details: hint ? { key: name, nearestKey: hint } : { key: name } },
    );
  }
  return settings;
}

function meantVariable(root: SchemaNode, path: readonly string[]): string | undefined {
  const keys = leaves(root);
  const flat = path.join('_');
  const joined = keys.find((key: ConfigKey) => key.path.join('_') === flat);
  if (joined) return variableOf(joined.path);
  if (path.length === 1) {
    const near = nearest(
      flat,
      keys.map((key) => key.path.join('_')).filter((key) => key.length > 4),
    );
    const key = keys.find((one) => one.path.join('_') === near);
    return key && flat.length > 4 ? variableOf(key.path) : undefined;
  }
  const hint = meant(root, path);
  return hint ? variableOf(hint.split('.')) : undefined;
}

/**
 * Reads the text of a variable or a flag as the key wants it: text as it stands, anything else as YAML (`8080`,
 * `true`, `[a, b]`); a list may also be written `a,b`.
 *
 * @throws HoldfastError CONFIG_INVALID for text that is not YAML.
 */
export function readText(node: SchemaNode, text: string, origin: string): unknown {
  if (takesText(node)) return text;
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new HoldfastError('CONFIG_INVALID', `The value of ${origin} cannot be read: "${text.slice(0, 80)}".`, {
      cause,
    });
  }
  if (takesList(node) && !Array.isArray(value)) return text.split(',').map((item) => item.trim());
  return value;
}
