# Sourced by the acceptance scripts with a folder, $1 or a new one: makes a clone there, $work/halyard,
# enters it, and keeps what is noted in $work/results.txt. A shell reads a script while it runs: don't
# edit one that does.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=${1:-$(mktemp -d)}
results=$work/results.txt
mkdir -p "$work"
: >"$results"

note() { printf '%s\n' "$*" | tee -a "$results"; }

# held NAME SECONDS COMMAND...: runs it, and notes whether it ended with 0 in time; what hangs is ended.
held() {
  local name=$1 most=$2 start=$SECONDS code=0 verdict=held
  shift 2
  timeout -k 30 "$most" "$@" >"$work/$name.log" 2>&1 || code=$?
  [[ $code == 0 ]] || verdict='NOT HELD'
  note "$name: $verdict: exit $code after $((SECONDS - start)) s of at most $most"
}

# says NAME FILE EXPRESSION: an expression of Python's is true of what is in a JSON file, as d.
says() {
  local name=$1 file=$2 expression=$3 verdict=held
  python3 -c "import json, sys; d = json.load(open(sys.argv[1])); sys.exit(not ($expression))" "$file" ||
    verdict='NOT HELD'
  note "$name: $verdict"
}

# ratio DEVICE CASE PEERS LIMIT: our time is at most LIMIT times that of the fastest of some peers.
ratio() {
  local device=$1 case=$2 peers=$3 limit=$4 out=$work/bench-$2.json
  ./halyard bench "$case" --device "$device" --threads 2 --budget 60 --json >"$out" 2>"$work/bench-$case.log" || true
  python3 - "$out" "$case" "$peers" "$limit" <<'PY' | tee -a "$results"
import json, sys
out, case, peers, limit = sys.argv[1], sys.argv[2], sys.argv[3].split(","), float(sys.argv[4])
try:
    rows = [r for r in json.load(open(out)) if r["peer"] in peers and r.get("ratio")]
except ValueError:
    rows = []
missing = set(peers) - {r["peer"] for r in rows}
worst = float("nan") if missing else max(r["ratio"] for r in rows)
told = ", ".join("%s %.3f ms (ours %.3f; %.2f to %.2f, %s; %s)" % (r["peer"], r["peerMs"], r["oursMs"], r["ratioLow"], r["ratioHigh"], r["outcome"].lower(), r["theirs"]) for r in rows)
told += "".join("; no figure for " + peer for peer in sorted(missing))
print("%s: %s: ratio %.2f of at most %.2f; %s" % (case, "held" if worst <= limit else "NOT HELD", worst, limit, told))
PY
}

# concluded: notes whether all held, and ends so.
concluded() {
  if grep -q 'NOT HELD' "$results"; then
    exit 1
  fi
  note 'all held'
}

git clone -q "$here" "$work/halyard"
cd "$work/halyard"
note "commit $(git rev-parse --short HEAD) on $(nproc) cores, $(date -u +%F)"
