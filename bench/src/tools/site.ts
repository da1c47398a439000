import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const PARAGRAPHS = 60;
const PICTURES = 12;
/** What a picture, a style sheet or a script takes to come from a server that is not this machine. */
const FAR_MS = 40;
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A site of articles as they are common: text of its own, with pictures, a style sheet, and a script that counts. */
export interface Site extends AsyncDisposable {
  readonly port: number;
  readonly url: (n: number) => string;
  /** The same article with a script that a browser waits for before the document is complete. */
  readonly scripted: (n: number) => string;
}

/** Serves the articles on loopback. What an article loads takes a moment, as it does on the web. */
export async function startArticles(): Promise<Site> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const [, kind, name = ''] = path.split('/');
    if (kind === 'article' || kind === 'scripted') {
      const html = article(name, kind === 'scripted' ? '<script src="/count-more.js" defer></script>' : '');
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
      return;
    }
    const [type, body] = partOf(path);
    setTimeout(() => response.writeHead(type === '' ? 404 : 200, { 'content-type': type }).end(body), FAR_MS);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: (n) => `http://127.0.0.1:${port}/article/${n}`,
    scripted: (n) => `http://127.0.0.1:${port}/scripted/${n}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** Media type and content of what an article loads. */
function partOf(path: string): [type: string, body: string | Buffer] {
  if (path.startsWith('/picture/')) return ['image/png', PICTURE];
  if (path === '/style.css') return ['text/css', 'body { margin: 2em }'];
  return path.startsWith('/count') ? ['text/javascript', 'window.seen = 1;'] : ['', ''];
}

function article(name: string, script: string): string {
  const words = `Number ${name} of the reports on how rivers are measured, and what the figures of a year are good for. `;
  const paragraphs = Array.from(
    { length: PARAGRAPHS },
    (_, n) => `<h2>Part ${n}</h2><p>${words.repeat(4)}<a href="/article/${n}">More of part ${n}</a>.</p>`,
  );
  const pictures = Array.from({ length: PICTURES }, (_, n) => `<img src="/picture/${name}-${n}" alt="Gauge ${n}">`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Report ${name}</title>
<link rel="stylesheet" href="/style.css"><script src="/count.js" async></script></head>
<body><nav><a href="/">Home</a></nav><main><article><h1>Report ${name}</h1>${paragraphs.join('\n')}${pictures.join('')}
</article></main>${script}</body></html>`;
}
