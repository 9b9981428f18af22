#!/usr/bin/env bash
# Installs what is missing for a task and says what it does; what is there already is left alone.
#
# Usage: scripts/setup.sh GROUP...
#   toolchain   a C compiler, Rust as rust-toolchain.toml has it
#   build       cargo-leptos, wasm-bindgen, wasm-opt
#   tests       cargo-nextest, the tools that check metrics and the files of deploy/, Schemathesis for the API
#   browser     Playwright, Chromium, the fonts of pictures
#   lighthouse  Lighthouse, which only `make lighthouse` wants: it is as large as all the rest
#   supabase    what the stand-in of scripts/supabase.sh needs: a PostgREST-compatible server, PostgreSQL
#
# Nothing is taken from anywhere but rustup, cargo, npm and Debian.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly CARGO_LEPTOS_VERSION=0.3.11
readonly CARGO_NEXTEST_VERSION=0.9.143
readonly POSTRUST_VERSION=3.1.0
readonly SCHEMATHESIS_VERSION=4.32.5
readonly NODE_MAJOR=20

# rustup must not answer a missing toolchain with a download of its own choosing.
export RUSTUP_AUTO_INSTALL=0
PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

main() {
    local group
    for group in "$@"; do
        case "$group" in
            toolchain) c_compiler && rust_toolchain ;;
            build) cargo_leptos && wasm_bindgen && node_packages ;;
            tests) cargo_nextest && monitoring_tools && schemathesis ;;
            browser) node_packages && chromium ;;
            lighthouse) npm_packages end2end/lighthouse ;;
            supabase) node_js && curl_tool && postrust && scripts/supabase.sh install target/supabase-test ;;
            *) fail "There is no set-up group named '$group'." ;;
        esac
    done
}

c_compiler() {
    have cc || have gcc || debian_packages "A C compiler" build-essential
}

rust_toolchain() {
    have rustup || fail "rustup is missing: install it as https://rustup.rs says, then run this again."
    local channel installed
    channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
    installed=$(rustup component list --toolchain "$channel" --installed 2>/dev/null || true)
    if [[ $installed == *clippy* && $installed == *rustfmt* && $installed == *rust-std-wasm32* ]]; then
        return
    fi
    say "installing Rust $channel with clippy, rustfmt and the wasm32 target"
    rustup toolchain install "$channel" --profile minimal --no-self-update \
        --component clippy,rustfmt --target wasm32-unknown-unknown ||
        fail "Rust $channel could not be installed: rustup could not be reached or refused."
}

cargo_leptos() {
    has_version "$CARGO_LEPTOS_VERSION" cargo-leptos --version && return
    # Without downloads of its own: a tool that is missing is then an error, not a fetch.
    cargo_tool cargo-leptos "$CARGO_LEPTOS_VERSION" --locked --features no_downloads
}

# Any release will do: the tests use nothing that is new.
cargo_nextest() {
    have cargo-nextest || cargo_tool cargo-nextest "$CARGO_NEXTEST_VERSION" --locked
}

# promtool and the reference parser of OpenMetrics; a reader of YAML; systemd's checks of units.
monitoring_tools() {
    have promtool || debian_packages "promtool" prometheus
    /usr/bin/python3 -c 'import prometheus_client, yaml' 2>/dev/null ||
        debian_packages "The parser of OpenMetrics" python3-prometheus-client python3-yaml
    have systemd-analyze || debian_packages "systemd-analyze" systemd
}

# In an environment of its own, beside what is built.
schemathesis() {
    local folder=target/schemathesis
    has_version "$SCHEMATHESIS_VERSION" "$folder/bin/schemathesis" --version && return
    /usr/bin/python3 -c 'import ensurepip, venv' 2>/dev/null || debian_packages "Python's venv" python3 python3-venv
    say "installing Schemathesis $SCHEMATHESIS_VERSION"
    { /usr/bin/python3 -m venv --clear "$folder" &&
        "$folder/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$SCHEMATHESIS_VERSION"; } ||
        fail "Schemathesis could not be installed: check that pip can be reached."
}

# The tool and the library must have the very same version: they share a format without a name.
wasm_bindgen() {
    local version
    version=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)
    [[ -n $version ]] || fail "Cargo.lock does not name a version of wasm-bindgen."
    has_version "$version" wasm-bindgen --version && return
    cargo_tool wasm-bindgen-cli "$version"
}

# Builds a tool without optimisation: it runs for seconds, and this saves two thirds of its build.
cargo_tool() {
    local name=$1 version=$2
    shift 2
    say "building $name $version, this takes some minutes"
    CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        cargo install "$name" --version "$version" --force "$@" ||
        fail "$name $version could not be built: see the error above, and check that cargo can reach its registry."
}

node_js() {
    if ! have node || ! have npm; then
        fail "Node.js $NODE_MAJOR or newer with npm is missing: install it, then run this again."
    fi
    (($(node -p 'parseInt(process.versions.node)') >= NODE_MAJOR)) ||
        fail "Node.js $(node --version) is too old: version $NODE_MAJOR or newer is needed."
}

curl_tool() { have curl || debian_packages "curl" curl; }

# The server speaks PostgREST; asked for its version it would serve, so cargo is asked.
postrust() {
    have postrust && [[ $(cargo install --list) == *"postrust-server v$POSTRUST_VERSION:"* ]] && return
    # Not --locked: its lock names a version of a crate that was withdrawn.
    cargo_tool postrust-server "$POSTRUST_VERSION"
}

# wasm-opt (npm's binaryen), Playwright and axe-core.
node_packages() { npm_packages end2end; }

# npm_packages FOLDER: as its lock file has them; the copy of that file says what is installed.
npm_packages() {
    node_js
    local folder=$1 lock=$1/package-lock.json installed=$1/node_modules/.installed-lock
    cmp --silent "$lock" "$installed" && return
    say "installing the npm packages of $folder"
    npm ci --prefix "$folder" --no-audit --no-fund ||
        fail "The npm packages of $folder could not be installed: check that npm can be reached."
    cp "$lock" "$installed"
}

chromium() {
    [[ -z ${CHROMIUM:-} || -x $CHROMIUM ]] || fail "CHROMIUM names $CHROMIUM, which cannot be run."
    scripts/chromium.sh >/dev/null 2>&1 || debian_packages "Chromium" chromium fonts-liberation
    fonts
}

# The pictures that pages are compared with are drawn in these; elsewhere than on Debian the test asks for them.
fonts() {
    have apt-get || return 0
    compgen -G '/usr/share/fonts/truetype/liberation*' >/dev/null || debian_packages "The font Liberation" fonts-liberation
}

# debian_packages WHAT PACKAGE...: by apt-get, as root or through sudo.
debian_packages() {
    local what=$1 as_root=()
    shift
    have apt-get || fail "$what is missing, and there is no apt-get to install it with: install $1 yourself."
    if ((EUID != 0)); then
        have sudo || fail "$what is missing: as root, run 'apt-get install $*', then run this again."
        as_root=(sudo)
        [[ -t 0 ]] || as_root+=(--non-interactive)
    fi
    say "$what is missing, installing $*"
    local install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet
        --no-install-recommends "$@")
    "${install[@]}" || { "${as_root[@]}" apt-get update --quiet && "${install[@]}"; } ||
        fail "$what could not be installed: as root, run 'apt-get install $*', then run this again."
}

have() { command -v "$1" >/dev/null 2>&1; }

# has_version VERSION COMMAND...: whether the command says exactly this version.
has_version() {
    local version=$1 said
    shift
    have "$1" || return 1
    said=$("$@" 2>/dev/null) || return 1
    [[ " ${said//$'\n'/ } " == *" $version "* ]]
}

say() { printf 'set-up: %s\n' "$1"; }

fail() {
    printf 'set-up: %s\n' "$1" >&2
    exit 1
}

main "$@"
