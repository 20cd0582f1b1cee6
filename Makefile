# Casework. `make demo` and `make test` work on a fresh clone; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help demo test proof backup restore drill bench load lint format translations readme screenshots lock clean
PORT ?= 8000
PEOPLE ?= 200
DURATION ?= 600
RUN := .venv/bin/python
TEST := CASEWORK_MODE=test
export PORT PEOPLE DURATION

help: ## This list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed 's/:.*## /	/' | expand -t 16

demo: ## Set everything up and serve it with invented people at http://localhost:8000 (PORT=… for another)
	@deploy/bootstrap.sh run
	@exec $(RUN) -m deploy.demo

test: lint ## Lint, types, contracts and tests (twenty minutes on two cores)
	@$(RUN) -m pytest -n 2 --dist worksteal -m "not proof"

proof: lint ## Everything: the tests and the long ones
	@deploy/bootstrap.sh proof
	@$(RUN) -m pytest -n 2 --dist worksteal

backup: ## A sealed copy of the demo's database (FILE=…), or of the one that ADMIN_URL names
	@deploy/bootstrap.sh run
	@$(RUN) -m deploy.backup make $(FILE)

restore: ## Bring a copy (FILE=…) into an empty database, and compare what came out
	@deploy/bootstrap.sh run
	@$(RUN) -m deploy.backup restore $(FILE)

drill: ## Try a copy (FILE=…) on a second server, which is thrown away afterwards
	@deploy/bootstrap.sh run
	@$(RUN) -m deploy.backup check $(FILE)

bench: ## Figures: what pages, paper and the walls cost (an hour and a half, 25 GB in var/; CASES=10000,100000 for less)
	@deploy/bootstrap.sh dev
	@$(RUN) -m benchmarks

load: ## Two hundred people at once against production (PEOPLE=…, DURATION=… in seconds; a quarter of an hour)
	@deploy/bootstrap.sh proof
	@$(RUN) -m benchmarks.load

lint: ## Style, types, floors, catalogs
	@deploy/bootstrap.sh dev
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/djlint --quiet --lint templates
	@.venv/bin/lint-imports --no-logo >/dev/null || .venv/bin/lint-imports
	@$(RUN) -m deploy.translations check
	@$(TEST) .venv/bin/mypy

format: ## Put code into its usual form
	@deploy/bootstrap.sh dev
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .

translations: ## Gather new strings into the catalogs and compile them
	@deploy/bootstrap.sh dev
	@$(RUN) -m deploy.translations extract
	@$(RUN) -m deploy.translations compile

readme: ## Write the tables of README.md anew
	@deploy/bootstrap.sh run
	@$(RUN) -m deploy.readme

screenshots: ## Take the pictures of README.md and docs/ anew, of a fresh demo (a few minutes)
	@deploy/bootstrap.sh dev
	@$(RUN) -m deploy.pictures

lock: ## Write the lock files anew
	@deploy/bootstrap.sh dev
	@PATH="$(CURDIR)/.venv/bin:$$PATH" deploy/lock.sh

clean: ## Remove the demo's data, the tests' data and the virtual environment
	@[ ! -x $(RUN) ] || $(RUN) -c 'import shutil; from deploy.demo import SECRETS, VAR; from deploy.postgres import Server; \
	    shutil.rmtree(Server(VAR / "postgres", SECRETS).root, ignore_errors=True)'
	@rm -rf var .venv
