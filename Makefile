# make run      start the app and print its address
# make test     run every test, the browser tests included, on all processors (WORKERS=1: on one)
# make bench    time the trainer and the lab against their peers, try the first remedies, and write docs/benchmarks.md
# make measure  measure all numbers of the lessons anew, and write the files that ship them
# make check    linter, formatter, types, import directions, lesson and quiz files, docs/reference.md
# make docs     write docs/reference.md from the models and tables that it is about
# make format   let the formatter and the linter mend what they can
# make clean    remove what make made

PORT ?= 8501
PYTHON ?= python3
WORKERS ?= auto
BIN = .venv/bin

.PHONY: run test bench measure check docs format clean

run: .venv/run
	@echo "Vanishing Point is starting on http://127.0.0.1:$(PORT) (stop it with Ctrl+C)"
	@$(BIN)/python -m uvicorn app:app --host 127.0.0.1 --port $(PORT) --ws websockets-sansio --log-level warning

test: .venv/dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

bench: .venv/dev
	$(BIN)/python -m benchmarks

measure: .venv/run
	COMPUTE_NICENESS=0 $(BIN)/python -m core.evidence.measure

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/python -m core.check

docs: .venv/run
	$(BIN)/python -m core.check.catalogues

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 run")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt requirements-dask.txt .venv/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
