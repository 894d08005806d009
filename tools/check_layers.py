#!/usr/bin/env python3
"""Fails if a folder under src/ includes one that its layer may not see (docs/architecture.md)."""
import pathlib
import re
import sys

LAYERS = [  # highest first; a folder may include itself and any folder of a lower line
    "cli serve", "api", "train eval", "models", "data reward", "backbones",
    "nn diffusion convert golden optim", "ops", "io text kernels", "base", "unipic",
]
RANK = {name: rank for rank, line in enumerate(LAYERS) for name in line.split()}
PUBLIC_ONLY = {"cli": {"base", "unipic", "train", "eval", "serve"}, "serve": {"base", "unipic"}}
INCLUDE = re.compile(r'^\s*#include "([^"/]+)/([^"/]+)', re.M)


def forbidden(path: pathlib.Path, src: pathlib.Path):
    layer, folder = path.relative_to(src).parts[:2]
    for seen, sub in INCLUDE.findall(path.read_text()):
        if seen == layer:
            ok = layer != "models" or sub == folder  # no family includes another
        elif layer in PUBLIC_ONLY:
            ok = seen in PUBLIC_ONLY[layer]
        else:
            ok = RANK.get(seen, -1) > RANK[layer]
        if not ok:
            yield f"{path}: {layer}/{folder} may not include {seen}/{sub}"


def main():
    src = pathlib.Path(sys.argv[1])
    errors = [e for path in sorted(src.rglob("*.[hc]*")) for e in forbidden(path, src)]
    print("\n".join(errors), end="\n" if errors else "")
    sys.exit(bool(errors))


if __name__ == "__main__":
    main()
