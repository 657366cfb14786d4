# Every target sets up what it needs: Python 3.10 or newer with venv is enough to begin.
# Another interpreter than python3: make test PYTHON=python3.12

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory --warn-undefined-variables
SHELL := /bin/sh
.SHELLFLAGS := -euc

PYTHON ?= python3
AIOHTTP ?=
CLOCK ?=
ONCE ?=
PYTEST_ARGS ?=
QUICK ?=
SECONDS ?= 120
SEED ?=
TIMES ?= 10

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
DIST := $(VENV)/.distribution
DOCS := $(VENV)/.docs
FUZZ := $(VENV)/.fuzz
MUTATION := $(VENV)/.mutation
SOAK := $(VENV)/.soak
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
BROWSERS := chromium chromium-driver firefox-esr webkit2gtk-driver xvfb

.PHONY: help
help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: $(RUNTIME) ## an API and a page of another origin that calls it (ONCE=1: do the requests and stop)
	@$(BIN)/python -m examples.demo $(if $(ONCE),--once)

# They run mypy, and a fresh interpreter for each module: nearly as long as all the others.
SLOW := tests/unit/test_mypy_plugin.py tests/unit/test_imports.py

.PHONY: quick
quick: $(DEV) ## the inner loop: unit and integration tests, but for the slow ones, without coverage
	@$(BIN)/python -m pytest -q $(SLOW:%=--ignore=%) tests/unit tests/integration $(PYTEST_ARGS)

.PHONY: test
test: $(DEV) ## all tests, with branch coverage (PYTEST_ARGS=tests/unit: those, without coverage)
	@$(BIN)/python -m pytest $(or $(PYTEST_ARGS),--cov)

.PHONY: explore
explore: $(DEV) ## random tests with new examples (TIMES=10: ten times as many, SEED=N: those again)
	@seed=$(or $(SEED),$$($(BIN)/python -c 'import secrets; print(secrets.randbits(32))')); \
	echo "to repeat: make explore SEED=$$seed TIMES=$(TIMES)"; \
	EXPLORE=$(TIMES) $(BIN)/python -m pytest -p no:randomly --hypothesis-seed="$$seed" \
		$(or $(PYTEST_ARGS),tests/property tests/comparison tests/caching)

.PHONY: check
check: lint types test ## what CI runs: lint, types, test

.PHONY: matrix
matrix: $(DEV) ## the wheel on each Python found (QUICK=1: the oldest cell; AIOHTTP=folder: that source, too)
	@$(BIN)/python -m tests.matrix $(if $(QUICK),--quick) $(if $(AIOHTTP),--aiohttp '$(AIOHTTP)')

.PHONY: dist
dist: $(DIST) ## the sdist and the wheel, made twice and compared, checked, and tested on each Python found
	@$(BIN)/python -m tests.distribution

.PHONY: docs
docs: $(DOCS) ## the documentation as pages in build/docs; a warning is an error
	@$(BIN)/python -m sphinx --fail-on-warning --keep-going --nitpicky --quiet docs build/docs
	@echo "open build/docs/index.html"

.PHONY: mutants
mutants: $(MUTATION) ## the mutation score of the values and protocol layers, and each survivor
	@$(BIN)/python -m tests.mutation

.PHONY: fuzz
fuzz: $(FUZZ) ## feed the grammar and the whole server with bytes that reach ever more of the code (SECONDS=120, SEED=N)
	@$(BIN)/python -m tests.fuzz --seconds $(SECONDS) --seed $(or $(SEED),0)

.PHONY: lint
lint: $(DEV) ## ruff: rules and format
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

# For --verifytypes, pyright looks at the first python on the path and at no setting.
.PHONY: types
types: $(DEV) ## mypy, pyright, how completely the package is typed, and what users' checkers report
	@$(BIN)/mypy
	@$(BIN)/pyright
	@PATH="$(CURDIR)/$(BIN):$$PATH" pyright --verifytypes aiohttp_cors --ignoreexternal
	@$(BIN)/python -m tests.typing

.PHONY: bench
bench: $(RUNTIME) ## count what requests cost, each target's verdict (QUICK=1: the ratios alone; CLOCK=1: time it)
	@$(BIN)/python -m tests.benchmarks$(if $(CLOCK),.clock$(if $(QUICK), --quick),$(if $(QUICK), --ci))

.PHONY: soak
soak: $(SOAK) ## servers under load, each decision checked; needs wrk (QUICK=1: under 40 seconds)
	@$(BIN)/python -m tests.soak $(if $(QUICK),--quick)

.PHONY: browsers
browsers: ## install the browsers that the tests drive (Debian's packages)
	@sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	$$sudo apt-get update -qq; \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(BROWSERS)

.PHONY: clean
clean: ## remove everything that was made here
	@rm -rf $(VENV) .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist mutants
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Dependency groups need pip 25.1, which is newer than the one in most interpreters.
$(RUNTIME): pyproject.toml
	@echo "setting up $(VENV)"
	@[ -x $(BIN)/pip ] || $(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install --editable .
	@touch $@

$(DEV): $(RUNTIME)
	@echo "setting up $(VENV) for development"
	@$(PIP) install --group dev
	@touch $@

$(DIST): $(DEV)
	@$(PIP) install --group distribution
	@touch $@

$(DOCS): $(DEV)
	@$(PIP) install --group docs
	@touch $@

# Without a wheel for this Python the command says so and does nothing.
$(FUZZ): $(DEV)
	@if $(PIP) install --only-binary :all: --group fuzz; then touch $@; fi

$(MUTATION): $(DEV)
	@$(PIP) install --group mutation
	@touch $@

$(SOAK): $(DEV)
	@$(PIP) install --group soak
	@touch $@
