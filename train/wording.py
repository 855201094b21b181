"""Facts into words: the one sentence that leads every comparison, and how its numbers are written."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

from train.facts import Comparison
from train.intervals import Interval
from train.metrics import Unit
from train.statistics import DETECTABLE, Effect, Method

Language = Literal["en", "zh"]
Tree = dict[str, dict[str, str]]


@cache
def words(language: Language = "en") -> Tree:
    return tomllib.loads((Path(__file__).parent / "words" / f"{language}.toml").read_text(encoding="utf-8"))


def say(language: Language, key: str, /, **facts: object) -> str:
    """The phrase under `section.name`; the templates are ours, only the facts come from data."""
    section, _, name = key.partition(".")
    return words(language)[section][name].format(**facts)


def title(metric: str, language: Language = "en") -> str:
    """A metric's name for people; one of the user's own is shown as it is called."""
    return words(language)["metric"].get(metric, metric.replace("_", " "))


def called(section: str, name: str, language: Language) -> str:
    """A name from data that may be one of ours."""
    return words(language)[section].get(name, name)


def listed(items: Iterable[str], language: Language) -> str:
    return say(language, "note.between").join(items)


def labelled(name: str, text: str, language: Language) -> str:
    """`name: text`, with the colon of the language."""
    return f"{name}{say(language, 'note.colon')}{text}"


NUMBER = re.compile(r"\d+(?:,\d{3})*")


def because(reason: str, language: Language) -> str:
    """A reason that the run wrote down in English; where it is one of ours, in the language asked for, with its own figures."""
    template = words(language)["because"].get(NUMBER.sub("#", reason))
    return template.format(*NUMBER.findall(reason)) if template else reason


def sentence(effect: Effect, metric: str, unit: Unit, language: Language = "en") -> str:
    return say(
        language,
        f"sentence.{effect.verdict}",
        metric=title(metric, language),
        difference=measured(change(effect.difference, unit), unit, language),
        low=change(effect.interval.low, unit, language),
        high=change(effect.interval.high, unit, language),
        rows=counted(effect, language),
        p=f"{words(language)['p'][effect.method.p_name]} {probability(effect.p_value)}",
        mde=size(effect.mde, unit),
    )


def sentence_of(found: Comparison, language: Language = "en") -> str:
    """The same from facts on file."""
    low, high = found.interval
    interval = Interval(-math.inf if low is None else low, math.inf if high is None else high)
    levels = (found.base, found.tuned, found.difference)
    error = found.mde / DETECTABLE
    effect = Effect(found.n, found.groups, *levels, interval, found.p_value, error, Method(found.method), found.lower_is_better)
    return sentence(effect, found.metric, Unit(found.unit), language)


def counted(effect: Effect, language: Language = "en") -> str:
    return say(
        language,
        "sentence.rows_grouped" if effect.groups < effect.n else "sentence.rows",
        n=f"{effect.n:,}",
        groups=f"{effect.groups:,}",
    )


def measured(number: str, unit: Unit, language: Language = "en") -> str:
    match unit:
        case Unit.POINTS:
            return f"{number} {say(language, 'sentence.points')}"
        case _:
            return f"{number} {unit}".strip()


def change(value: float, unit: Unit, language: Language = "en") -> str:
    """A difference, always with its sign; zero has none."""
    if math.isinf(value):
        return say(language, "sentence.no_bound")
    text = size(value, unit)
    return text if text.startswith("-") or not text.strip("0.") else f"+{text}"


def size(value: float, unit: Unit) -> str:
    match unit:
        case Unit.POINTS:
            text = f"{100 * value:.1f}"
        case Unit.BITS | Unit.NATS:
            text = f"{value:.3f}"
        case Unit.RAW:
            text = f"{value:.3g}"
    return text.removeprefix("-") if not text.strip("-0.") else text


def level(value: float, unit: Unit) -> str:
    """A score as it stands, not a difference."""
    return f"{size(value, unit)} %" if unit is Unit.POINTS else size(value, unit)


def between(interval: Interval, unit: Unit, language: Language = "en") -> str:
    return f"{change(interval.low, unit, language)} … {change(interval.high, unit, language)}"


def probability(p: float) -> str:
    """As journals write it: .006, < .001, 1."""
    if p < 0.001:
        return "< .001"
    return "1" if p > 0.9995 else f"{p:.3f}".removeprefix("0")
