import type { Language } from '@holdfast/markdown';
import { commonpb, create, HoldfastError } from '@holdfast/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import type { ApiContext } from '../api/context.ts';
import { collectRun } from '../export/collect.ts';
import { EXPORT_POLICY } from '../export/style.ts';
import { EXPORT_WRITERS } from '../export/writers.ts';
import type { App } from '../http/app.ts';
import { hideFromStranger } from '../shares/stranger.ts';
import { NO_SHARE } from '../shares/texts.ts';
import { stylePage } from './html.ts';
import { textsFor } from './texts.ts';

const FormatSchema = z.enum(['html', 'md', 'json']).catch('html');

/** The page behind the link of a share. Who opens it needs no name, and gets to see nothing else. */
export function sharePage(app: App, context: ApiContext): void {
  const { deps, limiters, shares, users } = context;

  app.get<{ Params: { token: string } }>(
    '/share/:token',
    { config: { access: 'public' }, schema: { hide: true } },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store').header('x-robots-tag', 'noindex, nofollow');
      const lang = languageOf(request);
      await limiters.caller(request);
      const share = await shares.open(request.params.token);
      if (!share) {
        await limiters.rejected(request);
        return nothing(reply, lang);
      }
      const { runId, tenant } = share;
      const caller = create(commonpb.CallerSchema, {
        tenant,
        subject: `share:${share.id}`,
        traceparent: request.traceparent,
      });
      const stranger = await hideFromStranger({ dataDir: deps.dataDir, users }, tenant);
      try {
        const collected = await collectRun(deps, caller, runId, { stranger });
        const { format } = request.query as { format?: unknown };
        const { contentType, write } = EXPORT_WRITERS[FormatSchema.parse(format)];
        const content = await write({ ...collected, lang, caller, deps });
        return await reply.type(contentType).header('content-security-policy', EXPORT_POLICY_HERE).send(content);
      } catch (error) {
        if (HoldfastError.has(error, 'NOT_FOUND')) return nothing(reply, lang);
        throw error;
      }
    },
  );
}

/** A header can also forbid to be framed, which the page itself cannot. */
const EXPORT_POLICY_HERE = `${EXPORT_POLICY}; frame-ancestors 'none'`;

/** The same answer whether a link was never made, has expired, was revoked or is forged. */
function nothing(reply: FastifyReply, lang: Language): FastifyReply {
  const { text, title } = NO_SHARE[lang];
  const page = stylePage({
    lang: lang === 'zh' ? 'zh-CN' : 'en',
    title: `${title} · Holdfast`,
    body: `<p class="brand">Holdfast 磐石</p><h1>${title}</h1><p>${text}</p>`,
  });
  return reply.code(404).type('text/html; charset=utf-8').send(page);
}

function languageOf(request: FastifyRequest): Language {
  const { lang } = request.query as { lang?: unknown };
  const chosen = lang === 'en' || lang === 'zh' ? lang : undefined;
  const { cookie, 'accept-language': accept } = request.headers;
  return textsFor({ chosen, cookie, accept }).lang === 'zh' ? 'zh' : 'en';
}
