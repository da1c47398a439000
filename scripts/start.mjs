// `npm start`: from a bare clone to a running server. Installs and builds what is missing or stale, then runs
// `holdfast up` on Node 24. Arguments after `--` go to it: npm start -- --port 8000
import { join } from 'node:path';

import { build } from './build.mjs';
import { checkGit, checkNode, entry, findNode, install, ROOT, run } from './toolchain.mjs';

await entry(async () => {
  checkNode();
  checkGit();
  await install();
  const node = findNode();
  await build();
  return run(node, [join(ROOT, 'apps', 'holdfast', 'dist', 'holdfast.js'), 'up', ...process.argv.slice(2)], {
    cwd: process.env.INIT_CWD ?? ROOT,
  });
});
