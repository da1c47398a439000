import { createHash } from 'node:crypto';

/** The style of the pages, named by its hash in the policy. */
export const STYLE = `body{font:16px/1.6 system-ui,sans-serif;color:#1c1f23;background:#f6f7f8;margin:0}
main{max-width:26rem;margin:12vh auto;padding:2rem;background:#fff;border:1px solid #dfe2e6;border-radius:.5rem}
h1{font-size:1.4rem;margin:0 0 1rem}label{display:block;margin:1rem 0 .25rem}
input{box-sizing:border-box;width:100%;font:inherit;padding:.5rem;border:1px solid #9aa3ad;border-radius:.25rem}
button{margin-top:1.5rem;font:inherit;padding:.5rem 1.25rem;border:0;border-radius:.25rem;background:#0b5cad;color:#fff}
.error{color:#a4161a}a{color:#0b5cad}
@media(prefers-color-scheme:dark){body{color:#e8eaed;background:#15181b}main{background:#1e2226;border-color:#3a4047}
input{background:#15181b;color:inherit}a{color:#7db7f2}.error{color:#ff8a8a}}`;

/** The Content-Security-Policy of everything but the API reference: no script at all. */
export const PAGE_POLICY = {
  'default-src': ["'none'"],
  'style-src': [`'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** Text as it may stand in HTML, also within quotes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A whole document. `head` and `body` are HTML already; the title is not. */
export function documentPage(page: { lang: string; title: string; head: string; body: string }): string {
  return `<!doctype html>
<html lang="${escapeHtml(page.lang)}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(page.title)}</title>
${page.head}</head><body>${page.body}</body></html>
`;
}

/** A page of ours with its style. */
export function stylePage(page: { lang: string; title: string; body: string }): string {
  return documentPage({ ...page, head: `<style>${STYLE}</style>`, body: `<main>${page.body}</main>` });
}
