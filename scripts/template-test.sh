#!/usr/bin/env bash
# Builds the vendor's template as a vendor would: outside the source tree, against installed
# artifacts, and puts the jar to the kit.
#
#   scripts/template-test.sh [REPOSITORY]     a local Maven repository; the usual one by default
#
# Exit code 0: it builds, its tests pass, the kit in one jar (java -jar) finds that it keeps the
# contract, and the whole kit's verdict is PASS, with what the plugin does not claim listed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[[ -z ${1:-} ]] || export MAVEN_OPTS="-Dmaven.repo.local=$1 ${MAVEN_OPTS:-}"

JAVA_HOME=$("$root/halyard" jdk) # as docs/vendors.md says
export JAVA_HOME

step() { printf '\n--- %s\n' "$*"; }

step 'install the artifacts'
(cd "$root" && mvn -q -B -ntp -Dfast -Dmaven.test.skip=true -pl tck -am install)

step 'build the template outside the source tree, and run the kit in its build'
cp -r "$root/examples/plugin-template" "$work/plugin"
(cd "$work/plugin" && mvn -q -B -ntp verify)

mkdir "$work/plugins"
cp "$work"/plugin/target/halyard-plugin-gelu-*.jar "$work/plugins"

step 'run the contract on the jar, by the kit in one jar'
cp "$root"/tck/target/fast/halyard-tck-*-kit.jar "$work/kit.jar"
(cd "$work" && "$JAVA_HOME/bin/java" -jar kit.jar --device gelu:0 --plugin plugins --only contract --report contract)
grep -q '"verdict" : "PASS"' "$work/contract/summary.json" ||
  { cat "$work/contract/summary.json" >&2 && exit 1; }
[[ -s $work/contract/index.html ]] || { echo 'the kit wrote no page' >&2 && exit 1; }

step 'run the whole kit on the jar'
code=0
"$root/halyard" tck --device gelu:0 --plugin "$work/plugins" --report "$work/report" || code=$?
cat "$work/report/summary.json"
[[ $code == 0 ]] || { echo "the kit does not say PASS (exit $code)" >&2 && exit 1; }
grep -q '"matmul/1 F32"' "$work/report/summary.json" ||
  { echo 'the summary does not list matmul as not claimed' >&2 && exit 1; }
for passed in N-402.halyard.gelu.erf/1.F32 S-301 R-103 L-002; do
  grep "\"id\":\"$passed" "$work/report/results.jsonl" | grep -q '"verdict":"PASS"' ||
    { echo "no check of $passed passed" >&2 && exit 1; }
done
echo 'template: passed'
