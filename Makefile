# Everything here works as the first command typed in a fresh checkout: each target sets up what it needs.

HOST ?= 127.0.0.1
PORT ?= 8501
BIN := .venv/bin
READY := .venv/ready

.DEFAULT_GOAL := help
.PHONY: help setup run demo build test bench screenshots

help:
	@echo "make run          start the app on http://$(HOST):$(PORT) (HOST= and PORT= for another address)"
	@echo "make test         run every check"
	@echo "make setup        install what is needed into .venv"
	@echo "make demo         make the demo product's source files"
	@echo "make build        build the warehouse of the product folder and publish it"
	@echo "make bench        measure builds, queries and page runs"
	@echo "make screenshots  take the pictures of the README"

setup: $(READY)

$(READY): requirements.txt requirements-dev.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Almanac needs python3, version 3.11 or later." >&2; exit 1; }
	@python3 -c 'import ensurepip' 2>/dev/null \
		|| { echo "python3-venv is missing. Install it: sudo apt-get install python3-venv" >&2; exit 1; }
	python3 -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	@touch $@

# The first warehouse: for the product as shipped, its demo data are made first.
run: setup
	@if ! test -e "$${ALMANAC_WAREHOUSE:-data}/current"; then \
		if test "$${ALMANAC_CONFIG:-config}" -ef config && test -z "$$ALMANAC_DATA"; then \
			$(BIN)/python -m warehouse demo || exit; \
		fi; \
		$(BIN)/python -m warehouse build; \
	fi
	$(BIN)/streamlit run app.py --server.headless true --server.address "$(HOST)" --server.port "$(PORT)"

demo: setup
	$(BIN)/python -m warehouse demo

build: setup
	$(BIN)/python -m warehouse build

test: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --disable-progress-bar queries config/sources config/examples
	$(BIN)/pytest

bench: setup
	$(BIN)/python -m tests.bench

screenshots: setup
	$(BIN)/python -m tests.screenshots
