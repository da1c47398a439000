const LAST_RESORT =
  'If you accept that commands run with no isolation at all, set sandbox.allow_unisolated: true; every run then says so.';

/** What to do on a host where level process does not work. One text per platform. */
export function instructions(os: NodeJS.Platform): string {
  if (os !== 'linux') {
    const name = os === 'darwin' ? 'macOS' : os;
    return (
      `Level process needs Linux namespaces, which ${name} does not have. Run Holdfast in a Linux virtual machine or ` +
      `container (docs/sandbox.md has the options that a container needs). ${LAST_RESORT}`
    );
  }
  return [
    'Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap; Alpine: apk add bubblewrap setpriv util-linux coreutils.',
    'Ubuntu 23.10 and later forbid user namespaces to unprivileged programs: give bwrap an AppArmor profile with "userns," or set sysctl kernel.apparmor_restrict_unprivileged_userns=0.',
    'Debian 10 and hardened kernels: sysctl kernel.unprivileged_userns_clone=1 and user.max_user_namespaces above 0.',
    'In a container: docker run --cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined.',
    LAST_RESORT,
  ].join(' ');
}
