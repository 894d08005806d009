#!/usr/bin/env bash
# The main job in one go, with the model that the project brings along: draws three pictures, edits one of them, asks two
# questions about it, and lays everything side by side. Results go to build/demo.
set -euo pipefail
cd "$(dirname "$0")/.."

unipic=build/release/bin/unipic
out=build/demo
mkdir -p "$out"

run() {
  printf '\n$ unipic'
  printf ' %q' "$@"
  printf '\n'
  "$unipic" "$@"
}

run generate "a photo of a red apple" -o "$out/apple.png"
run generate "a photo of a yellow bus" -o "$out/bus.png"
run generate "a photo of two dogs" -o "$out/dogs.png"
run edit "$out/apple.png" "Make the apple green." -o "$out/green_apple.png"
run describe "$out/apple.png" "What color is the apple?"
run describe "$out/apple.png" "How many apples are there?"
run sheet "$out/apple.png" "$out/bus.png" "$out/dogs.png" "$out/green_apple.png" --columns 4 -o "$out/sheet.png"
