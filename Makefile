# Two commands do all set-up: `make demo` shows tintinh at work, `make test` runs the tests.

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n 2

.PHONY: help demo test test-server lint format columns lock bench faults clean

help:
	@echo "make demo         crawl the bundled portal into the embedded database, show what came out"
	@echo "make test         run the tests"
	@echo "make test-server  run the database's tests on a PostgreSQL server of Debian's as well"
	@echo "make lint         formatting, lint, types, layers"
	@echo "make columns      the column lists in SQL anew, from the fields of the article"
	@echo "make bench        measure extraction, ingest, dates, bylines, archive; against other tools"
	@echo "make faults       kill, starve and damage 200 crawls, count what is lost, duplicated, wrong"
	@echo "make clean        remove the virtual environment and caches"

demo: .venv/demo.stamp
	@env -u DATABASE_URL $(BIN)/tintinh demo

test: .venv/dev.stamp
	@tests/chromium.sh
	env -u DATABASE_URL $(PYTEST)

test-server: .venv/dev.stamp
	tests/on_server.sh $(PYTEST) tests/sql tests/ingest tests/tintinh/test_backup.py tests/work tests/tintinh/test_command.py tests/tintinh/test_reading_commands.py tests/tintinh/test_failing_crawls.py tests/tintinh/test_worker.py

lint: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The lists of columns in the SQL files, from the table of fields in crawler/article.py.
columns: .venv/dev.stamp
	$(BIN)/python -m sql.columns

bench: .venv/dev.stamp .venv-bench/stamp
	$(BIN)/python -m bench.main
	.venv-bench/bin/python -m bench.extraction
	.venv-bench/bin/python -m bench.peers
	.venv-bench/bin/python -m bench.text
	$(BIN)/python -m bench.archive
	$(BIN)/python -m bench.archive --packed
	$(BIN)/python -m bench.reextract
	$(BIN)/python -m bench.copies
	$(BIN)/python -m bench.hosts
	.venv-bench/bin/python -m bench.replay

faults: .venv/dev.stamp
	$(BIN)/python -m bench.faults

# The locks name every version and hash, for all platforms. uv is only needed to make them anew.
lock:
	uv pip compile --universal --generate-hashes --python-version 3.11 --extra build pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --python-version 3.11 --extra dev --extra build --extra browser -c requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile --universal --generate-hashes --python-version 3.11 requirements-bench.in -o requirements-bench.lock

clean:
	rm -rf .venv .venv-bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "tintinh needs Python 3.11 or newer; call: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv module is missing (Debian: apt-get install python3-venv)"; exit 1; }

.venv/demo.stamp: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing the locked dependencies into .venv …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

.venv-bench/stamp: requirements-bench.lock | .venv/dev.stamp
	@echo "Installing the tools to compare with into .venv-bench …"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-bench
	@$(BIN)/uv pip install --quiet --python .venv-bench/bin/python --require-hashes -r requirements-bench.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/demo.stamp
	@echo "Installing the locked tools for tests and lint …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
