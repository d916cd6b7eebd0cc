#!/bin/sh
# Runs the conformance kit and the benchmarks on a device of a machine that has only its driver: no
# Java, no network. Leaves one folder with all that was found.
#
#   gpu-lane.sh ARCHIVE [OPTIONS]    ARCHIVE is of `./halyard bundle --bench -o ARCHIVE`
#   gpu-lane.sh [OPTIONS]            within an unpacked archive
#
#   --device ID        the device (opencl:0)
#   --out FOLDER       where the report goes (gpu-lane-report); it must not exist
#   --profile NAME     of the kit, quick or full (full)
#   --rule RULES       only these rules of the kit; such a run certifies nothing
#   --cases "CASES"    what to measure (products, MLP and MiniLM at batch 1, launches)
#   --budget SECONDS   for each case (30)
#
# Peers that are there are measured beside: PyTorch (python3 with torch), c-opencl (gcc).
# Exit code 0: the kit passed and every ratio is known; 3: nothing failed, but something could not be
# told; 1: something failed. POSIX sh, for small systems.
set -eu

usage() {
  sed -n 's/^# \{0,1\}//; 2,/^Exit code/p' "$0" >&2
  exit 2
}

archive=''
device=opencl:0
out=gpu-lane-report
profile=full
rule=''
cases='sgemm-512x512x512 sgemm-1024x1024x1024 sgemm-4096x4096x4096 sgemm-128x1536x384 sgemm-128x384x1536
  mlp-16-64-32-32-5 minilm-s128-seeded launch-12'
budget=30
while [ $# -gt 0 ]; do
  case $1 in
    --device | --out | --profile | --rule | --cases | --budget)
      [ $# -gt 1 ] || usage
      name=${1#--}
      eval "$name=\$2"
      shift 2
      ;;
    -*) usage ;;
    *)
      [ -z "$archive" ] || usage
      archive=$1
      shift
      ;;
  esac
done

[ ! -e "$out" ] || { echo "gpu-lane: $out exists; name another folder by --out" >&2 && exit 2; }
mkdir -p "$out"
out=$(cd "$out" && pwd)

if [ -n "$archive" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  tar xzf "$archive" -C "$work"
  halyard=$(echo "$work"/*/halyard)
else
  halyard=$(cd "$(dirname "$0")" && pwd)/halyard
fi
[ -x "$halyard" ] || { echo "gpu-lane: no archive given, and no ./halyard beside this script" >&2 && exit 2; }

summary=$out/summary.txt
worst=0
: >"$summary"
note() { echo "$*" | tee -a "$summary"; }

# step NAME COMMAND...: runs it with its output in NAME.txt, and notes how it ended.
step() {
  name=$1
  shift
  start=$(date +%s)
  code=0
  "$@" >"$out/$name.txt" 2>"$out/$name.log" || code=$?
  note "$name: exit $code after $(($(date +%s) - start)) s"
  case $code in
    0) ;;
    3) [ "$worst" = 1 ] || worst=3 ;;
    *)
      worst=1
      tail -n 5 "$out/$name.log" >&2
      ;;
  esac
}

machine() {
  date -u
  uname -a
  grep -m 1 'model name' /proc/cpuinfo || true
  echo "processors: $(grep -c '^processor' /proc/cpuinfo)"
  grep MemTotal /proc/meminfo || true
  nvidia-smi 2>/dev/null || echo 'no nvidia-smi'
  python3 -c 'import torch; print("PyTorch", torch.__version__, torch.cuda.is_available())' 2>&1 || true
}

note "device $device, profile $profile${rule:+, rules $rule}"
step machine machine
step devices "$halyard" devices
step tck "$halyard" tck --device "$device" --profile "$profile" ${rule:+--rule "$rule"} --report "$out/tck"
if [ -d "$out/tck" ]; then
  step pack "$halyard" tck pack "$out/tck" -o "$out/tck.zip"
fi
# shellcheck disable=SC2086 # a list
step bench "$halyard" bench $cases --device "$device" --budget "$budget" --out "$out/bench.json"

[ ! -r "$out/tck/summary.json" ] || note "kit: $(cat "$out/tck/summary.json")"
cat "$out/bench.txt"
note "report: $out"
exit "$worst"
