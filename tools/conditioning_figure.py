#!/usr/bin/env python3
"""Draws docs/default_model/conditioning.svg: what captions are worth to the default model while it learns.

    python3 tools/conditioning_figure.py runs/default/pt runs/default/alignment ... > docs/default_model/conditioning.svg

A panel for each run: the loss with everything hidden under true, exchanged and no captions, over the steps.
"""
import json
import sys
from pathlib import Path

PANEL_WIDTH, PANEL_HEIGHT, MARGIN, TITLE = 190, 200, 46, 24
LINES = {"shuffled": "#c0392b", "none": "#7f8c8d", "true": "#2471a3"}
NAMES = {"shuffled": "another picture's captions", "none": "no captions", "true": "true captions"}


def measurements(run: Path) -> list[tuple[int, dict[str, float]]]:
    points = []
    for line in (run / "metrics.jsonl").read_text().splitlines():
        record = json.loads(line)
        values = {name: record["values"].get(f"held_out/full_mask/{name}") for name in LINES}
        if None not in values.values():
            points.append((record["step"], values))
    if not points:
        raise SystemExit(f"{run}: no measurements under true, exchanged and no captions")
    return points


def main(runs: list[Path]) -> None:
    all_points = [measurements(run) for run in runs]
    losses = [loss for points in all_points for _, values in points for loss in values.values()]
    low, high = 0.05 * (min(losses) // 0.05), 0.05 * (max(losses) // 0.05 + 1)
    width = MARGIN + len(runs) * (PANEL_WIDTH + 14)
    height = TITLE + PANEL_HEIGHT + 58

    def y_of(loss: float) -> float:
        return TITLE + PANEL_HEIGHT * (high - loss) / (high - low)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
           'font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>']
    for tick in range(round(low * 20), round(high * 20) + 1, 2):
        out.append(f'<text x="{MARGIN - 6}" y="{y_of(tick / 20) + 4:.1f}" text-anchor="end">{tick / 20:.1f}</text>')
    for panel, (run, points) in enumerate(zip(runs, all_points)):
        left = MARGIN + panel * (PANEL_WIDTH + 14)
        last = points[-1][0]
        out.append(f'<rect x="{left}" y="{TITLE}" width="{PANEL_WIDTH}" height="{PANEL_HEIGHT}" fill="none" stroke="#bbb"/>')
        out.append(f'<text x="{left + PANEL_WIDTH / 2}" y="{TITLE - 8}" text-anchor="middle">{run.name}</text>')
        out.append(f'<text x="{left + PANEL_WIDTH}" y="{TITLE + PANEL_HEIGHT + 14}" text-anchor="end">step {last}</text>')
        for name, colour in LINES.items():
            path = " ".join(f"{left + PANEL_WIDTH * step / last:.1f},{y_of(values[name]):.1f}" for step, values in points)
            out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
    for index, (name, colour) in enumerate(LINES.items()):
        x = MARGIN + index * 200
        out.append(f'<line x1="{x}" y1="{height - 14}" x2="{x + 18}" y2="{height - 14}" stroke="{colour}" stroke-width="3"/>')
        out.append(f'<text x="{x + 24}" y="{height - 10}">{NAMES[name]}</text>')
    out.append("</svg>")
    print("\n".join(out))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main([Path(argument) for argument in sys.argv[1:]])
