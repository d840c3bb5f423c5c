# Two commands do all: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
SERVE ?= 1
JOBS ?= 2
PY := $(VENV)/bin/python
PO := lms/locale/zh_Hans/LC_MESSAGES/django.po
MO := $(patsubst %.po,%.mo,$(PO) $(wildcard lms/vendor_locale/zh_Hans/LC_MESSAGES/*.po))

# Byte code is written when a module is first imported, whatever the shell says: each command here starts Python anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check setup setup-test catalogue serve test-sqlite test-postgres lock messages clean

demo: setup catalogue
	@deploy/demo prepare
	@if [ "$(SERVE)" != "0" ]; then PORT=$(PORT) deploy/demo serve; fi

serve: demo

test: setup-test catalogue test-sqlite test-postgres

test-sqlite:
	$(PY) -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder

test-postgres:
	deploy/with-postgres $(PY) -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder

check: setup-test catalogue
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy
	git ls-files 'templates/*.html' | xargs $(VENV)/bin/djade --target-version 5.2 --check
	DJANGO_SETTINGS_MODULE=lms.settings.test $(PY) manage.py makemigrations --check --dry-run
	deploy/check-production

# What runs the product.
setup: $(VENV)/.base
$(VENV)/.base: requirements/base.txt deploy/system-packages package-lock.json
	PYTHON=$(PYTHON) deploy/system-packages base
	[ -x $(PY) ] || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements/base.txt
	npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

# What its tests need besides: a browser, PDF tools, a PostgreSQL server, verifiers that are not ours.
setup-test: $(VENV)/.test
$(VENV)/.test: $(VENV)/.base requirements/test.txt package-lock.json
	PYTHON=$(PYTHON) deploy/system-packages test
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

catalogue: $(MO)
%.mo: %.po $(VENV)/.base
	$(PY) -c "import polib; polib.pofile('$<').save_as_mofile('$@')"

# For developers: fresh lock files (no registry address in them) and a fresh message catalogue.
lock:
	$(VENV)/bin/python -m pip install --quiet uv
	$(VENV)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -q -o requirements/base.txt
	$(VENV)/bin/uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -q -c requirements/base.txt -o requirements/test.txt

messages:
	$(PY) manage.py makemessages -l zh_Hans --no-location --ignore .venv --ignore var --ignore node_modules

clean:
	rm -rf $(VENV) node_modules var
