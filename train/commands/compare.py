"""`train compare A B`: two models on the same rows."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from curate.errors import UserError
from curate.speaking.tongue import language
from train import answers, scores
from train.files import write_text
from train.metrics import LOWER_IS_BETTER, METRICS, Unit, named, own
from train.runs import primary_metric
from train.statistics import FEW_GROUPS, Effect, paired
from train.wording import Language, called, change, level, measured, say, sentence, title


@click.command("compare")
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("tuned", type=click.Path(path_type=Path))
@click.option("--metric", default="", help="Name of the score; of two run folders, the metric to compute.")
@click.option(
    "--lower-is-better", is_flag=True, help="A smaller score is better; known for nll, loss, bits_per_byte and the like."
)
@click.option("--own-metric", default="", metavar="FILE.py:FUNCTION", help="Of two run folders: a metric of your own.")
@click.option("--seed", default=0, show_default=True, help="For the bootstrap and the sign flips.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here instead of to standard output.")
def command(base: Path, tuned: Path, metric: str, form: str, output: Path | None, **more: Any) -> None:
    """Compare BASE with TUNED row by row: two score files, or two run folders.

    A score file has rows {"id": ..., "score": ..., "group"?: ...}. Rows are paired by id; a missing or repeated id stops.

    \b
    Examples:
      train compare base.jsonl tuned.jsonl --metric exact_match
      train compare runs/a runs/b --format json
    """  # noqa: D301 (click's mark for lines to keep)
    if base.is_dir() != tuned.is_dir():
        raise UserError(f"{base} and {tuned} are not of one kind", hint="Compare two run folders, or two score files.")
    if base.is_dir():
        name, effect, unit = of_runs(base, tuned, metric, more["own_metric"], more["seed"])
    else:
        name, effect, unit = of_files(base, tuned, metric or "score", more["lower_is_better"], more["seed"])
    text = json.dumps(facts(effect), ensure_ascii=False) if form == "json" else "\n".join(drawn(name, effect, unit, language()))
    if output:
        write_text(output, text + "\n")
    else:
        click.echo(text)


def of_files(base: Path, tuned: Path, metric: str, lower_is_better: bool, seed: int) -> tuple[str, Effect, Unit]:
    pairs = scores.pair(scores.read(base), scores.read(tuned), (str(base), str(tuned)))
    effect = paired(
        pairs.base, pairs.tuned, pairs.groups, lower_is_better=lower_is_better or metric in LOWER_IS_BETTER, seed=seed
    )
    known = METRICS[metric].unit if metric in METRICS else Unit.POINTS
    # A score named like one of ours may still be on the scale of 0 to 100.
    shares = all(0 <= v <= 1 for v in (*pairs.base, *pairs.tuned))
    return metric, effect, Unit.RAW if known is Unit.POINTS and not shares else known


def of_runs(base: Path, tuned: Path, metric: str, own_metric: str, seed: int) -> tuple[str, Effect, Unit]:
    files = [folder / "predictions" / "tuned.jsonl" for folder in (base, tuned)]
    a, b = answers.paired(answers.read(files[0]), answers.read(files[1]), (str(base), str(tuned)))
    chosen = own(own_metric) if own_metric else named(metric or primary_metric(tuned, [row.reference for row in b]).value)
    return chosen.name, chosen.compare(a, b, seed), chosen.unit


def facts(effect: Effect) -> dict[str, object]:
    """The contract's keys. An end without a bound is null, for JSON has no infinity."""
    low, high = (x if math.isfinite(x) else None for x in (effect.interval.low, effect.interval.high))
    return {
        "n": effect.n,
        "groups": effect.groups,
        "base": effect.base,
        "tuned": effect.tuned,
        "difference": effect.difference,
        "ci_low": low,
        "ci_high": high,
        "p_value": effect.p_value,
        "method": str(effect.method),
        "mde": effect.mde,
        "verdict": str(effect.verdict),
    }


def drawn(name: str, effect: Effect, unit: Unit, lang: Language) -> Iterator[str]:
    yield sentence(effect, name, unit, lang)
    yield ""
    shown = measured(change(effect.difference, unit, lang), unit, lang)
    base, tuned = (level(value, unit) for value in (effect.base, effect.tuned))
    yield say(lang, "compare.levels", name=title(name, lang), base=base, tuned=tuned, difference=shown)
    if effect.table:
        names = ("both", "only_tuned", "only_base", "neither")
        cells = ", ".join(f"{say(lang, f'compare.{key}')} {count:,}" for key, count in zip(names, effect.table, strict=True))
        yield say(lang, "compare.table", cells=cells)
    if effect.icc is not None:
        yield say(lang, "compare.icc", icc=f"{effect.icc:.2f}")
    if effect.groups < min(FEW_GROUPS, effect.n):
        yield say(lang, "compare.few_groups", groups=effect.groups)
    yield say(lang, "compare.method", method=called("method", str(effect.method), lang))
    yield say(lang, "compare.seeds")
