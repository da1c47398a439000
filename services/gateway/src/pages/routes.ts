import { HoldfastError } from '@holdfast/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import type { ApiContext } from '../api/context.ts';
import { EmailSchema, logIn, PasswordSchema, setCookies } from '../api/session.ts';
import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import { escapeHtml, stylePage } from './html.ts';
import { problemText, type Texts, textsFor } from './texts.ts';

const hidden = { schema: { hide: true } } as const;
const TokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const LoginSchema = z.object({ email: EmailSchema, password: z.string().min(1).max(128) });
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

  app.get('/', { config: { access: 'authenticated' }, ...hidden }, (request, reply) => {
    const texts = textsFor(request.headers['accept-language']);
    const { role, subject } = identityOf(request);
    const items = [
      ['/docs', texts.reference],
      ['/api/v1/openapi.json', texts.document],
      ['/readyz', texts.ready],
    ].map(([href, text]) => `<li><a href="${href}">${text}</a></li>`);
    const who = `<p>${texts.you}: ${escapeHtml(subject)} (${role})</p>`;
    const logout = `<form method="post" action="/logout"><button>${texts.logout}</button></form>`;
    return html(reply, 200, texts, 'Holdfast 磐石', `<p>${texts.home}</p><ul>${items.join('')}</ul>${who}${logout}`);
  });

  app.post('/logout', { config: { access: 'authenticated' }, ...hidden }, async (request, reply) => {
    setCookies(reply, await context.sessions.logOut(request.headers));
    return reply.redirect('/login', 303);
  });

  app.get('/login', { config: { access: 'public' }, ...hidden }, (request, reply) => {
    const texts = textsFor(request.headers['accept-language']);
    return html(reply, 200, texts, texts.login, loginForm(texts, ''));
  });

  app.post('/login', { config: { access: 'login' }, ...hidden }, (request, reply) =>
    attempt(request, reply, 'login', async () => {
      const { email, password } = fields(LoginSchema, request.body);
      await logIn(context, request, reply, email, password);
      return reply.redirect('/', 303);
    }),
  );

  app.get('/setup', { config: { access: 'public' }, ...hidden }, async (request, reply) => {
    const texts = textsFor(request.headers['accept-language']);
    const token = TokenSchema.safeParse((request.query as { token?: unknown }).token);
    const link = token.success ? await links.find(token.data) : undefined;
    if (!token.success || !link) {
      return html(
        reply,
        410,
        texts,
        texts.setupTitle,
        `<p class="error">${texts.badLink}</p><p>${texts.badLinkHelp}</p>`,
      );
    }
    const setup = link.purpose === 'setup';
    const body = `<p>${setup ? texts.setupLead : texts.inviteLead}</p>${setupForm(texts, token.data, link.email ?? '')}`;
    return html(reply, 200, texts, setup ? texts.setupTitle : texts.inviteTitle, body);
  });

  app.post('/setup', { config: { access: 'login' }, ...hidden }, (request, reply) =>
    attempt(request, reply, 'setup', async () => {
      const { token, ...user } = fields(NewUserSchema, request.body);
      const id = await links.accept(token, user);
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
    const texts = textsFor(request.headers['accept-language']);
    const problem = problemText(texts, error.code);
    const { email, token } = (request.body ?? {}) as { email?: string; token?: string };
    const again = form === 'login' ? loginForm(texts, email ?? '') : setupForm(texts, token ?? '', email ?? '');
    const title = form === 'login' ? texts.login : texts.setupTitle;
    return html(reply, error.httpStatus, texts, title, `<p class="error" role="alert">${problem}</p>${again}`);
  }
}

function fields<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new HoldfastError('INVALID_ARGUMENT', 'The form is not filled in completely.', { cause: result.error });
}

function loginForm(texts: Texts, email: string): string {
  return `<form method="post" action="/login">${emailField(texts, email)}
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

function html(reply: FastifyReply, status: number, texts: Texts, title: string, body: string): FastifyReply {
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(stylePage({ lang: texts.lang, title, body: `<h1>${escapeHtml(title)}</h1>${body}` }));
}
