"""The rules, as read from `rules/`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from curate.errors import UserError
from curate.findings import Severity

Code = Annotated[str, StringConstraints(pattern=r"^(SCH|DUP|PII|BIAS|LEAK|LAB|QUA|COV|TOK)\d{3}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Sentence = Annotated[str, StringConstraints(min_length=4)]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Example(Model):
    """A small corpus that the rule must flag, or must leave alone.

    Either `text` (the output of one instruction row) or `lines` (raw JSON lines, with `splits` beside them where it matters).
    """

    text: str = ""
    lines: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    lang: Literal["en", "zh"] = "en"
    note: str = ""


class Words(Model):
    """The words of a rule in another language."""

    summary: Sentence
    why: Sentence
    advice: Sentence


class Rule(Model):
    """One file of `rules/`: what the rule is, why it matters, and proof that it works."""

    code: Code
    name: Name
    severity: Severity
    since: str = "0.1"
    summary: Sentence
    why: Sentence
    source: str = ""
    """Where the reason or the threshold comes from."""
    found: Sentence
    """How it is found."""
    advice: Sentence
    action: Literal["drop", "repair", "report", "by-policy"] = "report"
    """What `curate build` does by default."""
    params: Mapping[str, Any] = {}
    zh: Words
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
    order = ("SCH", "DUP", "PII", "BIAS", "LEAK", "LAB", "QUA", "COV", "TOK")
    return {rule.code: rule for rule in sorted(rules, key=lambda r: (order.index(r.family), r.code))}


def read(path: Path) -> Rule:
    try:
        return Rule.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise UserError(str(error), where=str(path), hint="The file is not TOML.") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        raise UserError(f"`{key}`: {first['msg']}", where=str(path), hint="CONTRIBUTING.md says which keys a rule has.") from None


def select(rules: Rules, chosen: Iterable[str] = ("",), ignored: Iterable[str] = ()) -> dict[str, Rule]:
    """Keep rules by code prefix; where both lists match, the longer prefix wins."""
    chosen, ignored = tuple(chosen), tuple(ignored)
    for prefix in (*chosen, *ignored):
        if not any(code.startswith(prefix) for code in rules):
            raise UserError(f"no rule begins with {prefix!r}", hint="`curate explain --all` lists the codes.")

    def reach(prefixes: tuple[str, ...], code: str) -> int:
        return max((len(p) for p in prefixes if code.startswith(p)), default=-1)

    return {code: rule for code, rule in rules.items() if reach(chosen, code) > reach(ignored, code)}
