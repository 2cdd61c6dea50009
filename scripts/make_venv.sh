#!/usr/bin/env bash
# Make .venv with the given Python, and uv in it: uv resolves our dependencies in seconds, pip in minutes.
set -euo pipefail
python=$1

if [ ! -x .venv/bin/python ]; then
    if ! "$python" -m venv .venv; then
        # Debian's Python comes without what makes environments.
        rm -rf .venv
        package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
        if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
            echo "$python can't make environments: install its venv module (Debian: apt-get install $package)." >&2
            exit 1
        fi
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
        "$python" -m venv .venv
    fi
fi
if [ ! -x .venv/bin/uv ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
fi
