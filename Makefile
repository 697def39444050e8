# The manual: `make help` lists what there is. Each target sets up what it lacks.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

VENV := .venv
BIN := $(VENV)/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore $(BIN)/python -m pip
# Exact versions and hashes for every platform and both Pythons, and no word on where they come from.
LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --no-header --no-annotate
# Which Python makes the environment: make setup PYTHON=python3.12
PYTHON ?= $(shell for each in python3.11 python3.12 python3; do \
  if $$each -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null; then echo $$each; break; fi; done)

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.jars  ## make .venv with the sluice command, and fetch the programs of the local stack

demo: setup  ## real flights, judged by the real pipeline: three minutes; KEEP=1 leaves it running
	@$(BIN)/python -m demo $(if $(KEEP),--keep)

test: check thorough integration e2e  ## everything: check, what takes longer, then the real broker, registry and Flink

check: lint unit  ## the fast part, without network: format, lint, types, layers, dependencies, unit tests

lint: $(VENV)/.installed
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .

unit: $(VENV)/.installed
	$(BIN)/pytest -q -n 2 -m 'not thorough' tests/unit tests/conformance

thorough: $(VENV)/.installed  ## simulations, kills at every step, hostile values: without network, three minutes
	$(BIN)/pytest -q -n 2 -m thorough tests/unit tests/conformance

integration: setup  ## tests on the real broker, registry and Flink
	$(BIN)/pytest -q tests/integration

e2e: setup  ## the demo, run as a newcomer would, twice, and interrupted
	$(BIN)/pytest -q tests/e2e

bench: setup  ## cost of gate, job and landings beside others, into benchmarks/RESULTS.md; half an hour on a quiet machine
	@mkdir -p .sluice/bench
	$(BIN)/python -m benchmarks.gate >.sluice/bench/gate.md
	$(BIN)/python -m benchmarks.job >.sluice/bench/job.md
	[ -x .sluice/bench/peers/bin/python ] || $(BIN)/python -m venv .sluice/bench/peers
	$(BIN)/uv pip install --quiet --python .sluice/bench/peers/bin/python 'datacontract-cli[duckdb,parquet]==1.2.8' great-expectations==1.24.1
	$(BIN)/python -m benchmarks.landings --peers .sluice/bench/peers/bin/python >.sluice/bench/landings.md
	@{ printf '# Results\n\nWritten by `make bench`. What is asked of each is in [README.md](README.md).\n\n## The gate alone\n\n'; cat .sluice/bench/gate.md; \
	  printf '\n## The job\n\n'; cat .sluice/bench/job.md; printf '\n## From landings to a verdict\n\n'; cat .sluice/bench/landings.md; } >benchmarks/RESULTS.md

up: setup  ## start the local stack (broker, registry, S3 storage, Flink) and leave it running
	@$(BIN)/sluice up

down: $(VENV)/.installed  ## stop the local stack
	@$(BIN)/sluice down
	@if [ -d .sluice/demo ]; then $(BIN)/sluice down --home .sluice/demo; fi

status: $(VENV)/.installed  ## show what of the local stack runs
	@$(BIN)/sluice status

format: $(VENV)/.installed  ## format the code and mend what can be mended by itself
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --quiet --fix .

lock: $(VENV)/.installed  ## choose new versions of all dependencies within pyproject.toml
	$(LOCK) locks/build.in --output-file locks/build.txt
	$(LOCK) pyproject.toml --output-file locks/runtime.txt
	$(LOCK) pyproject.toml --extra flink --extra stack --extra lake --extra alerts --extra postgres --extra init --extra dev --output-file locks/dev.txt
	$(LOCK) pyproject.toml --constraint locks/dev.txt --extra lake --extra alerts --extra postgres --output-file locks/job.txt
	$(LOCK) pyproject.toml --constraint locks/dev.txt --extra flink --extra lake --output-file locks/flink.txt

clean:  ## stop the local stack, and delete what was made except .venv and the fetched programs
	@if [ -x $(BIN)/sluice ]; then $(BIN)/sluice down && { [ ! -d .sluice/demo ] || $(BIN)/sluice down --home .sluice/demo; }; fi
	rm -rf .sluice/stack .sluice/demo .sluice/bench .sluice/jobs build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(VENV)/.python:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or 3.12 is missing; install one, or name it: make setup PYTHON=..." >&2; exit 2; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments; install its venv module (Debian: apt-get install python3-venv)" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.builders: locks/build.txt $(VENV)/.python
	$(PIP) install --quiet --require-hashes -r locks/build.txt
	@touch $@

# Without build isolation, so that what builds the packages is pinned and hashed too.
$(VENV)/.installed: locks/dev.txt pyproject.toml $(VENV)/.builders
	$(PIP) install --quiet --require-hashes --no-build-isolation -r locks/dev.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.jars: local_stack/pom.xml $(VENV)/.installed
	@$(BIN)/python -m local_stack
	@touch $@

.PHONY: help setup demo test check lint unit thorough integration e2e bench up down status format lock clean
