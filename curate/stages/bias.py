"""BIAS: who is spoken of, what they are tied to, and which rows do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from curate.bias.cures import Cure
from curate.bias.evidence import ANSWER, PROMPT, Batch, Evidence, Piece, batches
from curate.bias.lexicon import Lexicon, load
from curate.bias.measure import summary
from curate.bias.offence import Offence, abuse, stereotypes
from curate.bias.opinion import Classifier, Opinion, opinions
from curate.bias.pairs import Pairs
from curate.bias.reading import Reading
from curate.bias.shown import forests, tables
from curate.bias.verdicts import About, about_data
from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.errors import NotApplicable, UserError
from curate.excerpt import excerpt
from curate.findings import Fact, Finding, Severity
from curate.records import TRAINED, Kind

FAMILY = "BIAS"
SAID: dict[str, tuple[str, Callable[[Reading, Lexicon], Iterator[Offence]]]] = {
    "BIAS003": ("Generalises about", stereotypes),
    "BIAS004": ("Abuses", abuse),
}


def check(corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:
    """Sentences as they are read, then what the data as a whole shows."""
    if not (corpus.usable & corpus.own).any():
        raise NotApplicable("no usable row")
    lexicon = load(tuple(settings.bias_lexicons))
    against = references(settings.bias_reference, lexicon)
    evidence, pairs, model = Evidence(), Pairs(lexicon), classifier(rules, settings)
    for batch in batches(pieces(corpus), lexicon):
        evidence.add(batch)
        pairs.add(batch)
        yield from sentences(batch, lexicon, rules, model)
    measures = summary(evidence, lexicon, against)
    offers: list[Cure] = []
    for found in about_data(About(measures, evidence, lexicon, pairs, lambda row: last_answer(corpus, row)), rules):
        if isinstance(found, Fact) and found.name == "cures":
            offers = found.value
        yield found
    yield from (Fact(name, value) for name, value in measures.facts().items())
    if model:
        yield Fact("model", model.facts())
    yield Fact("tables", tables(measures, offers))
    yield Fact("forests", forests(measures))


def pieces(corpus: Corpus) -> Iterator[Piece]:
    """Every text of the user's usable rows; a rejected answer teaches nothing and a plain text is all answer."""
    mine = corpus.usable & corpus.own
    for record in corpus.records():
        if mine[record.row]:
            for part in record.parts:
                if part.text and part.kind is not Kind.REJECTED:
                    yield Piece(record.row, ANSWER if part.kind in TRAINED else PROMPT, part.text, part.field)


def last_answer(corpus: Corpus, row: int) -> tuple[str, str]:
    record = corpus.record(row)
    return record.answer, record.answer_field


def classifier(rules: Rules, settings: Settings) -> Classifier | None:
    """The user's model, if one is named and a rule it could speak for is asked for; loaded before anything is read."""
    wanted = {code: frozenset(str(label).lower() for label in rules[code].params["labels"]) for code in SAID if code in rules}
    if not settings.bias_model or not wanted:
        return None
    model = Classifier(settings.bias_model, wanted, {code: float(rules[code].params["threshold"]) for code in wanted})
    model.codes  # noqa: B018 (a model that cannot be had, or speaks for neither rule, is told of at once)
    return model


def sentences(batch: Batch, lexicon: Lexicon, rules: Rules, model: Classifier | None) -> Iterator[Finding]:
    """BIAS003 and BIAS004: what the lexicon lists, then what the model thinks of the rest."""
    said: list[Offence] = []
    for code, (verb, find) in SAID.items():
        if code in rules:
            found = list(find(batch.reading, lexicon))
            said += found
            yield from (finding(code, verb, batch, offence) for offence in found)
    if model:
        for code, opinion in opinions(batch.reading, lexicon, model, said):
            yield thought(code, batch, opinion, model.name)


def thought(code: str, batch: Batch, opinion: Opinion, name: str) -> Finding:
    """A model's opinion is never an error: nobody can look up why it said so."""
    o = opinion.offence
    piece, span = batch.pieces[o.text], (o.start, o.end)
    message = f"In the opinion of the model {name}, a sentence about {o.group} ({o.axis}) is {opinion.label!r} ({o.score:.2f})"
    severity = Severity.INFO if piece.side == PROMPT else Severity.WARNING
    return Finding(code, message, piece.row, piece.field, span, excerpt(piece.text, span), score=o.score, severity=severity)


def finding(code: str, verb: str, batch: Batch, found: Offence) -> Finding:
    piece = batch.pieces[found.text]
    span = (found.start, found.end)
    # A prompt is read, not learnt: what stands there weighs less, and so does a mild insult.
    severity = Severity.INFO if piece.side == PROMPT else Severity.WARNING if found.score < 1 else None
    message = f"{verb} {found.group} ({found.axis})"
    shown = excerpt(piece.text, span)
    return Finding(code, message, piece.row, piece.field, span, shown, score=found.score, severity=severity)


def references(given: Mapping[str, object], lexicon: Lexicon) -> dict[str, dict[str, float]]:
    """The user's shares by axis and group over those of the lexicon."""
    known: dict[str, dict[str, float]] = dict(lexicon.references)
    for axis, shares in given.items():
        if axis not in lexicon.axes or not isinstance(shares, Mapping):
            raise UserError(
                f"`bias_reference.{axis}` is no axis with shares by group", hint=f"Known axes: {', '.join(lexicon.axes)}."
            )
        names = {lexicon.groups[i].name for i in lexicon.axis_groups(axis)}
        if unknown := sorted(set(shares) - names):
            raise UserError(
                f"`bias_reference.{axis}` has no group `{unknown[0]}`", hint=f"Known groups: {', '.join(sorted(names))}."
            )
        total = sum(float(v) for v in shares.values())
        known[axis] = {name: float(v) / total for name, v in shares.items()} if total > 0 else {}
    return known
