import { describe, expect, it } from 'vitest';

import { ImagesConfigSchema } from './config.ts';
import { DEFAULT_TEMPLATES } from './default-templates.ts';
import { TemplatesSchema, templatesOf } from './template.ts';
import { templateKey } from './template-key.ts';

const problems = (declared: unknown): string => TemplatesSchema.safeParse(declared).error?.message ?? '';
const keyOf = (declared: object, arch = 'x64'): string => {
  const [template] = templatesOf(TemplatesSchema.parse({ one: declared }));
  if (!template) throw new Error('There is one.');
  return templateKey(template, arch);
};

describe('declarations of templates (SB-4)', () => {
  it('come with base, python, node and data-science, all in one place', () => {
    const { templates } = ImagesConfigSchema.parse({});
    expect(Object.keys(templates)).toEqual(['base', 'python', 'node', 'data-science']);
    expect(templates['base']).toMatchObject({ host: true, user: 'user', pip: [], npm: [] });
    expect(templates['data-science']?.packages).toContain('python3-pandas');
  });

  it('of the configuration are added to these, and replace one of the same id', () => {
    const { templates } = ImagesConfigSchema.parse({
      templates: { base: { packages: ['zsh'] }, own: { pull: 'registry.example:5000/team/image:1' } },
      pull_ahead: ['own', 'python3'],
    });
    expect(Object.keys(templates)).toEqual([...Object.keys(DEFAULT_TEMPLATES), 'own']);
    expect(templates['base']).toMatchObject({ host: false, packages: ['zsh'] });
  });

  it('are refused when an id or a name stands for two, or a template to make ahead is not there', () => {
    expect(problems({ a: { host: true, names: ['b'] }, b: { host: true } })).toContain('already stands for b');
    expect(problems({ a: { host: true, names: ['x'] }, b: { host: true, names: ['x'] } })).toContain('stands for a');
    expect(ImagesConfigSchema.safeParse({ pull_ahead: ['nothing'] }).error?.issues[0]?.message).toBe(
      'there is no template "nothing"',
    );
  });

  it('are refused without a source, with two, or with pip and npm where these are not installed', () => {
    expect(problems({ a: {} })).toContain('needs a source');
    expect(problems({ a: { packages: [], pull: 'x' } })).toContain('exclude each other');
    expect(problems({ a: { packages: ['python3'], pip: ['httpx'] } })).toContain('python3-pip');
    expect(problems({ a: { packages: ['nodejs'], npm: ['zod'] } })).toContain('npm');
    expect(problems({ a: { packages: ['python3-pip=23.0.1+dfsg-1'], pip: ['httpx[http2]==0.28.1'] } })).toBe('');
    expect(problems({ a: { packages: ['npm'], npm: ['@scope/name@1.2.3'] } })).toBe('');
  });

  it('never hand a shell, apt, pip or npm anything but names and versions (QA-4)', () => {
    for (const odd of [
      "x'; touch /owned; '",
      '--help',
      './x.deb',
      '?essential',
      'a,b',
      'a b',
      'x$(id)',
      '',
      '~x',
      'git+https://h/x',
    ]) {
      expect(problems({ a: { packages: [odd] } }), odd).not.toBe('');
      expect(problems({ a: { packages: ['python3-pip'], pip: [odd] } }), odd).not.toBe('');
      expect(problems({ a: { packages: ['npm'], npm: [odd] } }), odd).not.toBe('');
      expect(problems({ a: { pull: odd } }), odd).not.toBe('');
    }
    expect(problems({ a: { host: true, env: { 'A B': '' } } })).not.toBe('');
    expect(problems({ '../a': { host: true } })).not.toBe('');
  });
});

describe('what an image is found by (SB-4)', () => {
  it('stays the same whatever the order, and whatever is only added when a sandbox is made', () => {
    const key = keyOf({ packages: ['git', 'curl'] });
    expect(keyOf({ packages: ['curl', 'git', 'curl'] })).toBe(key);
    expect(
      keyOf({ packages: ['git', 'curl'], host: true, names: ['x'], description: 'x', env: { A: '1' }, user: 'root' }),
    ).toBe(key);
  });

  it('changes with whatever is built into it', () => {
    const keys = [
      keyOf({ packages: [] }),
      keyOf({ packages: ['git'] }),
      keyOf({ packages: ['git', 'curl'] }),
      keyOf({ packages: ['git', 'curl'] }, 'arm64'),
      keyOf({ packages: ['python3-pip'] }),
      keyOf({ packages: ['python3-pip'], pip: ['httpx'] }),
      keyOf({ packages: ['npm'], npm: ['httpx'] }),
      keyOf({ pull: 'git' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
