# Needs Python 3.11 or later, git and make. Everything else is installed from requirements.lock into .venv.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/installed
SERVICES := inventory ads planning
WORKERS ?= 2

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PYTHONUNBUFFERED = 1
# Where Python is told to keep no bytecode, each of a dozen processes would compile everything anew.
export PYTHONDONTWRITEBYTECODE =
# uv trusts the certificates that this machine trusts, as pip does.
export UV_SYSTEM_CERTS = 1

.PHONY: help
help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: $(INSTALLED) ## Start database, services and workers; load a demo seller the first time; Ctrl-C stops all
	@exec $(BIN)/tradewind run

.PHONY: test
# Neighbours share costly fixtures, so each process gets a run of neighbours.
test: $(INSTALLED) ## Run the tests (under 5 minutes; DATABASE_URL uses that server instead of an own one)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow" $(ARGS)

.PHONY: check-slow
check-slow: $(INSTALLED) ## Run the tests that take minutes
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m slow $(ARGS)

.PHONY: check
check: lint openapi-lint test ## All that must pass before a change lands: lint, OpenAPI lint (needs Node), tests

.PHONY: bench
bench: $(INSTALLED) ## Measure, and print each figure beside its limit
	@$(BIN)/python -m tests.benchmarks $(ARGS)

.PHONY: contract
contract: $(INSTALLED) ## Test the running services against their documents with every check (minutes)
	@$(BIN)/python -m tests.contracts $(ARGS)

.PHONY: faults
faults: $(INSTALLED) ## Kill databases and workers under load, then check every invariant (half an hour on two quiet cores)
	@$(BIN)/python -m tests.faults $(ARGS)

.PHONY: lint
lint: $(INSTALLED) ## Check format, style, types, imports between modules, and dependencies
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/deptry .

.PHONY: openapi-lint
openapi-lint: $(INSTALLED) node_modules/installed ## Lint the OpenAPI documents with Spectral and Redocly (needs Node)
	@mkdir -p build/openapi
	@for service in $(SERVICES); do \
		$(BIN)/tradewind openapi $$service > build/openapi/$$service.json || exit 1; \
	done
	@node_modules/.bin/spectral lint --quiet --fail-severity hint --ruleset deploy/lint/spectral.yaml \
		$(SERVICES:%=build/openapi/%.json)
	@REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
		node_modules/.bin/redocly lint --config deploy/lint/redocly.yaml $(SERVICES:%=build/openapi/%.json)

.PHONY: fmt
fmt: $(INSTALLED) ## Format the code and repair what can be repaired
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: lock
lock: $(INSTALLED) ## Choose newer versions of all dependencies, and write the locks
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --upgrade --generate-hashes \
		--python-version 3.11 --no-annotate --no-header --quiet --output-file requirements.lock
	@npm install --package-lock-only
	@$(BIN)/python -m deploy.lint.strip_addresses package-lock.json

.PHONY: clean
clean: ## Delete what was installed and built; the database is kept
	rm -rf .venv node_modules build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info

.PHONY: reset
reset: $(INSTALLED) ## Delete the embedded databases of this checkout with all their data
	@$(BIN)/python -m deploy.postgres remove
	@$(BIN)/python -m deploy.postgres remove --purpose tests
	rm -rf .tradewind

# uv installs the lock in seconds, pip in minutes; uv itself comes from the lock, with its hashes.
$(INSTALLED): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed; name it with: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@echo "Installing into .venv"
	@$(PYTHON) -m venv .venv
	@awk '/^uv==/ {found = 1} found {print} found && !/\\$$/ {exit}' requirements.lock > .venv/uv.lock
	@if $(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement .venv/uv.lock \
		&& $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock; then :; else \
		echo "uv cannot install here; using pip, which takes a few minutes" >&2; \
		$(PYTHON) -m venv --clear .venv && \
		$(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement requirements.lock; fi
	@if test -x $(BIN)/uv && $(BIN)/uv pip install --quiet --offline --python $(BIN)/python --no-deps \
		--no-build-isolation --editable .; then :; else \
		$(BIN)/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .; fi
	@touch $(INSTALLED)

node_modules/installed: package-lock.json package.json
	@command -v npm > /dev/null || { \
		echo "Node 20.19 or later, with npm, is needed to lint the OpenAPI documents (and for nothing else)." >&2; \
		exit 1; }
	@npm ci --silent
	@touch node_modules/installed
