# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
# A CPU build; on a machine with a GPU: make TORCH="torch --index-url https://download.pytorch.org/whl/cu128" demo
TORCH ?= torch==2.13.0
BIN := .venv/bin
STAMP := .venv/.installed
DEMO := build/demo
# A process a core; tests of one file stay together, so that what they share is made once.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile

.PHONY: demo test test-fast check format lint types imports docs samples bench clean install
.DEFAULT_GOAL := test-fast

install: $(STAMP)

# torch goes first and pinned: an open range would pull a CUDA build of several GB.
$(STAMP): pyproject.toml requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$(TORCH)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e ".[all,dev]"
	# As pip does for a wheel; and the exact joins once for this machine, so that no later command waits for it.
	$(BIN)/python -m compileall -q curate train
	-$(BIN)/python samples/warm_up.py | $(BIN)/curate audit - --fail-on never > /dev/null
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/python samples/demo.py --out $(DEMO)

# The whole suite. pytest's exit code is the verdict.
test: $(STAMP)
	$(PYTEST)

test-fast: $(STAMP)
	HYPOTHESIS_EXAMPLES=25 $(PYTEST) -m "not slow"

check: format lint types imports test-fast

format: $(STAMP)
	$(BIN)/ruff format --check .

lint: $(STAMP)
	$(BIN)/ruff check .

types: $(STAMP)
	$(BIN)/mypy

imports: $(STAMP)
	$(BIN)/lint-imports

samples: $(STAMP)
	$(BIN)/python samples/generate.py

docs: $(STAMP)
	$(BIN)/python -m curate explain --all --format markdown -o docs/rules.md

# The measurements of docs/measurements.md: `make bench-same`, `make bench-leak` ... `make bench` runs them all. They need the public
# data sets that docs/measurements.md names, in DATA.
DATA ?= ../shared/data
BENCHES := same semantic leak decontamination pii bias quality masks memory train intervals ablate

bench: $(BENCHES:%=bench-%)

bench-%: bench/%.py $(STAMP)
	$(BIN)/python -P $< --data $(DATA)

clean:
	rm -rf build .pytest_cache .mypy_cache .ruff_cache
