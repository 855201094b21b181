"""Every setting of a run, from flags, environment, `curate.toml` and defaults, in that order."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from curate.acting.suppressing import Suppression, suppressions
from curate.catalogue import Rule, Rules
from curate.errors import UserError
from curate.findings import Severity

PiiAction = Literal["mask", "pseudonym", "drop", "keep"]
Names = Literal["off", "cue", "all"]
AgainstMode = Literal["drop-train", "drop-eval", "report"]


@dataclass(frozen=True)
class Settings:
    """What the stages and the build may need to know. Values are final: nothing here means "automatic"."""

    threshold: float = 0.8
    """Exact Jaccard from which two rows are NEAR."""
    seed: int = 0
    split: tuple[float, float, float] = (0.8, 0.1, 0.1)
    pii: PiiAction = "mask"
    pii_names: Names = "cue"
    group_by: tuple[str, ...] = ()
    time_by: str = ""
    embargo: str = ""
    """Gap that --time-by leaves between one split and the next: `7d`, `12h`, or a number where times are numbers."""
    pin_by: str = ""
    """Field that says which split a row must go to; rows without it go anywhere."""
    stratify_by: tuple[str, ...] = ()
    semantic: str = ""
    """Model for meaning; empty: not asked for."""
    difficulty: str = ""
    """Model that reads whether answers follow (LAB003); empty: not asked for."""
    tokenizer: str = ""
    max_length: int = 0
    """Tokens a row may have; 0: as the tokenizer says."""
    max_drop: float = 0.05
    """Largest share of rows that `build` may set aside so that no leak remains."""
    against_mode: AgainstMode = "drop-train"
    force_groups: bool = False
    keep: Literal["fullest", "first", "longest"] = "fullest"
    engine: Literal["exact", "approximate"] = "exact"
    """How near pairs are found; the approximate engine is for corpora that the exact index has no room for."""
    workers: int = 0
    bias_lexicons: tuple[str, ...] = ()
    bias_reference: Mapping[str, float] = field(default_factory=dict)
    pii_model: str = ""
    bias_model: str = ""
    """Text-classification model for BIAS003 and BIAS004; empty: the lexicon alone."""
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Overrides by code: `severity`, `action`, `params`."""
    suppress: tuple[Suppression, ...] = ()
    """Findings that are not to be reported, each with a reason."""
    origin: Mapping[str, str] = field(default_factory=dict)
    """Where each value that is no default came from."""

    @property
    def split_shares(self) -> tuple[float, float, float]:
        return self.split

    @property
    def exact_threshold(self) -> Fraction:
        return Fraction(str(self.threshold))

    @property
    def processes(self) -> int:
        return self.workers or os.cpu_count() or 1


KEYS = {f.name for f in fields(Settings)} - {"origin"}


def settings(flags: Mapping[str, Any], file: Path | None = None, isolated: bool = False) -> Settings:
    """Flags (None: not given) over environment over file over defaults; `isolated` leaves the environment and found files out."""
    values: dict[str, Any] = {}
    origin: dict[str, str] = {}
    path = file or (None if isolated else found())
    if path:
        for key, value in parsed(path).items():
            values[key], origin[key] = value, str(path)
    for key in KEYS:
        if not isolated and (text := os.environ.get(f"CURATE_{key.upper()}")) is not None:
            values[key], origin[key] = text, f"CURATE_{key.upper()}"
    for key, value in flags.items():
        if value is not None and value != ():
            values[key], origin[key] = value, f"--{key.replace('_', '-')}"
    clean = {key: checked(key, value, origin[key]) for key, value in values.items()}
    return replace(Settings(**clean), origin=origin)


def found() -> Path | None:
    """`curate.toml` here, or `[tool.curate]` of a `pyproject.toml` here."""
    if Path("curate.toml").exists():
        return Path("curate.toml")
    project = Path("pyproject.toml")
    if project.exists():
        try:
            if "curate" in tomllib.loads(project.read_text(encoding="utf-8")).get("tool", {}):
                return project
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            return None
    return None


def parsed(path: Path) -> dict[str, Any]:
    """A flat table of settings; unknown keys are refused."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", where=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"is not TOML: {error}", where=str(path)) from None
    if path.name == "pyproject.toml":
        values = values.get("tool", {}).get("curate", {})
    values = {key.replace("-", "_"): value for key, value in values.items()}
    for key in values:
        if key not in KEYS:
            raise UserError(f"unknown key `{key}`", where=str(path), hint=did_you_mean(key, KEYS))
    return values


def did_you_mean(word: str, known: set[str]) -> str:
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f"Did you mean `{close[0]}`?" if close else f"Known keys: {', '.join(sorted(known))}."


def checked(key: str, value: Any, where: str) -> Any:
    """The value in its type, or a UserError that names what is allowed."""
    try:
        return PARSERS[key](value)
    except (ValueError, TypeError, KeyError) as error:
        raise UserError(f"`{key}` cannot be {value!r}", where=where, hint=str(error)) from None


def shares(value: Any) -> tuple[float, float, float]:
    """`0.8/0.1/0.1`, or three numbers; they must add up to 1."""
    try:
        numbers = [float(v) for v in (value.split("/") if isinstance(value, str) else value)]
    except (ValueError, TypeError):
        numbers = []
    if len(numbers) != 3 or not all(n >= 0 for n in numbers) or abs(sum(numbers) - 1) > 1e-6 or numbers[0] == 0:
        raise ValueError("Write train/validation/test as shares that add up to 1, e.g. 0.8/0.1/0.1.")
    return numbers[0], numbers[1], numbers[2]


def one_of(*choices: str) -> Any:
    def parse(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"One of {', '.join(choices)}.")
        return str(value)

    return parse


def number(low: float, high: float, kind: type = float) -> Any:
    def parse(value: Any) -> Any:
        if isinstance(value, bool) or not low <= kind(value) <= high:
            raise ValueError(f"A number from {low:g} to {high:g}.")
        return kind(value)

    return parse


def strings(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(v.strip() for v in value.split(",") if v.strip())
    return tuple(str(v) for v in value)


def span(value: Any) -> str:
    from curate.moments import SPAN

    text = str(value).strip()
    if text and not SPAN.fullmatch(text):
        raise ValueError("A number, with s, m, h, d or w for times that are dates: 7d.")
    return text


def table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("A table.")
    return value


def truth(value: Any) -> bool:
    if value in (True, "1", "true", "yes"):
        return True
    if value in (False, "0", "false", "no"):
        return False
    raise ValueError("true or false.")


PARSERS: dict[str, Any] = {
    "threshold": number(0.3, 1.0),
    "seed": number(0, 2**63 - 1, int),
    "split": shares,
    "pii": one_of("mask", "pseudonym", "drop", "keep"),
    "pii_names": one_of("off", "cue", "all"),
    "group_by": strings,
    "time_by": str,
    "embargo": span,
    "pin_by": str,
    "stratify_by": strings,
    "semantic": str,
    "difficulty": str,
    "tokenizer": str,
    "max_length": number(0, 10**9, int),
    "max_drop": number(0, 1),
    "against_mode": one_of("drop-train", "drop-eval", "report"),
    "force_groups": truth,
    "keep": one_of("fullest", "first", "longest"),
    "engine": one_of("exact", "approximate"),
    "workers": number(0, 1024, int),
    "bias_lexicons": strings,
    "bias_reference": table,
    "pii_model": str,
    "bias_model": str,
    "rules": table,
    "suppress": suppressions,
}

OVERRIDES = {"severity", "action", "params"}


def applied(rules: Rules, settings_: Settings) -> dict[str, Rule]:
    """The catalogue with the user's overrides of severity, action and parameters."""
    changed = dict(rules)
    for code, override in settings_.rules.items():
        where = settings_.origin.get("rules", "rules")
        if code not in changed:
            raise UserError(f"no rule {code}", where=where, hint=did_you_mean(code, set(changed)))
        for key in override:
            if key not in OVERRIDES:
                raise UserError(f"unknown key `rules.{code}.{key}`", where=where, hint=did_you_mean(key, OVERRIDES))
        rule = changed[code]
        unknown = set(override.get("params", {})) - set(rule.params)
        if unknown:
            raise UserError(
                f"{code} has no parameter `{min(unknown)}`", where=where, hint=did_you_mean(min(unknown), set(rule.params))
            )
        try:
            severity = Severity(override.get("severity", rule.severity))
        except ValueError:
            raise UserError(
                f"`rules.{code}.severity` cannot be {override['severity']!r}", where=where, hint="error, warning or info."
            ) from None
        action = one_of("drop", "repair", "report", "by-policy")
        params = {**rule.params, **override.get("params", {})}
        changed[code] = replace(rule, severity=severity, action=checked_action(action, override, rule, code), params=params)
    return changed


def checked_action(parse: Any, override: Mapping[str, Any], rule: Rule, code: str) -> Any:
    try:
        return parse(override.get("action", rule.action))
    except ValueError as error:
        raise UserError(f"`rules.{code}.action` cannot be {override['action']!r}", hint=str(error)) from None
