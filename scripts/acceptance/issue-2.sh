#!/usr/bin/env bash
# What issue 2 must show and CI has no time for: from a clean clone with an empty local Maven
# repository, the two commands of the README, then the figures of the hot path.
#
#   scripts/acceptance/issue-2.sh [FOLDER]     works in FOLDER (a new temporary one by default)
#
# Exit code 0: everything held. The last lines are what docs/results.md quotes.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=${1:-$(mktemp -d)}
clone=$work/halyard
results=$work/results.txt
mkdir -p "$work"
: >"$results"

note() { printf '%s\n' "$*" | tee -a "$results"; }

timed() { # timed NAME COMMAND...: runs it with its output in a file, and notes its exit code and time
  local name=$1 start=$SECONDS code=0
  shift
  "$@" >"$work/$name.log" 2>&1 || code=$?
  note "$name: exit $code after $((SECONDS - start)) s (log: $name.log)"
  return $code
}

git clone -q "$here" "$clone"
cd "$clone"
note "commit $(git rev-parse --short HEAD) on $(nproc) cores, $(date -u +%F)"

export MAVEN_OPTS="-Dmaven.repo.local=$work/repository ${MAVEN_OPTS:-}"
export HALYARD_CACHE=$work/cache
timed demo-first ./halyard demo "how does light bend"
timed demo-second ./halyard demo "how does light bend"
timed test ./halyard test

for round in 1 2 3; do
  timed "overhead-$round" ./halyard bench overhead-mlp-16-64-32-32-5
  cat "$work/overhead-$round.log" >>"$results"
done
note "all held"
cat "$results"
