import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';

import { createLogger } from '@holdfast/telemetry';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createExtractor } from '../extract/extractor.ts';
import { SecretsConfigSchema } from '../secrets/config.ts';
import { createSecrets, type Secrets } from '../secrets/secrets.ts';
import { CHROMIUM, NAMED, openTestBrowsers, type Site, startSite, type TestBrowsers } from '../testing.ts';
import { type Agent, openAgent } from './testing.ts';

const PASSWORD = 'tr0ub4dor & "3" <horse>';
const FORMS = [
  PASSWORD,
  encodeURIComponent(PASSWORD),
  encodeURIComponent(PASSWORD).replaceAll('%20', '+'),
  PASSWORD.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  JSON.stringify(PASSWORD).slice(1, -1),
  Buffer.from(PASSWORD).toString('base64'),
];
const body = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};
let received: string[] = [];
/** A page that does all it can to show what is typed into it. */
const CURIOUS = `<title>Log in</title><form method="get" action="/echo">
  <label>User <input name="user"></label><label>Password <input name="password" type="password"></label>
  <label>Code <input name="code"></label><button>Log in</button></form><p id="copy"></p>
  <script>
    document.addEventListener('input', ({ target }) => {
      console.log('typed', target.value, JSON.stringify({ v: target.value }), btoa(target.value));
      fetch('/collect?q=' + encodeURIComponent(target.value), { method: 'POST', body: target.value });
      if (target.name !== 'user') { copy.textContent = target.value; document.title = target.value; target.setAttribute('value', target.value); }
    });
    addEventListener('keydown', ({ key }) => fetch('/key?' + key));
  </script>`;
const QUIET = '<title>Quiet</title><label>Password <input type="password"></label><label>Code <input></label>';

describe.skipIf(CHROMIUM === '')(`TL-1: a secret is typed, and seen nowhere${NAMED}`, () => {
  let site: Site;
  let foreign: Site;
  let world: TestBrowsers;
  let secrets: Secrets;
  let agent: Agent;
  const extractor = createExtractor();
  const logged: string[] = [];
  const logger = createLogger({
    level: 'debug',
    format: 'json',
    destination: new Writable({
      write(chunk: Buffer, _, done) {
        logged.push(chunk.toString());
        done();
      },
    }),
  });

  beforeAll(async () => {
    site = await startSite({
      '/curious': CURIOUS,
      '/quiet': QUIET,
      '/collect': (request, response) => {
        void body(request).then((sent) => {
          received.push(sent);
          response.end();
          return sent;
        });
      },
      '/echo': (request, response) => {
        const asked = new URL(request.url ?? '', 'http://x').searchParams.get('password') ?? '';
        received.push(asked);
        const shown = asked.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(`<title>You are in</title><p>Your password is ${shown}</p><p>${'More text. '.repeat(50)}</p>`);
      },
      '/file': (_, response) => {
        response
          .writeHead(200, {
            'content-type': 'application/octet-stream',
            'content-disposition': 'attachment; filename="f.bin"',
          })
          .end(`\0\0${PASSWORD}\0`);
      },
      '/framed': (_, response) => {
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(
            `<title>Mine</title><iframe src="${foreign.url}/quiet"></iframe><iframe srcdoc='<input type="password" aria-label="Inner">'></iframe>`,
          );
      },
    });
    foreign = await startSite({
      '/quiet': QUIET,
      '/around': (_, response) => {
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(`<title>Theirs</title><iframe src="${site.url}/quiet"></iframe>`);
      },
    });
    world = await openTestBrowsers([site.port, foreign.port], {}, { logger });
  }, 60_000);
  const open = async (path: string): Promise<Agent> => {
    received = [];
    logged.length = 0;
    secrets = createSecrets({
      config: SecretsConfigSchema.parse({ login: { env: 'P', hosts: [site.url] } }),
      env: { P: PASSWORD },
      readFile: () => Promise.reject(new Error('none')),
    });
    agent = await openAgent(world, { extractor, secrets, screenshots: 'always', logger });
    await agent.doing('navigate', { url: path, intent: 'interact' });
    return agent;
  };
  /** Looks for every form of the secret in all that was said, logged and written. */
  const expectUnseen = async (): Promise<void> => {
    const texts = [
      inspect(agent.said, { depth: 20, maxStringLength: Infinity, maxArrayLength: Infinity }),
      JSON.stringify(agent.said.map(String)),
      ...logged,
    ];
    for (const entry of await readdir(agent.made.workspace, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) texts.push(await readFile(join(entry.parentPath, entry.name), 'latin1'));
    }
    for (const text of texts) for (const form of FORMS) expect(text.includes(form)).toBe(false);
  };
  const pictures = async (): Promise<string[]> =>
    (await readdir(join(agent.made.workspace, '.holdfast/browser'))).filter((name) => name.endsWith('.png'));
  afterEach(() => agent?.close());
  afterAll(async () => {
    await extractor.close();
    await world?.close();
    await site?.[Symbol.asyncDispose]();
    await foreign?.[Symbol.asyncDispose]();
  });

  it('a page that shows, logs, sends and repeats it gives it to no result, file, picture or log', async () => {
    const { doing, failing, refOf, said } = await open(`${site.url}/curious`);
    const password = await refOf('Password', 'textbox');
    const typed = await doing('type', { ref: password, text: '{{secret:login}}' });
    expect(typed['title']).toBe('{{secret:login}}');
    expect(typed['no_picture']).toMatch(/shows a secret/);
    await doing('fill_form', { fields: [{ ref: await refOf('Code', 'textbox'), value: 'code {{secret:login}}' }] });
    expect((await doing('snapshot'))['snapshot']).toContain('{{secret:login}}');
    expect((await doing('console'))['console']).toContain('typed {{secret:login}}');
    expect((await doing('network', { filter: 'collect' }))['requests']).toContain('/collect?q={{secret:login}}');
    expect((await doing('extract', { part: 'page', path: 'page.md' }))['markdown']).toContain('{{secret:login}}');
    expect((await failing('screenshot')).code).toBe('REFUSED');
    expect((await failing('pdf')).code).toBe('REFUSED');
    await doing('find', { text: 'a' });
    await doing('tabs');
    const sent = await doing('press', { key: 'Enter', ref: password });
    expect(sent).toMatchObject({ title: 'You are in' });
    expect(sent['url']).toContain('{{secret:login}}');
    expect((await doing('extract'))['markdown']).toContain('Your password is {{secret:login}}');
    expect((await failing('download', { url: `${site.url}/file` })).code).toBe('REFUSED');
    // It did come to where it belongs, and was never typed key by key.
    expect(received).toContain(PASSWORD);
    expect(received).toContain(`code ${PASSWORD}`);
    expect(site.asked.filter((one) => one.startsWith('GET /key'))).toHaveLength(1);
    expect(said.length).toBeGreaterThan(10);
    await expectUnseen();
  });

  it('a field of any kind shows dots: pictures are taken, and do not differ by what was typed', async () => {
    const { doing, refOf } = await open(`${site.url}/quiet`);
    const filled = await doing('fill_form', {
      fields: [
        { ref: await refOf('Password', 'textbox'), value: '{{secret:login}}' },
        { ref: await refOf('Code', 'textbox'), value: '{{secret:login}}' },
      ],
    });
    expect(filled['no_picture']).toBeUndefined();
    expect((await pictures()).some((name) => name.endsWith('-fill.png'))).toBe(true);
    const { file } = await doing('screenshot', { path: 'with.png' });
    expect(file).toBe('/workspace/with.png');
    await doing('fill_form', { fields: [{ ref: await refOf('Code', 'textbox'), value: 'x'.repeat(PASSWORD.length) }] });
    await doing('screenshot', { path: 'other.png' });
    const [one, other] = await Promise.all(
      ['with.png', 'other.png'].map((name) => readFile(join(agent.made.workspace, name))),
    );
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(true);
    await expectUnseen();
  });

  it.each([
    ['a page of another host', () => `${foreign.url}/quiet`, 'Password'],
    ['a foreign frame in its own page', () => `${site.url}/framed`, 'Password'],
    ['a frame without an address', () => `${site.url}/framed`, 'Inner'],
    ['its own frame in a foreign page', () => `${foreign.url}/around`, 'Password'],
  ])('not into %s', async (_, url, field) => {
    const { doing, failing, refOf } = await open(url());
    await doing('wait', { time_ms: 300 });
    const ref = await refOf(field, 'textbox');
    for (const call of [
      () => failing('type', { ref, text: '{{secret:login}}', submit: true }),
      () => failing('fill_form', { fields: [{ ref, value: 'a{{secret:login}}b' }] }),
    ]) {
      expect(await call()).toMatchObject({ code: 'REFUSED', message: expect.stringContaining('Nothing was typed') });
    }
    expect(secrets.isInUse).toBe(false);
    await expectUnseen();
  });

  it('a placeholder elsewhere is only text', async () => {
    const { doing, failing } = await open(`${site.url}/quiet`);
    await doing('navigate', { url: `${site.url}/quiet?q={{secret:login}}` });
    await failing('select', { ref: 'e1', values: ['{{secret:login}}'] });
    expect(secrets.isInUse).toBe(false);
    expect(site.asked.join()).not.toContain('tr0ub4dor');
    await expectUnseen();
  });

  it('what fails does not say it', async () => {
    const { doing, failing, refOf } = await open(`${site.url}/quiet`);
    await doing('type', { ref: await refOf('Password', 'textbox'), text: '{{secret:login}}' });
    await failing('fill_form', { fields: [{ ref: 'e1', value: '{{secret:login}}' }] });
    await failing('type', { ref: 'e9999', text: '{{secret:login}}' });
    await failing('type', { ref: 'e1', text: '{{secret:logim}}' });
    await expectUnseen();
  });
});
