# The whole workflow. `make help` lists it.
SHELL := /bin/bash
SWIFT ?= swift
SCRATCH ?= .build
ROUNDS ?= 200

.PHONY: help run test bench fuzz pictures format lint bootstrap clean

help: ## what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

bootstrap: ## install what this machine lacks (Debian, Ubuntu); asks nothing, does nothing twice
	@scripts/bootstrap

run: bootstrap ## a shop with weaknesses and Surety guarding it, on this machine; says where to look
	$(SWIFT) build --scratch-path $(SCRATCH) --product surety
	$(SCRATCH)/debug/surety serve --demo

# One room after the other: many tests measure time, and all of them at once would leave none to the others.
ROOMS := Primitives TransparencyLog Storage Journal Obligations Access Assessment Vault Console Surety Tidy

test: bootstrap ## everything that is tested, on SQLite and PostgreSQL; ROUNDS=n kills n times
	$(SWIFT) build --scratch-path $(SCRATCH) --build-tests
	@failed=""; for room in $(ROOMS); do \
	  SURETY_KILL_ROUNDS=$(ROUNDS) $(SWIFT) test --scratch-path $(SCRATCH) --skip-build --filter "^$${room}Tests\\." \
	    || failed="$$failed $$room"; \
	done; command -v chromium chromium-browser >/dev/null || echo "LEFT OUT: the browser's tests, because Chromium is missing"; \
	test -z "$$failed" || { echo "failed:$$failed"; exit 1; }

bench: bootstrap ## measure on this machine; figures in .build/bench.json. ARGS="--only ledger" for some of them
	$(SWIFT) build --scratch-path $(SCRATCH) -c release --product surety-bench
	$(SWIFT) build --scratch-path $(SCRATCH) -c release --product surety
	$(SCRATCH)/release/surety-bench $(ARGS)

fuzz: bootstrap ## run the fuzz targets; SECONDS_EACH=60 for longer, TARGET=note for one
	@scripts/fuzz "$(or $(SECONDS_EACH),20)" "$(TARGET)"

pictures: bootstrap ## take the pictures of the documentation anew, in a real browser
	$(SWIFT) build --scratch-path $(SCRATCH) --build-tests
	SURETY_PICTURES=docs/images $(SWIFT) test --scratch-path $(SCRATCH) --skip-build --filter "The console in a browser"

format: ## put the sources into the house's format
	$(SWIFT) format format --in-place --recursive Sources Examples Tests Package.swift

lint: ## whether the sources are in the house's format
	$(SWIFT) format lint --strict --recursive Sources Examples Tests Package.swift
	@scripts/lint

clean: ## remove what was built
	rm -rf $(SCRATCH) .build-fuzz
