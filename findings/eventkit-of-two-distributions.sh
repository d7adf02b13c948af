#!/usr/bin/env bash
# ib_insync needs the distribution eventkit, its successor ib_async needs aeventkit, and both of these are the package
# `eventkit`, file for file. pip installs them over each other without a word. Who moves on to ib_async and removes
# ib_insync with its eventkit is left with an ib_async that does not import, of which `pip check` finds nothing broken;
# `pip install ib_async` finds all of it there and mends nothing, `pip install --force-reinstall aeventkit` does.
# Seen with ib_insync 0.9.86, ib_async 2.1.0, eventkit 1.0.3, aeventkit 2.1.0 on Python 3.11:
#   both: imported
#   check: No broken requirements found.
#   after removing ib_insync and eventkit: ModuleNotFoundError: No module named 'eventkit'
#   after pip install ib_async: ModuleNotFoundError: No module named 'eventkit'
#   after reinstalling aeventkit: imported
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1

python3 -m venv "$work/env"
pip() { "$work/env/bin/pip" "$@"; }
imports() { "$work/env/bin/python" -c "import ib_async; print('imported')" 2>&1 | tail -1; }
expect() {
    echo "$1: $2"
    case "$2" in "$3"*) ;; *) echo "that has changed: it was $3" >&2; exit 1 ;; esac
}

pip install --quiet "ib_insync==0.9.86" "eventkit==1.0.3" "ib_async==2.1.0" "aeventkit==2.1.0"
expect both "$(imports)" imported
pip uninstall --quiet --yes ib_insync eventkit
expect check "$(pip check)" "No broken requirements found."
expect "after removing ib_insync and eventkit" "$(imports)" "ModuleNotFoundError: No module named 'eventkit"
pip install --quiet "ib_async==2.1.0"
expect "after pip install ib_async" "$(imports)" "ModuleNotFoundError: No module named 'eventkit"
pip install --quiet --force-reinstall --no-deps "aeventkit==2.1.0"
expect "after reinstalling aeventkit" "$(imports)" imported
