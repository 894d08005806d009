# The everyday commands; CMakePresets.json has the rest (asan, tsan, tidy, cuda, fuzz).

.PHONY: demo test test-clients build setup format check clean

# Sets up, builds and runs the main job: draws, edits and describes a picture into build/demo.
demo: build
	scripts/demo.sh

# Sets up, builds and runs all tests.
test: setup
	cmake --preset release -DUNIPIC_TESTS=ON
	cmake --build --preset release
	ctest --preset release

# OpenAI's client, a browser and others against the server that `test` or `build` has built.
test-clients:
	scripts/setup.sh --clients
	build/clients/bin/python tests/clients/run.py --program build/release/bin/unipic

build: setup
	cmake --preset release -DUNIPIC_TESTS=OFF
	cmake --build --preset release --target unipic_program

setup:
	scripts/setup.sh

format:
	scripts/format.sh --fix

# What .ci/run checks besides the tests.
check:
	scripts/format.sh
	python3 tools/check_layers.py src

clean:
	rm -rf build
