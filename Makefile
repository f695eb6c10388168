# docs/hacking.md lists what each target is for.
SHELL := /bin/bash
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60

.PHONY: deps build demo run debug test soak tsan bench fuzz tidy lint format clean

deps:
	@tools/deps

build: deps
	@tools/build release parley
	@npm run --silent build

demo: build
	@tools/node tools/demo.mjs

run: build
	@tools/node tools/run.mjs

debug: deps
	@tools/build debug all

test: deps tidy
	@tools/test

soak: deps
	@tools/build debug durability_test scenarios_test
	@tools/build release parley bench_calls bench_overload
	@tools/soak

tsan: deps
	@tools/build tsan all
	@npm run --silent build
	@ctest --preset tsan -j $(JOBS)

bench: deps
	@tools/build release benches
	@tools/bench

bench-%: deps
	@tools/build release bench_$*
	@tools/bench $*

fuzz: deps
	@tools/build fuzz all
	@tools/fuzz $(FUZZ_SECONDS)

tidy:
	@tools/tidy.py

lint: deps
	@tools/lint

format:
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format-14 -i

clean:
	rm -rf build
