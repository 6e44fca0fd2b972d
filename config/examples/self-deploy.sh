#!/bin/sh
# A deploy command with which orchd replaces itself under systemd (docs/operating.md, "orchd deploying itself").
#
#   deploy:
#     command: [config/examples/self-deploy.sh, "{version}", /opt/orchd, /var/lib/orchd]
#     timeout: 30m
#     exit_codes: {rolled_back: [3], retry: [75]}
#
# $1 the version, $2 a folder with releases/ and the link current, $3 orchd's state_dir. The unit has
#   ExecStart=/opt/orchd/current/bin/orchd …  Restart=always  KillMode=process
# It ends orchd and never starts it: what this command leaves behind is ended with it.
set -eu
version=$1 root=$2 state=$3
patience=90 # seconds for an orchd to answer; more than store.lock_wait

pid() { sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' "$state/daemon.json" 2>/dev/null; }
url() { sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$state/daemon.json" 2>/dev/null; }
switch_to() {
    ln -sfn "$1" "$root/next"
    mv -T "$root/next" "$root/current" # a rename: there is no moment without a current
}
# Ends the orchd that runs and waits for another one that is ready.
restart() {
    old=$(pid)
    if [ -n "$old" ]; then kill -TERM "$old"; fi
    tries=0
    while [ -z "$(pid)" ] || [ "$(pid)" = "$old" ] || ! curl -fsS "$(url)/readyz" >/dev/null; do
        tries=$((tries + 1))
        if [ "$tries" -gt "$patience" ]; then return 1; fi
        sleep 1
    done
}

before=$(readlink "$root/current")
release=$root/releases/$version
scripts/build release orchd orchctl orch-shim || exit 1 # nothing is installed yet: failed
mkdir -p "$release" || exit 75
cp -R build/release/bin "$release/" || exit 75 # no room, perhaps: try again later

switch_to "$release"
if restart; then exit 0; fi
echo "$version does not become ready: back to $before" >&2
switch_to "$before"
if restart; then exit 3; fi
echo "$before does not become ready either" >&2
exit 4
