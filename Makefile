# Everything here works as the first command typed in a fresh checkout: each target sets up what it needs.

HOST ?= 127.0.0.1
PORT ?= 8501
BIN := .venv/bin
READY := .venv/ready

.DEFAULT_GOAL := help
.PHONY: help setup run demo new build schedule test bench screenshots

help:
	@echo "make run          start the app on http://$(HOST):$(PORT) (HOST= and PORT= for another address)"
	@echo "make test         run every check"
	@echo "make setup        install what is needed into .venv"
	@echo "make demo         make the demo product's source files"
	@echo "make new FROM=…   make a product folder (TO=, our-product) of a folder of exports; TYPE= says of which kind"
	@echo "make build        build the warehouse of the product folder and publish it"
	@echo "make schedule     print what builds every day at 06:00: a line for cron, a timer for systemd"
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

run: setup
	$(BIN)/python -m warehouse build --if-needed
	$(BIN)/streamlit run app.py --server.headless true --server.address "$(HOST)" --server.port "$(PORT)"

demo: setup
	$(BIN)/python -m warehouse demo

# Questions are asked on a terminal; YES=1 takes what is likely and writes it down.
new: setup
	@test -n "$(FROM)" || { echo "Name the folder of the exports: make new FROM=exports TO=our-app" >&2; exit 2; }
	$(BIN)/python -m warehouse new "$(or $(TO),our-product)" --from "$(FROM)" $(if $(TYPE),--type "$(TYPE)") $(if $(YES),--yes)

build: setup
	$(BIN)/python -m warehouse build

schedule: setup
	@$(BIN)/python -m warehouse.schedule

test: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --disable-progress-bar queries config/sources config/examples
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

bench: setup
	$(BIN)/python -m tests.bench

screenshots: setup
	$(BIN)/python -m tests.screenshots
