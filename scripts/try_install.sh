#!/usr/bin/env bash
# Installs the release build into a scratch folder and builds and runs the examples against it, as
# somebody would who uses the library.
set -euo pipefail
cd "$(dirname "$0")/.."

prefix=$PWD/build/installed
rm -rf "$prefix" build/examples
cmake --install build/release --prefix "$prefix" >/dev/null
cmake -S examples -B build/examples -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix;${CMAKE_PREFIX_PATH:-}" \
  -DTorch_DIR="$(sed -n 's/^Torch_DIR:PATH=//p' build/release/CMakeCache.txt)"
cmake --build build/examples
build/examples/draw tests/golden/unipic1 "a candle" build/examples/candle.png
"$prefix/bin/unipic" inspect build/examples/candle.png
