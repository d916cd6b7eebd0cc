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
# What is judged is the kit: a change of the devices that it judges makes no row of the mutants old, and the
# correct ones are run by every ./halyard test.
hash=$(git ls-files -co --exclude-standard {testkit,tck}/src/main \
  docs/conformance.md tck/src/test/java/dev/halyard/tck/mutants/{Mutant,GraphCopy}.java |
  grep -v "^$data$" | sort | git hash-object --stdin-paths | git hash-object --stdin)
# Jars, since classes in folders are in no AOT cache; the cache takes a third off each of the many processes.
jars=$out/halyard-tck.jar:$out/halyard-tck-tests.jar
"$JAVA_HOME/bin/jar" cf "$out/halyard-tck.jar" -C tck/target/fast/classes .
"$JAVA_HOME/bin/jar" cf "$out/halyard-tck-tests.jar" -C tck/target/fast/test-classes .
java=("$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED
  --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC -cp "$jars:$(<"$out/classpath")")
"${java[@]}" -XX:AOTCacheOutput="$out/halyard.aot" -XX:-OmitStackTraceInFastThrow -Dhalyard.tck.profile=QUICK \
  -Dhalyard.tck.device=cpu:0 -Dhalyard.tck.tight=false -Dhalyard.tck.seed=1 -Dhalyard.tck.outcome="$out/outcome" \
  dev.halyard.tck.robustness.Fork R-104 "64 submitters" >"$out/aot.log" 2>&1 ||
  { tail -n 40 "$out/aot.log" >&2 && exit 1; }
exec "${java[@]}" -XX:AOTCache="$out/halyard.aot" \
  dev.halyard.tck.mutants.KillMatrix "$out" "$hash" docs/kill-matrix.md "$data" "$jobs" "$@"
