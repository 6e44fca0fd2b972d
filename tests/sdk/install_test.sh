#!/usr/bin/env bash
# An author's way, whole: installs the SDK and nothing else, then builds the example as it was
# installed against it, and looks at what came out. The plugin is left in OUTPUT for other tests.
# proves H7
# Usage: install_test.sh CMAKE SOURCE-FOLDER BUILD-FOLDER OUTPUT-FOLDER
set -euo pipefail
cmake=$1 source=$2 build=$3 output=$4

fail() {
    echo "FAILED: $1" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix

"$cmake" --install "$build" --component sdk --prefix "$prefix" >"$work/install.log"
if [ -e "$prefix/bin" ] || [ -e "$prefix/lib" ]; then fail "the SDK brings more than headers"; fi
for file in include/orch/plugin.h include/orch/plugin.hpp include/orch/testing.hpp \
    share/doc/orchd/sdk/guide.md share/doc/orchd/sdk/services.md; do
    [ -f "$prefix/$file" ] || fail "$file is not installed"
done

cp -r "$prefix/share/doc/orchd/sdk/examples/disk-watch" "$work/author"
"$cmake" -S "$work/author" -B "$work/built" -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >"$work/configure.log"
"$cmake" --build "$work/built" >"$work/build.log" || fail "$(cat "$work/build.log")"
if grep -rlF "$source" "$work/author" "$work/built" "$prefix/share/cmake" "$prefix/include"; then
    fail "these files know the tree that the SDK was installed from"
fi

library=$work/built/disk-watch.so
[ -f "$library" ] || fail "there is no disk-watch.so"
exports=$(nm -D --defined-only "$library" | awk '{print $NF}')
[ "$exports" = orch_plugin_v1 ] || fail "it exports $exports"
! nm -a "$library" | grep -q ' u ' || fail "it has STB_GNU_UNIQUE symbols"
readelf -lW "$library" | grep -E 'GNU_STACK.* RW ' >/dev/null || fail "its stack is executable"
readelf -dW "$library" | grep BIND_NOW >/dev/null || fail "it is not bound at once"
! readelf -dW "$library" | grep -E 'TEXTREL|RPATH|RUNPATH|NODELETE|STATIC_TLS' ||
    fail "orchd would refuse it"

cat >"$work/author/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(later LANGUAGES CXX)
find_package(OrchSDK 2 REQUIRED)
CMAKE
! "$cmake" -S "$work/author" -B "$work/later" -DCMAKE_PREFIX_PATH="$prefix" \
    >"$work/later.log" 2>&1 || fail "an SDK of version 1 passes for version 2"
grep -q OrchSDK "$work/later.log" || fail "$(cat "$work/later.log")"

mkdir -p "$output"
cp "$library" "$output/disk-watch.so.new"
mv "$output/disk-watch.so.new" "$output/disk-watch.so" # whole at any moment, a new file each time
