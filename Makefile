# The front door. `make demo` and `make test` bring what they lack (tools/packages.txt) and need no configuration.
BUILD  ?= build
PREFIX ?= /usr/local
# Seconds for each parser in `make fuzz`.
FUZZ_SECONDS ?= 60
# Folder with node.csv.gz and kg.csv.gz for `make eval-table`.
GRAPH  ?= ../shared/data/graph

export LC_ALL = C.UTF-8

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

demo: program ## build, load the embedded pack, write the dossier of belimumab
	@rm -rf $(BUILD)/demo
	@$(BUILD)/src/cli/theriac demo --out $(BUILD)/demo

build: $(BUILD)/build.ninja ## the library, the program and its tests
	@ninja -C $(BUILD)

program: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet src/cli/theriac

$(BUILD)/build.ninja:
	@tools/need build
	@mkdir -p .cache
	@meson setup $(BUILD) >.cache/setup.log 2>&1 </dev/null || { cat .cache/setup.log; exit 4; }

test: ## everything: unit, golden, property, fuzz corpus, lint; with sanitizers too
	@tools/need build test
	@tests/all

lint: ## the rules of the house, and a build by clang
	@tools/need build test
	@tests/all --lint

bench: ## speed, beside what the machine can do at most
	@tools/need build
	@tests/bench/run

eval-table: program ## the table of theriac-model(7) anew, from GRAPH (../shared/data/graph): about ten minutes
	@home=$$(mktemp -d) && $(BUILD)/src/cli/theriac graph import --home $$home $(GRAPH)/node.csv.gz $(GRAPH)/kg.csv.gz >/dev/null && \
	  $(BUILD)/src/cli/theriac model eval --home $$home; status=$$?; rm -rf "$$home"; exit $$status

fuzz: ## every parser for FUZZ_SECONDS (60) each
	@tools/need build test
	@tests/fuzz/run $(FUZZ_SECONDS)

install: $(BUILD)/build.ninja ## into DESTDIR and PREFIX (/usr/local)
	@meson configure $(BUILD) --prefix $(PREFIX) >/dev/null
	@ninja -C $(BUILD) --quiet
	@DESTDIR=$(DESTDIR) meson install -C $(BUILD) --no-rebuild --quiet

test-debian: ## both commands in a fresh Debian 12 (root, debootstrap)
	@tests/packaging/debian12

clean: ## every build folder
	@rm -rf build build-* .cache

.PHONY: help demo build program test lint bench eval-table fuzz install test-debian clean
.DEFAULT_GOAL := help
