# Soundcheck: `make demo` shows it, `make test` proves it, `make help` lists the rest.

PYTHON ?= python3
RUN := .venv/bin/python
TESTS ?= tests
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo setup dev-setup assets test lint types contracts tests fmt screenshots bench clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: setup ## the whole portal on this machine; PORT=8000, STATE=folder, FRESH=1, VERBOSE=1
	@$(RUN) -m portal.cli demo $(if $(PORT),--port $(PORT)) $(if $(STATE),--state "$(STATE)") $(if $(FRESH),--fresh) $(if $(VERBOSE),--verbose)

setup:
	@$(PYTHON) scripts/bootstrap.py requirements.txt

dev-setup:
	@$(PYTHON) scripts/bootstrap.py requirements.txt requirements-dev.txt

assets: setup ## the front end (skipped when it is up to date)
	@$(RUN) -m portal.stack.assets

test: lint types contracts tests ## everything CI runs

lint: dev-setup ## style and common mistakes
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types: dev-setup ## mypy, strict in the pure and the domain parts
	$(RUN) -m mypy

contracts: dev-setup ## who may import whom
	$(RUN) -c "from importlinter.cli import lint_imports_command as run; run()"

tests: dev-setup ## all tests, or TESTS="tests/unit -k name"
	@$(RUN) -m portal.stack.assets
	$(RUN) -m pytest -n $(JOBS) $(TESTS)

fmt: dev-setup ## rewrite the code in the house style
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

screenshots: dev-setup ## all main screens at 1440 and 390 px, light and dark
	@$(RUN) -m portal.stack.assets
	$(RUN) -m tests.e2e.screenshots

bench: dev-setup ## speed of the parts that must be fast
	$(RUN) -m bench.portal
	$(RUN) -m bench.audio

clean: ## remove what was built; keeps the demo's data in var/
	rm -rf .venv node_modules portal/web/static/build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
