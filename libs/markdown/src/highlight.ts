import type { Element, ElementContent, Root } from 'hast';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import markdown from 'highlight.js/lib/languages/markdown';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import shell from 'highlight.js/lib/languages/shell';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { createLowlight } from 'lowlight';

import { MAX_DEPTH, MAX_HIGHLIGHTED_CHARS, MAX_HIGHLIGHTED_LINE } from './limits.ts';

const lowlight = createLowlight({
  bash,
  c,
  cpp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  javascript,
  json,
  markdown,
  python,
  rust,
  shell,
  sql,
  typescript,
  xml,
  yaml,
});

/** The coloured pieces of a code block; undefined where its language is not known or it is too large to search. */
export function highlight(language: string, code: string): ElementContent[] | undefined {
  if (code.length > MAX_HIGHLIGHTED_CHARS || !lowlight.registered(language)) return undefined;
  if (code.split('\n').some((line) => line.length > MAX_HIGHLIGHTED_LINE)) return undefined;
  const root = lowlight.highlight(language, code);
  return isShallow(root) ? (root.children as ElementContent[]) : undefined;
}

/** Grammars nest as deep as the code does. */
function isShallow(root: Root): boolean {
  let level: readonly (Root | Element)[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return false;
    level = level.flatMap((node) => node.children.flatMap((child) => (child.type === 'element' ? [child] : [])));
  }
  return true;
}
