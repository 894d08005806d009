#!/usr/bin/env bash
# Installs what unipic.cpp needs on Debian 12: Debian packages, and LibTorch unless one is found.
# Safe to run again: what is there already is left alone.
# With --clients: also a browser and the Python packages of tests/clients, in build/clients.
set -euo pipefail
cd "$(dirname "$0")/.."

torch_version=2.13.0
build_packages=(build-essential cmake ninja-build pkg-config ccache mold python3 python3-venv)
library_packages=(nlohmann-json3-dev libcli11-dev libfmt-dev libpng-dev libjpeg62-turbo-dev libwebp-dev
                  libpcre2-dev libutf8proc-dev zlib1g-dev libarchive-dev libtomlplusplus-dev
                  libxxhash-dev libsentencepiece-dev libcpp-httplib-dev libssl-dev libsqlite3-dev libjemalloc-dev libgloo-dev
                  libgtest-dev libbenchmark-dev)
# For the checks of .ci/run and the presets tidy and fuzz.
check_packages=(clang clang-format clang-tidy libclang-rt-14-dev)
browser_packages=(chromium)

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  if [ "${#missing[@]}" -eq 0 ]; then return; fi
  echo "setup: installing ${missing[*]}"
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}

has_torch() {
  "$1" -c 'import sys, torch; sys.exit(tuple(map(int, torch.__version__.split(".")[:2])) < (2, 11))' 2>/dev/null
}

find_or_install_torch() {
  if [ -n "${Torch_DIR:-}" ] && [ -f "$Torch_DIR/TorchConfig.cmake" ]; then
    echo "setup: LibTorch of Torch_DIR: $Torch_DIR"
    return
  fi
  local prefix
  IFS=':;' read -ra prefixes <<<"${CMAKE_PREFIX_PATH:-}"
  for prefix in "${prefixes[@]}"; do
    if [ -f "$prefix/Torch/TorchConfig.cmake" ] || [ -f "$prefix/share/cmake/Torch/TorchConfig.cmake" ]; then
      echo "setup: LibTorch of CMAKE_PREFIX_PATH: $prefix"
      return
    fi
  done
  local python
  for python in python3 .venv/bin/python; do
    if command -v "$python" >/dev/null && has_torch "$python"; then
      echo "setup: LibTorch of $python"
      return
    fi
  done
  echo "setup: installing torch $torch_version into .venv"
  python3 -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check "torch==$torch_version"
}

install_clients() {
  install_packages "${browser_packages[@]}"
  python3 -m venv build/clients
  build/clients/bin/python -m pip install --quiet --disable-pip-version-check -r tests/clients/requirements.txt
}

install_packages "${build_packages[@]}" "${library_packages[@]}" "${check_packages[@]}"
find_or_install_torch
if [ "${1:-}" = --clients ]; then install_clients; fi
echo "setup: done"
