/** How a value may come back: as it is, and as pages, addresses and programs write it. Longest first. */
export function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const url = encodeURIComponent(value);
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const json = JSON.stringify(value).slice(1, -1);
  const markdown = value.replaceAll(/[\\`*_[\]#+\-.!|>~]/g, String.raw`\$&`);
  const forms = [
    value,
    url,
    url.replaceAll('%20', '+'),
    url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    encodeURI(value),
    new URLSearchParams({ v: value }).toString().slice(2),
    html,
    html.replaceAll('"', '&quot;'),
    html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    json,
    JSON.stringify(json).slice(1, -1),
    markdown,
    value.replaceAll(/[\\`*_[\]]/g, String.raw`\$&`),
    bytes.toString('base64'),
    bytes.toString('base64').replaceAll('=', ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
  return [...new Set(forms)].toSorted((a, b) => b.length - a.length);
}
