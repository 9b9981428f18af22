#!/usr/bin/env bash
# Every test, one stage after the other; ends with what each runner said of itself.
#
# A stage that fails does not hide the next, but nothing runs in a browser without a build.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly LOGS=target/test-logs STAND_IN=target/supabase-test
failed=0
scratch=
summary=()

main() {
    scripts/setup.sh toolchain build browser supabase
    trap clean_up EXIT
    rm -rf "$LOGS"
    mkdir -p "$LOGS"
    in_memory
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

clean_up() {
    scripts/supabase.sh stop "$STAND_IN" >/dev/null 2>&1 || true
    [[ -z $scratch ]] || rm -rf "$scratch"
}

# Lets the tests keep their files in memory if there is room for them: where a disk stands still for seconds,
# what waits for it fails, and that says nothing about the app.
in_memory() {
    local room
    room=$(df --output=avail --block-size=1M /dev/shm 2>/dev/null | tail --lines=1) || return 0
    if [[ -w /dev/shm ]] && ((room >= 2048)); then
        scratch=$(mktemp --directory /dev/shm/creator-connect.XXXXXX)
        # As /tmp is: what runs as another user has its files there too.
        chmod 1777 "$scratch"
        export TMPDIR=$scratch
    fi
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
    # A test that passed at its second try is told of too.
    if [[ $verdict != passed ]] || grep --quiet --extended-regexp '^ +[0-9]+ flaky' "$LOGS/$name.log"; then
        mapfile -t -O "${#summary[@]}" summary < <(faults_in "$LOGS/$name.log")
    fi
    [[ $verdict == passed ]]
}

# The summary lines of cargo test, of Playwright, of scripts/supabase-test.sh and of the chaos harness.
runner_says() {
    grep --extended-regexp '^test result: |^[0-9]+ passed, [0-9]+ failed$|^ +[0-9]+ (passed|failed|flaky|skipped|did not run|interrupted)' "$1" || true
}

# What failed and why, in few lines: whoever reads only the end of a run has no other log. First the names
# and first words of Playwright and of cargo test, or else the log's last lines.
faults_in() {
    local plain
    plain=$(sed --regexp-extended 's/\x1b\[[0-9;]*m//g' "$1")
    grep --extended-regexp --after-context=8 '^  +[0-9]+\) \[|^ +(Error|TimeoutError|Test timeout)|^thread .* panicked at|^error' \
        <<<"$plain" | grep --invert-match --extended-regexp '^(--)?$|^ +$' | head --lines=60 | sed 's/^/    /' | grep . ||
        tail --lines=20 <<<"$plain" | sed 's/^/    /'
}

main
