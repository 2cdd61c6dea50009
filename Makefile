# Everything starts here: `make help`. Each target installs what it needs into .venv and node_modules;
# stamps in .venv/.stamps say what is done, so that a second run needs neither time nor network.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
STAMPS := .venv/.stamps
LAB ?= 1
ARGS ?=

# The newest of the versions that the tests run on; `make PYTHON=/path/to/python …` takes another.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3.10 python3 python; do \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then \
	echo "$$python"; break; fi; done)

FRONTEND := package.json tsconfig.json $(shell find src style schema -type f -not -path '*/__tests__/*')
PACKAGING := pyproject.toml package.json install.json $(shell find jupyter-config -type f)

# uv brings certificates of its own along; behind a company's proxy those of the system are needed too.
ifneq ($(wildcard /etc/ssl/certs/*.crt /etc/ssl/cert.pem /etc/pki/tls/certs/*.crt),)
export UV_SYSTEM_CERTS ?= 1
endif
export UV_PYTHON_DOWNLOADS := never
# What is installed here goes before the machine's: the commands, and Node where that one's is too old.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

.PHONY: help setup demo test test-faults docs bench format generate build clean chromium same-python

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(STAMPS)/python ## Install everything into .venv and node_modules

demo: setup ## Make and run the pipeline in demo/, then start JupyterLab on it (LAB=0: don't)
	@$(BIN)/jupyterlab-dvc demo demo
	@if [ "$(LAB)" != 0 ]; then \
		root=; if [ "$$(id -u)" = 0 ]; then root=--allow-root; fi; \
		cd demo; exec ../$(BIN)/jupyter lab --no-browser $$root; \
	fi

test: setup chromium ## Run every suite but the slow one (ARGS="--only pytest": one)
	@$(BIN)/python scripts/run_suites.py $(ARGS)

test-faults: setup chromium ## Run what is slow by nature: kill loops, long fuzzing
	@$(BIN)/python scripts/run_suites.py --faults $(ARGS)

docs: setup ## Build the documentation into docs/_build/html
	@$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: setup $(STAMPS)/bench ## Print how fast the parts are (half an hour; ARGS=--help: what there is)
	@PYTHONPATH=.venv/bench $(BIN)/python -m benchmarks $(ARGS)

format: setup generate ## Format and fix all that can be fixed by itself
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix
	@npx prettier --write --log-level warn .
	@npx eslint --fix .
	@npx stylelint --fix "style/**/*.css"

generate: setup ## Write what is generated and committed: src/_api.ts, src/_messages.ts, translations
	@$(BIN)/python scripts/generate_api.py
	@$(BIN)/python scripts/update_translations.py

build: setup ## Build the wheel and the sdist into dist/
	@rm -rf dist
	@$(BIN)/uv build --quiet --no-build-isolation --python $(BIN)/python
	@ls dist/*

clean: ## Remove all that the other targets made, demo/ included
	rm -rf .venv node_modules lib dist demo test-results ui-tests/test-results docs/_build \
		jupyterlab_dvc/labextension tsconfig.tsbuildinfo .mypy_cache .pytest_cache .ruff_cache .hypothesis

# --- set-up ---------------------------------------------------------------------------------------

# A Python that is named is the one that is used, or it is said that it isn't.
ifeq ($(origin PYTHON),file)
same-python:
else
same-python:
	@bash scripts/same_python.sh "$(PYTHON)"
endif

$(STAMPS)/venv: | same-python
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.10 or later is needed: install it, or say where it is: make PYTHON=/path/to/python …" >&2; exit 1; fi
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { \
		echo "$(PYTHON) is no Python 3.10 or later: name another one, make PYTHON=/path/to/python …" >&2; exit 1; }
	@command -v git >/dev/null || { echo "git is needed: install it first." >&2; exit 1; }
	@bash scripts/make_venv.sh "$(PYTHON)"
	@mkdir -p $(@D) && touch $@

$(STAMPS)/node: package-lock.json package.json .npmrc | $(STAMPS)/venv
	@bash scripts/make_node.sh
	npm ci --no-progress --loglevel=error
	@touch $@

$(STAMPS)/frontend: $(FRONTEND) $(STAMPS)/node
	@npm run --silent build
	@touch $@

# The folder of the built extension is linked, so that a rebuild is seen after a reload of the page. The link goes
# first, or removing the old installation would remove the files behind it.
$(STAMPS)/python: $(PACKAGING) $(STAMPS)/venv | $(STAMPS)/frontend
	@rm -rf .venv/share/jupyter/labextensions/jupyterlab-dvc
	SKIP_JUPYTER_BUILDER=1 $(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[test,lint,docs,demo,benchmark]'
	@rm -rf .venv/share/jupyter/labextensions/jupyterlab-dvc
	@ln -s "$$PWD/jupyterlab_dvc/labextension" .venv/share/jupyter/labextensions/jupyterlab-dvc
	@touch $@

# Apart: where it is installed, jupytext takes over how JupyterLab reads files, in the demo too.
$(STAMPS)/bench: Makefile | $(STAMPS)/python
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --target .venv/bench 'jupytext>=1.16' 'playwright>=1.50'
	@touch $@

# A changed frontend is built anew whenever anything is asked for.
setup: $(STAMPS)/frontend

# No browser is no reason to leave out the other suites: theirs says that it is missing.
chromium:
	@bash scripts/ensure_chromium.sh || true
