"""Forest plots and curves as SVG. Drawn twice, wide and narrow, for a picture shrunk to a phone cannot be read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from train.intervals import Interval

WIDE, NARROW = 860, 360
ROW, TOP = 30, 34
LEGEND = 145.0
"""Room for the name of a line."""
FEW_POINTS = 40
"""Measurements of a line that each get a dot."""


@dataclass(frozen=True, slots=True)
class Line:
    """One difference with its interval, turned so that right is better."""

    label: str
    value: float
    interval: Interval
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Forest:
    title: str
    better: str
    """What stands at the right end of the axis."""
    worse: str
    lines: tuple[Line, ...]
    margin: float = 0.0
    margin_label: str = ""
    scale: float = 1.0
    """Axis figures are values times this."""
    unit: str = ""
    """What the axis counts."""


@dataclass(frozen=True, slots=True)
class Curve:
    title: str
    x_label: str
    series: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    mark: tuple[float, str] | None = None
    """Where to draw an upright line, and what it says."""
    dots: tuple[tuple[str, tuple[tuple[float, float], ...]], ...] = ()
    """Single measurements that no line joins."""


Picture = Forest | Curve


def svg(picture: Picture, width: int = WIDE, standalone: bool = False) -> str:
    """`standalone` carries its own colours; inside the page the page's are used, light or dark."""
    height, parts = forest(picture, width) if isinstance(picture, Forest) else curve(picture, width)
    style = f"<style>{STANDALONE}</style>" if standalone else ""
    title = escape(picture.title)
    size = f'viewBox="0 0 {width} {height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{title}" class="picture">'
    return "".join([head, style, f"<title>{title}</title>", *parts, "</svg>"])


STANDALONE = (
    "svg{background:#fff;font:13px system-ui,sans-serif}.ink{fill:#1c2024}.dim{fill:#60646c}.axis{stroke:#c5cad3}"
    ".zero{stroke:#1c2024}"
    ".margin{stroke:#9a6700;stroke-dasharray:4 3}.good{stroke:#18794e;fill:#18794e}.bad{stroke:#b42318;fill:#b42318}"
    ".open{stroke:#60646c;fill:#60646c}.s0{stroke:#7b93b8}.s1{stroke:#c2410c}.k0{fill:#7b93b8}.k1{fill:#c2410c}"
    ".s2{stroke:#18794e}.k2{fill:#18794e}.s3{stroke:#8250df}.k3{fill:#8250df}.strong{font-weight:600}"
    "text{paint-order:stroke;stroke:#fff;stroke-width:3px}"
)


def forest(picture: Forest, width: int) -> tuple[float, list[str]]:
    """Points with intervals on one axis, a solid line at zero and a dashed one at the margin."""
    narrow = width < 600
    left, right = (8.0, width - 8.0) if narrow else (250.0, width - 230.0)
    row = ROW * (1.75 if narrow else 1.0)
    low, high = span([line.interval for line in picture.lines], picture.margin)
    bottom = TOP + row * len(picture.lines)

    def x(value: float) -> float:
        return left + (min(max(value, low), high) - low) / (high - low) * (right - left)

    parts = [
        upright(x(tick), TOP - 4, bottom, "axis") + text(x(tick), bottom + 18, f"{tick * picture.scale:g}", "middle", "dim")
        for tick in ticks(low, high)
    ]
    parts.append(upright(x(0), TOP - 8, bottom + 4, "zero"))
    if picture.margin:
        parts += [
            upright(x(picture.margin), TOP - 8, bottom + 4, "margin"),
            text(x(picture.margin), TOP - 12, picture.margin_label, "middle", "dim"),
        ]
    parts += [
        text(left, bottom + 36, f"← {picture.worse}", "start", "dim"),
        text((left + right) / 2, bottom + 36, picture.unit, "middle", "dim"),
        text(right, bottom + 36, f"{picture.better} →", "end", "dim"),
    ]
    for i, line in enumerate(picture.lines):
        y = TOP + row * i + (row * 0.72 if narrow else row / 2)
        tone = "good" if line.interval.low > 0 else "bad" if line.interval.high < 0 else "open"
        weight = " strong" if line.strong else ""
        parts.append(across(y, x(line.interval.low), x(line.interval.high), tone, 2))
        parts.append(mark(x(line.value), y, tone, line.strong))
        above = y - 14 if narrow else y + 4
        parts.append(text(left if narrow else 4, above, line.label, "start", f"ink{weight}"))
        parts.append(text(right if narrow else width - 4.0, above, line.text, "end", f"ink{weight}"))
    return bottom + 46, parts


def mark(x: float, y: float, tone: str, strong: bool) -> str:
    size = 6 if strong else 4
    return f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size}" height="{2 * size}" class="{tone}"/>'


def span(intervals: Sequence[Interval], margin: float) -> tuple[float, float]:
    """An axis that holds zero, the margin and every bounded end, with a little air."""
    found = [v for i in intervals for v in (i.low, i.high) if math.isfinite(v)] + [0.0, margin]
    low, high = min(found), max(found)
    air = 0.06 * (high - low) or 1.0
    return low - air, high + air


def ticks(low: float, high: float) -> list[float]:
    """Round figures, some five of them."""
    power = 10.0 ** math.floor(math.log10((high - low) / 5))
    step = next(power * m for m in (1, 2, 5, 10) if (high - low) / (power * m) <= 6)
    return [round(i * step, 10) for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


def curve(picture: Curve, width: int) -> tuple[float, list[str]]:
    left, right, lines = 44.0, width - 12.0, [*picture.series, *picture.dots]
    named = int((right - left) // LEGEND)
    top = 56.0 + 18.0 * ((len(lines) - 1) // named)
    height = top + (264.0 if width >= 600 else 204.0)
    bottom = height - 40.0
    points = [p for _, line in lines for p in line]
    x_high = max((p[0] for p in points), default=1.0) or 1.0
    y_high = max((p[1] for p in points), default=1.0) * 1.05 or 1.0

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return left + point[0] / x_high * (right - left), bottom - point[1] / y_high * (bottom - top)

    parts = [
        text(left - 6, at((0, tick))[1] + 4, f"{tick:g}", "end", "dim") + across(at((0, tick))[1], left, right)
        for tick in ticks(0.0, y_high)
    ]
    parts += [text(at((tick, 0))[0], bottom + 16, f"{tick:g}", "middle", "dim") for tick in ticks(0.0, x_high)]
    parts += [text((left + right) / 2, bottom + 34, picture.x_label, "middle", "dim"), text(8, 14, picture.title, "start", "dim")]
    if picture.mark:
        x = at((picture.mark[0], 0))[0]
        parts += [upright(x, top, bottom, "margin"), text(min(x, right), top - 6, picture.mark[1], beside(x, left, right), "dim")]
    for i, (name, line) in enumerate(lines):
        joined = i < len(picture.series)
        if joined:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(at, line))
            parts.append(f'<polyline points="{path}" fill="none" class="s{i}" stroke-width="{2 - 0.5 * (len(line) > 60)}"/>')
        # A validation or a test is a measurement of its own; a line through many updates needs no dots.
        if not joined or (0 < len(line) <= FEW_POINTS and i):
            parts += [dot(*at(point), f"s{i} k{i}", 3.0 if joined else 5.0) for point in line]
        x, y = left + i % named * LEGEND, 32.0 + i // named * 18
        parts.append(text(x, y, f"{'—' if joined else '●'} {name}", "start", f"k{i}"))
    return height, parts


def beside(x: float, left: float, right: float) -> str:
    """Where a word at x is anchored so that it stays in the frame."""
    return "end" if x > right - 60 else "start" if x < left + 60 else "middle"


def dot(x: float, y: float, kind: str, radius: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" class="{kind}"/>'


def upright(x: float, top: float, bottom: float, kind: str) -> str:
    return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{bottom:.1f}" class="{kind}"/>'


def across(y: float, left: float, right: float, kind: str = "axis", thick: int = 1) -> str:
    return f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}" class="{kind}" stroke-width="{thick}"/>'


def text(x: float, y: float, words: str, anchor: str, kind: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'
