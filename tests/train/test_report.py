"""The report as people see it: every form, both languages, nothing of the data acted on."""

from __future__ import annotations

import html.parser
import json
import re
import string
import tomllib
from pathlib import Path

import pytest

import train
from curate.layout import Note, Tone
from curate.render import console
from tests.train.made_run import make, probes, write
from train import card_index
from train.evaluate import Asked, report
from train.facts import EvalReport
from train.intervals import Interval
from train.metrics import Unit, choose_metric
from train.page import marked, page
from train.parts import Figure, Sides, between, tone
from train.pictures import NARROW, WIDE, Curve, Forest, Line, span, svg, ticks
from train.report import lay_out, opening, summary
from train.statistics import Method
from train.wording import because, words

LOOK = Asked(measure=False)
HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\x1b[31mred\x1b[0m",
    "| a | b |\n::error::x",
    "[red]markup[/red]",
    "\u202eevil",
    "]]>&lt;",
]


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    run = make(tmp_path / "run", n=60)
    probes(run)
    report(run, LOOK)
    return run


class Strict(html.parser.HTMLParser):
    """Collects tags, and whatever could load or run something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[tuple[str, str]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.loads += [(tag, k) for k, _ in attrs if k in ("src", "href", "srcset", "action") or k.startswith("on")]


@pytest.mark.slow
def test_every_form_is_written_and_the_json_reads_back(judged):
    found = EvalReport.model_validate_json((judged / "report.json").read_text(encoding="utf-8"))
    first_lines = {
        "report.md": (judged / "report.md").read_text(encoding="utf-8").replace("\\", ""),
        "report.html": (judged / "report.html").read_text(encoding="utf-8"),
        "README.md": (judged / "README.md").read_text(encoding="utf-8").replace("\\", ""),
    }
    for text in first_lines.values():
        assert found.sentence.split(": ")[0] in text
    assert {"forest.svg", "forest-bits.svg", "curves.svg"} <= {p.name for p in judged.iterdir()}


def test_the_sentence_comes_before_everything_else(judged):
    found = EvalReport.model_validate_json((judged / "report.json").read_text(encoding="utf-8"))
    parts = list(lay_out(found))
    assert parts[1] == Note(found.sentence, Tone.GOOD)


def test_the_same_files_give_the_same_bytes(judged):
    names = ("report.json", "report.md", "report.html", "forest.svg", "README.md")
    before = [(judged / name).read_bytes() for name in names]
    report(judged, LOOK)
    assert [(judged / name).read_bytes() for name in names] == before


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_loads_and_runs_nothing(tmp_path, language):
    run = make(tmp_path / "run", "chinese")
    rows = [json.loads(line) for line in (run / "predictions" / "tuned.jsonl").read_text(encoding="utf-8").splitlines()]
    for i, row in enumerate(rows):
        row["prediction"] = HOSTILE[i % len(HOSTILE)] + row["prediction"]
    write(run / "predictions" / "tuned.jsonl", rows)
    (run / "run.json").write_text(
        json.dumps({"name": HOSTILE[0], "data": {"folder": HOSTILE[1]}, "versions": {HOSTILE[1]: HOSTILE[0]}})
    )
    report(run, Asked(measure=False, language=language))
    text = (run / "report.html").read_text(encoding="utf-8")
    parser = Strict()
    parser.feed(text)
    assert not {"script", "img", "iframe", "link", "object", "form"} & set(parser.tags)
    assert parser.loads == []
    assert "default-src 'none'" in text.replace("&#x27;", "'")
    assert "\x1b" not in text
    assert "\u202e" not in text
    markdown = (run / "report.md").read_text(encoding="utf-8")
    assert "\x1b" not in markdown
    assert not re.search(r"(?<!\\)<script", markdown)


def test_the_two_languages_have_the_same_words():
    folder = Path(train.__file__).parent / "words"
    english, chinese = (tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) for name in ("en", "zh"))
    assert {s: set(v) for s, v in english.items()} == {s: set(v) for s, v in chinese.items()}
    for section, phrases in english.items():
        for key, phrase in phrases.items():
            fields = [{f for _, f, _, _ in string.Formatter().parse(text) if f} for text in (phrase, chinese[section][key])]
            assert fields[0] == fields[1], f"{section}.{key}"


def test_a_chinese_report_is_chinese(tmp_path):
    run = make(tmp_path / "run")
    probes(run)
    report(run, Asked(measure=False, language="zh"))
    text = (run / "report.md").read_text(encoding="utf-8")
    assert "微调后的模型在“字段正确率”上优于基础模型" in text
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings
    assert all(re.search(r"[\u4e00-\u9fff]", h) for h in headings)


@pytest.mark.slow
def test_no_escape_codes_in_a_pipe(run, tmp_path):
    folder = make(tmp_path / "run")
    done = run("train", "eval", folder, "--no-measure")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert done.stdout.split("\n")[2].startswith("Tuned beats base on fields right")


def test_what_differs_is_marked_letter_by_letter():
    assert "".join(marked("the cot sat", "the cat sat")) == "the c<del>a</del><mark>o</mark>t sat"
    assert "".join(marked("我要退款", "我要退货")) == "我要退<del>货</del><mark>款</mark>"
    assert "".join(marked("<b>", "xyz")) == "<mark>&lt;b&gt;</mark>"
    assert "".join(marked("same", "same")) == "same"


def test_a_forest_plot_has_zero_and_margin_and_fits_its_frame():
    lines = (Line("a < b", 0.1, Interval(0.02, 0.18), "+10"), Line("c", -0.2, Interval(float("-inf"), 0.1), "-20"))
    picture = Forest("T", "better", "worse", lines, margin=0.05, margin_label="margin", scale=100)
    text = svg(picture, NARROW)
    assert 'class="zero"' in text
    assert 'class="margin"' in text
    assert "a &lt; b" in text
    assert all(0 <= float(x) <= NARROW for x in re.findall(r'\bx[12]?="(-?[\d.]+)"', text))
    low, high = span([line.interval for line in lines], 0.05)
    assert low < -0.0
    assert high > 0.18
    assert 0.0 in ticks(low, high)


def test_curves_show_the_test_as_dots_and_every_name_stays_in_the_frame():
    series = (("training", ((1.0, 2.0), (2.0, 1.0))), ("validation", ((0.0, 2.0), (2.0, 1.2))))
    dots = (("test", ((0.0, 2.1), (2.0, 1.3))), ("a fourth name", ((1.0, 1.0),)))
    for width in (WIDE, NARROW):
        text = svg(Curve("nats", "updates", series, (2.0, "best: 2"), dots), width)
        assert text.count('class="s2 k2"') == 2
        assert text.count("<polyline") == 2
        names = [float(x) for x in re.findall(r'<text x="([\d.]+)" y="(?:32|50)\.0"[^>]*>(?:—|●)', text)]
        assert len(names) == 4
        assert max(names) <= width - 145


def test_what_holm_takes_back_has_no_colour(judged):
    found = EvalReport.model_validate_json((judged / "report.json").read_text(encoding="utf-8"))
    shown = found.comparisons[1]
    assert shown.verdict == "better"
    assert tone(shown) is Tone.GOOD
    assert tone(shown.model_copy(update={"p_adjusted": 0.2})) is Tone.PLAIN


def test_the_report_prints_seed_signature_and_what_the_rows_can_show(judged):
    text = (judged / "report.md").read_text(encoding="utf-8").replace("\\", "")
    assert "nrefs:1|case:mixed" in text
    assert "10,000 draws (2,000 for scores of the whole corpus), seed 0" in text
    assert "if 20 % of rows are answered differently" in text


def test_canaries_are_told_where_recital_was_not_measured(tmp_path):
    run = make(tmp_path / "run")
    (run / "probes").mkdir()
    for arm, rank in (("base", 32), ("tuned", 1)):
        rows = [{"id": f"canary-{i}", "rank": rank, "of": 64, "said": rank == 1} for i in range(4)]
        write(run / "probes" / f"canaries-{arm}.jsonl", rows)
    found = report(run, LOOK)
    assert found.memory == ()
    told = "of 4 made-up codes among the training rows the tuned model gives 4 away word for word, base 0. Exposure 6.0 of at most 6 bits"
    assert told in (run / "report.md").read_text(encoding="utf-8")


def test_the_card_gets_its_evaluation_once(tmp_path):
    run = make(tmp_path / "run")
    (run / "README.md").write_text("---\nlibrary_name: peft\ntags: [x]\n---\n# Mine\n\nWords.\n")
    first = report(run, LOOK)
    once = (run / "README.md").read_text(encoding="utf-8")
    card_index.write(run, first)
    assert (run / "README.md").read_text(encoding="utf-8") == once
    head, body = card_index.parts(once)
    import yaml

    card = yaml.safe_load(head)
    assert card["library_name"] == "peft"
    assert {"task", "dataset", "metrics"} == set(card["model-index"][0]["results"][0])
    assert "Words." in body
    from huggingface_hub import ModelCard

    (fields, *_) = ModelCard(once).data.eval_results
    assert (fields.metric_type, fields.task_type) == ("fields", "text-generation")
    assert re.fullmatch(r"fields right \(\+\d+\.\d against base, 95 % CI \+\d+\.\d … \+\d+\.\d\)", fields.metric_name)
    assert once.count("## Evaluation") == 1


def test_long_texts_and_lines_are_kept_readable():
    sides = Sides("Win", Tone.GOOD, "p" * 5000, "line one\nline two", (("Tuned", "x" * 5000),), "en")
    text = page([sides], "t")
    assert "line one\nline two" in text
    assert len(text) < 12_000
    assert isinstance(Figure(Forest("t", "b", "w", ()), "f.svg"), Figure)


def test_the_verdict_stands_beside_what_it_buys(judged):
    (judged / "probes" / "speed.json").write_text('{"rows": 16, "seconds": 8.0, "prompt_tokens": 1600}')
    found = report(judged, LOOK)
    for language, wanted in (("en", "1,000 answers cost 0.0111 $"), ("zh", "1,000 个回答，本机花费 0.0111 美元")):
        last = [part.text for part in opening(found, language) if isinstance(part, Note)][-1]
        assert wanted in last
        assert ("assumed" in last) == (language == "en"), "no English words in a Chinese sentence"


def test_a_terminal_of_eighty_columns_breaks_no_figure(judged):
    found = report(judged, LOOK)
    text = console.render([part for part in summary(found) if not isinstance(part, Figure)], width=80)
    for c in found.comparisons:
        figures = between(c.interval, Unit(c.unit), "en").replace(" ", "")
        assert figures in text or c.difference == 0


def test_on_a_phone_each_figure_has_the_name_of_its_column(judged):
    body = (judged / "report.html").read_text(encoding="utf-8").split("<tbody>", 1)[1].split("</tr>", 1)[0]
    assert body.count("<td data-head=") == body.count("<td ") > 3


@pytest.mark.parametrize(
    "references", [['{"a": 1}'] * 12, ["yes", "no"] * 30, [f"word {i}" for i in range(9)], ["a long text " * 9] * 5, []]
)
def test_why_a_metric_decides_is_said_in_both_languages(references):
    reason = choose_metric(references).reason
    assert because(reason, "en") == reason
    told = because(reason, "zh")
    assert re.findall(r"[a-z]{3,}", told.replace("JSON", "")) == []
    assert sorted(re.findall(r"\d+", told)) == sorted(re.findall(r"\d+", reason))


def test_every_method_of_an_interval_has_its_words():
    assert all(set(words(language)["method"]) == {str(m) for m in Method} for language in ("en", "zh"))
