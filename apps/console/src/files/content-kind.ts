const PICTURES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  svg: 'image/svg+xml',
};

/** How a content is shown. */
export type ContentKind =
  | { readonly kind: 'picture'; readonly type: string }
  | { readonly kind: 'text'; readonly text: string; readonly language: string }
  | { readonly kind: 'binary' };

/** The type of a picture by the ending of its name; undefined for any other file. */
export function pictureType(path: string): string | undefined {
  const ending = endingOf(path);
  return Object.hasOwn(PICTURES, ending) ? PICTURES[ending] : undefined;
}

/** What a content is: by its name where that says that it is a picture, else by its bytes. */
export function kindOf(path: string, bytes: Uint8Array): ContentKind {
  const type = pictureType(path);
  if (type !== undefined) return { kind: 'picture', type };
  const text = textOf(bytes);
  return text === undefined ? { kind: 'binary' } : { kind: 'text', text, language: endingOf(path) };
}

/** A text as a fenced block of Markdown, so that it is highlighted and nothing in it is a mark. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${/^[\w+-]{1,20}$/.test(language) ? language : ''}\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}\n`;
}

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, 8192).includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function endingOf(path: string): string {
  return /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}
