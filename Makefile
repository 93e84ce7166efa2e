# `make demo` and `make test` set up everything they need in .venv and .venv-bullmq, `make bench` also in .venv-dbos; nothing else is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# PgQueuer and bullmq cannot be installed together. Everything but the tests that need bullmq runs in .venv.
BULLMQ_VENV := .venv-bullmq
# What `make bench` compares us with. Nothing of ours is in it.
DBOS_VENV := .venv-dbos
# What asks about vulnerabilities must not be able to change what is asked about.
AUDIT_VENV := .venv-audit
AUDIT_SERVICE ?= osv
# Half of the time a test waits, for a process, a lease or a disk: twice as many as the processors of a small machine.
WORKERS ?= 4
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check

# Hundreds of tests start a process: none compiles everything anew, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint types floors unit unit-bullmq chaos simulate trust bench bench-quick bench-docs bench-inspector fuzz audit clean lock

## The main job: start runs, kill the process in the middle, recover, show the history.
demo: $(VENV)/.runtime
	$(BIN)/pikku demo

## All tests and checks.
test: $(VENV)/.dev
	@$(MAKE) --no-print-directory lint types floors unit unit-bullmq

## The long form of the chaos test: 500 runs, each store with each queue. PIKKU_CHAOS_SEED chooses who is killed.
chaos: export PIKKU_CHAOS_RUNS = 500
chaos: $(VENV)/.dev $(BULLMQ_VENV)/.dev
	PIKKU_CHAOS_SYSTEMS=postgres-store,postgres-pgqueuer,redis-store $(BIN)/pytest -p no:xdist tests/chaos
	PIKKU_CHAOS_SYSTEMS=redis-bullmq $(BULLMQ_VENV)/bin/pytest -p no:xdist tests/chaos/test_chaos.py

## Thousands of stories of processes in bad weather, told in virtual time: SEEDS of them FROM a first one, or one SEED with its trace.
simulate: SEEDS ?= 2000
simulate: FROM ?= 0
simulate: $(VENV)/.dev
	$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED),--seeds $(SEEDS) --from $(FROM))

## All proofs that nothing is lost, within twenty minutes; what holds is written into docs/guarantees.md. Nothing else should run meanwhile.
trust: $(VENV)/.dev $(BULLMQ_VENV)/.dev
	$(BIN)/python -m trust --write

## Figures of this machine, beside its rivals and the plainest writes. Takes a quarter of an hour; nothing else should run meanwhile.
bench: $(VENV)/.dev $(BULLMQ_VENV)/.dev $(DBOS_VENV)/.dev
	$(BIN)/python -m benchmarks

## The main rows of it, in two rounds, within 90 seconds.
bench-quick: $(VENV)/.dev $(DBOS_VENV)/.dev
	$(BIN)/python -m benchmarks --quick --rounds 2 --out benchmarks/results/quick.json

## What the last `make bench` has found, into the documentation: its figures, its charts, and the file that they are made from.
bench-docs: $(VENV)/.dev
	$(BIN)/python -m benchmarks.docs

## How fast the inspector reads 2,000 files.
bench-inspector: $(VENV)/.dev
	$(BIN)/python -m benchmarks.inspection

## Every decoder with inputs that nobody should send, for so long: `make fuzz SECONDS=3600` is an hour.
SECONDS ?= 60
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.security.fuzzing $(SECONDS)

## Whether something in requirements/ is known to be vulnerable. Needs the network, and fails without it.
audit: $(AUDIT_VENV)/.dev
	$(AUDIT_VENV)/bin/python tests/security/audit.py $(AUDIT_SERVICE) $(wildcard requirements/*.txt)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

floors: $(VENV)/.dev
	$(BIN)/lint-imports

unit: $(VENV)/.dev
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

# pytest fails if there is nothing that has the mark.
unit-bullmq: $(BULLMQ_VENV)/.dev
	$(BULLMQ_VENV)/bin/pytest -n $(WORKERS) --dist worksteal -m bullmq

## Renew the pins (needs `uv`).
lock:
	for f in build dev bullmq dbos audit; do uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-annotate requirements/$$f.in -o requirements/$$f.txt; done

clean:
	rm -rf $(VENV) $(BULLMQ_VENV) $(DBOS_VENV) $(AUDIT_VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python $(BULLMQ_VENV)/bin/python $(DBOS_VENV)/bin/python $(AUDIT_VENV)/bin/python:
	$(PYTHON) -m venv $(@:/bin/python=)

# pip checks every download against its pinned hash; our own package is built without fetching anything more.
$(VENV)/.runtime: requirements/build.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements/build.txt
	$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	$(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

$(BULLMQ_VENV)/.dev: requirements/bullmq.txt pyproject.toml | $(BULLMQ_VENV)/bin/python
	$(BULLMQ_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/bullmq.txt
	$(BULLMQ_VENV)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(DBOS_VENV)/.dev: requirements/dbos.txt | $(DBOS_VENV)/bin/python
	$(DBOS_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/dbos.txt
	@touch $@

$(AUDIT_VENV)/.dev: requirements/audit.txt | $(AUDIT_VENV)/bin/python
	$(AUDIT_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/audit.txt
	@touch $@
