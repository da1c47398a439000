import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { isNode, isPair, isMap, LineCounter, parseDocument } from 'yaml';

/** A configuration file that was read. */
export interface ConfigFile {
  readonly path: string;
  readonly value: Record<string, unknown>;
  /** The line (from 1) of a key; of the nearest key above it where it is not in the file. */
  lineOf(path: readonly string[]): number;
}

/** Where the file is looked for. */
export interface FileSearch {
  /** From --config or HOLDFAST_CONFIG: it must be there. */
  readonly explicit: string | undefined;
  readonly cwd: string;
  readonly dataDir: string;
}

const NAME = 'holdfast.yaml';

/**
 * Reads the configuration file: the one that was named, else ./holdfast.yaml, else the one in the data directory.
 * Undefined where there is none: it is not needed.
 *
 * @throws HoldfastError CONFIG_INVALID when the named one is missing, or one cannot be read or is not YAML.
 */
export async function readConfigFile(search: FileSearch): Promise<ConfigFile | undefined> {
  if (search.explicit !== undefined) {
    const path = resolve(search.cwd, search.explicit);
    const text = await read(path);
    if (text === undefined) {
      throw new HoldfastError('CONFIG_INVALID', `The configuration file ${path} is not there. Nothing was started.`);
    }
    return parseFile(path, text);
  }
  for (const path of [join(search.cwd, NAME), join(search.dataDir, NAME)]) {
    const text = await read(path);
    if (text !== undefined) return parseFile(path, text);
  }
  return undefined;
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new HoldfastError(
      'CONFIG_INVALID',
      `The configuration file ${path} cannot be read (${code ?? 'unknown error'}).`,
      {
        cause,
      },
    );
  }
}

/** Reads the text of a configuration file. @throws HoldfastError CONFIG_INVALID naming the line. */
export function parseFile(path: string, text: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [problem] = document.errors;
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new HoldfastError(
      'CONFIG_INVALID',
      `${path}:${line}:${col} is not YAML: ${problem.message}. Nothing was started.`,
    );
  }
  const value = plainValue(path, () => document.toJS({ maxAliasCount: 100 }));
  if (value !== null && value !== undefined && (typeof value !== 'object' || Array.isArray(value))) {
    throw new HoldfastError('CONFIG_INVALID', `${path} must hold keys and values, such as "gateway:".`);
  }
  return {
    path,
    value: (value ?? {}) as Record<string, unknown>,
    lineOf(keys) {
      let node: unknown = document.contents;
      let offset = 0;
      for (const key of keys) {
        const pair = isMap(node) ? node.items.find((item) => isPair(item) && String(item.key) === key) : undefined;
        if (pair) {
          offset = startOf(pair.key) ?? offset;
          node = pair.value;
        } else {
          const item =
            isMap(node) || !isNode(node) || !('items' in node) ? undefined : (node.items as unknown[])[Number(key)];
          if (item === undefined) break;
          offset = startOf(item) ?? offset;
          node = item;
        }
      }
      return lines.linePos(offset).line;
    },
  };
}

function plainValue(path: string, convert: () => unknown): unknown {
  try {
    return convert();
  } catch (cause) {
    // Aliases that unfold without end, or that name nothing.
    throw new HoldfastError('CONFIG_INVALID', `${path} has aliases that cannot be followed. Nothing was started.`, {
      cause,
    });
  }
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
