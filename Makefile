# Every command of the house. `make` alone prints them. Each sets up .venv by itself when it is missing or out of date.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
INSTALLED := $(VENV)/.installed
BENCHMARKS_INSTALLED := $(VENV)/.benchmarks-installed
SPARK_INSTALLED := $(VENV)/.spark-installed
CHECKED := src tests frontend $(wildcard benchmarks examples)
# How many processes run the tests.
WORKERS ?= auto
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 $(if $(UPGRADE),--upgrade)

.PHONY: help
help:  ## print these lines
	@awk 'BEGIN {FS = ":.*##"} /^[a-z-]+:.*##/ {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: install assets  ## a contact centre's year as a site on this machine, with people to sign in as (RECORDS=DIR: public records too)
	@$(BIN)/remit demo --site $(if $(RECORDS),--records "$(RECORDS)")

.PHONY: install
install: $(INSTALLED)  ## make .venv with the locked requirements; then .venv/bin/remit runs
	@$(BIN)/python frontend/fetch.py --if-possible

.PHONY: assets
assets: $(INSTALLED)  ## get the pages' style sheets and scripts with npm, as frontend/assets.toml pins them
	@$(BIN)/python frontend/fetch.py

.PHONY: test
test: style types imports  ## check, then the fast tests
	@$(BIN)/pytest -m "not slow" -n $(WORKERS) --dist loadgroup

.PHONY: test-all
test-all: style types imports $(SPARK_INSTALLED)  ## check, then every test, the slow ones too (Java 17), those of the records again on PostgreSQL
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup
	@$(BIN)/pytest -n $(WORKERS) -p tests.lib.on_postgres tests/web

.PHONY: check
check: style types imports house  ## format, lint, types, who imports whom, house rules

.PHONY: coverage
coverage: install  ## every branch of the pure rooms is walked by a test
	@$(BIN)/pytest tests/unit tests/spec tests/generative -m "not slow" -n $(WORKERS) --cov --cov-report=term-missing

.PHONY: format
format: install  ## write the code as the formatter likes it, and mend what ruff can mend
	@$(BIN)/ruff format $(CHECKED)
	@$(BIN)/ruff check --fix $(CHECKED)

.PHONY: bench
bench: $(BENCHMARKS_INSTALLED) $(SPARK_INSTALLED)  ## measure speed and memory against the libraries it stands on
	@$(BIN)/python -m benchmarks

.PHONY: spark-up
spark-up: $(SPARK_INSTALLED)  ## start a Spark master and two workers on this machine and print the master's address
	@$(BIN)/python -m tests.lib.spark_cluster up

.PHONY: spark-down
spark-down: $(SPARK_INSTALLED)  ## stop them
	@$(BIN)/python -m tests.lib.spark_cluster down

.PHONY: docs
docs: install  ## write the reference pages from the declarations
	@mkdir -p docs/reference
	@$(BIN)/remit schema contract --as markdown --out docs/reference/contract.md
	@$(BIN)/remit schema mapping --as markdown --out docs/reference/mapping.md
	@$(BIN)/remit schema tables --out docs/reference/tables.md
	@$(BIN)/remit schema roles --out docs/reference/roles.md
	@$(BIN)/remit schema contract --out src/remit/terms/contract.schema.json

.PHONY: messages
messages: install  ## collect the pages' texts for translators, and compile what they wrote (gettext)
	@cd src/remit/web && DJANGO_SETTINGS_MODULE=remit.web.settings REMIT_SECRET_KEY=unused REMIT_DATA=$(CURDIR)/build/messages \
	  $(CURDIR)/$(BIN)/python -m django makemessages --all --no-location --no-obsolete --verbosity 0
	@for po in src/remit/web/locale/*/LC_MESSAGES/django.po; do msgfmt --output "$${po%.po}.mo" "$$po"; done

.PHONY: wheel
wheel: install assets  ## build the wheel into dist/
	@$(BIN)/python -m build --wheel --no-isolation

.PHONY: lock
lock: $(UV)  ## lock requirements/*.txt again after a change of the *.in files or pyproject.toml (UPGRADE=1: newest)
	@$(COMPILE) requirements/installer.in -o requirements/installer.txt
	@$(COMPILE) --extra web pyproject.toml requirements/development.in -o requirements/development.txt
	@$(COMPILE) --extra web -c requirements/development.txt pyproject.toml -o requirements/site.txt
	@$(COMPILE) requirements/builder.in -o requirements/builder.txt
	@$(COMPILE) requirements/benchmarks.in -o requirements/benchmarks.txt
	@$(COMPILE) requirements/spark.in -o requirements/spark.txt

.PHONY: clean
clean:  ## take away everything that can be made again, .venv too
	@rm -rf $(VENV) build dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

# The steps of `check`.

.PHONY: style
style: install
	@$(BIN)/ruff format --check $(CHECKED)
	@$(BIN)/ruff check $(CHECKED)

.PHONY: types
types: install
	@$(BIN)/mypy

.PHONY: imports
imports: install
	@$(BIN)/lint-imports

.PHONY: house
house: install
	@$(BIN)/pytest tests/house

# What stands installed. The stamps are as old as the last installation.

$(BIN)/python:
	@for python in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "making $(VENV) with $$("$$python" --version)"; \
	    "$$python" -m venv $(VENV) && exit 0; \
	    rm -rf $(VENV); \
	    echo "$$python could not make $(VENV); on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
	  fi; \
	done; \
	echo "Remit needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3 install" >&2; exit 1

$(UV): requirements/installer.txt | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/installer.txt
	@touch $@

$(INSTALLED): $(UV) requirements/development.txt pyproject.toml
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/development.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(BENCHMARKS_INSTALLED): requirements/benchmarks.txt $(INSTALLED)
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/benchmarks.txt
	@touch $@

$(SPARK_INSTALLED): requirements/spark.txt $(INSTALLED)
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/spark.txt
	@touch $@
