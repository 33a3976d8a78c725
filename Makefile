# Needs python3 (3.11 or later), python3-venv and make; see README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ONLY ?=
SECONDS ?= 3600
KEEP ?= --keep
ARGS ?=

# A compat editable install puts this folder on sys.path, where twistd finds twisted/plugins; the default kind hides it.
INSTALL = $(KEEP_HERE) $(BIN)/pip install --quiet --disable-pip-version-check --config-settings editable_mode=compat --editable

# What venv and pip keep for a moment lies here too, so that an interrupted set-up leaves nothing elsewhere.
KEEP_HERE = mkdir -p build/tmp && TMPDIR="$(abspath build/tmp)"

COMPILED := build/compiled

.PHONY: demo run test test-compiled compile lint format accept bench fuzz clean

# Job control (-m) gives twistd the terminal's Ctrl-C alone, and the trap keeps the shell from dying of it too: so make
# ends with 0 after a clean stop, and not with "Interrupt".
run: $(VENV)/.run
	$(BIN)/noxctl check etc/nox.toml
	@trap : INT; set -m 2>/dev/null; $(BIN)/twistd --nodaemon --pidfile= nox -c etc/nox.toml || test $$? -eq 130

# As `run`: the terminal's Ctrl-C reaches the demonstration alone.
demo: $(VENV)/.run
	@trap : INT; set -m 2>/dev/null; $(BIN)/python -m nox.demo || test $$? -eq 130

test: $(VENV)/.test
	$(BIN)/pytest $(ARGS)

# The whole package with its hottest files compiled, beside the sources and not among them: PYTHONPATH chooses the form.
compile: $(COMPILED)/.made

test-compiled: $(VENV)/.test $(COMPILED)/.made
	NOX_FORM=compiled $(BIN)/pytest -o pythonpath="$(COMPILED) ." $(or $(ARGS),tests/core tests/netapps tests/lib/test_flowkey.py)

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

accept: $(VENV)/.test $(VENV)/.peers
	$(BIN)/python tests/acceptance/run.py $(ONLY)

bench: $(VENV)/.bench $(if $(filter codec discovery emulator routing monitoring view,$(ONLY)),,$(COMPILED)/.made)
	for one in $(or $(ONLY),codec discovery emulator routing monitoring switch view); do $(BIN)/python -m bench.$$one $(ARGS) || failed=1; done; exit $${failed:-0}

fuzz: $(VENV)/.fuzz
	$(BIN)/python -m tests.fuzz.run --seconds $(SECONDS) $(KEEP)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache bench/ofload
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name dropin.cache -delete

# Stamps: an install runs again only when the metadata has changed.
$(VENV)/.run: setup.cfg pyproject.toml
	test -x $(BIN)/pip || { $(KEEP_HERE) $(PYTHON) -m venv --clear $(VENV); }
	$(INSTALL) .
	touch $@

$(VENV)/.test: $(VENV)/.run
	$(INSTALL) .[test]
	touch $@

$(VENV)/.dev: $(VENV)/.test
	$(INSTALL) .[dev]
	touch $@

$(VENV)/.compile: $(VENV)/.run
	$(INSTALL) .[compile]
	touch $@

$(COMPILED)/.made: $(VENV)/.compile setup.py $(shell find nox -name '*.py')
	rm -rf build
	NOX_COMPILE=1 $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --target $(COMPILED) .
	touch $@

$(VENV)/.bench: $(VENV)/.run
	$(INSTALL) .[bench]
	touch $@

# The learning switches that os-ken's releases had up to this one: these files alone are used, with the os-ken of `bench`.
$(VENV)/.peers: $(VENV)/.bench
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --upgrade --target $(VENV)/os-ken-applications os-ken==1.4.1
	touch $@

$(VENV)/.fuzz: $(VENV)/.test
	$(INSTALL) .[fuzz]
	touch $@
