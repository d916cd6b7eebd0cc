#!/bin/sh
# Writes bindings of XRT's native API with jextract, to compare with those that are kept by hand in
# plugin-fpga-xrt/src/main/java/dev/halyard/fpga/xrt/binding: after a change of XRT's headers, or to
# see what a function that is missing there looks like. HeaderAgreementTests says whether the two
# agree with the headers; this changes nothing in the tree.
#
#   xrt-bindings.sh FOLDER    FOLDER is for the result; it must not exist
#
# Needs jextract for JDK 25 on PATH and XRT's headers (the package libxrt-dev). jextract is in no
# package registry: build it from https://github.com/openjdk/jextract. It fails on the anonymous
# structs of ert.h, which xrt_kernel.h includes, so that what is wanted is named one by one.
set -eu

headers=${XILINX_XRT:+$XILINX_XRT/include}
[ -r "${headers:-/usr/include/xrt}/xrt/xrt_kernel.h" ] || headers=''
headers=${headers:-/usr/include/xrt}
package=dev.halyard.fpga.xrt.binding
bindings=$(dirname "$0")/../plugin-fpga-xrt/src/main/java/dev/halyard/fpga/xrt/binding/xrt_h.java

fail() {
  printf 'xrt-bindings: %s\n' "$1" >&2
  exit 1
}

[ $# = 1 ] || fail 'usage: xrt-bindings.sh FOLDER'
[ ! -e "$1" ] || fail "$1 exists; name a folder to make"
command -v jextract >/dev/null ||
  fail 'needs jextract on PATH; build it from https://github.com/openjdk/jextract'
[ -r "$headers/xrt/xrt_kernel.h" ] ||
  fail "found no $headers/xrt/xrt_kernel.h; as root: apt-get install -y libxrt-dev"

mkdir -p "$1"
header=$1/xrt.h
printf '#include <xrt/%s>\n' xrt_device.h xrt_bo.h xrt_kernel.h >"$header"

# The functions and constants of the bindings, by their names there.
set --
for function in $(sed -n 's/^  static final class \(xrt[A-Za-z]*\) {$/\1/p' "$bindings"); do
  set -- "$@" --include-function "$function"
done
for constant in $(sed -n 's/^  public static final int \([EX][A-Z_]*\) = .*/\1/p' "$bindings"); do
  set -- "$@" --include-constant "$constant"
done

jextract --include-dir "$headers" --target-package "$package" --header-class-name xrt_h \
  --output "$(dirname "$header")" "$@" "$header"
