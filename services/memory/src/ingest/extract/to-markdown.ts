/** Makes Markdown of HTML: headings by #, fenced code, tables as GitHub writes them; of links and pictures their words. */
export async function toMarkdown(html: string): Promise<string> {
  const [{ default: TurndownService }, { highlightedCodeBlock, tables }] = await Promise.all([
    import('turndown'),
    import('@joplin/turndown-plugin-gfm'),
  ]);
  const service = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
    hr: '---',
  });
  // The text is kept as it is read: a backslash before each underscore would be part of what is remembered.
  service.escape = (text) => text;
  service.use([highlightedCodeBlock, tables]);
  service.addRule('words', { filter: ['a', 'em', 'i', 'strong', 'b'], replacement: (content) => content });
  service.addRule('alternative-text', {
    filter: 'img',
    replacement: (_content, node) => ((node as ImageLike).getAttribute?.('alt') ?? '').replaceAll(/\s+/g, ' ').trim(),
  });
  return service.turndown(html);
}

interface ImageLike {
  getAttribute?(name: string): string | null;
}
