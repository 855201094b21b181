"""A forest plot: intervals on one scale with a zero line, as characters and as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from curate.layout import Forest, Point

CHARACTERS = 25
WIDTH, LINE, TOP = 360, 26, 8
"""Pixels of the scale, of a point's line, and above the first."""


def characters(plot: Forest, point: Point, width: int = CHARACTERS) -> str:
    """One point as text: `··├──●──┤···│··`."""
    low, high = plot.ends
    at = [round((x - low) / (high - low) * (width - 1)) for x in (point.low, point.value, point.high, plot.zero)]
    line = ["·"] * width
    line[at[0] : at[2] + 1] = "─" * (at[2] + 1 - at[0])
    line[at[3]] = "│" if line[at[3]] == "·" else "┼"
    line[at[0]], line[at[2]] = "├", "┤"
    line[at[1]] = "●"
    return "".join(line)


def svg(plot: Forest) -> str:
    """A figure with one line a point; it takes its colours from the page and is read out as a list of figures."""
    height = TOP * 2 + LINE * len(plot.points)
    return (
        f'<figure class="forest"><svg viewBox="0 0 {WIDTH + 400} {height}" role="img" aria-label="{escape(spoken(plot))}">'
        f"{''.join(drawn(plot, height))}</svg></figure>"
    )


def spoken(plot: Forest) -> str:
    return "; ".join((" · ".join(plot.header), *(f"{p.label}: {p.figures}" for p in plot.points)))


def drawn(plot: Forest, height: int) -> Iterator[str]:
    low, high = plot.ends

    def x(value: float) -> float:
        return round(220 + (value - low) / (high - low) * WIDTH, 1)

    zero = x(plot.zero)
    yield f'<line class="zero" x1="{zero}" x2="{zero}" y1="0" y2="{height}"/>'
    for i, point in enumerate(plot.points):
        y = TOP + LINE * i + LINE / 2
        yield f'<g class="{point.tone.value}"><text x="210" y="{y + 4}" text-anchor="end">{escape(point.label)}</text>'
        yield f'<line x1="{x(point.low)}" x2="{x(point.high)}" y1="{y}" y2="{y}"/>'
        yield f'<circle cx="{x(point.value)}" cy="{y}" r="4"/>'
        yield f'<text class="figures" x="{WIDTH + 230}" y="{y + 4}">{escape(point.figures)}</text></g>'
