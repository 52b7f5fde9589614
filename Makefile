# Tilewise. `make` alone lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup ui demo test check up down settings-page starting-models bench-loop ui-api clean
SHELL := bash

BIN := .venv/bin
ARGS ?=
# Two processes, or one a core where there are more; `make test PROCESSES=8`.
PROCESSES ?= 2

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing: Debian packages, and Python packages into .venv
	@scripts/install.sh

ui: setup ## Build the labeling UI, which the API serves
	@scripts/ui.sh build

demo: ui ## Play the whole loop on a scene; ARGS='--scene DIR --rounds 4 --exit'
	@$(BIN)/tilewise demo $(ARGS)

up: ui ## Start the embedded stack and leave it running
	@$(BIN)/tilewise up $(ARGS)

down: ## Stop the embedded stack
	@$(BIN)/tilewise down

test: ui ## Everything that must hold: style, types, and the tests on servers of their own
	@scripts/install.sh --system --browser
	@$(MAKE) --no-print-directory check
	@scripts/ui.sh test
	@$(BIN)/python -m pytest -n $(PROCESSES) --dist loadgroup $(ARGS)

check: setup ## Style, types and directions of import, without the tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@scripts/ui.sh check

ui-api: setup ## Write the UI's types of the API anew
	@scripts/ui.sh api

bench-loop: setup ## How fast the loop is; prints a table and writes JSON
	@$(BIN)/python -m benchmarks.loop $(ARGS)

starting-models: setup ## Teach the starting models anew on generated towns: about 20 minutes
	@$(BIN)/python -m learner.starting.make $(ARGS)

settings-page: setup ## Write docs/settings.md anew from service/settings.py
	@$(BIN)/python -m service.settings > docs/settings.md

clean: down ## Stop the stack and remove what it kept (.tilewise)
	@rm -rf .tilewise
