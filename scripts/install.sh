#!/usr/bin/env bash
# Installs what Tilewise needs; `make` and the Dockerfile both call it.
#
#   scripts/install.sh [--system] [--python] [--browser] [--no-servers]
#
#   --system      the Debian packages only       --python   the virtual environment only
#   --browser     also Chromium, for the browser tests
#   --no-servers  without PostgreSQL and Redis, for an image whose servers are other containers
#   (neither --system nor --python: both)
#
# What is there already is left alone; a second run with nothing to do takes no time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=${TILEWISE_VENV:-.venv}
extras=${TILEWISE_EXTRAS-test}

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# Whether some version of PostgreSQL is there together with PostGIS for that very version.
has_postgis() {
    local programs version
    for programs in /usr/lib/postgresql/*/bin; do
        version=$(basename "$(dirname "$programs")")
        [ -x "$programs/initdb" ] || continue
        [ ! -e "/usr/share/postgresql/$version/extension/postgis.control" ] || return 0
    done
    has initdb && has pg_config && [ -e "$(pg_config --sharedir)/extension/postgis.control" ]
}

# Wheels bring all libraries but this one, which slim images lack (rasterio's GDAL asks for it).
has_expat() { [ -n "$(find /lib /usr/lib /lib64 -name 'libexpat.so.1' -print -quit 2>/dev/null)" ]; }

# Debian keeps what `python3 -m venv` needs in a package of its own.
has_venv() { "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null; }

# Names of the packages that are missing, one a line.
missing_packages() {
    if [ "$servers" = yes ]; then
        has_postgis || postgis_packages
        has redis-server || echo redis-server
    fi
    has_expat || echo libexpat1
    [ "$python" = no ] || [ -x "$venv/bin/python" ] || has_venv || echo python3-venv
    # The browser of the tests; Ubuntu's chromium package is a snap, which needs a running snapd.
    [ "$browser" = no ] || has chromium || has chromium-browser || has google-chrome || echo chromium
}

# The PostGIS package carries the version of PostgreSQL that it belongs to in its name.
postgis_packages() {
    local newest
    newest=$(apt-cache pkgnames postgresql- 2>/dev/null \
        | grep -E '^postgresql-[0-9]+-postgis-3$' | sort -V | tail -n 1 || true)
    echo "${newest:-postgresql-postgis}"
}

install_packages() {
    local missing
    missing=$(missing_packages | tr '\n' ' ')
    [ -n "${missing// /}" ] || return 0

    local -a root=()
    if [ "$(id -u)" -ne 0 ]; then
        if has sudo && sudo -n true 2>/dev/null; then root=(sudo -n); else cannot_install; fi
    fi
    has apt-get || cannot_install

    say "Installing packages of the system"
    "${root[@]}" apt-get update -qq
    # Only now are the names known on a machine whose lists were empty.
    missing=$(missing_packages | tr '\n' ' ')
    keep_servers_quiet "${root[@]}"
    # shellcheck disable=SC2086  # a list of names
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get install -y -qq --no-install-recommends $missing >&2
}

cannot_install() {
    local missing
    missing=$(missing_packages | tr '\n' ' ')
    say "Tilewise needs packages that this account may not install. Please run:"
    say ""
    say "    sudo apt-get update && sudo apt-get install --no-install-recommends $missing"
    say ""
    say "and then this command again. (Or point TILEWISE_DATABASE_URL and TILEWISE_REDIS_URL at"
    say "servers that run elsewhere; on other systems install PostgreSQL with PostGIS, and Redis.)"
    exit 1
}

# Debian makes and starts a cluster and a Redis of the system on installation. Tilewise runs
# private ones, so where there were none none is to appear. What is set up already stays as it is,
# and what this writes is removed again once the packages are in.
keep_servers_quiet() {
    local no_cluster=/etc/postgresql-common/createcluster.d/tilewise.conf
    local no_start=/usr/sbin/policy-rc.d
    local -a written=()
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        "$@" mkdir -p "$(dirname "$no_cluster")"
        echo 'create_main_cluster = false' | "$@" tee "$no_cluster" >/dev/null
        written+=("$no_cluster")
    fi
    if [ ! -e "$no_start" ]; then
        printf '#!/bin/sh\nexit 101\n' | "$@" tee "$no_start" >/dev/null
        "$@" chmod 755 "$no_start"
        written+=("$no_start")
    fi
    # shellcheck disable=SC2064  # expanded now: the arrays are gone when the trap runs
    [ ${#written[@]} -eq 0 ] || trap "$* rm -f ${written[*]}" EXIT
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if has "$candidate" && "$candidate" -c \
            'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    die "Python 3.11 or newer is needed; install it, or name it: PYTHON=/path/to/python3 make setup"
}

# What the environment was made from; it is made again only when this changes.
fingerprint() {
    { cat pyproject.toml constraints.txt scripts/install.sh; echo "$extras $1"; pwd; } | sha256sum
}

install_python() {
    local python stamp="$venv/.tilewise-stamp" wanted
    python=$(find_python)
    wanted=$(fingerprint "$("$python" --version)")
    if [ -x "$venv/bin/tilewise" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    say "Installing Python packages into $venv (minutes the first time)"
    if [ ! -x "$venv/bin/python" ]; then
        "$python" -m venv "$venv" || die "cannot make a virtual environment; \
on Debian and Ubuntu: sudo apt-get install python3-venv"
    fi
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        -c constraints.txt -e ".${extras:+[$extras]}"
    printf '%s\n' "$wanted" >"$stamp"
}

system=no python=no browser=no servers=yes
for argument in "$@"; do
    case $argument in
        --system) system=yes ;;
        --python) python=yes ;;
        --browser) browser=yes ;;
        --no-servers) servers=no ;;
        *) die "unknown option $argument; see the head of $0" ;;
    esac
done
if [ "$system$python" = nono ]; then system=yes python=yes; fi
if [ "$system" = yes ]; then install_packages; fi
if [ "$python" = yes ]; then install_python; fi
