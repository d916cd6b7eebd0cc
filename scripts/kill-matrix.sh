#!/usr/bin/env bash
# Every mutant plugin through a quick run of the whole kit: which rules find which fault, and whether
# a rule finds what it should not.
#
#   scripts/kill-matrix.sh [--fresh] [--jobs N] [--out OUTDIR] [MUTANT]...     all by default
#
# Two minutes of a core for each of them. Those whose rules read the clock run last and one by one:
# leave the machine alone then. N run at a time before (2). A mutant with a result for the same sources
# in tck/src/main/resources/dev/halyard/tck/kill-matrix.json is not run again, unless --fresh is given;
# that file and docs/kill-matrix.md are written after each. Builds in the same checkout break a run
# under way. OUTDIR keeps the reports. Exit code 1: a mutant survived, or was found by a rule that it
# does not break.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$root/target/kill-matrix
fresh=no
jobs=2
while [[ ${1:-} == --* ]]; do
  case $1 in
    --fresh) fresh=yes ;;
    --jobs) jobs=$2 && shift ;;
    --out) out=$2 && shift ;;
    *) echo "usage: scripts/kill-matrix.sh [--fresh] [--jobs N] [--out OUTDIR] [MUTANT]..." >&2 && exit 2 ;;
  esac
  shift
done
cd "$root"
data=tck/src/main/resources/dev/halyard/tck/kill-matrix.json
[[ $fresh == no ]] || rm -rf "$out" "$data"
mkdir -p "$out"
JAVA_HOME=$("$root/halyard" jdk)
export JAVA_HOME
mvn -q -B -ntp -Dfast -DskipTests -pl tck -am package dependency:build-classpath \
  -Dmdep.includeScope=test -Dmdep.outputFile="$out/classpath" >"$out/build.log" 2>&1 ||
  { tail -n 40 "$out/build.log" >&2 && exit 1; }
hash=$(git ls-files -co --exclude-standard {api,runtime,plugin-cpu,testkit,tck}/src/main \
  docs/conformance.md tck/src/test/java/dev/halyard/tck/mutants/{Mutant,GraphCopy}.java |
  grep -v "^$data$" | sort | git hash-object --stdin-paths | git hash-object --stdin)
exec "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC \
  -cp "tck/target/fast/classes:tck/target/fast/test-classes:$(<"$out/classpath")" \
  dev.halyard.tck.mutants.KillMatrix "$out" "$hash" docs/kill-matrix.md "$data" "$jobs" "$@"
