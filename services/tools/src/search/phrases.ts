import { PHRASES } from './data/phrases.ts';

const LONGEST_FIRST = Object.keys(PHRASES).toSorted((a, b) => b.length - a.length);
const PATTERN = new RegExp(`\\b(?:${LONGEST_FIRST.join('|')})\\b`, 'giu');

/** The name of a file says less of the tool than that it is a file, and of which kind. */
const FILE_NAME =
  /[\p{L}\p{N}_-]+\.(zip|pdf|csv|json|xml|ya?ml|md|txt|docx?|xlsx?|pptx?|ipynb|png|jpe?g|svg|mp[34]|wav|html?)\b/giu;
const KINDS: Readonly<Record<string, string>> = {
  xls: 'excel workbook',
  xlsx: 'excel workbook',
  doc: 'word document',
  docx: 'word document',
  ppt: 'powerpoint presentation',
  pptx: 'powerpoint presentation',
  ipynb: 'notebook',
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  mp3: 'audio',
  wav: 'audio',
  mp4: 'video',
};
/** What the folders on the way to a file are called says nothing of the tool. */
const PATH = /(?<=^|\s)(?:~|\.{1,2})?\/[\w.-]+(?:\/[\w.-]*)*/gu;

/** The text with its turns of phrase, names of files and paths replaced by what they say. */
export function plainWords(text: string): string {
  return text
    .replace(FILE_NAME, (_, kind: string) => `${KINDS[kind.toLowerCase()] ?? kind} file`)
    .replace(PATH, 'path')
    .replace(PATTERN, (phrase) => PHRASES[phrase.toLowerCase()] ?? phrase);
}
