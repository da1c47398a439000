import { expect, it } from 'vitest';

import { parseSkillText } from './front-matter.ts';
import { parseManifest } from './rights.ts';

const text = (yaml: string, body = 'Body.\n') => `---\n${yaml}\n---\n${body}`;

it('TL-4 reads what the open format has, and lets the keys of other products be', () => {
  const read = parseSkillText(
    text(
      'name: pdf-forms\ndescription: |\n  Fills forms.\n  Use it for PDF.\nlicense: MIT\ncompatibility: Needs qpdf\nmetadata:\n' +
        '  author: ada\n  version: "1.0"\nallowed-tools: Bash(git:*) Read\nargument-hint: "[file]"\nmodel: any',
      '# Forms\n\n---\n\nDo it.\n',
    ),
    'pdf-forms',
  );
  expect(read).toMatchObject({
    name: 'pdf-forms',
    description: 'Fills forms.\nUse it for PDF.',
    license: 'MIT',
    metadata: { author: 'ada', version: '1.0' },
    allowedTools: ['Bash(git:*)', 'Read'],
    body: '# Forms\n\n---\n\nDo it.\n',
    warnings: [],
  });
  expect(parseSkillText('\uFEFF---\r\nname: a\r\ndescription: b\r\n---\r\nBody', 'a')).toMatchObject({ body: 'Body' });
  expect(parseSkillText(text('name: a\ndescription: b\nallowed-tools: [Read, Bash]'), 'a').allowedTools).toEqual([
    'Read',
    'Bash',
  ]);
});

it('TL-4 warns of a name that is not the folder, and of colons without quotes, and takes them', () => {
  expect(parseSkillText(text('name: a\ndescription: b'), 'other').warnings).toMatchObject([{ line: 2 }]);
  const loose = parseSkillText(text('name: a\ndescription: Use it when: somebody asks'), 'a');
  expect(loose.description).toBe('Use it when: somebody asks');
  expect(loose.warnings).toHaveLength(1);
});

it.each([
  ['no front matter', 'Only text'],
  ['front matter that never ends', '---\nname: a\ndescription: b\n'],
  ['no YAML', text('name: [a\ndescription: b')],
  ['no map', text('just text')],
  ['no name', text('description: b')],
  ['capitals', text('name: Pdf\ndescription: b')],
  ['a hyphen at the end', text('name: pdf-\ndescription: b')],
  ['two hyphens', text('name: p--df\ndescription: b')],
  ['a path', text('name: ../a\ndescription: b')],
  ['65 characters', text(`name: ${'a'.repeat(65)}\ndescription: b`)],
  ['an empty description', text('name: a\ndescription: "  "')],
  ['1,025 characters', text(`name: a\ndescription: ${'b'.repeat(1025)}`)],
  ['501 characters', text(`name: a\ndescription: b\ncompatibility: ${'c'.repeat(501)}`)],
  [
    'an alias bomb',
    text('name: a\ndescription: b\na: &a [x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]'),
  ],
])('TL-4 refuses %s with file and line', (_, given) => {
  expect(() => parseSkillText(given, 'a')).toThrow(/^SKILL\.md:\d+: /);
});

it('TL-4 takes rights from holdfast.yaml or metadata.holdfast, and none where neither is there', () => {
  const none = { network: [], files: 'none', database: false, redis: false, memory: false, env: [] };
  expect(parseManifest(undefined, undefined)).toEqual({ rights: none });
  expect(parseManifest('', undefined)).toEqual({ rights: none });
  expect(parseManifest(undefined, 'rights: { database: true }').rights.database).toBe(true);
  expect(parseManifest(undefined, { rights: { files: 'read' } }).rights.files).toBe('read');
  expect(() => parseManifest('rights: { root: true }', undefined)).toThrow('root');
  expect(() => parseManifest('rights: [', undefined)).toThrow('no YAML');
  expect(() => parseManifest('level: unisolated', undefined)).toThrow('level');
});
