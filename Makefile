# `make run` and `make test` need nothing but Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin
DEMO := .assistant/demo
Q ?= Who denied the Putin call?

# What the page offers to begin with, for the demo sources.
run app: export ASSISTANT_EXAMPLES = Who denied the Putin call?; Qui a démenti l’appel avec Poutine ?; When was the Mona Lisa stolen?

.PHONY: setup run ask app demo test test-slow lint check lock clean

setup: .venv/installed

# The lock names every package, so nothing is resolved and two processes can share the work; modules
# are compiled when first imported. Together: a third of the time.
.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(v < (3, 11) and "Python 3.11 or newer is needed, found %d.%d: make PYTHON=python3.11" % v)'
	$(PYTHON) -m venv .venv
	xargs -P 2 -n 100 $(BIN)/pip install --quiet --no-deps --no-compile < requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

run: ask
	$(BIN)/assistant serve --library $(DEMO)

# Files that did not change cost a look.
demo: setup
	$(BIN)/assistant ingest corpus/articles --library $(DEMO) --prune

ask: demo
	$(BIN)/assistant ask "$(Q)" --library $(DEMO)

app: demo
	ASSISTANT_LIBRARY=$(DEMO) $(BIN)/python app.py

test: setup
	$(BIN)/pytest -m "not slow" --numprocesses 2

test-slow: setup
	$(BIN)/pytest -m slow

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint test

# Resolves pyproject.toml anew. The local label of a CPU build of torch is no part of the version.
lock:
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet --editable ".[all,dev]" hatchling editables
	.venv-lock/bin/pip freeze --exclude-editable | sed 's/+cpu$$//' > requirements.lock
	rm -rf .venv-lock

clean:
	rm -rf .venv .venv-lock .assistant build dist *.egg-info
