#!/usr/bin/env bash
# Runs a command with DATABASE_URL pointing at a throw-away cluster of Debian's PostgreSQL, on a socket only.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [ -z "$bin" ] || [ ! -x "$bin/initdb" ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql postgresql-contrib
    bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
fi
work=$(mktemp -d /tmp/tintinh-server-XXXXXX)
as=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$work"
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
cleanup() {
    "${as[@]}" "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT
cd /
"${as[@]}" "$bin/initdb" -D "$work/data" -U tintinh -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$work/data" -l "$work/log" -w -o "-c listen_addresses='' -c unix_socket_directories='$work' -c max_connections=60" start >/dev/null
cd - >/dev/null
echo "PostgreSQL $("$bin/postgres" --version | awk '{print $3}') through DATABASE_URL"
DATABASE_URL="postgresql://tintinh@/postgres?host=$work" "$@"
