#!/usr/bin/env bash
# ibflex, which parses Flex statements (XML files) with nothing but the standard library, cannot be imported as
# `pip install ibflex` leaves it: `import ibflex.parser` runs the package's __init__, which imports its web client, and
# that imports requests, which the extra `web` alone installs. `pip install "ibflex[web]"` imports.
# Seen with ibflex 1.1 on Python 3.11:
#   plain: ModuleNotFoundError: No module named 'requests'
#   with [web]: imported
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet "ibflex==1.1"
"$work/env/bin/pip" show ibflex | sed -n 2p

plain="$("$work/env/bin/python" -c "import ibflex.parser" 2>&1 | tail -1)" || true
echo "plain: $plain"
[ "$plain" = "ModuleNotFoundError: No module named 'requests'" ] || { echo "that has changed" >&2; exit 1; }

"$work/env/bin/pip" install --quiet "ibflex[web]==1.1"
"$work/env/bin/python" -c "import ibflex.parser; print('with [web]: imported')"
