# The whole workflow. `make help` lists it.
SHELL := /bin/bash
SWIFT ?= swift
SCRATCH ?= .build
ROUNDS ?= 200

.PHONY: help run test bench fuzz format lint bootstrap clean

help: ## what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

bootstrap: ## install what this machine lacks (Debian, Ubuntu); asks nothing, does nothing twice
	@scripts/bootstrap

run: bootstrap ## make an installation in ./surety-data if there is none, and serve it on http://127.0.0.1:8080
	$(SWIFT) build --scratch-path $(SCRATCH) --product surety
	@test -e surety-data || $(SCRATCH)/debug/surety init --origin localhost/ledger
	$(SCRATCH)/debug/surety serve

test: bootstrap ## everything that is tested, on SQLite and PostgreSQL; ROUNDS=n kills n times
	$(SWIFT) build --scratch-path $(SCRATCH) --build-tests
	SURETY_KILL_ROUNDS=$(ROUNDS) $(SWIFT) test --scratch-path $(SCRATCH) --skip-build

bench: bootstrap ## measure on this machine; figures in .build/bench.json. ARGS="--only ledger" for some of them
	$(SWIFT) build --scratch-path $(SCRATCH) -c release --product surety-bench
	$(SWIFT) build --scratch-path $(SCRATCH) -c release --product surety
	$(SCRATCH)/release/surety-bench $(ARGS)

fuzz: bootstrap ## run the fuzz targets; SECONDS_EACH=60 for longer, TARGET=note for one
	@scripts/fuzz "$(or $(SECONDS_EACH),20)" "$(TARGET)"

format: ## put the sources into the house's format
	$(SWIFT) format format --in-place --recursive Sources Tests Package.swift

lint: ## whether the sources are in the house's format
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift
	@scripts/lint

clean: ## remove what was built
	rm -rf $(SCRATCH) .build-fuzz
