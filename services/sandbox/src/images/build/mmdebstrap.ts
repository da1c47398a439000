import type { Template } from '../template.ts';
import type { BuilderCommand } from './run-builder.ts';

/** What a build of Debian packages takes from this machine. */
export interface DebianHost {
  /** Files with the sources of apt, as this machine has them. */
  readonly sources: readonly string[];
  /** Certificates that this machine trusts, where it has such a file: its registries may need one of its own. */
  readonly certificates: string | undefined;
  /** The environment of the service. Only what concerns registries is taken from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const REGISTRIES =
  /^(pip_(index_url|extra_index_url|trusted_host|timeout|default_timeout)|npm_config_registry|(https?|no|all)_proxy)$/i;
// Documentation and translations are half of a minimal system, and no program needs them.
const LEFT_OUT = ['/usr/share/doc/*', '/usr/share/info/*', '/usr/share/locale/*', '/usr/share/man/*'];
/** The user that sandboxes have, and the folders that are mounted over: a root that is read-only cannot grow them. */
const PREPARE = [
  'grep -q ^user: "$1/etc/passwd" || echo "user:x:1000:1000::/home/user:/bin/bash" >> "$1/etc/passwd"',
  'grep -q ^user: "$1/etc/group" || echo "user:x:1000:" >> "$1/etc/group"',
  'mkdir -p "$1/home/user" "$1/workspace" "$1/input"',
  'chown 1000:1000 "$1/home/user"',
].join(' && ');

/**
 * The command that builds a template from Debian packages into a tar.
 *
 * @param tar where to; a file that is not there yet.
 * @param temp a folder for what is only needed meanwhile.
 */
export function mmdebstrapCommand(template: Template, tar: string, temp: string, host: DebianHost): BuilderCommand {
  const packages = [...new Set(template.packages)].sort();
  const certificates = '/tmp/certificates.crt';
  const needsRegistry = template.pip.length > 0 || template.npm.length > 0;
  const install = (environment: string, command: string, names: readonly string[]): string[] =>
    names.length === 0
      ? []
      : [`chroot "$1" env HOME=/tmp ${environment} ${command} ${names.map((name) => `'${name}'`).join(' ')}`];
  const trust = (name: string): string => (host.certificates === undefined ? '' : `${name}=${certificates}`);
  const hooks = [
    PREPARE,
    ...(needsRegistry && host.certificates !== undefined ? [`upload '${host.certificates}' ${certificates}`] : []),
    // Neither runs anything of what it installs: it would run as root, with this machine's network.
    ...install(
      trust('PIP_CERT'),
      'pip3 install --no-cache-dir --only-binary :all: --break-system-packages --root-user-action ignore',
      template.pip,
    ),
    ...install(trust('npm_config_cafile'), 'npm install --global --ignore-scripts --no-audit --no-fund', template.npm),
  ];
  return {
    argv: [
      'mmdebstrap',
      '--variant=minbase',
      '--format=tar',
      ...(packages.length > 0 ? [`--include=${packages.join(',')}`] : []),
      '--aptopt=Acquire::Languages "none"',
      '--aptopt=APT::Install-Recommends "false"',
      ...LEFT_OUT.map((path) => `--dpkgopt=path-exclude=${path}`),
      // The image is written to disk as a whole at the end: until then there is nothing that a crash could damage.
      '--dpkgopt=force-unsafe-io',
      ...hooks.map((hook) => `--customize-hook=${hook}`),
      // No suite is named: the sources name theirs.
      '',
      tar,
      ...host.sources,
    ],
    advice: 'Look whether its packages are named rightly, and whether this machine reaches their archives.',
    env: {
      ...Object.fromEntries(
        Object.entries(host.env).filter((entry): entry is [string, string] => {
          const [name, value] = entry;
          return value !== undefined && REGISTRIES.test(name);
        }),
      ),
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: temp,
      TMPDIR: temp,
      LC_ALL: 'C.UTF-8',
    },
  };
}
