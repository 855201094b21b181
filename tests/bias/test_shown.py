"""What a person is shown of the measures."""

from __future__ import annotations

from curate.bias.measure import measure
from curate.bias.shown import forests, mentioned, tables
from curate.layout import Forest, Point
from curate.render import html, markdown
from curate.render.console import render
from curate.render.forest import characters

TIED = [("Who came?", f"He is the engineer of house {i}.") for i in range(30)]
TIED += [("Who came?", f"She is the nurse of house {i}.") for i in range(30)]


def test_a_tie_is_drawn_with_its_interval_and_a_cure() -> None:
    measures = measure(TIED)
    (plot,) = forests(measures)
    assert {label for label, *_ in plot["points"]} == {"male – engineer (en)", "female – nurse (en)"}
    assert all(0 < low < value < high for _, value, low, high in plot["points"])
    assert [table["title"][0] for table in tables(measures, [])] == ["Who is mentioned"]


def test_shares_of_a_handful_of_mentions_are_not_shown() -> None:
    assert mentioned(measure(TIED[:3])) == []
    assert tables(measure(TIED[:3]), []) == []


def test_nothing_tied_draws_nothing() -> None:
    assert forests(measure([("Which?", "The pump is blue.")])) == []


def test_every_format_draws_the_same_figures() -> None:
    plot = Forest(("Tie", "Log-odds"), (Point("male <b>", 1.5, 0.5, 2.5), Point("female", -1.0, -2.0, 0.25)))
    assert "+1.50 (+0.50 to +2.50)" in render([plot])
    assert "+1.50 (+0.50 to +2.50)" in markdown.render([plot]).replace("\\", "")
    page = html.page([plot], "x")
    assert "+1.50 (+0.50 to +2.50)" in page
    assert "male &lt;b&gt;" in page
    assert "<b>" not in page


def test_the_scale_holds_every_interval_and_the_zero_line() -> None:
    plot = Forest(("", ""), (Point("a", 2.0, 1.0, 3.0),))
    assert plot.ends == (0.0, 3.0)
    assert characters(plot, plot.points[0], 7) == "│·├─●─┤"
    assert Forest(("", ""), (Point("a", 0.0, 0.0, 0.0),)).ends == (-1.0, 1.0)
