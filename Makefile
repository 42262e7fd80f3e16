# Two commands do all the set-up on a fresh machine that has Python 3.11 and pip: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MISSION := missions/thailand-cambodia-2025
AS_OF := 2025-12-22T09:00+08:00

# What tests of the documents look through: a browser, LibreOffice, PDF tools. Installed on Debian where this is root.
DEBIAN := chromium libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils
PACKAGES := { command -v chromium && command -v soffice && command -v pdftotext; } >/dev/null || \
  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(DEBIAN) >/dev/null; }

# Benchmarks are not run by the tests: this finds what they name and the program no longer has.
LOOSELY := --config-file= --ignore-missing-imports --follow-imports silent --check-untyped-defs \
  --disable-error-code arg-type --disable-error-code assignment --disable-error-code misc --disable-error-code var-annotated \
  --disable-error-code func-returns-value --disable-error-code str-bytes-safe

.PHONY: run web serve test lint bench lock picture clean

run: $(BIN)/.run-ready
	$(BIN)/truceline run $(MISSION) --as-of $(AS_OF) --out out

web:
	$(PYTHON) web/build.py

serve: $(BIN)/.serve-ready web
	$(BIN)/truceline serve $(MISSION)

test: $(BIN)/.test-ready web
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(BIN)/.test-ready
	$(BIN)/ruff check src tests benchmarks docs
	$(BIN)/mypy
	MYPYPATH=src:benchmarks:tests $(BIN)/mypy $(LOOSELY) benchmarks/*.py

bench: $(BIN)/.test-ready
	for file in benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

lock: $(BIN)/.test-ready
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --no-annotate -q --extra build pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --no-annotate -q --extra build --extra test pyproject.toml -o requirements-test.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --no-annotate -q --extra build --extra web -c requirements-test.txt pyproject.toml -o requirements-web.txt

picture: run
	pdftoppm -png -r 80 -f 1 -l 1 -singlefile out/report.pdf docs/picture

clean:
	rm -rf $(VENV) out web/node_modules src/truceline/web/static/built

$(BIN)/python:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Truceline needs Python 3.11 or newer; say make PYTHON=...')"
	$(PYTHON) -m venv $(VENV)

$(BIN)/.run-ready: requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(BIN)/.serve-ready: requirements-web.txt $(BIN)/.run-ready
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-web.txt
	touch $@

$(BIN)/.test-ready: requirements-test.txt $(BIN)/.run-ready
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.txt
	$(PACKAGES) || echo "Without $(DEBIAN) the tests that need them are skipped, and say so."
	touch $@
