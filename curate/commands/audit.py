"""`curate audit`: read, check, report; change nothing."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from curate.commands.options import CHECKING, INPUTS, READING, language, options, settled, write

FORMATS = ("text", "json", "jsonl", "markdown", "html", "sarif", "github")


@click.command("audit", short_help="Say what is wrong with the data; change nothing.")
@INPUTS
@options(READING, CHECKING)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default=None, help="text on a terminal; by the name of -o otherwise."
)
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write here; repeat for several formats.",
)
@click.option("--select", "selected", multiple=True, metavar="CODES", help="Only these codes or prefixes, e.g. PII,LEAK.")
@click.option("--ignore", "ignored", multiple=True, metavar="CODES", help="Not these codes or prefixes.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="Exit 1 from this level up.",
)
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Leave out findings that stand in FILE.")
@click.option("--write-baseline", type=click.Path(path_type=Path), metavar="FILE", help="Write all findings of now to FILE.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Only N rows, drawn by --seed; said in the report.")
@click.option("--seed", type=int, help="Seed of the sample.")
@click.option("--group-by", multiple=True, metavar="FIELD", help="Rows with the same value belong together (LEAK004).")
@click.option("--time-by", metavar="FIELD", help="Training rows must not be later than test rows (LEAK006).")
def command(
    inputs: Sequence[str],
    against: Sequence[str],
    maps: tuple[str, ...],
    form: str | None,
    outputs: Sequence[Path],
    selected: Sequence[str],
    ignored: Sequence[str],
    fail_on: str,
    baseline: Path | None,
    write_baseline: Path | None,
    sample: int | None,
    lang: str | None,
    **flags: Any,
) -> int:
    r"""Say what is wrong with the data of INPUT: files, folders, globs or - for standard input.

    INPUT may be train=a.jsonl validation=b.jsonl test=c.jsonl; then leaks between splits are looked for.

    \b
    Examples:
      curate audit data.jsonl
      curate audit data.csv --map instruction=question --map output=answer
      curate audit train=a.jsonl test=b.jsonl -o report.html -o report.json
    """
    from curate import catalogue
    from curate import inputs as places
    from curate.baseline import fresh, known, remember
    from curate.config import applied
    from curate.corpus import read
    from curate.examine import examine
    from curate.findings import Severity
    from curate.formats import FieldMap
    from curate.progress import Progress
    from curate.report import summarise

    settings = settled(**flags)
    rules = catalogue.select(applied(catalogue.shipped(), settings), split_codes(selected) or ("",), split_codes(ignored))
    accepted = known(baseline) if baseline else frozenset()
    sources, sets = places.sources(inputs), places.named(against)
    with (
        Progress() as progress,
        read(sources, sets, FieldMap.parse(maps), progress=progress.rows, sample=sample, seed=settings.seed) as corpus,
    ):
        done = examine(corpus, rules, settings, progress.stage)
        if baseline:
            done.findings = fresh(corpus, done.findings, accepted)
        if write_baseline:
            remember(corpus, done.findings, write_baseline)
        report = summarise(corpus, done, rules, settings, typed_again(inputs, against, maps))
        for target in outputs or (None,):
            draw(corpus, done, report, rules, form or by_name(target), target, language(lang))
    return 1 if fail_on != "never" and report.fails(Severity(fail_on)) else 0


def split_codes(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(code.strip().upper() for value in values for code in value.split(",") if code.strip())


def typed_again(inputs: Sequence[str], against: Sequence[str], maps: Sequence[str]) -> str:
    """The input of this audit as the next command needs it, ready to be pasted."""
    return shlex.join([*inputs, *(w for a in against for w in ("--against", a)), *(w for m in maps for w in ("--map", m))])


def by_name(target: Path | None) -> str:
    names = {".json": "json", ".jsonl": "jsonl", ".md": "markdown", ".html": "html", ".sarif": "sarif"}
    return names.get(target.suffix.lower(), "text") if target else "text"


def draw(corpus: Any, done: Any, report: Any, rules: Any, form: str, target: Path | None, lang: str) -> None:
    """One report in one format, to a file or stdout."""
    if form == "text" and target is None:
        from curate import screens
        from curate.render import console

        console.show(screens.audit(report, rules, lang), sys.stdout)
    elif form == "jsonl":
        write(b"".join(json_lines(corpus, done, rules)), target)
    else:
        write(drawn(corpus, done, report, rules, form, lang), target)


def json_lines(corpus: Any, done: Any, rules: Any) -> Iterator[bytes]:
    import orjson

    from curate.report import as_json

    for finding in done.findings:
        yield orjson.dumps(as_json(corpus, finding, rules), option=orjson.OPT_APPEND_NEWLINE)


def drawn(corpus: Any, done: Any, report: Any, rules: Any, form: str, lang: str) -> str:
    import orjson

    if form == "json":
        return orjson.dumps(
            report.to_json(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
        ).decode()
    from curate import screens
    from curate.render import console, github, html, markdown, sarif
    from curate.report import as_json

    if form in ("sarif", "github"):
        findings = [as_json(corpus, f, rules) for f in done.findings]
        return sarif.render(findings, rules) if form == "sarif" else github.render(findings)
    blocks = screens.audit(report, rules, lang)
    if form == "markdown":
        return markdown.render(blocks)
    if form == "html":
        return html.page(blocks, "curate audit", lang)
    return console.render(blocks)
