#!/usr/bin/env bash
# Makes a bundle, unpacks it in a bare root file system with no Java and no network, and runs the kit
# there. Needs root, debootstrap and unshare.
#
#   scripts/bundle-test.sh [FOLDER]     keeps the bare system in FOLDER; target/bundle-test by default
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=${1:-$root/target/bundle-test}
limit=$((60 << 20))
mkdir -p "$work"

if [[ ! -x $work/system/bin/sh ]]; then
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
    grep -v security | sort -u | sed -n 1p)
  rm -rf "$work/system"
  debootstrap --variant=minbase "$suite" "$work/system" "$mirror" >"$work/debootstrap.log" 2>&1 ||
    { tail -n 20 "$work/debootstrap.log" >&2 && exit 1; }
fi

"$root/halyard" bundle -o "$work/halyard.tar.gz"
size=$(stat -c %s "$work/halyard.tar.gz")
[[ $size -lt $limit ]] || { echo "the bundle has $size bytes, may have $limit" >&2 && exit 1; }

rm -rf "$work/system/opt/bundle"
mkdir -p "$work/system/opt/bundle"
tar xzf "$work/halyard.tar.gz" -C "$work/system/opt/bundle" --strip-components=1

# Runs a command of the bundle in the bare system, without a network.
bare() {
  unshare --net --mount --pid --fork sh -c '
    mount --bind /dev "$0/dev" && mount -t proc proc "$0/proc" &&
      exec chroot "$0" /bin/sh -c "cd /tmp && ! command -v java >/dev/null && exec /opt/bundle/halyard \"\$@\"" halyard "$@"
  ' "$work/system" "$@"
}

bare devices
bare tck --device cpu:0 --only contract,robustness --report /tmp/report
bare tck --device cpu:0 --rule N-402 --report /tmp/report-2
bare tck pack /tmp/report -o /tmp/report.zip
echo "bundle: passed ($size bytes)"
