# A private PostgreSQL cluster and a private Redis server for tests, proofs and benchmarks. To be sourced by bash.
#
#   servers_start   installs what is missing, starts both, exports the LINLI_TEST_… variables, stops both on exit
#   servers_stop    stops both and removes their files; runs by itself when the script ends
#
# Nothing is kept on disk and no port is fixed, so several runs may go on at once.
#
#   servers_settings=production   set before servers_start: PostgreSQL is as safe and has as much memory as in
#                                 production, for measurements; otherwise it is quick and forgetful, for tests

servers_dir=
servers_redis_pid=
servers_pg_started=
servers_run_as=()
servers_settings=${servers_settings:-tests}

servers_say() { printf '%s\n' "$*" >&2; }

servers_fail() {
    servers_say "error: $*"
    exit 1
}

# The directory of PostgreSQL's server programs, or nothing. `pg_config` may belong to the client library alone.
servers_pg_bindir() {
    local dir
    for dir in "$(pg_config --bindir 2>/dev/null || true)" $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
        if [[ -n $dir && -x $dir/initdb && -x $dir/postgres && -x $dir/pg_ctl ]]; then
            printf '%s\n' "$dir"
            return
        fi
    done
}

# Installs Debian packages without asking anything; says which are needed when it cannot.
servers_install() {
    local sudo=()
    if ! command -v apt-get >/dev/null; then
        servers_fail "missing: $*. There is no apt-get here; install them with the system's own package manager"
    fi
    if ((EUID != 0)); then
        command -v sudo >/dev/null || servers_fail "missing: $*. Install them as root: apt-get install $*"
        sudo=(sudo)
    fi
    servers_say "installing: $*"
    if [[ " $* " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
        # Debian would make and start a cluster of the system's own.
        "${sudo[@]}" mkdir -p /etc/postgresql-common
        printf 'create_main_cluster = false\n' |
            "${sudo[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    local quiet=(env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFOLD=1 NEEDRESTART_MODE=a apt-get -qq
        -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold
        -o DPkg::Lock::Timeout=300)
    "${sudo[@]}" "${quiet[@]}" update </dev/null >&2 || servers_fail "apt-get update failed; needed: $*"
    "${sudo[@]}" "${quiet[@]}" install -y --no-install-recommends "$@" </dev/null >&2 ||
        servers_fail "could not install: $*"
}

servers_require() {
    local missing=()
    [[ -n $(servers_pg_bindir) ]] || missing+=(postgresql)
    command -v redis-server >/dev/null || missing+=(redis-server)
    command -v curl >/dev/null || missing+=(curl)
    ((${#missing[@]} == 0)) || servers_install "${missing[@]}"
    [[ -n $(servers_pg_bindir) ]] || servers_fail "PostgreSQL's server programs are missing (Debian package: postgresql)"
    command -v redis-server >/dev/null || servers_fail "redis-server is missing (Debian package: redis-server)"
    command -v curl >/dev/null || servers_fail "curl is missing (Debian package: curl)"
}

# PostgreSQL refuses to run as root: sets the words that go before its commands.
servers_drop_privileges() {
    servers_run_as=()
    ((EUID == 0)) || return 0
    local user=postgres
    id -u "$user" >/dev/null 2>&1 || user=nobody
    if command -v setpriv >/dev/null; then
        servers_run_as=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --init-groups)
    elif command -v runuser >/dev/null; then
        servers_run_as=(runuser -u "$user" --)
    else
        # `su` takes one string: hand the words over as arguments of a shell.
        servers_run_as=(su -s /bin/sh "$user" -c 'exec "$0" "$@"' --)
    fi
    chown "$user" "$servers_dir/postgres"
}

servers_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port that nobody listens on, below the range that the kernel gives to clients.
servers_free_port() {
    local port
    for _ in {1..50}; do
        port=$((15000 + (RANDOM * 32768 + RANDOM) % 17000))
        if ! servers_answers "$port"; then
            printf '%s\n' "$port"
            return
        fi
    done
    servers_fail "no free port found"
}

servers_start_postgres() {
    local bindir=$1 data=$servers_dir/postgres/data log=$servers_dir/postgres/log port options
    servers_drop_privileges
    # Run from its own directory: the caller's may be closed to the other user.
    (cd "$servers_dir" && "${servers_run_as[@]}" "$bindir/initdb" --pgdata="$data" --username=linli --auth=trust \
        --encoding=UTF8 --no-locale --no-sync >"$servers_dir/initdb.log" 2>&1) ||
        { cat "$servers_dir/initdb.log" >&2; servers_fail "initdb failed"; }
    for _ in {1..5}; do
        port=$(servers_free_port)
        options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$servers_dir/postgres"
        if [[ $servers_settings == production ]]; then
            options+=" -c fsync=on -c synchronous_commit=on -c full_page_writes=on -c max_connections=100"
            options+=" -c shared_buffers=1GB -c max_wal_size=4GB -c checkpoint_timeout=15min -c logging_collector=off"
        else
            options+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400"
            options+=" -c shared_buffers=128MB -c max_wal_size=2GB -c autovacuum_naptime=10s -c logging_collector=off"
        fi
        if (cd "$servers_dir" && "${servers_run_as[@]}" "$bindir/pg_ctl" start -s -w -t 60 -D "$data" -l "$log" \
            -o "$options" </dev/null >/dev/null 2>&1); then
            servers_pg_started=yes
            export LINLI_TEST_POSTGRES_URL="postgres://linli@127.0.0.1:$port/postgres"
            export LINLI_TEST_PG_BINDIR=$bindir LINLI_TEST_PG_DATA=$data
            return
        fi
    done
    tail -n 20 "$log" >&2 || true
    servers_fail "PostgreSQL did not start"
}

servers_redis_answers() {
    local reply=
    { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
    printf 'PING\r\n' >&3
    read -r -t 2 reply <&3 || true
    exec 3>&-
    [[ $reply == +PONG* ]]
}

servers_start_redis() {
    local port log=$servers_dir/redis/log
    for _ in {1..5}; do
        port=$(servers_free_port)
        redis-server --bind 127.0.0.1 --port "$port" --dir "$servers_dir/redis" --save '' --appendonly no \
            --daemonize no </dev/null >"$log" 2>&1 &
        servers_redis_pid=$!
        for _ in {1..100}; do
            kill -0 "$servers_redis_pid" 2>/dev/null || continue 2
            if servers_redis_answers "$port"; then
                export LINLI_TEST_REDIS_URL="redis://127.0.0.1:$port"
                return
            fi
            sleep 0.1
        done
        kill "$servers_redis_pid" 2>/dev/null || true
    done
    tail -n 20 "$log" >&2 || true
    servers_fail "redis-server did not start"
}

servers_start() {
    servers_require
    servers_dir=$(mktemp -d "${TMPDIR:-/tmp}/linli-servers.XXXXXX")
    trap servers_stop EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    chmod 755 "$servers_dir"
    mkdir "$servers_dir/postgres" "$servers_dir/redis"
    servers_start_postgres "$(servers_pg_bindir)"
    servers_start_redis
    servers_say "servers: $LINLI_TEST_POSTGRES_URL $LINLI_TEST_REDIS_URL"
}

servers_stop() {
    [[ -n $servers_dir ]] || return 0
    if [[ -n $servers_redis_pid ]]; then
        kill -9 "$servers_redis_pid" 2>/dev/null || true
        wait "$servers_redis_pid" 2>/dev/null || true
    fi
    # A test may have started the cluster anew, so look for the one that runs now.
    if [[ -n $servers_pg_started && -e $servers_dir/postgres/data/postmaster.pid ]]; then
        (cd "$servers_dir" && "${servers_run_as[@]}" "$LINLI_TEST_PG_BINDIR/pg_ctl" stop -s -w -m immediate \
            -D "$LINLI_TEST_PG_DATA" </dev/null >/dev/null 2>&1) || true
    fi
    rm -rf "$servers_dir"
    servers_dir=
}
