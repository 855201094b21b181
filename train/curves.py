"""The loss curve as an SVG that needs nothing but a viewer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from train.files import read_rows, write_text

WIDTH, HEIGHT = 760, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 40, 48
TRAIN, VALIDATION, BEST = "#8aa4c8", "#c2410c", "#15803d"
SMOOTHING = 40
"""The training line has about this many points; single updates are too noisy to read."""

Points = list[tuple[float, float]]


def draw(metrics: Path, target: Path, best_step: int) -> None:
    rows = read_rows(metrics)
    train = smoothed([(float(r["step"]), float(r["loss"])) for r in rows if "loss" in r])
    validation = [(float(r["step"]), float(r["validation_loss"])) for r in rows if "validation_loss" in r]
    write_text(target, svg(train, validation, best_step))


def smoothed(points: Points) -> Points:
    """Means of consecutive updates."""
    size = max(1, len(points) // SMOOTHING)
    groups = [points[i : i + size] for i in range(0, len(points), size)]
    return [(sum(x for x, _ in g) / len(g), sum(y for _, y in g) / len(g)) for g in groups]


def svg(train: Points, validation: Points, best_step: int) -> str:
    both = [*train, *validation] or [(0.0, 0.0)]
    right = max(x for x, _ in both) or 1.0
    ticks = nice(0.0, max(y for _, y in both))
    top = ticks[-1]

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x, y = point
        return LEFT + x / right * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM)

    best = next(((x, y) for x, y in validation if x == best_step), None)
    told = f"Loss over {right:,.0f} updates" + (f"; best validation loss {best[1]:.3f} at update {best_step}" if best else "")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(told)}" '
        f'font-family="system-ui, sans-serif" font-size="12">',
        f"<title>{escape(told)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *(grid(place((0, tick))[1], f"{tick:g}") for tick in ticks),
        *(text(place((x, 0))[0], HEIGHT - BOTTOM + 18, f"{x:,.0f}", "middle") for x in nice(0.0, right) if x <= right),
        text(WIDTH / 2, HEIGHT - 8, "updates", "middle"),
        line([place(p) for p in train], TRAIN, 1.5),
        line([place(p) for p in validation], VALIDATION, 2.5),
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{VALIDATION}"/>' for x, y in map(place, validation)),
        text(LEFT, 20, "loss, nats per trained token:", "start"),
        text(LEFT + 170, 20, "training", "start", TRAIN),
        text(LEFT + 230, 20, "validation", "start", VALIDATION),
    ]
    if best:
        x, y = place(best)
        side = "end" if x > WIDTH * 0.7 else "start"
        parts += [
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="{BEST}" stroke-dasharray="4 4"/>',
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="none" stroke="{BEST}" stroke-width="2"/>',
            text(x + (-8 if side == "end" else 8), TOP + 12, f"best: {best[1]:.3f} at update {best_step}", side, BEST),
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def nice(low: float, high: float) -> list[float]:
    """Round ticks from `low` to `high` or just above: steps of 1, 2 or 5 times a power of ten."""
    span = max(high - low, 1e-9)
    power = 10.0 ** math.floor(math.log10(span / 4))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= span / 5)
    return [low + i * step for i in range(math.ceil(span / step - 1e-9) + 1)]


def grid(y: float, label: str) -> str:
    return f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e5e7eb"/>' + text(
        LEFT - 8, y + 4, label, "end"
    )


def text(x: float, y: float, words: str, anchor: str, colour: str = "#374151") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def line(points: Sequence[tuple[float, float]], colour: str, width: float) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"/>'
