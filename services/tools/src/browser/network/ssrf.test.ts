import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CHROMIUM, NAMED, openTestBrowsers, type Site, startSite, type TestBrowsers } from '../testing.ts';

const signal = new AbortController().signal;
const run = { tenant: 'local', runId: 'ssrf' };
/** It looks public. Nothing is sent to it: the test's dial leads it to loopback. */
const PUBLIC = '93.184.216.34';

/** Listens on loopback and counts who comes: what no page may ever reach. */
async function startDecoy(): Promise<{ port: number; connections: () => number } & AsyncDisposable> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\naccess-control-allow-origin: *\r\n\r\nsecret');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

describe.skipIf(CHROMIUM === '')(`what pages can reach (TL-1, QA-4)${NAMED}`, () => {
  let site: Site;
  let world: TestBrowsers;
  let decoy: Awaited<ReturnType<typeof startDecoy>>;
  const resolved: string[] = [];
  const dialled: string[] = [];
  let rebinds = 0;
  beforeAll(async () => {
    decoy = await startDecoy();
    const inside = `127.0.0.1:${decoy.port}`;
    site = await startSite({
      '/': '<title>home</title>',
      '/to-inside': (_request, response) => response.writeHead(302, { location: `http://${inside}/` }).end(),
      '/to-metadata': (_request, response) =>
        response.writeHead(307, { location: 'http://169.254.169.254/latest/' }).end(),
      '/to-file': (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      '/to-data': (_request, response) => response.writeHead(302, { location: 'data:text/html,hi' }).end(),
      '/download': (_request, response) => response.writeHead(302, { location: `http://${inside}/secret.bin` }).end(),
      '/page': `<title>start</title><img src="http://${inside}/img"><link rel=prefetch href="http://${inside}/pre">
        <link rel=dns-prefetch href="//leak.example.test"><iframe src="http://${inside}/frame"></iframe>
        <iframe src="file:///etc/passwd"></iframe><script src="http://localhost:${decoy.port}/s.js"></script>
        <script>
          const tried = [];
          const note = (name, promise) => tried.push(promise.then(() => name + ' reached', () => name + ' refused'));
          note('fetch', fetch('http://${inside}/').then((r) => r.text()).then((t) => { if (t !== 'secret') throw 0; }));
          note('localhost', fetch('http://localhost:${decoy.port}/').then((r) => r.text()).then((t) => { if (t !== 'secret') throw 0; }));
          note('decimal', fetch('http://2130706433:${decoy.port}/').then((r) => r.text()).then((t) => { if (t !== 'secret') throw 0; }));
          note('octal', fetch('http://0177.0.0.1:${decoy.port}/').then((r) => r.text()).then((t) => { if (t !== 'secret') throw 0; }));
          note('short', fetch('http://127.1:${decoy.port}/').then((r) => r.text()).then((t) => { if (t !== 'secret') throw 0; }));
          note('zero', fetch('http://0:${decoy.port}/').then((r) => r.text()).then((t) => { if (t !== 'secret') throw 0; }));
          note('six', fetch('http://[::1]:${decoy.port}/').then((r) => r.text()).then((t) => { if (t !== 'secret') throw 0; }));
          note('mapped', fetch('http://[::ffff:127.0.0.1]:${decoy.port}/').then((r) => r.text()).then((t) => { if (t !== 'secret') throw 0; }));
          note('socket', new Promise((ok, no) => { const s = new WebSocket('ws://${inside}/'); s.onopen = ok; s.onerror = no; }));
          note('beacon', Promise.reject(navigator.sendBeacon('http://${inside}/beacon')));
          Promise.all(tried).then((all) => { document.title = all.filter((one) => one.endsWith('reached')).join() || 'nothing reached'; });
        </script>`,
      '/rtc': `<script>
          const pc = new RTCPeerConnection({ iceServers: [{ urls: 'stun:${inside}' }, { urls: 'turn:${inside}?transport=tcp', username: 'u', credential: 'p' }] });
          const seen = []; pc.onicecandidate = ({ candidate }) => { if (candidate) seen.push(candidate.candidate); };
          pc.createDataChannel('x'); pc.createOffer().then((o) => pc.setLocalDescription(o));
          setTimeout(() => { document.title = 'candidates: ' + seen.filter((one) => !/\\.local |^candidate:\\S+ \\d tcp/.test(one)).join('; '); }, 1500);
        </script>`,
    });
    world = await openTestBrowsers(
      [site.port],
      {},
      {
        egress: {
          resolve: async (name) => {
            resolved.push(name);
            if (name === 'rebind.test') return [(rebinds += 1) === 1 ? PUBLIC : '127.0.0.1'];
            if (name === 'public.test') return [PUBLIC];
            if (name === 'localhost') return ['127.0.0.1'];
            if (name === 'inside.test') return ['10.0.0.7'];
            throw Object.assign(new Error(`no such name: ${name}`), { code: 'ENOTFOUND' });
          },
          dial: async (address, port) => {
            dialled.push(`${address}:${port}`);
            const to = address === PUBLIC || port === site.port ? site.port : port;
            const socket = connect({ host: '127.0.0.1', port: to, allowHalfOpen: true });
            await once(socket, 'connect');
            return socket;
          },
        },
      },
    );
  }, 60_000);
  afterAll(async () => {
    await world?.close();
    await decoy?.[Symbol.asyncDispose]();
    await site?.[Symbol.asyncDispose]();
  });

  describe.each(['puppeteer', 'playwright'] as const)('by %s', (engine) => {
    const mine = { ...run, runId: `ssrf-${engine}` };
    const go = (url: string) => world.browsers.navigate(mine, url, { engine, signal, timeoutMs: 10_000 });
    afterAll(() => world.browsers.releaseRun(mine));

    it.each([
      'http://localhost/',
      'http://127.0.0.2/',
      'http://[::1]/',
      'http://[::ffff:7f00:1]/',
      'http://169.254.169.254/latest/meta-data/',
      'http://2852039166/',
      'http://0xa9.0xfe.0xa9.0xfe/',
      'http://0251.0376.0251.0376/',
      'http://127.1/',
      'http://0/',
      'http://0.0.0.0/',
      'http://10.0.0.1/',
      'http://192.168.0.1/',
      'http://172.16.0.1/',
      'http://100.100.100.200/',
      'http://inside.test/',
      'https://inside.test/',
      'http://public.test:8080/',
      'http://１２７.０.０.１/',
      'http://127。0。0。1/',
    ])('%s: REFUSED, and nothing is dialled', async (url) => {
      const before = dialled.length;
      await expect(go(url)).rejects.toMatchObject({ code: 'REFUSED' });
      expect(dialled.slice(before)).toEqual([]);
    });

    it.each(['/to-inside', '/to-metadata', '/to-file', '/download'])('a redirect, %s: REFUSED', async (path) => {
      await expect(go(site.url + path)).rejects.toMatchObject({ code: 'REFUSED' });
      expect(decoy.connections()).toBe(0);
    });

    it('a redirect to data: is not opened', async () => {
      await expect(go(`${site.url}/to-data`)).rejects.toMatchObject({
        code: expect.stringMatching(/REFUSED|UNAVAILABLE/),
      });
    });

    it('a page reaches nothing inside: pictures, frames, scripts, fetch in odd notations, WebSockets, prefetch, beacons', async () => {
      await go(`${site.url}/page`);
      let title = '';
      for (let waited = 0; waited < 100 && (title === '' || title === 'start'); waited += 1) {
        title = await world.browsers.read(mine, signal, (page) => page.title());
        await new Promise((resolve) => {
          setTimeout(resolve, 50);
        });
      }
      expect(title).toBe('nothing reached');
      expect(decoy.connections()).toBe(0);
      expect(dialled.every((one) => one.startsWith(PUBLIC) || one === `127.0.0.1:${site.port}`)).toBe(true);
    });

    it('WebRTC finds no address and reaches nothing', async () => {
      await go(`${site.url}/rtc`);
      let title = '';
      for (let waited = 0; waited < 100 && !title.startsWith('candidates'); waited += 1) {
        title = await world.browsers.read(mine, signal, (page) => page.title());
        await new Promise((resolve) => {
          setTimeout(resolve, 50);
        });
      }
      expect(title).toBe('candidates:');
      expect(decoy.connections()).toBe(0);
    });
  });

  it('a name that rebinds is vetted each time it is asked for: the second answer is REFUSED', async () => {
    const mine = { ...run, runId: 'rebind' };
    const go = () => world.browsers.navigate(mine, 'http://rebind.test/', { engine: 'auto', signal });
    expect(await go()).toMatchObject({ status: 200, title: 'home' });
    await world.browsers.releaseRun(mine);
    await expect(go()).rejects.toMatchObject({ code: 'REFUSED' });
    expect(dialled).toContain(`${PUBLIC}:80`);
    await world.browsers.releaseRun(mine);
  });

  it('Chromium itself resolves nothing and speaks to nobody: every name went through the proxy', () => {
    const known = new Set(['localhost', 'inside.test', 'public.test', 'rebind.test']);
    expect(resolved.filter((name) => !known.has(name))).toEqual([]);
    expect(world.records.filter(({ verdict }) => verdict === 'deny').length).toBeGreaterThan(20);
  });
});
