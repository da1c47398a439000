import { expect, it } from 'vitest';

import { TemplateSchema } from '../template.ts';
import { mmdebstrapCommand } from './mmdebstrap.ts';

const host = { sources: ['/etc/apt/sources.list'], certificates: '/etc/ssl/own.crt', env: {} };
const command = (declared: object, env = {}) =>
  mmdebstrapCommand({ id: 'x', ...TemplateSchema.parse(declared) }, '/store/tar', '/store/temp', { ...host, env });

it("takes the machine's own sources of apt, and writes the tar that was asked for (SB-4)", () => {
  const { argv } = command({ packages: ['git', 'curl', 'git'] });
  expect(argv.slice(-3)).toEqual(['', '/store/tar', '/etc/apt/sources.list']);
  expect(argv).toContain('--include=curl,git');
  expect(command({ packages: [] }).argv.join(' ')).not.toContain('--include');
});

it('installs from PyPI and npm without running what it installs (QA-4)', () => {
  const { argv } = command({ packages: ['python3-pip', 'npm'], pip: ['httpx==0.28.1'], npm: ['@scope/name@1.2.3'] });
  const hooks = argv.filter((argument) => argument.startsWith('--customize-hook=chroot'));
  expect(hooks[0]).toMatch(/pip3 install .*--only-binary :all: .*'httpx==0\.28\.1'$/);
  expect(hooks[1]).toMatch(/npm install .*--ignore-scripts .*'@scope\/name@1\.2\.3'$/);
});

it('hands the build nothing of the environment but what concerns registries (QA-4)', () => {
  const { env } = command(
    { packages: [] },
    {
      API_KEY: 'secret',
      npm_config__auth: 'secret',
      https_proxy: 'http://127.0.0.1:3128',
      PIP_INDEX_URL: 'http://127.0.0.1/',
    },
  );
  expect(JSON.stringify(env)).not.toContain('secret');
  expect(env).toMatchObject({
    https_proxy: 'http://127.0.0.1:3128',
    PIP_INDEX_URL: 'http://127.0.0.1/',
    TMPDIR: '/store/temp',
  });
});
