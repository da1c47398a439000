import { HoldfastError } from '@holdfast/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import type { ApiContext } from '../api/context.ts';
import { audited } from '../audit/hook.ts';
import { EmailSchema, logIn, PasswordSchema, setCookies } from '../api/session.ts';
import type { App } from '../http/app.ts';
import { escapeHtml, stylePage } from './html.ts';
import { backTo } from './back-to.ts';
import { LANGUAGE_COOKIE, problemText, type Texts, textsFor } from './texts.ts';

const hidden = { schema: { hide: true } } as const;
const TokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const LoginSchema = z.object({
  email: EmailSchema,
  password: z.string().min(1).max(128),
  next: z.string().max(2000).default(''),
});
const NewUserSchema = z.object({
  token: TokenSchema,
  name: z.string().trim().min(1).max(100),
  email: EmailSchema,
  password: PasswordSchema,
});

/** The pages of the gateway itself. They work without JavaScript. */
export async function pageRoutes(app: App, context: ApiContext): Promise<void> {
  const { deps, links } = context;
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))));
  });

  app.post(
    '/logout',
    { config: { access: 'authenticated', audit: 'session.logout' }, ...hidden },
    async (request, reply) => {
      setCookies(reply, await context.sessions.logOut(request.headers));
      return reply.redirect('/login', 303);
    },
  );

  app.get('/login', { config: { access: 'public' }, ...hidden }, (request, reply) => {
    const texts = textsOf(request, reply);
    const { next } = request.query as { next?: unknown };
    const form = loginForm(texts, '', typeof next === 'string' ? next : '');
    return html(request, reply, { status: 200, texts, title: texts.login, body: form });
  });

  app.post('/login', { config: { access: 'login', audit: 'session.login' }, ...hidden }, (request, reply) =>
    attempt(request, reply, 'login', async () => {
      const { email, next, password } = fields(LoginSchema, request.body);
      await logIn(context, request, reply, email, password);
      return reply.redirect(backTo(next), 303);
    }),
  );

  app.get('/setup', { config: { access: 'public' }, ...hidden }, async (request, reply) => {
    const texts = textsOf(request, reply);
    const token = TokenSchema.safeParse((request.query as { token?: unknown }).token);
    const link = token.success ? await links.find(token.data) : undefined;
    if (!token.success || !link) {
      const body = `<p class="error">${texts.badLink}</p><p>${texts.badLinkHelp}</p>`;
      return html(request, reply, { status: 410, texts, title: texts.setupTitle, body });
    }
    const setup = link.purpose === 'setup';
    const body = `<p>${setup ? texts.setupLead : texts.inviteLead}</p>${setupForm(texts, token.data, link.email ?? '')}`;
    return html(request, reply, { status: 200, texts, title: setup ? texts.setupTitle : texts.inviteTitle, body });
  });

  app.post('/setup', { config: { access: 'login', audit: 'user.join' }, ...hidden }, (request, reply) =>
    attempt(request, reply, 'setup', async () => {
      const { token, ...user } = fields(NewUserSchema, request.body);
      const id = await links.accept(token, user);
      audited(request, { target: id });
      deps.logger.info({ user: id }, 'A user came in by a one-time link.');
      await logIn(context, request, reply, user.email, user.password);
      return reply.redirect('/', 303);
    }),
  );
}

/** Does what a form asks for; what goes wrong is said on the page that the form was on. */
async function attempt(
  request: FastifyRequest,
  reply: FastifyReply,
  form: 'login' | 'setup',
  act: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await act();
  } catch (thrown) {
    const error = HoldfastError.from(thrown);
    if (error.httpStatus >= 500)
      request.log.error({ err: thrown, code: error.code }, 'A form could not be dealt with.');
    const texts = textsOf(request, reply);
    const problem = problemText(texts, error.code);
    const { email = '', next = '', token = '' } = (request.body ?? {}) as Record<string, string>;
    const again = form === 'login' ? loginForm(texts, email, next) : setupForm(texts, token, email);
    const title = form === 'login' ? texts.login : texts.setupTitle;
    const body = `<p class="error" role="alert">${problem}</p>${again}`;
    return html(request, reply, { status: error.httpStatus, texts, title, body });
  }
}

function fields<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new HoldfastError('INVALID_ARGUMENT', 'The form is not filled in completely.', { cause: result.error });
}

function loginForm(texts: Texts, email: string, next: string): string {
  const back = next === '' ? '' : `<input type="hidden" name="next" value="${escapeHtml(next)}">`;
  return `<form method="post" action="/login">${back}${emailField(texts, email)}
<label for="password">${texts.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>${texts.login}</button></form>`;
}

function setupForm(texts: Texts, token: string, email: string): string {
  return `<form method="post" action="/setup"><input type="hidden" name="token" value="${escapeHtml(token)}">
<label for="name">${texts.name}</label><input id="name" name="name" autocomplete="name" required maxlength="100">
${emailField(texts, email)}<label for="password">${texts.newPassword}</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="10" maxlength="128">
<button>${texts.create}</button></form>`;
}

function emailField(texts: Texts, email: string): string {
  return `<label for="email">${texts.email}</label>
<input id="email" name="email" type="email" autocomplete="username" required value="${escapeHtml(email)}">`;
}

/** The visitor's words; a choice in the address is kept. */
function textsOf(request: FastifyRequest, reply: FastifyReply): Texts {
  const { lang } = request.query as { lang?: unknown };
  const chosen = lang === 'en' || lang === 'zh' ? lang : undefined;
  if (chosen !== undefined) {
    void reply.header('set-cookie', `${LANGUAGE_COOKIE}=${chosen}; Path=/; Max-Age=31536000; SameSite=Lax`);
  }
  return textsFor({ chosen, cookie: request.headers.cookie, accept: request.headers['accept-language'] });
}

function html(
  request: FastifyRequest,
  reply: FastifyReply,
  page: { status: number; texts: Texts; title: string; body: string },
): FastifyReply {
  const { body, status, texts, title } = page;
  const here = new URL(request.url, 'http://here');
  here.searchParams.set('lang', texts.lang === 'zh' ? 'en' : 'zh');
  const other = escapeHtml(`${here.pathname}${here.search}`);
  const otherLang = texts.lang === 'zh' ? 'en' : 'zh-CN';
  const nav = `<nav><a href="${other}" hreflang="${otherLang}" lang="${otherLang}">${texts.otherLanguage}</a></nav>`;
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(
      stylePage({
        lang: texts.lang === 'zh' ? 'zh-CN' : 'en',
        title: `${title} · Holdfast`,
        body: `<p class="brand">Holdfast 磐石</p><h1>${escapeHtml(title)}</h1>${body}${nav}`,
      }),
    );
}
