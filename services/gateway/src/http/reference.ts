import fastify from 'fastify';

import { documentPage } from '../pages/html.ts';
import type { App } from './app.ts';

/** The page needs the styles that its script puts into elements, and its script from here; nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const START = `Scalar.createApiReference('#reference', {
  url: '/api/v1/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  showToolbar: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
});
`;

/** `/docs`: the API reference, all of it served from here. Its script of 5 MB is loaded when it is first asked for. */
export function referenceRoutes(app: App): void {
  const hidden = { schema: { hide: true } };
  app.get('/docs', { config: { access: 'authenticated' }, ...hidden }, (_request, reply) =>
    reply
      .header('content-security-policy', POLICY)
      .type('text/html; charset=utf-8')
      .send(
        documentPage({
          lang: 'en',
          title: 'Holdfast API',
          head: '',
          body: '<div id="reference"></div><script src="/docs/reference.js"></script><script src="/docs/start.js"></script>',
        }),
      ),
  );
  app.get('/docs/start.js', { config: { access: 'public' }, ...hidden }, (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(START),
  );
  let script: Promise<string> | undefined;
  app.get('/docs/reference.js', { config: { access: 'public' }, ...hidden }, async (_request, reply) => {
    script ??= loadScript().catch((error: unknown) => {
      script = undefined;
      throw error;
    });
    return reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'public, max-age=86400')
      .send(await script);
  });
}

/** The package hands its script out by a route only, so that a server of its own is asked for it, once. */
async function loadScript(): Promise<string> {
  const { default: reference } = await import('@scalar/fastify-api-reference');
  const inner = fastify();
  try {
    await inner.register(reference, { routePrefix: '/r', configuration: { url: '/api/v1/openapi.json' } });
    return (await inner.inject('/r/js/scalar.js')).body;
  } finally {
    await inner.close();
  }
}
