import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, expect, it } from 'vitest';

import { runtimeFolder } from './runtime.ts';
import { temporaryFolders } from './testing/temporary.ts';

const folders = temporaryFolders();
afterAll(folders.remove);

it('ME-2 a runtime of local models that is not installed is named with the command that installs it', () => {
  const root = folders.make();
  const bundle = pathToFileURL(join(root, 'apps', 'holdfast', 'dist', 'holdfast.js')).href;
  expect(() => runtimeFolder(bundle)).toThrowError(/npm run onnx:install/);
  const place = join(root, 'libs', 'models', 'onnx');
  const found = join(place, 'node_modules', '@huggingface', 'transformers');
  mkdirSync(found, { recursive: true });
  writeFileSync(join(found, 'package.json'), '{}');
  expect(runtimeFolder(bundle)).toBe(place);
  expect(runtimeFolder(pathToFileURL(join(root, 'libs', 'models', 'src', 'folder', 'model.ts')).href)).toBe(place);
});
