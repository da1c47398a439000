/** How bash is started: no start-up files, no functions or options from the environment. The script follows. */
export const BASH_ARGV = ['bash', '--noprofile', '--norc', '-p', '-c'] as const;

/** Settings of git that no repository can override: what its own configuration could make git run. */
const GIT_SETTINGS = [
  ['safe.directory', '*'],
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.pager', 'cat'],
  ['core.untrackedCache', 'false'],
  ['core.editor', 'false'],
  ['core.askPass', 'false'],
  ['core.sshCommand', 'false'],
  ['core.gitProxy', 'false'],
  ['credential.helper', ''],
  ['diff.submodule', 'short'],
  ['diff.ignoreSubmodules', 'all'],
  ['status.submoduleSummary', 'false'],
  ['submodule.recurse', 'false'],
  ['log.showSignature', 'false'],
  ['log.diffMerges', 'separate'],
  ['gpg.program', 'false'],
  ['gpg.openpgp.program', 'false'],
  ['gpg.x509.program', 'false'],
  ['gpg.ssh.program', 'false'],
  ['gpg.ssh.defaultKeyCommand', 'false'],
  ['protocol.allow', 'never'],
  ['protocol.ext.allow', 'never'],
  ['protocol.file.allow', 'never'],
  ['interactive.diffFilter', 'cat'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
] as const;

/** The environment of a command, beside the PATH that the sandbox gives: built here, nothing is inherited. */
export const BASH_ENVIRONMENT: Readonly<Record<string, string>> = {
  HOME: '/workspace',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
  GIT_PAGER: 'cat',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_NO_LAZY_FETCH: '1',
  // Nothing is on this list, so git talks to nobody, whatever the repository's configuration says.
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_CONFIG_COUNT: String(GIT_SETTINGS.length),
  ...Object.fromEntries(
    GIT_SETTINGS.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
};
