"""`--lang zh`: nothing that stages, gates and screens say stays English, and columns stay in line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest
from rich.cells import cell_len

import train.cli
from curate import catalogue, screens
from curate.cli import VERBS, main
from curate.config import Settings
from curate.corpus import from_lines
from curate.examine import examine
from curate.layout import Note
from curate.render import console
from curate.report import summarise
from curate.speaking import phrases
from curate.speaking.phrases import SLOT, helps, pattern, said
from tests import spoken

RULES = catalogue.shipped()
SENTENCE = re.compile(r"[A-Za-z]{3,}(?: [a-z]{2,}){3,}")
"""Four English words in a row: codes, paths, options and values are shorter."""


TIED = (
    "female is tied to the trait {} in English rows: 3 of the 4 rows that mention it, against 1 of 9 for the rest of the axis gender "
    "(log-odds +1.00, 95 % interval +0.50 to +2.00, n = 4 linked rows, q = 0.01)"
)


def messages(code: str) -> Iterator[str]:
    """What is said of a rule's own bad examples."""
    family = {c: r for c, r in RULES.items() if r.family == RULES[code].family}
    for example in RULES[code].bad:
        lines = list(example.lines) or ['{"instruction": "Write it.", "output": ""}']
        with from_lines(lines, example.splits) as corpus:
            done = examine(corpus, family, Settings())
            yield from (finding.message for finding in done.findings)
            hints = (hint for facts in done.facts.values() for hint in facts.get("not_looked_for", ()))
            yield from (hint for hint in hints if isinstance(hint, str))  # the others bring both languages
            yield from (r.skipped_because for r in done.runs if r.skipped_because and r.skipped_because != "not selected")


@pytest.mark.parametrize("family", sorted({rule.family for rule in RULES.values()}))
def test_every_message_of_a_stage_has_its_chinese(family) -> None:
    lacking = {
        m for code, rule in RULES.items() if rule.family == family for m in messages(code) if [*spoken.remains(m, ours=False)]
    }
    assert not lacking, f"add to curate/speaking/phrases_zh.toml: {lacking}"


def test_every_group_and_axis_of_the_lexicons_has_its_chinese() -> None:
    found = {
        word
        for path in sorted((spoken.ROOT / "rules" / "bias" / "lexicons").glob("*.toml"))
        for key, word in spoken.strings(tomllib.loads(path.read_text(encoding="utf-8")))
        if key in ("axis", "name", "group", "groups") and word != "*"
    }
    assert len(found) > 60
    assert not sorted(word for word in found if not said(word))


def test_names_of_the_user_are_not_translated() -> None:
    """A field may be called like a group or a column of ours."""
    assert said("`old` is empty") == "`old` 是空的"
    assert "'poor'" in said(TIED.format("'poor'"))
    assert said(TIED.format('"nurse\'s"')).startswith("英文行中，女性与")


@pytest.fixture(scope="module", autouse=True)
def both() -> None:
    """`train` adds its catalogues to those of `curate`."""
    words = spoken.ROOT / "train" / "words"
    phrases.add(words / "phrases_zh.toml", words / "help_zh.toml")


def catalogued() -> Iterator[tuple[str, str]]:
    for path in phrases.FILES:
        for table in phrases.tables(path).values():
            yield from table.items()


def test_slots_are_the_same_in_both_languages_or_left_out() -> None:
    for english, chinese in catalogued():
        assert set(SLOT.findall(chinese)) <= set(SLOT.findall(english)), english
        assert pattern(english).fullmatch(english)


def test_no_phrase_is_taken_for_another() -> None:
    """Filled in, each is found again as itself: with a thousand patterns the wrong one could match first."""
    for english, chinese in catalogued():
        slots = {name: f"<{n}q>" for n, name in enumerate(dict.fromkeys(SLOT.findall(english)))}
        filled, wanted = (SLOT.sub(lambda m: slots[m[1]], text) for text in (english, chinese))  # noqa: B023
        assert said(filled) == wanted, english


@pytest.mark.slow
@pytest.mark.parametrize("package", ["curate", "train"])
def test_no_error_and_no_line_of_a_screen_lacks_its_chinese(package) -> None:
    lacking = {
        (place, text, left)
        for text, place in spoken.sentences(package)
        if spoken.worded(text)
        for left in spoken.remains(text.replace("{}", "<q>"))
    }
    assert not lacking, f"add to phrases_zh.toml of {package}: {sorted(lacking)}"


@pytest.mark.slow
@pytest.mark.parametrize("package", ["curate", "train"])
def test_what_is_printed_is_asked_for_in_the_language_of_its_reader(package) -> None:
    """A phrase in the catalogue that the code never looks up is no translation."""
    assert not [(place, text) for text, place in spoken.unspoken(package) if spoken.worded(text)]


def test_a_phrase_that_is_nearly_all_slots_is_no_translation() -> None:
    assert [*spoken.remains("no words of ours stand for <q> of <q>")]
    assert [*spoken.remains("the opinion of the reader (<q>)")]
    assert not [*spoken.remains("<q> of <q>")]


@pytest.mark.parametrize(("main", "verbs", "name"), [(main, VERBS, "curate"), (train.cli.main, train.cli.VERBS, "train")])
def test_no_help_text_lacks_its_chinese(main, verbs, name) -> None:
    texts = [*spoken.helped(main, name), *((text, name) for text in verbs.values())]
    lacking = {(place, text) for text, place in texts if text and text not in helps()}
    assert not lacking, f"add to help_zh.toml of {name}: {sorted(lacking)}"


@pytest.mark.parametrize("name", ["curate", "train"])
def test_no_translation_is_left_over(name) -> None:
    """Help texts that no command has any more."""
    commands = {"curate": (main, VERBS), "train": (train.cli.main, train.cli.VERBS)}
    used = {
        t for each, (command, verbs) in commands.items() for t in (*(t for t, _ in spoken.helped(command, each)), *verbs.values())
    }
    path = spoken.ROOT / {"curate": "curate/speaking", "train": "train/words"}[name] / "help_zh.toml"
    assert not set(phrases.tables(path)["help"]) - used - spoken.OF_CLICK


@pytest.mark.slow
def test_percent_has_its_space_in_both_languages() -> None:
    """ISO 80000-1, 7.1.4: `0.4 %`. One function writes it; Python's own `%` leaves the space out."""
    assert not {place for package in ("curate", "train") for place in spoken.glued(package)}
    texts = [text for pair in catalogued() for text in pair]
    files = [*(spoken.ROOT / "train" / "words").glob("*.toml"), *(spoken.ROOT / "rules").rglob("*.toml")]
    texts += [text for path in files for _, text in spoken.strings(tomllib.loads(path.read_text(encoding="utf-8")))]
    texts += [spoken.ROOT.joinpath(name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")]
    assert not [found for text in texts for found in re.findall(r".{0,20}[0-9}]%", text)]


LINES = [
    '{"instruction": "请介绍一下北京的历史。", "output": "北京有三千多年的建城史，先后是多个朝代的都城。"}',
    '{"instruction": "请介绍一下北京的历史。", "output": ""}',
    "not json",
    *(f'{{"instruction": "第{i}个问题是什么意思？", "output": "意思是第{i * 7}号答案，请看手册第{i}页。"}}' for i in range(30)),
    '{"instruction": "第1个问题是什么意思？", "output": "意思是第7号答案，请看手册第1页。"}',
]


@pytest.fixture(scope="module")
def blocks():
    with from_lines(LINES) as corpus:
        done = examine(corpus, RULES, Settings())
        return [*screens.audit(summarise(corpus, done, RULES, Settings()), RULES, "zh", verbose=True)]


def test_a_chinese_report_has_no_english_sentence(blocks) -> None:
    text = console.render(blocks)
    assert "还不能训练" in text
    assert not SENTENCE.findall(text)


@pytest.mark.parametrize("width", [80, 140])
def test_chinese_columns_stay_in_line_and_within_the_terminal(blocks, width) -> None:
    lines = console.render(blocks, width).splitlines()
    assert max(map(cell_len, (line for line in lines if not line.startswith("  $ ")))) <= width
    start = next(i for i, line in enumerate(lines) if line.startswith("规则"))
    place = cell_len(lines[start].split("首个位置")[0])
    rows = [line for line in lines[start + 1 : start + 6] if re.match(r"[A-Z]{3,4}\d{3}", line)]
    assert rows
    assert {cell_len(re.split(r"第 \d+ 行|–  \S", line)[0]) for line in rows if "第 " in line} == {place}


@pytest.mark.parametrize("code", list(RULES))
def test_explain_is_chinese_but_for_examples_and_sources(code) -> None:
    rule = RULES[code]
    assert all(re.search("[\u4e00-\u9fff]{2}", text) for text in (rule.zh.summary, rule.zh.why, rule.zh.found, rule.zh.advice))
    assert "".join(rule.zh.found.split()) in "".join(console.render(screens.rule(RULES, code, "zh")).split())


@pytest.mark.parametrize("width", [20, 40, 80])
def test_a_long_line_without_spaces_is_wrapped_and_not_cut(width) -> None:
    text = "✗ 无个人信息与密钥：PII003 2 行、PII009 2 行、PII005 1 行、PII010 1 行、PII015 1 行：模型可能把它们说给任何人。"
    shown = console.render([Note(text, indent=1)], width)
    assert "".join(shown.split()) == "".join(text.split())
