#!/usr/bin/env python3
"""Runs a bench and checks that it ends well and that each line it prints is one whole JSON object
which names its bench and holds both fsync probes (or, for a summary, none). Says nothing of how
fast anything was. Usage: well_formed.py COMMAND..."""

import json
import subprocess
import sys


def complaint(line):
    try:
        values = json.loads(line)
    except ValueError as error:
        return f"is no JSON: {error}"
    if not isinstance(values, dict) or not values.get("bench"):
        return "does not name its bench"
    if len(values.get("fsync_us", [0, 0])) != 2:
        return "does not hold two fsync probes"
    return None


done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)
sys.stdout.write(done.stdout)
lines = done.stdout.splitlines()
bad = [f"{line}\n  {why}" for line in lines if (why := complaint(line))]
if done.returncode != 0:
    bad.append(f"exit code {done.returncode}")
if not lines:
    bad.append("not a line was printed")
sys.exit("\n".join(bad) if bad else 0)
