#!/usr/bin/env bash
# Neo4j's community edition from its published Java artifacts, for the tests. Nothing is built. Quick when it is there.
set -euo pipefail

VERSION=5.26.1
DIR=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast-tests/neo4j-$VERSION

say() { printf '%s\n' "services: $*"; }

if [ -e "$DIR/.complete" ]; then exit 0; fi
by_hand() {
  say "$1 Neo4j is not installed for the tests; those that need it are skipped, each with its reason."
  [ "${CI:-}" = true ] && exit 1
  exit 0
}
command -v java >/dev/null || by_hand 'There is no java (Debian: openjdk-17-jre-headless).'
command -v mvn >/dev/null || by_hand 'There is no mvn (Debian: maven).'
say "installing neo4j $VERSION ..."
rm -rf "$DIR"
mkdir -p "$DIR"
# The first is the server; the second has the database and the program that starts both (CommunityEntryPoint).
cat >"$DIR/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>holdfast</groupId><artifactId>neo4j-for-tests</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>$VERSION</version></dependency>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>$VERSION</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$DIR/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
  -DoutputDirectory="$DIR/lib" || by_hand 'mvn could not fetch it.'
touch "$DIR/.complete"
