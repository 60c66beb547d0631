# Cartera. `make` or `make help` says what there is; every target makes what it needs.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
SPARK_STAMP := $(VENV)/.spark
PY_ROOMS := ingest orchestration dashboards docs tests
# Nothing of the caller's Python, and nothing sent home.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
export PYTHONDONTWRITEBYTECODE :=
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := yes
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo serve test nightly bench spark spark-setup lint types format docs pictures lock clean

help: ## Say what there is
	@echo "Cartera: make TARGET"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(STAMP) ## Make .venv with everything, pinned (about two minutes, once)

$(STAMP): requirements.lock pyproject.toml .ci/setup
	@.ci/setup $(VENV)
	@touch $@

demo: $(STAMP) ## Build the sample group end to end and serve it on http://127.0.0.1:8501
	@$(BIN)/cartera demo

serve: $(STAMP) ## Serve the dashboards and Dagster of CARTERA_HOME (else ./.cartera)
	@$(BIN)/cartera serve

test: $(STAMP) lint ## Check everything: formats, types, models, tests; says what was skipped
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

BOOKS := 5000
SEED := $(shell date +%Y%m%d)000
nightly: $(STAMP) ## Hold the ledger against plain Python on 5,000 other random books: make nightly BOOKS=5000 SEED=1
	@echo "$(BOOKS) random books from seed $(SEED)"
	@CARTERA_TEST_BOOKS=$(BOOKS) CARTERA_TEST_SEED=$(SEED) $(BIN)/python -m pytest --override-ini timeout=7200 \
	  tests/ledger/test_properties.py tests/ledger/test_deliveries.py

N := 100000
BENCH :=
bench: $(STAMP) ## Measure books of N invoices beside hand-written SQL: make bench N="1000000 10000000"
	@$(BIN)/python -m tests.benchmarks $(N) $(BENCH)

spark-setup: $(SPARK_STAMP) ## Add Spark to .venv (450 MB; Java 17 or newer is the system's)

$(SPARK_STAMP): requirements-spark.lock $(STAMP)
	@echo "Installing Spark, checked by its hashes …"
	@$(BIN)/python -m pip install --quiet --progress-bar off --no-compile --no-deps --require-hashes -r requirements-spark.lock
	@touch $@

spark: $(SPARK_STAMP) ## Build the same figures on a standalone Spark cluster and on DuckDB; compare every cell
	@$(BIN)/python -m pytest tests/spark --spark-cluster --durations=3

lint: $(STAMP) types ## Check formats, types, SQL and models without running them
	@echo "ruff"; $(BIN)/ruff check $(PY_ROOMS) && $(BIN)/ruff format --check $(PY_ROOMS)
	@if [ -f dbt_project/dbt_project.yml ]; then .ci/lint-sql $(BIN); fi

types: $(STAMP)
	@echo "mypy"; $(BIN)/mypy

format: $(STAMP) ## Put Python into the house's form
	@$(BIN)/ruff check --fix-only --quiet $(PY_ROOMS); $(BIN)/ruff format $(PY_ROOMS)

docs: $(STAMP) ## Write docs/data-dictionary.md anew from the models' own words
	@$(BIN)/python docs/generate.py

pictures: $(STAMP) ## Take the README's pictures of the home in CARTERA_HOME (needs Chromium)
	@$(BIN)/python docs/pictures.py

lock: ## Choose the newest allowed versions anew and write both locks (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --upgrade --custom-compile-command "make lock" --output-file requirements.lock
	uv pip compile pyproject.toml --extra dev --extra spark --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --upgrade --custom-compile-command "make lock" --constraint requirements.lock \
	  $$(sed -n 's/^\([a-z0-9][a-z0-9._-]*\)==.*/--no-emit-package \1/p' requirements.lock | sort -u) \
	  --output-file requirements-spark.lock

clean: ## Remove what can be made again: .venv, caches, build output (never a home)
	rm -rf $(VENV) dbt_project/target dbt_project/logs .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find ingest orchestration dashboards tests -name __pycache__ -type d -prune -exec rm -rf {} +
