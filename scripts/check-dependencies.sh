#!/usr/bin/env bash
# Licences, bans, sources and unused dependencies, with the tools of `make audit` where they are installed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

failed=0
if command -v cargo-deny >/dev/null; then
    cargo deny --all-features --log-level error check licenses bans sources || failed=1
else
    echo "cargo-deny is not installed: 'make audit' installs it and checks licences, bans and advisories."
fi
if command -v cargo-machete >/dev/null; then
    cargo machete || failed=1
fi
exit "$failed"
