type Attributes = Readonly<Record<string, string>>;

const COPIED = ['alt', 'title', 'lang', 'dir', 'class', 'id', 'start', 'align', 'colspan', 'rowspan', 'datetime'];
const MAX_VALUE = 300;
const MAX_ADDRESS = 4096;
const HIDING_STYLE = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))/i;
const LINKED = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** Whether the element says of itself that it is not to be seen. What a style sheet hides is not known here. */
export function isHidden(attributes: Attributes): boolean {
  if (attributes['hidden'] !== undefined || attributes['aria-hidden'] === 'true') return true;
  return HIDING_STYLE.test((attributes['style'] ?? '').slice(0, MAX_ADDRESS));
}

/** The attributes that matter to a reader, as they stand in a tag, with absolute addresses. */
export function attributesOf(name: string, attributes: Attributes, base: string): string {
  let text = '';
  for (const key of COPIED) {
    const value = attributes[key];
    if (value !== undefined) text += ` ${key}="${escapeValue(value.slice(0, MAX_VALUE))}"`;
  }
  if (name === 'a') text += address('href', attributes['href'], base);
  if (name === 'img') text += address('src', sourceOf(attributes), base);
  return text;
}

/** An image's address, also where it is loaded late by a script of the page. */
function sourceOf(attributes: Attributes): string | undefined {
  const { src } = attributes;
  if (src && !src.startsWith('data:')) return src;
  const late = attributes['data-src'] ?? attributes['data-original'] ?? attributes['data-lazy-src'];
  return late ?? attributes['srcset']?.trim().split(/[\s,]/, 1)[0];
}

function address(key: string, value: string | undefined, base: string): string {
  if (value === undefined || value.length > MAX_ADDRESS) return '';
  const url = URL.parse(value, base);
  if (!url || !LINKED.has(url.protocol)) return '';
  return ` ${key}="${escapeValue(url.href)}"`;
}

function escapeValue(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
