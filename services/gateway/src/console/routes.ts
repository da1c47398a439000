import fastifyStatic from '@fastify/static';
import { HoldfastError } from '@holdfast/protocol';

import type { App } from '../http/app.ts';
import { readConsole } from './files.ts';
import { consolePolicy } from './policy.ts';

/** The addresses of the console's pages. All of them are the same document; its router does the rest. */
const PAGES = [
  '/',
  '/runs',
  '/runs/*',
  '/new',
  '/compare',
  '/insight',
  '/tools',
  '/files',
  '/memory',
  '/memory/*',
  '/admin',
  '/admin/*',
  '/account',
] as const;
/** Files at the top whose names do not change with their content. */
const TOP = ['/theme.js', '/manifest.webmanifest', '/icon.svg', '/icon-maskable.svg'] as const;

const hidden = { config: { access: 'public' }, schema: { hide: true } } as const;

/**
 * The console (PF-1). Its files are public, since they hold no data: what it shows it fetches from the API, with the
 * visitor's cookie. Assets have their hash in the name and are kept for ever; the page itself is asked for each time.
 *
 * @param folder what `npm run build` has made of apps/console
 */
export async function consoleRoutes(app: App, folder: string | undefined): Promise<void> {
  const files = folder === undefined ? undefined : await readConsole(folder);
  if (!files) {
    for (const url of PAGES) {
      app.get(url, hidden, () => {
        throw new HoldfastError('UNAVAILABLE', 'The console is not built. Run "npm run build", then restart.');
      });
    }
    return;
  }
  // The routes are our own: each says who may call it, and the plug-in only sends (Brotli or gzip where it lies there).
  await app.register(fastifyStatic, { root: files.folder, serve: false, preCompressed: true, cacheControl: false });
  const policy = consolePolicy(files.cdnOrigin);
  pages(app, files.page, policy);
  app.get('/assets/*', hidden, (request, reply) => {
    const { '*': name } = request.params as { '*': string };
    return reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(`assets/${name}`);
  });
  // A service worker is under the policy of its own script: without leave to connect it could fetch nothing to keep.
  app.get('/sw.js', hidden, (_request, reply) =>
    reply.header('content-security-policy', policy).header('cache-control', 'no-cache').sendFile('sw.js'),
  );
  for (const url of TOP) {
    app.get(url, hidden, (_request, reply) => reply.header('cache-control', 'no-cache').sendFile(url.slice(1)));
  }
}

function pages(app: App, page: string, policy: string): void {
  for (const url of PAGES) {
    app.get(url, hidden, (_request, reply) =>
      reply
        .header('content-security-policy', policy)
        .header('cache-control', 'no-cache')
        .type('text/html; charset=utf-8')
        .send(page),
    );
  }
}
