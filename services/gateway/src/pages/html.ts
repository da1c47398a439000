import { createHash } from 'node:crypto';

/** The style of the pages, named by its hash in the policy. */
export const STYLE = `:root{color-scheme:light dark;--bg:#f5f6f8;--card:#fff;--text:#181c21;--soft:#515b66;--line:#d5dae0;--field:#7c8793;
--accent:#0b5cad;--on-accent:#fff;--bad:#a4161a}
@media(prefers-color-scheme:dark){:root{--bg:#101316;--card:#181c20;--text:#e9ecef;--soft:#a5afb9;--line:#333a42;--field:#7d8894;
--accent:#7db7f2;--on-accent:#0d1a28;--bad:#ff9a9a}}
*{box-sizing:border-box}body{font:16px/1.6 system-ui,"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;color:var(--text);
background:var(--bg);margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem}
main{width:100%;max-width:26rem;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem}
.brand{margin:0 0 1.25rem;font-weight:600;color:var(--soft);letter-spacing:.01em}
h1{font-size:1.4rem;line-height:1.3;margin:0 0 1rem}label{display:block;margin:1rem 0 .25rem;font-weight:500}
input{width:100%;font:inherit;color:inherit;background:var(--card);padding:.55rem .65rem;border:1px solid var(--field);border-radius:.4rem}
button{margin-top:1.5rem;width:100%;font:inherit;font-weight:600;padding:.65rem 1.25rem;border:0;border-radius:.4rem;
background:var(--accent);color:var(--on-accent);cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}.error{color:var(--bad)}a{color:var(--accent)}
nav{margin-top:1.5rem;padding-top:1rem;border-top:1px solid var(--line);font-size:.9rem}`;

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
