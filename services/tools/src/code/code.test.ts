import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { JsonObject } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openTestTools, type TestTools } from '../testing.ts';
import { LANGUAGES, languageOfPath, languageOfShebang } from './languages.ts';
import { licenceOfText } from './licence-text.ts';

let open: TestTools;
beforeEach(async () => {
  open = await openTestTools();
  await mkdir(join(open.workspace, 'src'));
  const files: Record<string, string | Buffer> = {
    'src/a.ts': '// SPDX-License-Identifier: Apache-2.0\nexport {};\n',
    'src/b.TS': 'export {}; // no header, no last line break',
    'src/with\nbreak.py': '# Copyright (c) somebody\n',
    'src/empty.go': '',
    run: '#!/usr/bin/env -S bash -e\necho\n',
    'x.bin': Buffer.from([0, 1, 2]),
    COPYING: 'GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007\n',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(open.workspace, name), content);
});
afterEach(() => open.close());

/** Makes the workspace a repository, with one commit of all that lies in it. */
function commitAll(): void {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    [...who, 'commit', '-qm', 'x'],
  ]) {
    execFileSync('git', args, { cwd: open.workspace });
  }
}

describe.each(['folder', 'repository'])('in a %s', (kind) => {
  it('count_languages counts text files, lines and bytes', async () => {
    if (kind === 'repository') commitAll();
    const { value } = await open.call('count_languages', {});
    const rows = value['languages'] as JsonObject[];
    expect(rows.map(({ language, files, lines }) => [language, files, lines])).toEqual([
      ['TypeScript', 2, 3],
      ['Shell', 1, 2],
      ['Python', 1, 1],
    ]);
    expect(rows[1]).toMatchObject({ by_first_line: 1, bytes: 31 });
    expect(value).toMatchObject({
      unknown: { files: 1, lines: 2 },
      text: { files: 5, lines: 8 },
      not_text: { files: 2 },
    });
    expect(value['all']).toMatchObject({ files: 7 });
  });

  it('licence_headers tells files with and without, and what the licence is', async () => {
    if (kind === 'repository') commitAll();
    const { value } = await open.call('licence_headers', {});
    expect(value).toMatchObject({
      source_files: 3,
      with_spdx: 1,
      with_copyright_only: 1,
      without: 1,
      identifiers: [{ identifier: 'Apache-2.0', files: 1 }],
      files_without: ['src/b.TS'],
      licence_files: [{ path: 'COPYING', licence: 'GPL-3.0' }],
    });
  });
});

it('counts a commit and not what was changed since', async () => {
  commitAll();
  await writeFile(join(open.workspace, 'src/a.ts'), '1\n2\n3\n4\n');
  const { value } = await open.call('count_languages', {});
  expect((value['languages'] as JsonObject[])[0]).toMatchObject({ language: 'TypeScript', lines: 3 });
  const { result } = await open.call('count_languages', { commit: '--output=x' });
  expect(result.code).toBe('INVALID_ARGUMENT');
});

describe('languages', () => {
  it('belong to one language by extension, name and interpreter', () => {
    for (const keys of [
      LANGUAGES.flatMap(({ extensions }) => extensions),
      LANGUAGES.flatMap(({ names = [] }) => names),
      LANGUAGES.flatMap(({ interpreters = [] }) => interpreters),
    ]) {
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it.each([
    ['a/b.test.tsx', 'TypeScript'],
    ['Makefile', 'Make'],
    ['x.unknown', undefined],
    ['noextension', undefined],
  ])('of the path %s is %s', (path, name) => {
    expect(languageOfPath(path)?.name).toBe(name);
  });

  it.each([
    ['#!/bin/sh', 'Shell'],
    ['#! /usr/bin/env python3.12 -u', 'Python'],
    ['#!/usr/bin/env -S node --x', 'JavaScript'],
    ['#!/opt/thing', undefined],
  ])('of the first line %s is %s', (line, name) => {
    expect(languageOfShebang(line)?.name).toBe(name);
  });
});

it.each([
  ['Apache License\n   Version 2.0, January 2004', 'Apache-2.0'],
  ['MIT License\n\nPermission is hereby granted, free of charge, to any\nperson obtaining a copy', 'MIT'],
  ['木兰宽松许可证, 第2版\nMulan Permissive Software License，Version 2', 'Mulan PSL-2.0'],
  ['All rights reserved.', ''],
])('recognises a licence by its sentences', (text, licence) => {
  expect(licenceOfText(text)).toBe(licence);
});
