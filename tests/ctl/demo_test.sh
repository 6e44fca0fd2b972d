#!/usr/bin/env bash
# The demo itself, as people and scripts run it: proves X1 (and what its own proofs say).
# Usage: demo_test.sh ORCHCTL FOLDER
set -euo pipefail
orchctl=$1
folder=$2

rm -rf "$folder"
answer=$("$orchctl" demo --json --dir "$folder")
echo "$answer"
expected='^\{"ok":true,"task":"T-1","repository":"[^"]+/greeter","merge_commit":"[0-9a-f]{40}",'
expected+='"stages":7,"rework":2,"adopted":1,"double_runs":0,"seconds":[0-9.]+\}$'
[[ $answer =~ $expected ]] || { echo "that is not what FACE promises" && exit 1; }

tip=$(git -C "$folder/greeter" rev-parse main)
[[ $answer == *"$tip"* ]] || { echo "main is at $tip" && exit 1; }
