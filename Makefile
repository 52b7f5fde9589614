# Tilewise. `make` alone lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check up down settings-page bench-loop clean
SHELL := bash

BIN := .venv/bin
ARGS ?=
# Two processes, or one a core where there are more; `make test PROCESSES=8`.
PROCESSES ?= 2

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing: Debian packages, and Python packages into .venv
	@scripts/install.sh

demo: setup ## Play the whole loop on a scene; ARGS='--scene DIR --rounds 4 --exit'
	@$(BIN)/tilewise demo $(ARGS)

up: setup ## Start the embedded stack and leave it running
	@$(BIN)/tilewise up $(ARGS)

down: ## Stop the embedded stack
	@$(BIN)/tilewise down

test: setup ## Everything that must hold: style, types, and the tests on servers of their own
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal $(ARGS)

check: setup ## Style, types and directions of import, without the tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench-loop: setup ## How fast the loop is; prints a table and writes JSON
	@$(BIN)/python -m benchmarks.loop $(ARGS)

settings-page: setup ## Write docs/settings.md anew from service/settings.py
	@$(BIN)/python -m service.settings > docs/settings.md

clean: down ## Stop the stack and remove what it kept (.tilewise)
	@rm -rf .tilewise
