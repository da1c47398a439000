import { describe, expect, it } from 'vitest';

import { SecretsConfigSchema } from './config.ts';
import { createSecrets, hasPlaceholder } from './secrets.ts';

const VALUE = 'pä ss"w&rd<1>/+=\\x';
const parse = (value: unknown) => SecretsConfigSchema.parse(value);
const of = (config: unknown, env: Record<string, string> = { THE_SECRET: VALUE }) =>
  createSecrets({
    config: parse(config),
    env,
    readFile: async (path) => {
      if (path === '/run/secrets/x') return 'from-a-file\r\n';
      throw new Error(`no ${path}`);
    },
  });
const one = {
  login: { env: 'THE_SECRET', hosts: ['example.org', 'https://a.example.org:8443', 'http://127.0.0.1:99'] },
};

describe('TL-1: secrets are typed by placeholder', () => {
  it('into pages of their hosts, with every frame around', async () => {
    const secrets = of(one);
    for (const urls of [
      ['https://example.org/login?x=1'],
      ['https://a.example.org:8443/', 'https://example.org/'],
      ['http://127.0.0.1:99/'],
    ]) {
      expect(await secrets.reveal('a {{secret:login}} b {{ secret: login }}', urls)).toBe(`a ${VALUE} b ${VALUE}`);
    }
    expect(hasPlaceholder('x {{secret:login}}')).toBe(true);
    expect(hasPlaceholder('x {{secret}} {secret:login}')).toBe(false);
  });

  it.each([
    ['another host', ['https://evil.example/']],
    ['a host that ends like it', ['https://notexample.org/']],
    ['a host that begins like it', ['https://example.org.evil.example/']],
    ['a host below it', ['https://login.example.org/']],
    ['its name in front of an @', ['https://example.org@evil.example/']],
    ['another port', ['https://example.org:444/']],
    ['http in place of https', ['http://example.org/']],
    ['a frame of it in a foreign page', ['https://example.org/', 'https://evil.example/']],
    ['a foreign frame in its page', ['https://evil.example/', 'https://example.org/']],
    ['a frame without an address', ['about:srcdoc', 'https://example.org/']],
    ['a data: page', ['data:text/html,<input>']],
    ['a blob: page of another host', ['blob:https://evil.example/1']],
    ['no page', []],
    ['no address', ['']],
  ])('not into %s', async (_, urls) => {
    const secrets = of(one);
    await expect(secrets.reveal('{{secret:login}}', urls)).rejects.toMatchObject({ code: 'REFUSED' });
    expect(secrets.isInUse).toBe(false);
  });

  it('says what is missing, and never a value', async () => {
    const at = ['https://example.org/'];
    await expect(of(one).reveal('{{secret:logim}}', at)).rejects.toThrow('Did you mean "login"?');
    await expect(of(one).reveal('{{secret:constructor}}', at)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(of(one, {}).reveal('{{secret:login}}', at)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    const short = of(one, { THE_SECRET: 'abc12' }).reveal('{{secret:login}}', at);
    await expect(short).rejects.toThrow(/shorter than 6/);
    await expect(short).rejects.not.toThrow(/abc12/);
    const files = of({
      a: { file: '/run/secrets/x', hosts: ['example.org'] },
      b: { file: '/run/secrets/y', hosts: ['example.org'] },
    });
    expect(await files.reveal('{{secret:a}}', at)).toBe('from-a-file');
    await expect(files.reveal('{{secret:b}}', at)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it.each([
    ['both sources', { x: { env: 'A', file: 'b', hosts: ['a'] } }],
    ['no source', { x: { hosts: ['a'] } }],
    ['no host', { x: { env: 'A', hosts: [] } }],
    ['a pattern', { x: { env: 'A', hosts: ['*.example.org'] } }],
    ['a path', { x: { env: 'A', hosts: ['example.org/login'] } }],
    ['a user', { x: { env: 'A', hosts: ['me@example.org'] } }],
    ['another scheme', { x: { env: 'A', hosts: ['file:///etc/passwd'] } }],
    ['a bad name', { 'x y': { env: 'A', hosts: ['a'] } }],
  ])('a configuration with %s is refused', (_, config) => {
    expect(SecretsConfigSchema.safeParse(config).success).toBe(false);
  });
});

describe('TL-1: a revealed secret is taken out of what comes back', () => {
  it.each([
    ['as it is', VALUE],
    ['in an address', encodeURIComponent(VALUE)],
    ['in a form', new URLSearchParams({ q: VALUE }).toString()],
    ['in JSON', JSON.stringify({ v: VALUE })],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ v: VALUE }))],
    ['in HTML', VALUE.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')],
    [
      'in an attribute',
      VALUE.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    ],
    ['in Base64', Buffer.from(VALUE).toString('base64')],
    ['in Base64 of addresses', Buffer.from(VALUE).toString('base64url')],
    ['in hexadecimal', Buffer.from(VALUE).toString('hex')],
  ])('%s', async (_, text) => {
    const secrets = of(one);
    expect(secrets.redact(`<${text}>`)).toContain(text);
    await secrets.reveal('{{secret:login}}', ['https://example.org/']);
    expect(secrets.redact(`<${text}>`)).not.toContain(text);
    expect(secrets.redact(`<${text}>`)).toContain('{{secret:login}}');
    expect(secrets.redactAll({ [text]: [{ deep: text }], n: 1, b: null })).toEqual(
      expect.not.objectContaining({ [text]: expect.anything() }),
    );
    expect(JSON.stringify(secrets.redactAll({ a: [{ deep: text }] }))).not.toContain(JSON.stringify(text).slice(1, -1));
    expect(secrets.isIn(Buffer.from(`..${text}..`))).toBe(true);
    expect(secrets.isIn(Buffer.from(text.slice(0, 5)))).toBe(false);
  });

  it('also in UTF-16, and each of several by its own name', async () => {
    const secrets = of(
      { a: { env: 'A', hosts: ['example.org'] }, b: { env: 'B', hosts: ['example.org'] } },
      { A: 'secret-one', B: 'secret-one-and-two' },
    );
    await secrets.reveal('{{secret:a}}{{secret:b}}', ['https://example.org/']);
    expect(secrets.redact('secret-one-and-two secret-one $& ')).toBe('{{secret:b}} {{secret:a}} $& ');
    expect(secrets.isIn(Buffer.from('x secret-one', 'utf16le'))).toBe(true);
  });
});
