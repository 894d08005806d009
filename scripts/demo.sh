#!/usr/bin/env bash
# The main job in one go: draws a picture, edits it, asks about it. Results go to build/demo.
set -euo pipefail
cd "$(dirname "$0")/.."

unipic=build/release/bin/unipic
model=tests/golden/unipic1
out=build/demo
mkdir -p "$out"

echo "No trained model ships with this version yet. This demo uses the tiny checkpoint of the tests,"
echo "whose weights are random: the pictures are noise and the answers are gibberish. What it shows is"
echo "that everything runs, and that this build computes what the authors' code computes."
echo
set -x
"$unipic" generate "A golden retriever stands on the lawn." -m "$model" -o "$out/drawn.png" --dtype f32
"$unipic" edit "$out/drawn.png" "Replace the stars with a candle." -m "$model" -o "$out/edited.png" --dtype f32
"$unipic" describe "$out/drawn.png" "What is in the picture?" -m "$model" --max-tokens 16 --dtype f32
"$unipic" inspect "$out/drawn.png"
"$unipic" verify "$model" --only text_to_image_nonnative
