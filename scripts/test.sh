#!/usr/bin/env bash
# Every test, one stage after the other; ends with what each runner said of itself.
#
# A stage that fails does not hide the next, but nothing runs in a browser without a build.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly LOGS=target/test-logs STAND_IN=target/supabase-test
failed=0
summary=()

main() {
    scripts/setup.sh toolchain build browser supabase
    trap 'scripts/supabase.sh stop "$STAND_IN" >/dev/null 2>&1 || true' EXIT
    rm -rf "$LOGS"
    mkdir -p "$LOGS"
    stage lints scripts/check.sh || true
    stage supabase scripts/supabase-test.sh || true
    stage stand-in scripts/supabase.sh start "$STAND_IN" || true
    stage cargo cargo test --locked --no-fail-fast || true
    stage chaos scripts/chaos.sh short || true
    if stage build scripts/build.sh; then
        stage browser npm run --silent --prefix end2end test || true
    fi
    printf '\n%s\n' "== Summary =="
    printf '%s\n' "${summary[@]}"
    exit "$failed"
}

# Runs a stage and keeps what it prints; true when it passed.
stage() {
    local name=$1 began=$SECONDS verdict=passed
    shift
    printf '\n== %s ==\n' "$name"
    if ! "$@" 2>&1 | tee "$LOGS/$name.log"; then
        verdict=FAILED
        failed=1
    fi
    summary+=("$name: $verdict in $((SECONDS - began)) s")
    mapfile -t -O "${#summary[@]}" summary < <(runner_says "$LOGS/$name.log")
    [[ $verdict == passed ]]
}

# The summary lines of cargo test, of Playwright, of scripts/supabase-test.sh and of the chaos harness.
runner_says() {
    grep --extended-regexp '^test result: |^[0-9]+ passed, [0-9]+ failed$|^ +[0-9]+ (passed|failed|flaky|skipped|did not run|interrupted)' "$1" || true
}

main
