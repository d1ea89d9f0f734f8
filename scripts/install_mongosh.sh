#!/bin/sh
# Put MongoDB's shell into the cache, for the tests that open it, and print the folder it is in.
# Without npm, or without a network, the folder stays empty: the test says so and is skipped.
set -u
VERSION=2.12.0
folder="${XDG_CACHE_HOME:-$HOME/.cache}/seawall-tests/mongosh-$VERSION"

install() {
    # Moved into place when it is whole: a broken download leaves nothing that looks installed.
    mkdir -p "$(dirname "$folder")"
    part=$(mktemp -d "$folder.XXXXXX")
    trap 'rm -rf "$part"' EXIT
    timeout 300 npm install --prefix "$part" --ignore-scripts --omit=optional --no-audit --no-fund \
        --fetch-retries=5 --fetch-timeout=60000 --loglevel=error "mongosh@$VERSION" >&2 &&
        mv -T "$part" "$folder"
}

[ -x "$folder/node_modules/.bin/mongosh" ] || install || echo "seawall: going on without mongosh" >&2
echo "$folder/node_modules/.bin"
