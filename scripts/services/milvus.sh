#!/usr/bin/env bash
# Milvus in its published form for Python (milvus-lite), in a virtual environment of its own, for the tests. It speaks the
# protocol of Milvus; clusters, replicas and access control it has not. Quick when it is there.
set -euo pipefail

LITE=3.2.2
CLIENT=3.0.2
DIR=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast-tests/milvus

say() { printf '%s\n' "services: $*"; }

if [ "$(cat "$DIR/.versions" 2>/dev/null)" = "$LITE $CLIENT" ]; then exit 0; fi
by_hand() {
  say "$1 Milvus is not installed for the tests; those that need it are skipped, each with its reason."
  [ "${CI:-}" = true ] && exit 1
  exit 0
}
command -v python3 >/dev/null || by_hand 'There is no python3.'
say "installing milvus-lite $LITE ..."
rm -rf "$DIR"
mkdir -p "$(dirname "$DIR")"
python3 -m venv "$DIR" || by_hand 'python3 cannot make a virtual environment (Debian: python3-venv).'
"$DIR/bin/pip" install -q --disable-pip-version-check "milvus-lite==$LITE" "pymilvus==$CLIENT" ||
  by_hand 'pip could not install milvus-lite.'
echo "$LITE $CLIENT" >"$DIR/.versions"
