# The two commands a newcomer needs: `make demo` and `make test`. docs/hacking.md lists the rest.
SHELL := /bin/bash
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60

.PHONY: deps build debug demo run test tsan bench fuzz tidy lint format clean

deps:
	@tools/deps

build: deps
	@tools/build release parley

debug: deps
	@tools/build debug all

demo: build
	@tools/demo

run: build
	@tools/run

test: deps tidy
	@tools/test

tsan: deps
	@tools/build tsan all
	@ctest --preset tsan -j $(JOBS)

bench: build
	@tools/build release all
	@tools/bench

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
