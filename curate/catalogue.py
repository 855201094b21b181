"""The rules, as read from `rules/`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from curate.errors import UserError
from curate.findings import Severity

FAMILIES = ("SCH", "DUP", "PII", "BIAS", "LEAK", "LAB", "QUA", "COV", "TOK")
"""In the order of the contract."""
ACTIONS = ("drop", "repair", "report", "by-policy")
CODE = re.compile(rf"({'|'.join(FAMILIES)})\d{{3}}")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SHORTEST = 4
"""Letters of a sentence."""
T = TypeVar("T")


@dataclass(frozen=True)
class Example:
    """A small corpus that the rule must flag, or must leave alone.

    Either `text` (the output of one instruction row) or `lines` (raw JSON lines, with `splits` beside them where it matters).
    """

    text: str = ""
    lines: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    lang: Literal["en", "zh"] = "en"
    note: str = ""


@dataclass(frozen=True)
class Words:
    """The words of a rule in another language."""

    summary: str
    why: str
    found: str
    advice: str


@dataclass(frozen=True)
class Rule:
    """One file of `rules/`: what the rule is, why it matters, and proof that it works."""

    code: str
    name: str
    severity: Severity
    summary: str
    why: str
    found: str
    """How it is found."""
    advice: str
    zh: Words
    since: str = "0.1"
    source: str = ""
    """Where the reason or the threshold comes from."""
    action: Literal["drop", "repair", "report", "by-policy"] = "report"
    """What `curate build` does by default."""
    params: Mapping[str, Any] = field(default_factory=dict)
    bad: tuple[Example, ...] = ()
    good: tuple[Example, ...] = ()

    @property
    def family(self) -> str:
        return self.code[:-3]


Rules = Mapping[str, Rule]


def rules_dir() -> Path:
    """The shipped rules: inside the package in a wheel, beside it in a checkout."""
    packaged = Path(__file__).parent / "_rules"
    return packaged if packaged.is_dir() else Path(__file__).parents[1] / "rules"


@cache
def shipped() -> dict[str, Rule]:
    return load(rules_dir())


def load(folder: Path) -> dict[str, Rule]:
    """Rules by code, in the order of families in the contract."""
    rules = [read(path) for path in folder.glob("*/[A-Z]*.toml")]
    return {rule.code: rule for rule in sorted(rules, key=lambda r: (FAMILIES.index(r.family), r.code))}


def read(path: Path) -> Rule:
    try:
        return rule_of(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise UserError(str(error), where=str(path), hint="The file is not TOML.") from None
    except (ValueError, TypeError) as error:
        raise UserError(str(error), where=str(path), hint="CONTRIBUTING.md says which keys a rule has.") from None


def rule_of(table: Mapping[str, Any]) -> Rule:
    """A rule out of its file; ValueError or TypeError says which key is wrong, and how."""
    zh = made(Words, table.get("zh", {}), "zh")
    bad, good = (tuple(example(e, f"{k}.{i}") for i, e in enumerate(table.get(k, ()))) for k in ("bad", "good"))
    rule = made(Rule, {**table, "zh": zh, "bad": bad, "good": good, "severity": Severity(table.get("severity", ""))}, "")
    for key, right in (
        ("code", CODE.fullmatch(rule.code)),
        ("name", NAME.fullmatch(rule.name)),
        ("action", rule.action in ACTIONS),
        ("params", isinstance(rule.params, dict)),
    ):
        if not right:
            raise ValueError(f"`{key}` cannot be {getattr(rule, key)!r}")
    for where, words, names in (
        ("", rule, ("summary", "why", "found", "advice")),
        ("zh.", zh, ("summary", "why", "found", "advice")),
    ):
        for key in names:
            if len(getattr(words, key)) < SHORTEST:
                raise ValueError(f"`{where}{key}` is too short for a sentence")
    return rule


def example(table: Mapping[str, Any], where: str) -> Example:
    lists = {key: tuple(table[key]) for key in ("lines", "splits") if key in table}
    if any(not isinstance(text, str) for texts in lists.values() for text in texts):
        raise TypeError(f"`{where}` holds something other than strings")
    found = made(Example, {**table, **lists}, where)
    if found.lang not in ("en", "zh"):
        raise ValueError(f"`{where}.lang` cannot be {found.lang!r}")
    return found


def made(kind: type[T], table: Mapping[str, Any], where: str) -> T:
    """A dataclass of a table that has its keys, those without a default at least; its strings are strings."""
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]  # every kind here is a dataclass
    at = f"{where}." if where else ""
    for key in table:
        if key not in known:
            raise ValueError(f"`{at}{key}`: no such key")
        if known[key].type == "str" and not isinstance(table[key], str):
            raise TypeError(f"`{at}{key}` is no string")
    for key, f in known.items():
        if key not in table and f.default is MISSING and f.default_factory is MISSING:
            raise ValueError(f"`{at}{key}` is missing")
    return kind(**table)


def select(rules: Rules, chosen: Iterable[str] = ("",), ignored: Iterable[str] = ()) -> dict[str, Rule]:
    """Keep rules by code prefix; where both lists match, the longer prefix wins."""
    chosen, ignored = tuple(chosen), tuple(ignored)
    for prefix in (*chosen, *ignored):
        if not any(code.startswith(prefix) for code in rules):
            raise UserError(f"no rule begins with {prefix!r}", hint="`curate explain --all` lists the codes.")

    def reach(prefixes: tuple[str, ...], code: str) -> int:
        return max((len(p) for p in prefixes if code.startswith(p)), default=-1)

    return {code: rule for code, rule in rules.items() if reach(chosen, code) > reach(ignored, code)}
