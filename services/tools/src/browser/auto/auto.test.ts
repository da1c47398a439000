import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

import { compilePolicy, createEgress } from '@holdfast/egress';
import { systemClock } from '@holdfast/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { cameOutEmpty, decideEngine, engineFor, engineWithoutLook } from './decide.ts';
import { lookAt } from './look.ts';
import { probe } from './probe.ts';

const TEXT = 'Words that a person reads, one after the other, until there are enough of them. '.repeat(5);
const html =
  (body: string, head = ''): RequestListener =>
  (_, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(`<!doctype html><head>${head}</head><body>${body}`);
  };
const typed =
  (type: string, body: string, more = {}): RequestListener =>
  (_, response) => {
    response.writeHead(200, { 'content-type': type, ...more }).end(body);
  };
const PAGES: Record<string, RequestListener> = {
  '/static': html(`<h1>Hello</h1><p>${TEXT}</p>`),
  '/static-with-analytics': html(`<p>${TEXT}</p><script src="/a.js"></script>`),
  '/short-without-scripts': html('<p>Hello</p>'),
  '/chinese': html(`<p>${'磐石是一个平台。'.repeat(40)}</p><script></script>`),
  '/react': html('<div id="root"></div><script src="/main.js"></script>'),
  '/vue-with-footer': html(`<div id="app"><!-- later --></div><footer>${TEXT}</footer><script src="/m.js"></script>`),
  '/spa-without-name': html('<p>Loading</p><script type="module" src="/x.js"></script>'),
  '/noscript': html('<noscript>You need to enable JavaScript to run this app.</noscript><script src="/x.js"></script>'),
  '/refresh': html(`<p>${TEXT}</p>`, '<meta http-equiv="Refresh" content="0; url=/static">'),
  '/refresh-without-scripts': html(
    `<p>${TEXT}</p>`,
    '<noscript><meta http-equiv="refresh" content="0; url=/x"></noscript>',
  ),
  '/login': html(`<p>${TEXT}</p><form><input name="u"><input type="PASSWORD" name="p"></form>`),
  '/challenge': html('<h1>Just a moment...</h1><script src="/cdn-cgi/challenge"></script>'),
  '/about-captchas': html(`<p>${'What a captcha is, and how it works. '.repeat(100)}</p>`),
  '/forbidden': (_, response) => void response.writeHead(403, { 'content-type': 'text/html' }).end('no'),
  '/busy': (_, response) => void response.writeHead(503).end(),
  '/json-in-script': html(`<p>Hi</p><script type="application/ld+json">{"a":1}</script>`),
  '/json': typed('application/json', '{}'),
  '/text': typed('text/plain; charset=utf-8', 'hello'),
  '/pdf': typed('application/pdf', '%PDF-1.4'),
  '/picture': typed('image/png', 'x'),
  '/file': typed('text/html', '<p>x</p>', { 'content-disposition': 'attachment; filename="x.html"' }),
  '/untyped': (_, response) => void response.writeHead(200).end('<p>hm</p>'),
  '/big-head': html(`<p>${TEXT}</p>`, `<style>${'a{color:red}'.repeat(20_000)}</style>`),
  '/big-text': html(`<p>${TEXT.repeat(1000)}</p>`),
  '/to-static': (_, response) => void response.writeHead(302, { location: '/static' }).end(),
  '/to-react': (_, response) => void response.writeHead(307, { location: '/react' }).end(),
  '/loop': (_, response) => void response.writeHead(302, { location: '/loop' }).end(),
  '/to-file': (_, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/slow': () => undefined,
  '/endless': (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    const timer = setInterval(() => response.write(`<p>${TEXT}</p>`.repeat(50)), 1);
    response.on('close', () => clearInterval(timer));
  },
  '/broken': (_, response) => {
    response.socket?.destroy();
  },
};

describe('TL-1: auto decides by a look through the egress proxy', () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    (PAGES[request.url ?? ''] ?? ((_, r) => void r.writeHead(404, { 'content-type': 'text/html' }).end('<p>no')))(
      request,
      response,
    );
  });
  const close: (() => Promise<void> | void)[] = [];
  let proxyUrl = '';
  const base = 'http://pages.example';
  const signal = new AbortController().signal;

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const egress = createEgress({
      policy: compilePolicy({ allow: ['*'], deny: ['denied.example'], allow_private: [], allow_no_sni: false }, 'x'),
      clock: systemClock,
      onDecision: () => undefined,
      problem: () => undefined,
      ownAddresses: () => new Set(),
      resolve: async (name) => [name === 'inside.example' ? '10.0.0.7' : '93.184.216.34'],
      dial: async () => connect({ host: '127.0.0.1', port, allowHalfOpen: true }),
    });
    const context = egress.context({ id: 'probe' });
    const listener = await egress.listen({ port: 0 }, context);
    proxyUrl = `http://127.0.0.1:${listener.port}`;
    close.push(
      () => context.close(),
      () => listener.close(),
    );
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    for (const one of close) await one();
  });

  it.each([
    ['/static', 'puppeteer', /its own text: \d+ characters and 0 scripts/],
    ['/static-with-analytics', 'puppeteer', /and 1 scripts/],
    ['/short-without-scripts', 'puppeteer', /0 scripts/],
    ['/chinese', 'puppeteer', /its own text/],
    ['/react', 'playwright', /"root" is empty/],
    ['/vue-with-footer', 'playwright', /"app" is empty/],
    ['/spa-without-name', 'playwright', /7 characters of text/],
    ['/noscript', 'playwright', /needs scripts/],
    ['/refresh', 'playwright', /sends its reader on/],
    ['/refresh-without-scripts', 'puppeteer', /own text/],
    ['/login', 'playwright', /form to log in/],
    ['/challenge', 'playwright', /real browser/],
    ['/about-captchas', 'puppeteer', /own text/],
    ['/forbidden', 'playwright', /with 403/],
    ['/busy', 'playwright', /with 503/],
    ['/missing', 'puppeteer', /own text/],
    ['/json-in-script', 'puppeteer', /0 scripts/],
    ['/json', 'puppeteer', /application\/json/],
    ['/text', 'puppeteer', /text\/plain/],
    ['/pdf', 'puppeteer', /application\/pdf/],
    ['/picture', 'puppeteer', /image\/png/],
    ['/file', 'puppeteer', /saved/],
    ['/untyped', 'playwright', /does not say/],
    ['/big-head', 'playwright', /hardly any text/],
    ['/big-text', 'puppeteer', /own text/],
    ['/to-static', 'puppeteer', /own text/],
    ['/to-react', 'playwright', /"root"/],
    ['/loop', 'playwright', /again and again/],
    ['/to-file', 'playwright', /not of the web/],
    ['/endless', 'puppeteer', /own text/],
    ['/broken', 'playwright', /with 502/],
  ])('%s is for %s', async (path, engine, reason) => {
    const decision = await decideEngine({ url: base + path, intent: 'read', proxyUrl, signal });
    expect(decision.engine).toBe(engine);
    expect(decision.reason).toMatch(reason);
  });

  it('does not wait for a page that does not answer', async () => {
    const looked = await probe(`${base}/slow`, { proxyUrl, signal, timeoutMs: 100 });
    expect(looked).toEqual({ answered: false, why: 'it did not answer within 100 ms' });
    expect(engineFor(looked).engine).toBe('playwright');
  });

  it('is ended by its signal', async () => {
    const abort = new AbortController();
    const looked = probe(`${base}/slow`, { proxyUrl, signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(looked).rejects.toThrow('enough');
  });

  it('reaches nothing that the policy refuses, and nothing without the proxy', async () => {
    const before = asked.length;
    for (const url of [
      'http://inside.example/static',
      'http://denied.example/',
      'http://127.0.0.1/',
      'http://[::1]/',
    ]) {
      expect(await decideEngine({ url, intent: 'read', proxyUrl, signal })).toMatchObject({ engine: 'playwright' });
    }
    const { port } = server.address() as AddressInfo;
    const dead = await probe(`http://127.0.0.1:${port}/static`, { proxyUrl: 'http://127.0.0.1:1', signal });
    expect(dead.answered).toBe(false);
    expect(asked.length).toBe(before);
  });

  it('does not look at all where it is going to act, nor at links that may work once', async () => {
    const before = asked.length;
    expect(engineWithoutLook(`${base}/static`, 'interact')?.engine).toBe('playwright');
    const link = { url: `${base}/static?reset_token=abc`, intent: 'read' as const, proxyUrl, signal };
    expect((await decideEngine(link)).reason).toContain('may work only once');
    expect(engineWithoutLook(`${base}/static?page=2&q=token`, 'read')).toBeUndefined();
    expect(asked.length).toBe(before);
  });
});

describe('TL-1: a page that came out empty', () => {
  it.each([
    ['<body><div id="root"></div><script src="x"></script>', true],
    ['<body><p> </p><script>1</script>', true],
    ['<body><div id="app"></div><p>Loading, please wait a little</p><script>1</script>', true],
    ['<body><p>Hello</p>', false],
    [`<body><p>${TEXT}</p><script>1</script>`, false],
    ['<body><img src="x"><script>1</script>', false],
    ['', false],
  ])('%s: %s', (page, expected) => expect(cameOutEmpty(page)).toBe(expected));

  it('is looked at in a time that grows with its length only', () => {
    expect(lookAt('<script>'.repeat(50_000)).scripts).toBe(1);
    expect(lookAt('<b>'.repeat(10_000)).textChars).toBe(0);
  });
});
