#!/usr/bin/env bash
# Estimates what the kernel dense takes of an UltraScale+ device, by yosys, and compares with
# docs/fpga.md.
#
#   scripts/fpga-resources.sh            fails if a figure grew by more than 3 percent
#   scripts/fpga-resources.sh --write    puts the figures into docs/fpga.md
#
# Needs yosys; some 80 s of CPU. These are estimates, never a vendor tool's utilisation.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
page=$root/docs/fpga.md
hw=$root/plugin-fpga-xrt/hw
most_growth=3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

command -v yosys >/dev/null || { echo 'needs yosys: apt-get install yosys' >&2 && exit 2; }

cd "$hw"
sources=(*.v)

# As DenseDesign.verilogHash: each file's name, a zero byte, its content.
hash=$(for file in "${sources[@]}"; do printf '%s\0' "$file" && cat "$file"; done | sha256sum)
hash=${hash%% *}

yosys -q -l "$work/log" -p "read_verilog -sv ${sources[*]}
  synth_xilinx -family xcup -top dense -flatten
  tee -o $work/stat stat" >/dev/null 2>&1 || { tail -n 20 "$work/log" >&2 && exit 1; }

# count PATTERN: how many cells have a type that matches.
count() { awk -v type="^($1)\$" '$1 ~ type { sum += $2 } END { print sum + 0 }' "$work/stat"; }

{
  echo '| cells | yosys estimate |'
  echo '|---|---|'
  echo "| DSP48E2 | $(count 'DSP48E2') |"
  echo "| LUT1 to LUT6 | $(count 'LUT[1-6]') |"
  echo "| LUT as RAM (RAM32M16, RAM64M8) | $(count 'RAM(32M16|64M8)') |"
  echo "| FDRE, FDSE | $(count 'FD[RS]E') |"
  echo "| CARRY4 | $(count 'CARRY4') |"
  echo "| RAMB36E2 | $(count 'RAMB36E2') |"
  echo
  echo "Of the Verilog with SHA-256 \`$hash\`."
} >"$work/table"
cat "$work/table"

if [[ ${1:-} == --write ]]; then
  awk -v table="$work/table" '
    /^<!-- resources: / { print; while ((getline line < table) > 0) print line; skip = 1; next }
    /^<!-- end of resources -->/ { skip = 0 }
    !skip' "$page" >"$work/page"
  cp "$work/page" "$page"
  exit
fi

# Rows of the committed table beside those just made.
awk -F ' *[|] *' -v most="$most_growth" '
  FNR == NR { if ($3 ~ /^[0-9]+$/) was[$2] = $3; next }
  $3 ~ /^[0-9]+$/ {
    if (!($2 in was)) { print $2 " is not in docs/fpga.md"; bad = 1 }
    else if ($3 > was[$2] * (1 + most / 100)) {
      print $2 " grew from " was[$2] " to " $3 ": make it smaller, or run with --write and say why"
      bad = 1
    }
  }
  END { exit bad }' "$page" "$work/table" >&2
