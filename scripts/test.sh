#!/usr/bin/env bash
# Runs every test and prints a summary: the verdict and time of each stage, what failed and why, the slowest tests, and
# the runners' own counts.
#
# One compilation serves the lints, the tests, the chaos harness and the browser: clippy-driver compiles this workspace
# in the place of rustc. Stages that mostly wait run side by side with stages that compile. A stage that fails does not
# hide the others.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly LOGS=target/test-logs STAND_INS=(target/supabase-test target/tmp/doctor-supabase)
export RUSTC_WORKSPACE_WRAPPER=clippy-driver CARGO_BUILD_WARNINGS=deny
export PLAYWRIGHT_JSON_OUTPUT_NAME=$PWD/$LOGS/browser.json
export CREATOR_CONNECT_BINARY=$PWD/target/debug/creator-connect
declare -A pid
stages=()
failed=0
scratch=

main() {
    scripts/setup.sh toolchain build tests browser supabase
    trap clean_up EXIT
    rm -rf "$LOGS" target/nextest
    mkdir -p "$LOGS" target/tmp
    use_memory_for_files

    start format cargo fmt --check
    start build cargo build --locked --all-targets
    finish format || true
    if finish build; then
        start stand-in bash -euc 'for folder; do scripts/supabase.sh start "$folder"; done' _ "${STAND_INS[@]}"
        finish stand-in || true
        start site scripts/build-site.sh
        start chaos scripts/chaos.sh short
        start rust cargo nextest run --locked
        finish rust || true
        start sql scripts/sql-test.sh
        finish sql || true
        start api scripts/api-test.sh
        finish api || true
        if finish site; then
            start browser npm run --silent --prefix end2end test
            finish browser || true
        fi
        finish chaos || true
    fi
    start dependencies scripts/check-dependencies.sh
    finish dependencies || true
    summary
    exit "$failed"
}

clean_up() {
    local name folder
    for name in "${!pid[@]}"; do kill -- "-${pid[$name]}" 2>/dev/null || true; done
    for folder in "${STAND_INS[@]}"; do scripts/supabase.sh stop "$folder" >/dev/null 2>&1 || true; done
    [[ -z $scratch ]] || rm -rf "$scratch"
}

# Puts the tests' files in memory if there is enough of it: a disk that stalls for seconds says nothing about the app.
use_memory_for_files() {
    local megabytes
    megabytes=$(df --output=avail --block-size=1M /dev/shm 2>/dev/null | tail --lines=1) || return 0
    if [[ -w /dev/shm ]] && ((megabytes >= 2048)); then
        scratch=$(mktemp --directory /dev/shm/creator-connect.XXXXXX)
        # As open as /tmp: PostgreSQL runs as another user.
        chmod 1777 "$scratch"
        export TMPDIR=$scratch
    fi
}

# start NAME COMMAND...: runs a stage in the background, in a process group of its own, with its output in a file.
start() {
    local name=$1
    shift
    printf '== %s started ==\n' "$name"
    stages+=("$name")
    setsid bash -c 'began=$SECONDS; "$@"; code=$?; echo "$((SECONDS - began))" >"$0"; exit "$code"' \
        "$LOGS/$name.seconds" "$@" >"$LOGS/$name.log" 2>&1 </dev/null &
    pid[$name]=$!
}

# finish NAME: waits for a stage and prints its output; true when it passed.
finish() {
    local name=$1 verdict=passed
    wait "${pid[$name]}" || verdict=FAILED
    unset "pid[$name]"
    [[ $verdict == passed ]] || failed=1
    echo "$verdict" >"$LOGS/$name.verdict"
    printf '\n== %s: %s after %s s ==\n' "$name" "$verdict" "$(<"$LOGS/$name.seconds")"
    cat "$LOGS/$name.log"
    [[ $verdict == passed ]]
}

summary() {
    local name
    printf '\n== Summary ==\n'
    for name in "${stages[@]}"; do
        printf '%s: %s in %s s\n' "$name" "$(<"$LOGS/$name.verdict")" "$(<"$LOGS/$name.seconds")"
        [[ $(<"$LOGS/$name.verdict") == passed ]] || tail --lines=25 "$LOGS/$name.log" | sed 's/^/    /'
    done
    printf 'the whole run: %s s\n' "$SECONDS"
    node scripts/test-report.mjs target/nextest/default/junit.xml "$PLAYWRIGHT_JSON_OUTPUT_NAME"
    # The counts in the runners' own words.
    grep --no-filename --extended-regexp '^ +Summary \[|^[0-9]+ passed, [0-9]+ failed$|^ +[0-9]+ (passed|failed|flaky|skipped|did not run)' \
        "$LOGS"/{rust,sql,chaos,browser}.log 2>/dev/null || true
}

main
