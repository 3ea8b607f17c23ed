# demo, test, bench, evaluate, soak. Each makes what it needs; nothing else by hand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SYSTEM_PACKAGES := tests/harness/facepay_harness/system_packages.py

.PHONY: demo test bench evaluate soak lint unit clean

demo: $(VENV)/.runtime
	$(BIN)/python $(SYSTEM_PACKAGES) --check demo
	$(BIN)/facepay-sim demo $(if $(CASE),--case $(CASE)) $(if $(DEMO_LANG),--lang $(DEMO_LANG)) $(if $(FRESH),--fresh)

test: lint unit

lint: $(VENV)/.dev
	$(BIN)/python $(SYSTEM_PACKAGES) --check test
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy protos pos_app clearing_service tests/harness
	$(BIN)/lint-imports
	$(BIN)/python protos/generate.py --check

unit: $(VENV)/.dev
	$(BIN)/facepay-pos models fetch
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest -n 2 --dist loadgroup

bench: $(VENV)/.dev
	$(BIN)/facepay-pos models fetch
	$(BIN)/python -m tests.benchmarks

evaluate: $(VENV)/.evaluate
	@test -n "$(FACES)$(PRESENTATIONS)$(VIRTUAL)" || { echo "Say what: make evaluate FACES=/path (one sub-folder a person), PRESENTATIONS=/path (one a species), VIRTUAL=1 (drawn ones)"; exit 2; }
	$(BIN)/facepay-pos models fetch
	$(BIN)/facepay-pos evaluate $(if $(FACES),"$(FACES)") $(if $(PRESENTATIONS),--presentations "$(PRESENTATIONS)") $(if $(VIRTUAL),--virtual)

soak: $(VENV)/.dev
	PYTHONPATH=.:protos:tests/harness $(BIN)/python -m tests.simulation soak --days $(or $(DAYS),20) --seeds $(or $(SEEDS),50)
	PYTHONPATH=.:protos:tests/harness $(BIN)/python -m tests.crash --kills $(or $(KILLS),100)

clean:
	rm -rf build $(VENV)

$(VENV)/bin/python:
	$(PYTHON) $(SYSTEM_PACKAGES) --check python
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.runtime $(VENV)/.evaluate

$(VENV)/.evaluate: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[evaluate]'
	@touch $@ $(VENV)/.runtime
