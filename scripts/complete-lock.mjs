// Completes package-lock.json after `npm install`. A registry that lacks the packages of other platforms makes npm
// leave them out of the lock file, and `npm ci` then refuses it everywhere. They are optional: named, with their
// version and platform, they are skipped where they do not fit and fetched where they do.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT, say } from './toolchain.mjs';

const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const CPU = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32'];

/** The platform in the name of a package: @biomejs/cli-linux-arm64-musl. */
function platformOf(name) {
  const words = name.split(/[-/]/).map((word) => (word === 'armv7' ? 'arm' : word));
  const os = words.find((word) => OS.includes(word));
  const cpu = words.find((word) => CPU.includes(word));
  const libc = words.includes('musl')
    ? ['musl']
    : words.includes('gnu') || words.includes('gnueabihf')
      ? ['glibc']
      : [];
  return os && cpu ? { os: [os], cpu: [cpu], ...(os === 'linux' && libc.length > 0 ? { libc } : {}) } : undefined;
}

const path = join(ROOT, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
const added = {};
for (const [place, locked] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(locked.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    const nested = `${place}/${key}`;
    const platform = platformOf(name);
    if (lock.packages[key] || lock.packages[nested] || added[key] || !platform || !/^\d+\.\d+\.\d+/.test(version))
      continue;
    added[key] = { version, ...platform, ...(locked.dev ? { dev: true } : {}), optional: true };
    say(`added ${name} ${version} (${platform.os[0]} ${platform.cpu[0]})`);
  }
}
const sorted = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => a.localeCompare(b, 'en'));
lock.packages = Object.fromEntries(sorted);
writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`);
say(`${Object.keys(added).length} packages of other platforms were added to package-lock.json.`);
