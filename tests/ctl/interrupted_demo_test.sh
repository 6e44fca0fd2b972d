#!/usr/bin/env bash
# A demo that is interrupted leaves nothing running, says so, and does not claim success.
# Usage: interrupted_demo_test.sh ORCHCTL FOLDER
set -euo pipefail
orchctl=$1
folder=$2

rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
"$orchctl" demo --dir "$folder" >"$folder.out" 2>&1 &
demo=$!

# The plug is pulled while an agent works and orchd is being started again, or thereabouts.
until grep -qs '^start .* development' "$folder/runs/ledger"; do
    kill -0 "$demo" || { cat "$folder.out" && exit 1; }
    sleep 0.02
done
kill -INT "$demo"
code=0
wait "$demo" || code=$?

if [ "$code" -ne 1 ] || ! grep -q interrupted "$folder.out"; then
    echo "ended with $code and said:" && cat "$folder.out"
    exit 1
fi
for process in /proc/[0-9]*; do
    if [ "$process" != "/proc/$$" ] && grep -qsF "$folder/" "$process/cmdline"; then
        echo "still running: $(tr '\0' ' ' <"$process/cmdline")"
        exit 1
    fi
done
