"""Findings that someone decided to live with: `[[suppress]]` in `curate.toml`, each with a reason, best with an end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from curate.errors import UserError

if TYPE_CHECKING:
    from curate.corpus import Corpus
    from curate.examine import Examination
    from curate.findings import Finding

KEYS = ("code", "reason", "path", "fingerprint", "until")


@dataclass(frozen=True, slots=True)
class Suppression:
    """Findings of `code` (or codes that begin so), in files that fit `path`, or one told by its fingerprint."""

    code: str
    reason: str
    path: str = ""
    fingerprint: str = ""
    until: date | None = None
    """The last day on which it holds."""

    def fits(self, corpus: Corpus, finding: Finding) -> bool:
        from curate.acting.baseline import fingerprint  # settings hold suppressions, and reading rows needs settings

        if not finding.code.startswith(self.code):
            return False
        if self.path and not (finding.row is not None and fnmatch(corpus.address(finding.row).file, self.path)):
            return False
        return not self.fingerprint or fingerprint(corpus, finding) == self.fingerprint


def suppressions(value: Any) -> tuple[Suppression, ...]:
    """The tables of `[[suppress]]`; ValueError says what is wrong with one."""
    if not isinstance(value, list | tuple) or not all(isinstance(entry, Mapping) for entry in value):
        raise ValueError("Write tables: [[suppress]] with code and reason.")
    return tuple(map(one, value))


def one(entry: Mapping[str, Any]) -> Suppression:
    for key in entry:
        if key not in KEYS:
            raise ValueError(f"Unknown key `{key}`; a suppression has {', '.join(KEYS)}.")
    for key in ("code", "reason"):
        if not str(entry.get(key, "")).strip():
            raise ValueError(f"A suppression needs a {key}.")
    until = entry.get("until")
    if isinstance(until, str):
        until = date.fromisoformat(until)
    if until is not None and type(until) is not date:
        raise ValueError("`until` is a day, e.g. 2027-01-31.")
    texts = {key: str(entry.get(key, "")) for key in ("reason", "path", "fingerprint")}
    return Suppression(code=str(entry["code"]).strip().upper(), until=until, **texts)


def demand_current(entries: Sequence[Suppression], today: date) -> None:
    """For a build, whose bytes must not depend on the day: what is past its day is refused, not forgotten."""
    for entry in entries:
        if entry.until is not None and today > entry.until:
            raise UserError(
                f"the suppression of {entry.code} ended on {entry.until.isoformat()}",
                hint="Look at it again: renew `until`, or take the entry out; --isolated builds without it.",
            )


def apply(
    corpus: Corpus,
    done: Examination,
    entries: Sequence[Suppression],
    today: date,
    stands: Callable[[Finding], bool] = lambda _: False,
) -> list[Finding]:
    """Take findings away, and say in the facts how many by which entry. An entry past its day does nothing but is said.

    What was taken away is returned; a finding that `stands` is never.
    """
    if not entries:
        return []
    alive = [entry for entry in entries if entry.until is None or today <= entry.until]
    hits = dict.fromkeys(range(len(alive)), 0)
    kept: list[Finding] = []
    hidden: list[Finding] = []
    for finding in done.findings:
        at = None if stands(finding) else next((i for i, entry in enumerate(alive) if entry.fits(corpus, finding)), None)
        (kept if at is None else hidden).append(finding)
        if at is not None:
            hits[at] += 1
    done.findings = kept
    expired = [told(entry, 0) for entry in entries if entry not in alive]
    done.facts["suppressed"] = {"findings": [told(e, hits[i]) for i, e in enumerate(alive)], "expired": expired}
    return hidden


def told(entry: Suppression, count: int) -> dict[str, Any]:
    return {**shown(entry), "count": count}


def shown(entry: Suppression) -> dict[str, Any]:
    """As JSON has it: what was written, the day as text."""
    words = {key: value for key, value in asdict(entry).items() if value not in ("", None)}
    return {**words, **({"until": entry.until.isoformat()} if entry.until else {})}


def totals(facts: Mapping[str, Any]) -> Iterable[tuple[Mapping[str, Any], bool]]:
    """Entries as `told`, each with whether it is past its day."""
    found = facts.get("suppressed", {})
    yield from ((entry, False) for entry in found.get("findings", ()))
    yield from ((entry, True) for entry in found.get("expired", ()))
