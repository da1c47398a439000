import { HoldfastError } from '@holdfast/protocol';

import { type Format, FORMATS } from './block.ts';

const BY_EXTENSION: Readonly<Record<string, Format>> = {
  md: 'markdown',
  markdown: 'markdown',
  mdx: 'markdown',
  htm: 'html',
  html: 'html',
  xhtml: 'html',
  pdf: 'pdf',
  docx: 'docx',
  csv: 'csv',
  tsv: 'csv',
  txt: 'text',
  text: 'text',
  log: 'text',
  rst: 'text',
  adoc: 'text',
};

const CODE = new Set(
  (
    'bash bat c cc clj cmake cpp cs css cxx dart dockerfile elm erl ex exs fish fs go gql gradle graphql groovy h hh hpp hs ' +
    'ini java jl js json json5 jsonc jsx kt kts less lua m makefile mjs cjs mm mts cts nim nix pas php pl pm proto ps1 py pyi ' +
    'r rb rs sass scala scss sh sol sql svelte swift tcl tf toml ts tsx v vb vue xml yaml yml zig zsh'
  ).split(' '),
);

const BY_MEDIA_TYPE: Readonly<Record<string, Format>> = {
  'text/markdown': 'markdown',
  'text/x-markdown': 'markdown',
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'application/pdf': 'pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'text/csv': 'csv',
  'text/tab-separated-values': 'csv',
  'application/json': 'code',
  'application/xml': 'code',
  'text/xml': 'code',
  'text/javascript': 'code',
  'application/javascript': 'code',
  'text/css': 'code',
};

/** What else begins as these do cannot be read. */
const BINARY: readonly (readonly [string, string])[] = [
  ['\u0089PNG', 'a PNG picture'],
  ['\u00FF\u00D8\u00FF', 'a JPEG picture'],
  ['GIF8', 'a GIF picture'],
  ['\u007FELF', 'a program'],
  ['MZ\u0090', 'a program'],
  ['\u001F\u008B', 'a gzip archive'],
  ["7z\u00BC\u00AF'", 'a 7-Zip archive'],
  ['Rar!', 'a RAR archive'],
  ['\u00D0\u00CF\u0011\u00E0', 'an old Office file (save it as DOCX)'],
  ['SQLite format 3\0', 'a database'],
  ['OggS', 'a sound file'],
  ['ID3', 'a sound file'],
  ['RIFF', 'a picture or sound file'],
  ['\u0000asm', 'a program'],
  ['BZh', 'a bzip2 archive'],
  ['wOFF', 'a font'],
];

const WORD_DOCUMENT = 'word/document.xml';

/** What is known of a file beside its content. */
export interface Hints {
  /** A path, URL or file name. */
  readonly name: string;
  /** A media type, an extension or a format, as the caller says it; empty: not said. */
  readonly said: string;
  /** The media type that came with it; weaker than the name. */
  readonly mediaType: string;
}

/**
 * Tells the format of a file: by its magic bytes, by what the caller says, by its name, by its media type, by how it
 * begins. Throws INVALID_ARGUMENT, which says what can be read.
 */
export function formatOf(hints: Hints, content: Uint8Array): Format {
  const start = latin1(content.subarray(0, 1024));
  const magic = byMagic(start, content);
  const said = hints.said === '' ? undefined : named(hints.said);
  if (hints.said !== '' && said === undefined) throw unreadable(`"${hints.said}" is no format that can be read`);
  if (magic) {
    if (said !== undefined && said !== magic) throw unreadable(`it is said to be ${said}, and is ${magic}`);
    return magic;
  }
  const told = said ?? byName(hints.name) ?? named(hints.mediaType);
  // A page that a server sends under a name such as /report.pdf may be its "not found" in HTML.
  if (told === 'pdf' || told === 'docx')
    throw unreadable(`it is said to be ${told}, and does not begin as such a file does`);
  return told ?? byBeginning(start);
}

function byMagic(start: string, content: Uint8Array): Format | undefined {
  // Readers take a PDF whose header stands within the first 1,024 bytes.
  if (/^\s*%PDF-/.test(start) || (start.includes('%PDF-') && /^[^\n]{0,1000}%PDF-/.test(start))) return 'pdf';
  if (start.startsWith('PK\u0003\u0004')) {
    if (latin1(content).includes(WORD_DOCUMENT)) return 'docx';
    throw unreadable('it is a ZIP archive or another office format');
  }
  for (const [magic, what] of BINARY) if (start.startsWith(magic)) throw unreadable(`it is ${what}`);
  return undefined;
}

function named(said: string): Format | undefined {
  const type = (said.split(';', 1)[0] ?? '').trim().toLowerCase();
  const format = FORMATS.find((one) => one === type) ?? BY_MEDIA_TYPE[type] ?? byExtension(type.replace(/^\./, ''));
  if (format) return format;
  if (/^text\/x-|\+(?:json|xml)$/.test(type)) return 'code';
  return undefined;
}

function byName(name: string): Format | undefined {
  const path = name.split(/[?#]/, 1)[0] ?? '';
  const file = (path.split(/[/\\]/).at(-1) ?? '').toLowerCase();
  return byExtension(file.includes('.') ? (file.split('.').at(-1) ?? '') : file);
}

function byExtension(extension: string): Format | undefined {
  if (Object.hasOwn(BY_EXTENSION, extension)) return BY_EXTENSION[extension];
  return CODE.has(extension) ? 'code' : undefined;
}

function byBeginning(start: string): Format {
  if (/^(?:\u00EF\u00BB\u00BF)?\s*(?:<!doctype html|<html|<head|<body)/i.test(start)) return 'html';
  if (start.startsWith('#!')) return 'code';
  return /^#{1,6} \S|^```|^\|.*\|\n\|[ :|-]+\|/m.test(start) ? 'markdown' : 'text';
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function unreadable(why: string): HoldfastError {
  return new HoldfastError(
    'INVALID_ARGUMENT',
    `The document cannot be read: ${why}. Markdown, HTML, PDF, DOCX, CSV, source code and plain text can be read. ` +
      'Nothing was kept.',
  );
}
