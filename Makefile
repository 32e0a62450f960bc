# Two commands for newcomers: `make demo` and `make test`. Each sets up all it needs in .venv/ and is quick the second time.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
LOCK := requirements
EXPORT := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q
SOURCES := classifiers engine retention api tests
CHROMIUM := $(shell command -v chromium)

# Where it is set, every command compiles all modules anew: three seconds before it begins.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-long coverage check format bench bench-long lock clean chromium

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: .venv/demo.ok ## build a small estate in demo/, scan it, write the report
	@$(BIN)/reeve demo

# Half of a test's time it waits, for servers, processes and disks: twice as many processes as processors keep both busy.
# To trace which lines run costs as much as to run them, so a developer asks for it (`make coverage`); CI always does.
COVER := --cov --cov-report=term
SUITE := $(BIN)/pytest -n 4 --dist worksteal -m "not long and not benchmark"

test: check chromium ## format, lint, types, contracts, then all tests (in CI with their coverage)
	$(SUITE) $(if $(CI),$(COVER))

coverage: .venv/dev.ok chromium ## all tests, and which lines and branches they reach: fails below the floor
	$(SUITE) $(COVER)

test-long: .venv/dev.ok chromium ## the campaigns: hundreds of kills, big tables, and properties with many examples
	$(BIN)/pytest -m "long or hypothesis" --hypothesis-profile long --timeout 7200

check: .venv/dev.ok ## format, lint, types, contracts
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev.ok ## put the code in order
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

BENCHES := texts hostile columns spans bridge ledger
LONG_BENCHES := bucket large workers membership erase

bench: .venv/dev.ok ## print the benchmark tables, ours beside its peers' (ratios from one run)
	$(BIN)/python -m tests.benchmarks
	@for one in $(BENCHES); do $(BIN)/python -m tests.benchmarks.$$one || exit 1; done

bench-long: .venv/dev.ok ## the same with 10^7 rows and 5 GB, buckets of 10,000 objects, and workers: hours
	$(BIN)/python -m tests.benchmarks --long
	@for one in $(BENCHES) $(LONG_BENCHES); do $(BIN)/python -m tests.benchmarks.$$one || exit 1; done

.venv/uv.ok: $(LOCK)/uv.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Reeve needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(LOCK)/uv.txt
	@touch $@

# Each environment contains the one before it, so installing never takes anything away that another command needs.
.venv/demo.ok: .venv/uv.ok $(LOCK)/demo.txt pyproject.toml
	$(UV) pip install -q --python $(BIN)/python --require-hashes -r $(LOCK)/demo.txt
	$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.ok: .venv/demo.ok $(LOCK)/dev.txt
	$(UV) pip install -q --python $(BIN)/python --require-hashes -r $(LOCK)/dev.txt
	@touch $@

# The report is tested in a real browser: Debian's. Where it cannot be installed, those tests say so and skip (never in CI).
chromium:
ifeq ($(CHROMIUM),)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  (apt-get install -y -qq chromium || (apt-get update -qq && apt-get install -y -qq chromium)) >/dev/null; \
	else echo "Chromium is missing: apt-get install chromium (browser tests will be skipped)"; fi
endif

lock: .venv/uv.ok ## renew the lock files (hashes, no addresses)
	echo 'uv' | $(UV) pip compile $(EXPORT) - -o $(LOCK)/uv.txt
	$(UV) pip compile $(EXPORT) --upgrade pyproject.toml --extra demo --extra names --extra presidio --extra timestamps --group build --group dev -o $(LOCK)/dev.txt
	$(UV) pip compile $(EXPORT) -c $(LOCK)/dev.txt pyproject.toml --extra demo --group build -o $(LOCK)/demo.txt

clean: ## remove environment, caches and the demo
	rm -rf .venv demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* htmlcov
