#!/usr/bin/env bash
# ibflex, which parses Flex statements with nothing but the standard library, cannot be imported after
# `pip install ibflex`: its __init__ imports its web client, and that imports requests, which only the extra `web`
# installs. `pip install "ibflex[web]"` imports.
# Seen with ibflex 1.1 on Python 3.11.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet "ibflex>=1.1,<2"
"$work/env/bin/python" -c "import ibflex.parser" 2>&1 | tail -1 || true
"$work/env/bin/pip" install --quiet "ibflex[web]>=1.1,<2"
"$work/env/bin/python" -c "import ibflex.parser; print('with [web] it is imported')"
