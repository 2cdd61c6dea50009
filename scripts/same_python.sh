#!/usr/bin/env bash
# Fail where .venv was made with another Python than the given one.
set -euo pipefail
python=$1

identify='import os, sys; print("%d.%d.%d" % sys.version_info[:3], os.path.realpath(sys.base_prefix))'
if [ ! -x .venv/bin/python ]; then
    exit 0
fi
if ! wanted=$("$python" -c "$identify" 2>/dev/null); then
    echo "$python can't be started: name another Python, or leave PYTHON out (.venv has one)." >&2
    exit 1
fi
there=$(.venv/bin/python -c "$identify")
if [ "$there" != "$wanted" ]; then
    echo ".venv was made with Python ${there%% *}, $python is ${wanted%% *} (${wanted#* }):" \
        "remove .venv to make it anew (rm -rf .venv), or leave PYTHON out." >&2
    exit 1
fi
