/** What kind of text a language is. */
export type LanguageKind = 'programming' | 'markup' | 'data' | 'prose';

/** A language, and by which names its files are known. */
export interface Language {
  readonly name: string;
  readonly kind: LanguageKind;
  /** The last extensions, lower case, without the dot. Each belongs to one language. */
  readonly extensions: readonly string[];
  /** Whole names of files without an extension. */
  readonly names?: readonly string[];
  /** Programs of a first line `#!`. */
  readonly interpreters?: readonly string[];
}

type Row = readonly [name: string, extensions: string, names?: string, interpreters?: string];

const PROGRAMMING: readonly Row[] = [
  ['Ada', 'adb ads'],
  ['Assembly', 's asm'],
  ['Awk', 'awk', '', 'awk gawk mawk'],
  ['Batch', 'bat cmd'],
  ['C', 'c'],
  ['C/C++ header', 'h'],
  ['C#', 'cs'],
  ['C++', 'cc cpp cxx hpp hh hxx ipp'],
  ['CMake', 'cmake'],
  ['Clojure', 'clj cljs cljc'],
  ['Crystal', 'cr'],
  ['CUDA', 'cu cuh'],
  ['Dart', 'dart'],
  ['Dockerfile', 'dockerfile', 'Dockerfile Containerfile'],
  ['Elixir', 'ex exs'],
  ['Elm', 'elm'],
  ['Emacs Lisp', 'el'],
  ['Erlang', 'erl hrl'],
  ['F#', 'fs fsi fsx'],
  ['Fortran', 'f f90 f95 f03 for'],
  ['GLSL', 'glsl vert frag'],
  ['Go', 'go'],
  ['Groovy', 'groovy gradle', 'Jenkinsfile'],
  ['Haskell', 'hs lhs'],
  ['HCL', 'tf hcl tfvars'],
  ['Java', 'java'],
  ['JavaScript', 'js mjs cjs jsx', '', 'node nodejs'],
  ['Julia', 'jl'],
  ['Kotlin', 'kt kts'],
  ['Lua', 'lua', '', 'lua luajit'],
  ['Make', 'mk mak', 'Makefile makefile GNUmakefile'],
  ['Meson', '', 'meson.build'],
  ['Nim', 'nim'],
  ['Nix', 'nix'],
  ['Objective-C', 'm mm'],
  ['OCaml', 'ml mli'],
  ['Pascal', 'pas pp'],
  ['Perl', 'pl pm', '', 'perl'],
  ['PHP', 'php', '', 'php'],
  ['PowerShell', 'ps1 psm1'],
  ['Prolog', 'pro'],
  ['Protocol Buffers', 'proto'],
  ['Python', 'py pyi pyx', '', 'python python2 python3'],
  ['R', 'r', '', 'Rscript'],
  ['Ruby', 'rb rake', 'Rakefile Gemfile', 'ruby'],
  ['Rust', 'rs'],
  ['Scala', 'scala sbt'],
  ['Scheme', 'scm ss'],
  ['Shell', 'sh bash zsh fish ksh', '', 'sh bash dash zsh ksh fish'],
  ['Solidity', 'sol'],
  ['SQL', 'sql'],
  ['Starlark', 'bzl star', 'BUILD WORKSPACE'],
  ['Svelte', 'svelte'],
  ['Swift', 'swift'],
  ['Tcl', 'tcl', '', 'tclsh wish'],
  ['TypeScript', 'ts tsx mts cts', '', 'deno tsx'],
  ['Verilog', 'v sv'],
  ['VHDL', 'vhd vhdl'],
  ['Vim script', 'vim'],
  ['Visual Basic', 'vb'],
  ['Vue', 'vue'],
  ['WebAssembly text', 'wat'],
  ['Zig', 'zig'],
];
const MARKUP: readonly Row[] = [
  ['CSS', 'css scss sass less'],
  ['HTML', 'html htm xhtml'],
  ['Jupyter Notebook', 'ipynb'],
  ['SVG', 'svg'],
  ['Template', 'ejs hbs mustache liquid j2 jinja tmpl tpl njk erb haml pug'],
  ['TeX', 'tex sty cls bib'],
];
const DATA: readonly Row[] = [
  ['CSV', 'csv tsv'],
  ['GraphQL', 'graphql gql'],
  ['INI', 'ini cfg conf properties'],
  ['JSON', 'json jsonc json5 jsonl ndjson'],
  ['TOML', 'toml'],
  ['XML', 'xml xsd xsl xslt plist'],
  ['YAML', 'yaml yml'],
];
const PROSE: readonly Row[] = [
  ['AsciiDoc', 'adoc asciidoc'],
  ['Markdown', 'md markdown mdx'],
  ['reStructuredText', 'rst'],
  ['Text', 'txt'],
];

/** Every language that is told apart. */
export const LANGUAGES: readonly Language[] = [
  ...PROGRAMMING.map((row) => languageOf(row, 'programming')),
  ...MARKUP.map((row) => languageOf(row, 'markup')),
  ...DATA.map((row) => languageOf(row, 'data')),
  ...PROSE.map((row) => languageOf(row, 'prose')),
];

const BY_EXTENSION = index((language) => language.extensions);
const BY_NAME = index((language) => language.names ?? []);
const BY_INTERPRETER = index((language) => language.interpreters ?? []);

/** The language that the name of a file tells. */
export function languageOfPath(path: string): Language | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return BY_NAME.get(name) ?? (dot < 0 ? undefined : BY_EXTENSION.get(name.slice(dot + 1).toLowerCase()));
}

/** The language that a first line `#!...` tells. */
export function languageOfShebang(line: string): Language | undefined {
  const parts = line.replace(/^#!\s*/, '').split(/\s+/);
  const [program = '', ...args] = parts.map((word) => word.slice(word.lastIndexOf('/') + 1));
  const named = program === 'env' ? (args.find((word) => !word.startsWith('-') && !word.includes('=')) ?? '') : program;
  return BY_INTERPRETER.get(named) ?? BY_INTERPRETER.get(named.replace(/[\d.]+$/, ''));
}

/** The patterns by which git finds files of the language by name. */
export function pathspecsOf({ extensions, names = [] }: Language): string[] {
  return [...extensions.map((one) => `:(icase)*.${one}`), ...names.map((one) => `:(glob)**/${one}`)];
}

function languageOf([name, extensions, names = '', interpreters = '']: Row, kind: LanguageKind): Language {
  return { name, kind, extensions: words(extensions), names: words(names), interpreters: words(interpreters) };
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

function index(keys: (language: Language) => readonly string[]): ReadonlyMap<string, Language> {
  return new Map(LANGUAGES.flatMap((language) => keys(language).map((key) => [key, language] as const)));
}
