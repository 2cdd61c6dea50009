#!/usr/bin/env bash
# Node for the build: the machine's own, or, where that is too old for the builder, one put into .venv/bin.
set -euo pipefail

# What the builder (rspack) runs on.
fits() {
    node -e 'const [a, b] = process.versions.node.split(".").map(Number);
        process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)'
}

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "Node 20 or later, with npm, is needed: install it first." >&2
    exit 1
fi
if fits; then
    exit 0
fi
# Node is in npm's registry too, as a package of that name. The npm beside it is one that knows it.
echo "Node $(node --version) is too old to build the extension: installing Node 22 into .venv"
npm install --prefix .venv/node --no-save --no-audit --no-fund --loglevel=error --ignore-scripts=false node@22 npm@10
for tool in node npm npx; do
    ln -sf "../node/node_modules/.bin/$tool" ".venv/bin/$tool"
done
hash -r # bash remembers where the old one is
if ! fits; then
    echo "Node 20.19 or later is needed, and none could be installed: install it first." >&2
    exit 1
fi
