"""The measures of a data set or of a model's answers, alike, so that the two can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from curate.bias.associate import Association, associations, controlled
from curate.bias.evidence import ANSWER, PROMPT, Evidence, Piece, batches
from curate.bias.lexicon import Lexicon, load
from curate.bias.overall import Overall, overall
from curate.bias.represent import Share, shares
from curate.bias.tone import Difference, differences

MINIMUM = 5
"""Links, from which a pair is tested (research on co-occurrence asks for 5 to 10)."""
MINIMUM_ANSWERS = 20
STRONGEST = 300
"""Pairs that a report keeps."""


@dataclass(frozen=True)
class BiasMeasures:
    """Each list is sorted and of plain numbers; `facts` is what a report keeps."""

    rows: int
    representation: tuple[Share, ...]
    association: tuple[Association, ...]
    overall: tuple[Overall, ...]
    tone: tuple[Difference, ...]

    def facts(self) -> dict[str, Any]:
        """JSON values: the reference that a model's answers are later compared with."""
        return {
            "rows": self.rows,
            "representation": [_plain(asdict(share)) for share in self.representation],
            "association": [_plain(asdict(pair)) for pair in self.association[:STRONGEST]],
            "association_tested": len(self.association) + len(self.overall),
            "overall": [_plain(asdict(whole)) for whole in self.overall],
            "tone": [_plain(asdict(difference)) for difference in self.tone],
        }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Rounded, so that the last bit of a sum is no difference between machines; ids of a lexicon mean nothing outside."""
    return {k: round(v, 6) if isinstance(v, float) else v for k, v in values.items() if not k.endswith("_id")}


def measure(texts: Iterable[tuple[str, str]], lexicon: Lexicon | None = None) -> BiasMeasures:
    """Measure (prompt, answer) pairs, e.g. the rows of a data set or a model's predictions for them."""
    known = lexicon or load()
    evidence = Evidence()
    for batch in batches(_pieces(texts), known):
        evidence.add(batch)
    return summary(evidence, known, known.references)


def _pieces(texts: Iterable[tuple[str, str]]) -> Iterator[Piece]:
    for row, (prompt, answer) in enumerate(texts):
        yield Piece(row, PROMPT, prompt)
        yield Piece(row, ANSWER, answer)


def summary(evidence: Evidence, lexicon: Lexicon, references: Mapping[str, Mapping[str, float]]) -> BiasMeasures:
    pairs, wholes = controlled(associations(evidence, lexicon, MINIMUM), list(overall(evidence, lexicon, MINIMUM)))
    return BiasMeasures(
        evidence.rows,
        tuple(shares(evidence, lexicon, references)),
        tuple(pairs),
        tuple(wholes),
        tuple(differences(evidence, lexicon, MINIMUM_ANSWERS)),
    )
