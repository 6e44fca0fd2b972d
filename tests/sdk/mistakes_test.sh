#!/usr/bin/env bash
# Every mistake of mistakes/mistakes.cpp is one readable sentence of the compiler's.
# Usage: mistakes_test.sh COMPILER SDK-INCLUDE-FOLDER FILE
set -euo pipefail
compiler=$1 includes=$2 file=$3

if output=$("$compiler" -std=c++20 -fsyntax-only -I"$includes" "$file" 2>&1); then
    echo "FAILED: $file compiles" >&2
    exit 1
fi
failures=0
expected=0
while IFS= read -r sentence; do
    expected=$((expected + 1))
    if ! grep -qF -- "$sentence" <<<"$output"; then
        echo "FAILED: the compiler does not say: $sentence" >&2
        failures=$((failures + 1))
    fi
done < <(sed -n 's|^// says: ||p' "$file")

# Nothing else: a mistake must not be buried under what follows from it.
errors=$(grep -cE '(fatal )?error: ' <<<"$output")
if [ "$errors" -ne "$expected" ] || [ "$expected" -eq 0 ]; then
    echo "FAILED: $errors errors for $expected mistakes:" >&2
    grep -E 'error: ' <<<"$output" >&2
    failures=$((failures + 1))
fi
[ "$failures" -eq 0 ]
