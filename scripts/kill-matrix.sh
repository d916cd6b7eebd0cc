#!/usr/bin/env bash
# Every mutant plugin through a quick run of the whole kit: which rules find which fault, and whether
# a rule finds what it should not. A run of all of them writes docs/kill-matrix.md, and the data that
# the report shows it by. OUTDIR keeps the report of each.
#
#   scripts/kill-matrix.sh [--fresh] [--out OUTDIR] [MUTANT]...     all mutants by default
#
# About a minute and a half for each of them on two cores. A mutant with a result for the same sources
# is not run again, unless --fresh is given. Exit code 1: a mutant survived, or was found by a rule
# that it does not break.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$root/target/kill-matrix
fresh=no
while [[ ${1:-} == --* ]]; do
  case $1 in
    --fresh) fresh=yes ;;
    --out) out=$2 && shift ;;
    *) echo "usage: scripts/kill-matrix.sh [--fresh] [--out OUTDIR] [MUTANT]..." >&2 && exit 2 ;;
  esac
  shift
done
[[ $fresh == no ]] || rm -rf "$out"
mkdir -p "$out"

cd "$root"
JAVA_HOME=$("$root/halyard" jdk)
export JAVA_HOME
mvn -q -B -ntp -Dfast -DskipTests -pl tck -am package dependency:build-classpath \
  -Dmdep.includeScope=test -Dmdep.outputFile="$out/classpath" >"$out/build.log" 2>&1 ||
  { tail -n 40 "$out/build.log" >&2 && exit 1; }
data=tck/src/main/resources/dev/halyard/tck/kill-matrix.json
hash=$(git ls-files -co --exclude-standard api runtime plugin-cpu testkit tck docs/conformance.md |
  grep -v "^$data$" | sort | git hash-object --stdin-paths | git hash-object --stdin)
exec "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC \
  -cp "tck/target/fast/classes:tck/target/fast/test-classes:$(<"$out/classpath")" \
  dev.halyard.tck.mutants.KillMatrix "$out" "$hash" docs/kill-matrix.md "$data" "$@"
