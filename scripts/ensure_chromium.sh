#!/usr/bin/env bash
# Install Debian's Chromium where there is no browser and we may; else say what to install.
set -euo pipefail

if [ -n "${CHROMIUM:-}" ]; then
    exit 0
fi
for browser in chromium chromium-browser google-chrome; do
    if command -v "$browser" >/dev/null; then
        exit 0
    fi
done
for application in Chromium "Google Chrome"; do
    if [ -x "/Applications/$application.app/Contents/MacOS/$application" ]; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing chromium"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
else
    echo "The browser tests need Chromium: install it (Debian: apt-get install chromium), or give its path in CHROMIUM." >&2
    exit 1
fi
