#!/usr/bin/env bash
# Installs what the tests use besides Node: real services, and the programs of the sandbox. Quick when all is there.
# Without apt or without root it says what to install by hand; that is a failure in CI only.
set -euo pipefail

# One line each: the program that shows it is there (a name on PATH or a path pattern) | Debian package | what for.
NEEDED='
git                             | git        | the repository tools and their tests
bwrap                           | bubblewrap | the process level of the sandbox
strace                          | strace     | the audit where there is no bpftrace; tests that look at what a process really does
gcc                             | gcc        | the agent of the sandbox, built again and compared; the program of the escape suite
aarch64-linux-gnu-gcc           | gcc-aarch64-linux-gnu | the same for arm64
/usr/aarch64-linux-gnu/include/asm/unistd.h | libc6-dev-arm64-cross | the numbers of system calls, for it
/usr/include/*/asm/unistd.h     | linux-libc-dev | the numbers of system calls, for it
bpftrace                        | bpftrace   | the audit of what sandboxed processes do
prlimit                         | util-linux | limits of sandboxed processes
setpriv                         | util-linux | unprivileged children of root
mount                           | mount      | the test of a full disk
mkfs.ext4                       | e2fsprogs  | the disk images of sandboxes
mmdebstrap                      | mmdebstrap | the images of sandboxes
ps                              | procps     | tests that look for processes left behind
chromium                        | chromium   | reports as PDF, and the tests of the console
/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc | fonts-noto-cjk | Chinese text in PDF and screenshots
pdftotext                       | poppler-utils | tests that read what a PDF says
dockerd                         | docker.io  | the container level of the sandbox
podman                          | podman     | the same by Podman
runc                            | runc       | what both start containers with
busybox                         | busybox-static | the image of the container tests, and the first programs of a virtual machine
redis-server                    | redis-server | the Redis masters whose locks are tested
rdiff                           | rdiff      | the other side of the delta format
rsync                           | rsync      | what the figures of the sync are compared with
etcd                            | etcd-server | where MCP servers are found
/usr/lib/postgresql/*/bin/initdb | postgresql | the PostgreSQL primary and replicas of the tests
/usr/lib/python3*/ensurepip     | python3-venv | Milvus and pgvector for the tests, in the form that the Python index has them
java                            | openjdk-17-jre-headless | Neo4j, for the tests
mvn                             | maven      | the published Java artifacts of Neo4j
'

# A virtual machine for what this host's kernel cannot show, such as control groups of version 2 on a host with version 1.
if [ "$(uname -m)" = x86_64 ]; then
  NEEDED+='qemu-system-x86_64          | qemu-system-x86 | a virtual machine, in software
/boot/vmlinuz-*-cloud-amd64     | linux-image-cloud-amd64 | its kernel
'
fi

say() { printf '%s\n' "services: $*"; }

trim() { sed 's/^[[:space:]]*//; s/[[:space:]]*$//' <<<"$1"; }

present() {
  case $1 in
    /*) compgen -G "$1" >/dev/null ;;
    *) command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ] ;;
  esac
}

packages=()
while IFS='|' read -r program package purpose; do
  program=$(trim "$program")
  package=$(trim "$package")
  [ -n "$program" ] || continue
  present "$program" && continue
  say "missing: $package ($(trim "$purpose"))"
  case " ${packages[*]-} " in *" $package "*) ;; *) packages+=("$package") ;; esac
done <<<"$NEEDED"

# What is in no package of the distribution: a script for each, which says what it installs.
others() {
  for script in "$(dirname "${BASH_SOURCE[0]}")"/services/*.sh; do bash "$script"; done
}

if [ ${#packages[@]} -eq 0 ]; then
  others
  say 'everything is there.'
  exit 0
fi

by_hand() {
  say "$1 Install by hand: ${packages[*]}"
  [ "${CI:-}" = true ] && exit 1
  say 'Tests that need them are skipped, each with its reason.'
  others
  exit 0
}

command -v apt-get >/dev/null || by_hand 'There is no apt-get on this machine.'
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null && sudo -n true 2>/dev/null || by_hand 'This needs root.'
  as_root=(sudo -n)
fi

# The tests start servers of their own: the package must not start one of its own beside them.
"${as_root[@]}" mkdir -p /etc/postgresql-common
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
fi

install_packages() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o Dpkg::Options::=--force-confold "${packages[@]}"
}

# The same for Redis and etcd: a unit that is masked is not started by its package.
"${as_root[@]}" mkdir -p /etc/systemd/system
for unit in redis-server etcd; do
  [ -e "/etc/systemd/system/$unit.service" ] || "${as_root[@]}" ln -s /dev/null "/etc/systemd/system/$unit.service"
done

say "installing ${packages[*]} ..."
# The package lists may be missing or old: only then are they fetched, which takes longer than the rest.
if ! install_packages; then
  say 'fetching the package lists ...'
  "${as_root[@]}" apt-get update -q || by_hand 'The package lists cannot be fetched.'
  install_packages || by_hand 'apt-get could not install them.'
fi
others
say 'done.'
