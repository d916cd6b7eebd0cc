#!/usr/bin/env bash
# What issue 5 must show and CI has no time for: the whole kit's quick profile on the emulated board
# and in processes of their own, and the two costs. The rest is in ./halyard test, whose summary names
# lanes that were skipped: none may be where this is to count.
#
#   scripts/acceptance/issue-5.sh [FOLDER]     works in FOLDER (a new temporary one by default)
#
# Needs what the lanes xrt, rtl and pocl install. Some 40 minutes on two cores; leave the
# machine alone. Exit code 0: everything held. The last lines are what docs/results.md quotes.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

./halyard devices --json >"$work/devices.json" 2>"$work/devices.log"
says listed "$work/devices.json" 'any(x["id"] == "fpga-xrt:0" and x["emulated"] and "RTL under Verilator" in x["name"]
  and "libxrt_coreutil" in x["driver"] and "SHA-256" in x["driver"] for x in d)'

left() { ls -d /dev/shm/halyard-isolated-* /tmp/halyard-fpga-* 2>/dev/null || true; }
before=$(left)

held kit 600 ./halyard tck --device fpga-xrt:0 --profile quick --report "$work/report-fpga"
says verilated "$work/report-fpga/environment.json" 'd["emulated"] and d["isolated"] and "Verilator" in d["name"]
  and {"CORE", "INT8", "INT16", "DETERMINISTIC", "LOSS_INJECTION"} <= set(d["profiles"])'
held isolated-cpu 600 ./halyard tck --device cpu:0 --isolate --profile quick --report "$work/report-cpu"
says cpu-isolated "$work/report-cpu/environment.json" 'd["isolated"]'
held isolated-opencl 2400 ./halyard tck --device opencl:0 --isolate --jobs 2 --profile quick --report "$work/report-opencl"
says opencl-isolated "$work/report-opencl/environment.json" 'd["isolated"] and "Portable Computing Language" in d["device platform"]'
sleep 2
held nothing-left 1 test "$(left)" = "$before"

ratio fpga-xrt:0 xrt-dense-784x128 c-xrt 1.3
ratio fpga-xrt:0 xrt-dense-64x10 c-xrt 1.3
held isolation 120 ./halyard bench isolation-mlp-16-64-32-32-5
note "isolation: $(grep -h 'added by isolation' "$work/isolation.log" || echo 'NOT HELD: no figure')"

note "report: $(head -c 400 "$work/report-fpga/summary.json" | tr -s '\n ' ' ')"
concluded
