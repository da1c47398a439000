// What the other scripts share: finding Node 24, installing what the lock file says, running a command.
// Plain JavaScript without dependencies: it runs on any Node >= 20, before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const MODULES = join(ROOT, 'node_modules');
const MARKER = join(MODULES, '.holdfast-lock');
const OLDEST_NODE = 20;
const RUN_NODE = 24;

/** A failure with a sentence for the user: printed without a stack. */
export class Stop extends Error {
  /** @param {string} message @param {number} code */
  constructor(message, code = 1) {
    super(message);
    this.exitCode = code;
  }
}

/** Prints one line of progress. @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs `main` and turns a Stop into its sentence and exit code. @param {() => Promise<number>} main */
export async function entry(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    say(`\nholdfast: ${error.message}`);
    process.exitCode = error.exitCode;
  }
}

/** Refuses a Node that is too old even for these scripts. */
export function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    throw new Stop(
      `Node ${process.versions.node} is too old: Node ${OLDEST_NODE} or newer is needed to begin. Install it from https://nodejs.org or with your package manager, then try again. Nothing was changed.`,
    );
  }
}

/** Refuses a machine without git: agents read repositories with it, and it is what the first example shows. */
export function checkGit() {
  if (spawnSync('git', ['--version'], { stdio: 'ignore' }).status !== 0) {
    throw new Stop(
      'git was not found. Install it (Debian, Ubuntu: apt-get install git; macOS: xcode-select --install).',
    );
  }
}

/** The hash of the lock file: what ought to be installed. */
function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
}

/** Whether what is installed is what the lock file says. */
export function isInstalled() {
  if (!existsSync(MODULES)) return false;
  const wanted = lockHash();
  if (existsSync(MARKER)) return readFileSync(MARKER, 'utf8').trim() === wanted;
  if (!agreesWithLock()) return false;
  mark(wanted);
  return true;
}

/** @param {string} hash */
function mark(hash) {
  writeFileSync(MARKER, `${hash}\n`);
}

/** Whether npm's own record of what it installed agrees with the lock file: somebody ran `npm ci` by hand. */
function agreesWithLock() {
  const record = join(MODULES, '.package-lock.json');
  if (!existsSync(record)) return false;
  const { packages: wanted } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const { packages: there } = JSON.parse(readFileSync(record, 'utf8'));
  return Object.entries(wanted).every(([path, locked]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = there[path];
    return found === undefined ? locked.optional === true : found.link === true || found.version === locked.version;
  });
}

/** Installs what the lock file says, unless it is there. */
export async function install() {
  if (isInstalled()) return;
  say(existsSync(MODULES) ? 'The lock file has changed: installing packages ...' : 'Installing packages (once) ...');
  const began = Date.now();
  const ticker = setInterval(() => say(`  still installing, ${seconds(began)} s ...`), 15_000);
  const code = await run(...npm('ci', '--no-audit', '--no-fund', '--loglevel=error')).finally(() =>
    clearInterval(ticker),
  );
  if (code !== 0) {
    throw new Stop(
      [
        `The packages could not be installed (npm ci ended with ${code}; its message is above).`,
        '  - No network, or a proxy: set npm_config_proxy and npm_config_https_proxy, then try again.',
        '  - A registry of your own: npm config set registry <url>, then try again.',
        '  - A full disk: node_modules needs about 500 MB.',
        'Your data was not touched.',
      ].join('\n'),
    );
  }
  mark(lockHash());
  say(`Installed in ${seconds(began)} s.`);
}

/** npm, run by the Node that runs npm now: not by the one inside the folder that it is about to replace. */
export function npm(...args) {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  return cli && node && existsSync(node) && !node.startsWith(MODULES)
    ? [node, [cli, ...args]]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm', args];
}

/** The Node that Holdfast runs on: that of the packages, else this one if it is new enough. */
export function findNode() {
  const bundled = join(MODULES, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (existsSync(bundled) && majorOf(bundled) >= RUN_NODE) return bundled;
  if (Number(process.versions.node.split('.')[0]) >= RUN_NODE) return process.execPath;
  throw new Stop(
    `Holdfast runs on Node ${RUN_NODE} or newer. There is no packaged Node for ${process.platform} ${process.arch}, and this one is ${process.versions.node}. Install Node ${RUN_NODE} from https://nodejs.org, then try again.`,
  );
}

/** @param {string} program */
function majorOf(program) {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? Number(/^v(\d+)/.exec(stdout)?.[1] ?? 0) : 0;
}

/** The environment in which the tools of the repository are found, and Node 24 first. */
export function toolEnvironment() {
  return { ...process.env, PATH: `${join(MODULES, '.bin')}${delimiter}${process.env.PATH ?? ''}` };
}

/**
 * Runs a command with this terminal and resolves to its exit code (128 + n after signal n). A signal to this process
 * is handed on. Ctrl-C on a terminal reaches the child by itself: it is in the same foreground group.
 *
 * @param {string} program @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, tee?: (chunk: Buffer) => void }} options
 */
export function run(program, args, options = {}) {
  const { env = process.env, cwd = ROOT, tee, label } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['inherit', tee ? 'pipe' : 'inherit', 'inherit'] });
    const forward = (signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const done = () => {
      for (const signal of signals) process.off(signal, forward);
    };
    const lines = label === undefined ? undefined : linesOf(label);
    child.stdout?.on('data', (chunk) => {
      if (lines) lines.write(chunk);
      else process.stdout.write(chunk);
      tee?.(chunk);
    });
    child.once('error', (error) => {
      done();
      reject(new Stop(`${program} could not be started: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      lines?.end();
      done();
      resolve(code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 0));
    });
  });
}

/** Whole lines of one of several programs that run at once, each with its name. @param {string} label */
function linesOf(label) {
  const decoder = new TextDecoder();
  let rest = '';
  const print = (line) => process.stdout.write(`${label} | ${line}\n`);
  return {
    write(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(print);
    },
    end() {
      if (rest !== '') print(rest);
    },
  };
}

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/** @param {number} began epoch milliseconds */
export function seconds(began) {
  return ((Date.now() - began) / 1000).toFixed(1);
}

/**
 * What a build depends on, in one number: the content of these files (relative to the repository), the lock file, and
 * whatever else is named. @param {readonly string[]} paths @param {string} rest
 */
export function fingerprint(paths, rest = '') {
  const hash = createHash('sha256').update(rest);
  for (const path of [...paths, 'package-lock.json']) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** All files below `folder` (relative to the repository) whose name ends with one of `endings`. */
export function* filesBelow(folder, endings) {
  const absolute = join(ROOT, folder);
  if (!existsSync(absolute)) return;
  for (const item of readdirSync(absolute, { withFileTypes: true })) {
    if (item.name === 'node_modules' || item.name === 'dist' || item.name.startsWith('.')) continue;
    const path = join(folder, item.name);
    if (item.isDirectory()) yield* filesBelow(path, endings);
    else if (item.isFile() && endings.some((ending) => item.name.endsWith(ending))) yield path;
  }
}
