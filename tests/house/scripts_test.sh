#!/usr/bin/env bash
# The scripts' promises that need no build: their help, and what they say when they may not or
# cannot go on. Usage: scripts_test.sh SOURCE-FOLDER
set -euo pipefail
cd "$1"

failures=0
fail() {
    echo "FAILED: $1" >&2
    failures=$((failures + 1))
}

# expect NAME EXIT-CODE PATTERN COMMAND...: the command ends so, and its output holds the pattern.
expect() {
    local name=$1 code=$2 pattern=$3 got=0 output
    shift 3
    output=$("$@" 2>&1 </dev/null) || got=$?
    [ "$got" -eq "$code" ] || fail "$name: exit code $got instead of $code: $output"
    grep -q -- "$pattern" <<<"$output" || fail "$name: no '$pattern' in: $output"
}

fake=$(mktemp -d)
trap 'rm -rf "$fake"' EXIT
# fake_command NAME: a program of that name that runs the body given on stdin.
fake_command() {
    { echo '#!/bin/sh' && cat; } >"$fake/$1"
    chmod +x "$fake/$1"
}

for script in install-deps build run test lint bench; do
    expect "$script explains itself" 0 "^Usage: scripts/$script" "scripts/$script" --help
    expect "$script refuses what it does not know" 2 . "scripts/$script" nonsense
done
expect "test needs a preset's name" 2 "needs dev" scripts/test --preset

# A machine without the packages and a user who may not install.
fake_command dpkg-query <<<'exit 1'
fake_command apt-get <<<'echo "apt-get must not be called" >&2; exit 100'
fake_command id <<<'echo 1000'
fake_command sudo <<<'exit 1'
expect "who may not install is told what to have installed" 1 \
    "have an administrator run: apt-get install g++ cmake" \
    env PATH="$fake:$PATH" scripts/install-deps

# The same user with a sudo that asks for nothing.
fake_command sudo <<'BODY'
shift
exec "$@"
BODY
fake_command apt-get <<<'case "$*" in *install*) echo "no such mirror" >&2; exit 100 ;; esac'
expect "a failing apt is shown with its last words" 1 "no such mirror" \
    env PATH="$fake:$PATH" scripts/install-deps

# Packages that are all there cost no call of apt-get and not a word.
fake_command dpkg-query <<'BODY'
for word; do case "$word" in -*) ;; *) echo "installed $word" ;; esac; done
BODY
fake_command apt-get <<<'echo "apt-get must not be called" >&2; exit 100'
expect "nothing missing, nothing done" 0 '^$' env PATH="$fake:$PATH" scripts/install-deps

[ "$failures" -eq 0 ] || exit 1
echo "all promises of the scripts hold"
