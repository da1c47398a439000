import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createExtractor } from './extract/extractor.ts';
import { createSecrets } from './secrets/secrets.ts';
import { CHROMIUM, eventually, NAMED, openTestBrowsers, type TestBrowsers } from './testing.ts';
import { type Agent, openAgent } from './verbs/testing.ts';

/** It looks public. Nothing is sent to it: the test's dial leads it to loopback. */
const PUBLIC = '93.184.216.34';
/** In the addresses of each case: the decoy is asked for it, the allowed server as a control. */
type Vector = (to: string, socket: string) => string;

/** What is no address of a page, but one that its parts ask for. Each has to reach the allowed server, and no decoy. */
const VECTORS: Readonly<Record<string, Vector>> = {
  img: (to) => `<img src="${to}">`,
  'img srcset': (to) => `<img srcset="${to} 1x">`,
  script: (to) => `<script src="${to}"></script>`,
  'module import': (to) => `<script type="module">import(${JSON.stringify(to)}).catch(() => {})</script>`,
  stylesheet: (to) => `<link rel="stylesheet" href="${to}">`,
  '@import': (to) => `<style>@import url("${to}");</style>`,
  'CSS background': (to) => `<style>body { background: url("${to}") }</style>`,
  font: (to) => `<style>@font-face { font-family: x; src: url("${to}") } p { font-family: x }</style><p>text</p>`,
  'SVG image': (to) => `<svg width="9" height="9"><image href="${to}" width="9" height="9"/></svg>`,
  iframe: (to) => `<iframe src="${to}"></iframe>`,
  'iframe of srcdoc': (to) => `<iframe srcdoc='<img src="${to}">'></iframe>`,
  'iframe of a data: page': (to) => `<iframe src="data:text/html,<img src='${to}'>"></iframe>`,
  'iframe of a blob: page': (to) =>
    `<iframe id="f"></iframe><script>f.src = URL.createObjectURL(new Blob(['<img src="${to}">'], { type: 'text/html' }))</script>`,
  object: (to) => `<object data="${to}" type="text/html"></object>`,
  embed: (to) => `<embed src="${to}" type="text/html">`,
  video: (to) => `<video src="${to}" preload="auto"></video>`,
  'video poster': (to) => `<video poster="${to}"></video>`,
  track: (to) => `<video src="data:video/mp4,x"><track default src="${to}"></video><img src="${to}">`,
  icon: (to) => `<link rel="preload" as="image" href="${to}">`,
  fetch: (to) => `<script>fetch(${JSON.stringify(to)}, { mode: 'no-cors' }).catch(() => {})</script>`,
  'fetch that is kept alive': (to) =>
    `<script>fetch(${JSON.stringify(to)}, { mode: 'no-cors', keepalive: true, method: 'POST', body: 'x' }).catch(() => {})</script>`,
  XMLHttpRequest: (to) =>
    `<script>const x = new XMLHttpRequest(); x.open('GET', ${JSON.stringify(to)}); x.send()</script>`,
  beacon: (to) => `<script>navigator.sendBeacon(${JSON.stringify(to)}, 'x')</script>`,
  ping: (to) => `<a id="a" href="#x" ping="${to}">x</a><script>a.click()</script>`,
  EventSource: (to) => `<script>new EventSource(${JSON.stringify(to)})</script>`,
  WebSocket: (_, socket) => `<script>new WebSocket(${JSON.stringify(socket)})</script>`,
  worker: (to) =>
    `<script>new Worker(URL.createObjectURL(new Blob(['fetch("${to}", { mode: "no-cors" }).catch(() => {})'])))</script>`,
  'shared worker': (to) =>
    `<script>new SharedWorker(URL.createObjectURL(new Blob(['fetch("${to}", { mode: "no-cors" }).catch(() => {})'])))</script>`,
  'form by POST': (to) =>
    `<form id="f" method="post" action="${to}"><input name="a" value="b"></form><script>f.submit()</script>`,
  'form into a frame': (to) =>
    `<iframe name="t"></iframe><form id="f" target="t" method="post" action="${to}"><input name="a"></form><script>f.submit()</script>`,
  'meta refresh': (to) => `<meta http-equiv="refresh" content="0; url=${to}">`,
  'location by script': (to) => `<script>location.href = ${JSON.stringify(to)}</script>`,
};
/** What a browser may do or not: it must not reach the decoy, and the control says nothing. */
const HINTS: Readonly<Record<string, Vector>> = {
  prefetch: (to) => `<link rel="prefetch" href="${to}">`,
  preconnect: (to) => `<link rel="preconnect" href="${to}">`,
  'dns-prefetch': (to) => `<link rel="dns-prefetch" href="${to}">`,
  prerender: (to) =>
    `<script type="speculationrules">{"prerender":[{"source":"list","urls":[${JSON.stringify(to)}]}]}</script>`,
  manifest: (to) => `<link rel="manifest" href="${to}">`,
  download: (to) => `<a id="a" download href="${to}">x</a><script>a.click()</script>`,
  WebTransport: (to) =>
    `<script>try { new WebTransport(${JSON.stringify(to.replace('http:', 'https:'))}).ready.catch(() => {}) } catch {}</script>`,
  WebRTC: (to) =>
    `<script>const pc = new RTCPeerConnection({ iceServers: [{ urls: 'turn:${new URL(to).host}?transport=tcp', username: 'u', credential: 'p' }] });
     pc.createDataChannel('x'); pc.createOffer().then((offer) => pc.setLocalDescription(offer))</script>`,
};
const ALL = { ...VECTORS, ...HINTS };

const keyOf = (name: string): string => name.replaceAll(/[^\w]/g, '-');
const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

describe.skipIf(CHROMIUM === '')(`TL-1, QA-4: no verb reaches what is inside${NAMED}`, () => {
  let site = { port: 0, url: '' };
  let world: TestBrowsers;
  let agent: Agent;
  let decoyPort = 0;
  /** The first line of what each connection to the decoy sent: what came to it, to be named where something does. */
  const asked: string[] = [];
  const dialled: string[] = [];
  const reached = new Set<string>();
  const answers = new Map<string, () => readonly string[]>();
  const extractor = createExtractor();
  const secrets = createSecrets({ config: {}, env: {}, readFile: () => Promise.reject(new Error('none')) });
  const decoy = createServer((socket) => {
    const at = asked.push('(nothing)') - 1;
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      asked[at] = data.toString('latin1').split('\r\n')[0] ?? '';
    });
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\naccess-control-allow-origin: *\r\n\r\nsecret');
  });
  /** Pages by path, made while the tests go on. */
  const pages = new Map<string, string>();
  const redirects = new Map<string, { readonly status: number; readonly to: string }>();

  const server = createHttpServer((request, response) => {
    const at = (request.url ?? '').split('?')[0] ?? '';
    reached.add(at);
    const redirect = redirects.get(at);
    if (redirect) response.writeHead(redirect.status, { location: redirect.to }).end();
    else response.writeHead(200, { 'content-type': 'text/html' }).end(pages.get(at) ?? '<title>here</title>');
  });
  server.on('upgrade', (request, socket) => {
    reached.add(request.url ?? '');
    socket.destroy();
  });

  beforeAll(async () => {
    decoy.listen(0, '127.0.0.1');
    await once(decoy, 'listening');
    decoyPort = (decoy.address() as AddressInfo).port;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = server.address() as AddressInfo;
    site = { port: at.port, url: `http://127.0.0.1:${at.port}` };
    world = await openTestBrowsers(
      [site.port],
      { max_tabs: 100 },
      {
        egress: {
          resolve: async (name) => {
            const answer = answers.get(name);
            if (answer) return answer();
            const written = /(?:^|[.-])(\d+)[.-](\d+)[.-](\d+)[.-](\d+)\.nip\.test$/.exec(name);
            if (written) return [written.slice(1).join('.')];
            if (name === 'public.test') return [PUBLIC];
            if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1'];
            throw Object.assign(new Error(`no such name: ${name}`), { code: 'ENOTFOUND' });
          },
          dial: async (address, port) => {
            dialled.push(`${address}:${port}`);
            const to = address === PUBLIC ? site.port : port === 80 || port === 443 ? decoyPort : port;
            const socket = connect({ host: '127.0.0.1', port: to, allowHalfOpen: true });
            await once(socket, 'connect');
            return socket;
          },
        },
      },
    );
    agent = await openAgent(world, { extractor, secrets });
    await agent.doing('navigate', { url: `${site.url}/`, intent: 'interact' });
  }, 60_000);
  afterAll(async () => {
    await agent?.close();
    await extractor.close();
    await world?.close();
    server.close();
    decoy.close();
  });
  const untouched = (): void => {
    expect(asked).toEqual([]);
    const allowed = new Set([`127.0.0.1:${site.port}`, `${PUBLIC}:80`]);
    expect(dialled.filter((one) => !allowed.has(one))).toEqual([]);
  };

  it.each([
    ['decimal', 'http://2130706433/'],
    ['octal', 'http://0177.0.0.1/'],
    ['hexadecimal', 'http://0x7f000001/'],
    ['hexadecimal parts', 'http://0x7f.0.0.0x1/'],
    ['mixed notation', 'http://0x7f.1/'],
    ['a short address', 'http://127.1/'],
    ['zero', 'http://0/'],
    ['a trailing dot', 'http://127.0.0.1./'],
    ['a name with a trailing dot', 'http://localhost./'],
    ['a name below localhost', 'http://admin.localhost/'],
    ['encoded digits', 'http://%31%32%37.0.0.1/'],
    ['full-width digits', 'http://１２７.0.0.1/'],
    ['circled digits', 'http://①②⑦.⓪.⓪.①/'],
    ['an ideographic full stop', 'http://127。0。0。1/'],
    ['IPv6 loopback', 'http://[::1]/'],
    ['IPv6 of nothing', 'http://[::]/'],
    ['IPv4 mapped into IPv6', 'http://[::ffff:127.0.0.1]/'],
    ['IPv4 mapped, in hexadecimal', 'http://[::ffff:7f00:1]/'],
    ['IPv4 in NAT64', 'http://[64:ff9b::7f00:1]/'],
    ['IPv4 in 6to4', 'http://[2002:7f00:1::]/'],
    ['IPv4 compatible', 'http://[::7f00:1]/'],
    ['a unique local address', 'http://[fd00::1]/'],
    ['a link-local address', 'http://[fe80::1]/'],
    ['a private network', 'http://10.1.2.3/'],
    ['carrier-grade NAT', 'http://100.64.0.1/'],
    ['a name that says its address', 'http://127.0.0.1.nip.test/'],
    ['a name that says a private address', 'http://app-10-0-0-7.nip.test/'],
    ['a user in front', 'http://public.test@127.0.0.1/'],
    ['a user that looks like a host', 'http://public.test:80@10.0.0.1/'],
    ['a backslash', 'http://127.0.0.1\\@public.test/'],
    ['another port of the allowed host', 'http://127.0.0.1:81/'],
  ])('%s (%s): REFUSED, and nothing is dialled', async (_, url) => {
    const failed = await agent.failing('navigate', { url });
    expect(failed.code).toMatch(/^(?:REFUSED|INVALID_ARGUMENT)$/);
    untouched();
  });

  it.each([
    'file:///etc/passwd',
    'FILE:///etc/passwd',
    ' file:///etc/passwd',
    'view-source:http://public.test/',
    'view-source:file:///etc/passwd',
    'chrome://version',
    'chrome-untrusted://new-tab-page',
    'devtools://devtools/bundled/inspector.html',
    'about:version',
    'data:text/html,<h1>x</h1>',
    'javascript:alert(1)',
    'blob:http://public.test/1',
    'filesystem:http://public.test/temporary/x',
    'ftp://public.test/x',
    'ws://public.test/',
    'gopher://127.0.0.1:6379/_INFO',
  ])('%s: not opened', async (url) => {
    for (const call of [() => agent.failing('navigate', { url }), () => agent.failing('download', { url })]) {
      expect((await call()).code).toMatch(/^(?:REFUSED|INVALID_ARGUMENT)$/);
    }
    untouched();
  });

  it.each([301, 302, 303, 307, 308])(
    'a redirect %i to the inside: REFUSED; to the outside it is followed',
    async (status) => {
      redirects.set(`/r${status}`, { status, to: `http://127.0.0.1:${decoyPort}/` });
      redirects.set(`/ok${status}`, { status, to: 'http://public.test/control-redirect' });
      expect((await agent.failing('navigate', { url: `${site.url}/r${status}` })).code).toBe('REFUSED');
      untouched();
      expect((await agent.doing('navigate', { url: `${site.url}/ok${status}` }))['url']).toBe(
        'http://public.test/control-redirect',
      );
    },
  );

  it('a name whose answer changes from the outside to the inside is vetted at each dial', async () => {
    let times = 0;
    answers.set('rebind.test', () => [(times += 1) === 1 ? PUBLIC : '127.0.0.1']);
    pages.set(
      '/',
      '<title>here</title><script>setInterval(() => fetch("http://rebind.test/again?" + Math.random()).catch(() => {}), 50)</script>',
    );
    await agent.doing('navigate', { url: 'http://rebind.test/' });
    await agent.doing('wait', { time_ms: 400 });
    pages.delete('/');
    untouched();
  });

  it('a name with an answer outside and one inside is refused as a whole', async () => {
    answers.set('both.test', () => [PUBLIC, '10.0.0.1']);
    expect((await agent.failing('navigate', { url: 'http://both.test/' })).code).toBe('REFUSED');
    untouched();
  });

  /** A page with a frame for each of these vectors. */
  const framesOf = (kind: string, names: readonly string[]): string =>
    names.map((name) => `<iframe src="/${kind}-${keyOf(name)}"></iframe>`).join('');

  it(`each of ${Object.keys(VECTORS).length} parts of a page reaches the allowed server, and none of ${Object.keys(ALL).length} the decoy`, async () => {
    for (const [at, [name, vector]] of Object.entries(ALL).entries()) {
      const key = keyOf(name);
      const bad = `${at % 2 === 0 ? '127.0.0.1' : 'localhost'}:${decoyPort}/${key}`;
      const good = `127.0.0.1:${site.port}/control-${key}`;
      pages.set(`/bad-${key}`, vector(`http://${bad}`, `ws://${bad}`));
      pages.set(`/good-${key}`, vector(`http://${good}`, `ws://${good}`));
    }
    pages.set('/good', framesOf('good', Object.keys(VECTORS)));
    pages.set('/bad', framesOf('bad', Object.keys(ALL)));
    const missing = (): string[] => Object.keys(VECTORS).filter((name) => !reached.has(`/control-${keyOf(name)}`));
    await agent.doing('navigate', { url: `${site.url}/good` });
    for (let waited = 0; waited < 15_000 && missing().length > 0; waited += 50) await pause(50);
    expect(missing()).toEqual([]);
    await agent.doing('navigate', { url: `${site.url}/bad` });
    await agent.doing('wait', { time_ms: 1500 });
    untouched();
  }, 60_000);

  it.each(['meta refresh', 'location by script', 'form by POST'])('nor does the page itself, by %s', async (name) => {
    // That it cannot go there is told as a refusal, or the page stays as it was.
    await agent.made.call('browser_navigate', { url: `${site.url}/bad-${keyOf(name)}` });
    await pause(200);
    untouched();
  });

  it('nor a window that a click opens', async () => {
    pages.set('/window', `<a target="_blank" href="http://127.0.0.1:${decoyPort}/window">Open inside</a>`);
    await agent.doing('navigate', { url: `${site.url}/window` });
    await agent.doing('click', { ref: await agent.refOf('Open inside', 'link') });
    await pause(200);
    untouched();
  });

  it('neither when the page is saved as PDF, photographed, or read', async () => {
    const to = `http://127.0.0.1:${decoyPort}/print`;
    pages.set(
      '/print',
      `<style media="print">@import url("${to}-css"); body { background: url("${to}-bg") }</style><p>Text</p>
       <img loading="lazy" style="margin-top: 9000px" src="${to}-lazy"><picture><source media="print" srcset="${to}-print"><img src="data:,"></picture>
       <script>addEventListener('beforeprint', () => { new Image().src = '${to}-before'; fetch('${to}-fetch', { mode: 'no-cors' }).catch(() => {}) })</script>`,
    );
    await agent.doing('navigate', { url: `${site.url}/print` });
    await agent.doing('pdf', { path: 'print.pdf' });
    await agent.doing('screenshot', { full_page: true });
    await agent.doing('extract', { part: 'page' });
    await agent.doing('snapshot');
    untouched();
  });

  it('the decoy is there, and would have counted', async () => {
    const socket = connect(decoyPort, '127.0.0.1');
    await once(socket, 'connect');
    socket.end('probe');
    await eventually(() => asked[0] === 'probe', 'the decoy counts');
    expect(asked).toEqual(['probe']);
    expect(reached.size).toBeGreaterThan(25);
  });
});
