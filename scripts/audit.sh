#!/usr/bin/env bash
# Licences, sources, duplicates, advisories (deny.toml) and unused dependencies.
#
# Advisories need the RustSec database, which cargo-deny fetches from GitHub. Where GitHub cannot be
# reached everything else is checked and the last line says so.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

readonly CARGO_DENY_VERSION=0.20.2 CARGO_MACHETE_VERSION=0.9.2

main() {
    tool cargo-deny "$CARGO_DENY_VERSION"
    tool cargo-machete "$CARGO_MACHETE_VERSION"
    local failed=0
    cargo deny --all-features check --hide-inclusion-graph licenses bans sources || failed=1
    cargo machete || failed=1
    advisories || failed=1
    exit "$failed"
}

tool() {
    local name=$1 version=$2
    [[ $("$name" --version 2>/dev/null) == *"$version"* ]] && return
    echo "audit: building $name $version, this takes some minutes"
    CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        cargo install "$name" --version "$version" --locked --force || {
        echo "audit: $name $version could not be built: see the error above." >&2
        exit 1
    }
}

advisories() {
    if ! cargo deny fetch db; then
        echo "audit: the advisories were NOT checked: their database on GitHub cannot be reached." >&2
        return 1
    fi
    cargo deny --all-features check --disable-fetch advisories
}

main
