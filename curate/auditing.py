"""An audit from what was asked to its report: what `curate audit` and `curate.audit()` both do."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from curate import catalogue
from curate.acting import hints, suppressing
from curate.acting.baseline import fresh, known, remember
from curate.catalogue import Rules
from curate.config import Settings, applied
from curate.corpus import Corpus, read
from curate.examine import Examination, examine
from curate.progress import Progress
from curate.reading import inputs
from curate.reading.formats import FieldMap
from curate.reading.inputs import Source
from curate.report import Report, summarise
from curate.screens import sampling
from curate.stages import STAGES
from curate.views import demand_fields, demand_tokenizer


@dataclass(frozen=True)
class Asked:
    """What is to be audited, in the words of the command line."""

    inputs: Sequence[str]
    settings: Settings
    against: Sequence[str] = ()
    maps: Sequence[str] = ()
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    baseline: Path | None = None
    write_baseline: Path | None = None
    sample: int | None = None
    sources: Sequence[Source] = ()
    """Files that stand in for those of `inputs`, under their names."""

    def again(self) -> str:
        """The input as the next command needs it, ready to be pasted."""
        flags = [*(w for a in self.against for w in ("--against", a)), *(w for m in self.maps for w in ("--map", m))]
        return shlex.join([*self.inputs, *flags])


@dataclass(frozen=True)
class Audit:
    corpus: Corpus
    """Open as long as the audit is."""
    done: Examination
    report: Report
    rules: Rules
    settings: Settings


@contextmanager
def audited(
    asked: Asked,
    today: date,
    progress: Progress | None = None,
) -> Iterator[Audit]:
    """Read, examine, leave out what is accepted or suppressed, tally.

    Raises:
        UserError: what cannot be read or was asked wrongly.

    """
    settings, progress = asked.settings, progress or Progress(quiet=True)
    rules = catalogue.select(applied(catalogue.shipped(), settings), codes(asked.select) or ("",), codes(asked.ignore))
    accepted = known(asked.baseline) if asked.baseline else frozenset()
    sources, sets = asked.sources or inputs.sources(asked.inputs), inputs.named(asked.against)
    mapping = FieldMap.parse(tuple(asked.maps))
    families = {rule.family for rule in rules.values()}
    if "TOK" in families:
        demand_tokenizer(settings)
    progress.expect([name for name in STAGES if STAGES[name] in families and (name != "tokens" or settings.tokenizer)])
    compares = "DUP" in families or ("LEAK" in families and (sets or any(source.split for source in sources)))
    with read(sources, sets, mapping, None, progress.rows, asked.sample, settings.seed, compiler if compares else None) as corpus:
        demand_fields(corpus, settings)
        done = examine(corpus, rules, settings, progress.stage, progress.still)
        suppressing.apply(corpus, done, settings.suppress, today)
        if asked.baseline:
            done.findings = fresh(corpus, done.findings, accepted)
        if asked.write_baseline:
            remember(corpus, done.findings, asked.write_baseline)
        if "sampled" in corpus.cache:
            drawn = int(corpus.own.sum())
            done.facts["sample"] = sampling.facts(done.findings, drawn, corpus.cache["sampled"], settings.seed)
        report = summarise(corpus, done, rules, settings, asked.again())
        if maps := hints.missing_fields(corpus, done.findings):
            report = replace(report, next=(hints.command(asked.again(), maps),))
        yield Audit(corpus, done, report, rules, settings)


def compiler() -> None:
    """Loaded for the search for rows that are the same, while another process reads them."""
    from curate.similar import prepare

    prepare()


def codes(values: Sequence[str]) -> tuple[str, ...]:
    """`PII,LEAK` given once or several times."""
    return tuple(code.strip().upper() for value in values for code in value.split(",") if code.strip())
