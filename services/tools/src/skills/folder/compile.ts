import { realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

import type { Message, Plugin } from 'esbuild';

import { SkillBroken, type SkillProblem } from '../problem.ts';

/** A compiled skill: one ES module that runs by itself, and where its lines came from. */
export interface Compiled {
  readonly code: Uint8Array;
  /** A source map as JSON. */
  readonly map: string;
}

/** What a skill may import beside its own files: its library, and the two that are part of its interface. */
const GIVEN = /^(?:@holdfast\/skill|zod|kysely)(?:\/|$)/;

/**
 * Bundles the modules of a skill with the host that serves them. Standard decorators are lowered. Nothing outside of
 * the skill's folder is read, but for the libraries that every skill has.
 *
 * @param root the snapshot
 * @param source the skill's own folder: its node_modules are used, if it has any
 * @throws SkillBroken with file, line and reason.
 */
export async function compileSkill(root: string, source: string, modules: readonly string[]): Promise<Compiled> {
  const { build } = await import('esbuild');
  const library = dirname(createRequire(import.meta.url).resolve('@holdfast/skill'));
  const entries = modules.map((path) => `[${JSON.stringify(path)}, () => import(${JSON.stringify(`./${path}`)})]`);
  const contents = `import { serveSkill } from '@holdfast/skill/host';\nawait serveSkill([${entries.join(', ')}]);\n`;
  try {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: root, sourcefile: 'skill:entry', loader: 'ts' },
      absWorkingDir: root,
      outfile: join(root, 'skill.mjs'),
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      charset: 'utf8',
      sourcemap: 'external',
      sourcesContent: false,
      legalComments: 'none',
      logLevel: 'silent',
      nodePaths: [join(source, 'node_modules')],
      // A skill's own tsconfig.json would decide which decorators it has.
      tsconfigRaw: { compilerOptions: { useDefineForClassFields: true } },
      plugins: [only([root, join(source, 'node_modules')], library)],
    });
    const code = outputFiles.find(({ path }) => path.endsWith('.mjs'))?.contents ?? new Uint8Array();
    const map = outputFiles.find(({ path }) => path.endsWith('.map'))?.text ?? '{}';
    return { code, map };
  } catch (error) {
    const errors = (error as { errors?: readonly Message[] }).errors;
    if (!errors) throw error;
    throw new SkillBroken(errors.slice(0, 10).map((message) => problemOf(message, root)));
  }
}

function only(folders: readonly string[], library: string): Plugin {
  return {
    name: 'holdfast-skill',
    setup(build) {
      build.onResolve({ filter: GIVEN }, ({ path, kind, pluginData }) =>
        pluginData === library ? undefined : build.resolve(path, { kind, resolveDir: library, pluginData: library }),
      );
      build.onLoad({ filter: /.*/ }, async ({ path }) => {
        const real = await realpath(path);
        const allowed = [...(await realOnes(folders)), dirname(library), ...givenFolders(library)];
        if (allowed.some((folder) => real.startsWith(folder + sep))) return undefined;
        return { errors: [{ text: `It imports ${path}, which lies outside of the skill's folder.` }] };
      });
    },
  };
}

async function realOnes(folders: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(folders.map(async (folder) => realpath(folder).catch(() => undefined)));
  return found.filter((folder) => folder !== undefined);
}

/** The folders of the packages that every skill may import. */
function givenFolders(library: string): readonly string[] {
  const { resolve } = createRequire(join(library, 'index.ts'));
  return ['zod', 'kysely'].map((name) => {
    const entry = resolve(name);
    return entry.slice(0, entry.lastIndexOf(`${sep}${name}${sep}`) + name.length + 1);
  });
}

function problemOf({ text, location }: Message, root: string): SkillProblem {
  const file = location?.file ?? '';
  return {
    file: file.startsWith(root) ? file.slice(root.length + 1) : file.replace(/^skill:.*/, ''),
    line: location?.line ?? 0,
    reason: text,
    severity: 'error',
  };
}
