# `make demo` and `make test` set up everything they need in .venv; nothing else is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint types floors unit chaos bench clean lock

## The main job: start runs, kill the process in the middle, recover, show the history.
demo: $(VENV)/.runtime
	$(BIN)/pikku demo

## All tests and checks.
test: $(VENV)/.dev
	@$(MAKE) --no-print-directory lint types floors unit

## The long form of the chaos test: 500 runs, each store with each queue. PIKKU_CHAOS_SEED chooses who is killed.
chaos: $(VENV)/.dev
	PIKKU_CHAOS_RUNS=500 PIKKU_CHAOS_SYSTEMS=postgres-store,postgres-pgqueuer,redis-store $(BIN)/pytest -p no:xdist tests/chaos

## Figures of this machine, each beside the rate of plain INSERTs. Takes some minutes; nothing else should run meanwhile.
bench: $(VENV)/.dev
	$(BIN)/python -m bench

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

floors: $(VENV)/.dev
	$(BIN)/lint-imports

unit: $(VENV)/.dev
	$(BIN)/pytest -n 2

## Renew the pins (needs `uv`).
lock:
	for f in build dev; do uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-annotate requirements/$$f.in -o requirements/$$f.txt; done

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# pip checks every download against its pinned hash; our own package is built without fetching anything more.
$(VENV)/.runtime: requirements/build.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
