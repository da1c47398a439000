import { createHash } from 'node:crypto';

/** The style of an exported page: it reads on screens light and dark, and on paper. */
export const EXPORT_STYLE = `:root{color-scheme:light dark;--bg:#fff;--text:#181c21;--soft:#515b66;--line:#d5dae0;--code:#f3f5f7;
--accent:#0b5cad;--warn:#8a4b00;--keyword:#a0237c;--string:#1a6b35;--number:#0b5cad;--comment:#5c6670}
@media(prefers-color-scheme:dark){:root{--bg:#101316;--text:#e9ecef;--soft:#a5afb9;--line:#333a42;--code:#1a1f24;
--accent:#7db7f2;--warn:#f0b46a;--keyword:#f29bd4;--string:#8fd6a4;--number:#7db7f2;--comment:#98a3ae}}
*{box-sizing:border-box}body{font:16px/1.6 system-ui,"Noto Sans","Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;
color:var(--text);background:var(--bg);margin:0 auto;max-width:60rem;padding:2rem 1.25rem;overflow-wrap:anywhere}
h1{font-size:1.8rem;line-height:1.25}h2{margin-top:2.5rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}h3{margin-top:2rem}
a[href]{color:var(--accent)}a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.note{border-left:4px solid var(--warn);padding:.25rem .9rem;color:var(--warn);font-weight:600}.soft{color:var(--soft)}
table{border-collapse:collapse;width:auto;max-width:100%}
th,td{border:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}th,.words{overflow-wrap:break-word}th{font-weight:600}
.table-scroll{overflow-x:auto}code,pre{font-family:ui-monospace,"DejaVu Sans Mono","Noto Sans Mono CJK SC",monospace;font-size:.875em}
code{background:var(--code);padding:.1em .3em;border-radius:.25em}pre{background:var(--code);padding:.8rem;border-radius:.4rem;
overflow:auto;max-height:30rem;white-space:pre-wrap;margin:.4rem 0}pre code{background:none;padding:0}
.bidi{background:var(--warn);color:var(--bg);border-radius:.2em;padding:0 .2em;font-size:.8em}
.sr-only{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.report{border:1px solid var(--line);border-radius:.5rem;padding:.25rem 1.25rem}.report h1{font-size:1.5rem}
.action{border-top:1px solid var(--line)}:target{outline:3px solid var(--accent);outline-offset:6px}
.hljs-keyword,.hljs-built_in,.hljs-type,.hljs-literal{color:var(--keyword)}.hljs-string,.hljs-addition{color:var(--string)}
.hljs-number,.hljs-attr,.hljs-title{color:var(--number)}.hljs-comment,.hljs-quote{color:var(--comment)}.hljs-deletion{color:var(--keyword)}
@media print{:root{color-scheme:light;--bg:#fff;--text:#000;--soft:#333;--line:#999;--code:#f3f5f7;--accent:#0b3f7a;--warn:#5c3200}
body{max-width:none;padding:0;font-size:10.5pt}pre{max-height:none;overflow:visible}.table-scroll{overflow:visible}
h1,h2,h3{break-after:avoid}tr{break-inside:avoid}}`;

/** What an exported page may do: show itself. The same words stand in the page and in the header of a share. */
export const EXPORT_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(EXPORT_STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
