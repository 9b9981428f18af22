# Every task of this project. `make` alone lists them.
#
# The scripts beside this file install what is missing and are safe to run again. A task that fails
# ends with the exit code of what failed.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

# wasm-opt comes from npm, the other tools from cargo. cargo-leptos takes both from PATH and would
# download what is not there, so PATH is set here and set-up comes first.
CARGO_BIN := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin
export PATH := $(CURDIR)/end2end/node_modules/.bin:$(CARGO_BIN):$(PATH)

# Where the binary finds the pages' files.
export SITE_ROOT := $(CURDIR)/target/site

# Incremental files cost more than they give where every build is the first.
ifdef CI
export CARGO_INCREMENTAL := 0
endif

BINARY := target/release/creator-connect
# Extra words for what a task starts, as `make test-browser ARGS="connect.spec.ts --project=plain"`.
ARGS ?=
# What records in Supabase's stand-in need beyond the toolchain.
SETUP_STORE := $(if $(filter supabase,$(STORE)),setup-supabase)

.PHONY: help
help: ## Lists the tasks
	@awk 'BEGIN { FS = ":.*## "; print "Usage: make <task>\n" } \
		/^[a-z0-9-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) }' $(MAKEFILE_LIST)

##@ Use it

.PHONY: demo
demo: export SITE_ROOT :=
demo: build ## Serves the app at https://localhost:5000 against a simulated TikTok; STORE=supabase too
	@exec scripts/demo.sh $(ARGS)

.PHONY: build
build: setup-build ## Builds the release binary and its site in target/
	@scripts/build.sh

##@ Change it

# Its pages' files stand apart, so that it does not spoil the release build's.
.PHONY: dev
dev: export LEPTOS_SITE_ROOT := target/site-dev
dev: export SITE_ROOT := $(CURDIR)/target/site-dev
dev: setup-build ## Serves the demo and rebuilds it at every change; reload the page yourself; ARGS go to it
	@exec cargo leptos watch -- demo $(ARGS)

.PHONY: test
test: ## Runs every test: lints, unit, black-box and browser
	@scripts/test.sh

# With the files within the binary, as it is deployed.
.PHONY: release-check
release-check: export SITE_ROOT :=
release-check: setup build ## Runs the main flows in a browser against the release build
	@cd end2end && npx --no-install playwright test --grep @smoke $(ARGS)

.PHONY: check
check: setup-toolchain ## Checks the format and lints both halves, server and browser
	@scripts/check.sh

.PHONY: format
format: setup-toolchain ## Formats the sources
	@cargo fmt

.PHONY: audit
audit: setup-toolchain ## Checks licences, sources, advisories and unused dependencies
	@scripts/audit.sh

.PHONY: test-browser
test-browser: setup build ## Runs the browser tests alone; ARGS go to Playwright
	@cd end2end && npx --no-install playwright test $(ARGS)

.PHONY: screenshots
screenshots: setup build ## Takes a picture of every page in every state into end2end/screenshots, and checks each
	@cd end2end && SCREENSHOTS=1 npx --no-install playwright test --project=pages $(ARGS)

.PHONY: references
references: setup build ## Takes the reference pictures of the main pages anew; review them
	@rm -rf end2end/references
	@cd end2end && npx --no-install playwright test --project=visual --grep-invert=@compares --update-snapshots=all
	@du -ch end2end/references/*.png

.PHONY: pictures
pictures: setup ## Draws the icons and the social preview in public/ from the logo
	@node end2end/draw-icons.mjs

.PHONY: readme-pictures
readme-pictures: setup build ## Takes the screenshots of the README in docs/ from a running demo
	@node end2end/readme-screenshots.mjs

.PHONY: bench-page
bench-page: setup build setup-lighthouse ## Prints page sizes and paint beside their budgets, memory, start, calls to TikTok
	@node end2end/bench-page.mjs

.PHONY: lighthouse
lighthouse: setup build setup-lighthouse ## Prints Lighthouse's scores for the login page and a profile, on a phone
	@node end2end/lighthouse/run.mjs

.PHONY: bench-store
bench-store: setup-supabase ## Prints how long each verb takes in a PostgreSQL with a million creators
	@scripts/bench-store.sh

.PHONY: chaos
chaos: setup-supabase ## Counts lost grants while everything fails; SEED=, ROUNDS=, REPLICAS=, STORE=, OFF=
	@scripts/chaos.sh

.PHONY: bench-refresh
bench-refresh: setup-toolchain $(SETUP_STORE) ## Refreshes 100,000 grants that are due at once; STORE=supabase, SPREAD=600, GRANTS=
	@scripts/bench-load.sh refresh

.PHONY: bench-events
bench-events: setup-toolchain $(SETUP_STORE) ## Offers 2,000 signed events a second to the app; STORE=supabase, RATE=, DURATION=
	@scripts/bench-load.sh events

.PHONY: bench-peers
bench-peers: setup-toolchain build ## Measures the app beside bare axum and a small Flask app; ARGS="--rounds 3 --seconds 8"
	@scripts/bench-peers.sh $(ARGS)

.PHONY: fuzz
fuzz: setup-toolchain ## Fuzzes what reads callbacks, cookies, settings and events; SECONDS=30 each, ARGS name targets
	@scripts/fuzz.sh "$(or $(SECONDS),30)" $(ARGS)

##@ Set it up

.PHONY: setup
setup: ## Installs whatever is missing for all tasks
	@scripts/setup.sh toolchain build browser supabase

.PHONY: setup-toolchain
setup-toolchain:
	@scripts/setup.sh toolchain

.PHONY: setup-build
setup-build:
	@scripts/setup.sh toolchain build

.PHONY: setup-lighthouse
setup-lighthouse:
	@scripts/setup.sh lighthouse

.PHONY: setup-supabase
setup-supabase:
	@scripts/setup.sh toolchain supabase

.PHONY: clean
clean: ## Removes what builds and tests leave behind; keeps certs/, data/ and logs/
	@rm -rf target end2end/node_modules end2end/lighthouse/node_modules end2end/test-results end2end/playwright-report end2end/screenshots
