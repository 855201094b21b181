"""The bridge to presidio-analyzer, in both directions; imported only when it is asked for, since it pulls in spaCy.

Our rules are presidio recognisers (`recognizers`, `analyzer`), for whoever already has a presidio pipeline. Presidio's own, those
of a country and the user's run beside our rules (`Bridge`): a rule's params name them, for instance for PII004
`countries = ["de"]` and `recognizers = ["NhsRecognizer", "mine.recognisers:StaffNumber", "staff.yaml"]`.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult, predefined_recognizers
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine, NoOpNlpEngine

from curate.errors import MissingExtra, UserError
from curate.pii.engine import Engine, default
from curate.pii.hits import KINDS, Confidence, Hit, hit
from curate.pii.labels import lower

# What presidio's entities are called in ours; what fits nothing is of the kind whose rule named the recogniser.
KIND_OF = (
    ("EMAIL", "email"),
    ("PHONE", "phone"),
    ("CREDIT_CARD", "card"),
    ("IBAN", "iban"),
    ("BANK|ROUTING", "account"),
    ("IP_ADDRESS", "ip"),
    ("MAC_ADDR", "mac"),
    ("PERSON", "person"),
    ("ADDRESS|LOCATION|POSTCODE|POSTAL|PLZ", "address"),
    ("PASSPORT", "passport"),
    ("DRIVER|DRIVING|FUEHRERSCHEIN", "licence"),
    ("PLATE|KFZ|VEHICLE", "plate"),
    ("VAT|ABN|ACN|GSTIN|BRN|UEN|COMPANY|HANDELSREGISTER|ORGANI[SZ]ATION", "organisation"),
    ("KEY|TOKEN|SECRET|PASSWORD", "secret"),
)
NOT_PERSONAL = re.compile("^(?:URL|DATE_TIME|UUID|NRP|ORGANIZATION|MISC|LOCATION)$")
NONE: Any = None
"""For the tokens that presidio passes along and pattern recognisers do not need."""
DEFAULT = {"PII002": "phone", "PII004": "national-id", "PII005": "account", "PII012": "social", "PII013": "organisation"}
BOOST, FLOOR, THRESHOLD = 0.35, 0.4, 0.4
"""presidio's: a context word adds 0.35 and lifts to 0.4 at least; below that nothing is reported."""


class CurateRecognizer(EntityRecognizer):
    """The rules of curate as one presidio recogniser; `codes` narrows it to some of them."""

    def __init__(self, codes: Sequence[str] = (), language: str = "en", engine: Engine | None = None) -> None:
        self.codes, self.engine = frozenset(codes), engine or default()
        entities = {kind.entity for kind in KINDS.values() if not codes or kind.code in self.codes}
        super().__init__(sorted(entities), name=f"curate {' '.join(codes) or 'PII'}", supported_language=language)

    def load(self) -> None:
        """Nothing to load."""

    # nlp_artifacts is in presidio's signature.
    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None) -> list[RecognizerResult]:  # noqa: ARG002
        asked = [h for h in self.engine.find(text) if not self.codes or h.code in self.codes]
        named = [(KINDS[h.kind].entity, h) for h in asked]
        return [RecognizerResult(entity, h.start, h.end, h.score) for entity, h in named if not entities or entity in entities]


def recognizers(language: str = "en", engine: Engine | None = None) -> list[CurateRecognizer]:
    """One presidio recogniser for each of our rules but names, which are presidio's own business."""
    return [CurateRecognizer((f"PII{i:03d}",), language, engine) for i in range(1, 16) if i != 7]


def analyzer(
    languages: Sequence[str] = ("en", "zh"), nlp_engine: NlpEngine | None = None, more: Sequence[EntityRecognizer] = ()
) -> AnalyzerEngine:
    """Presidio's engine with our recognisers, on an NLP engine that does nothing: AnalyzerEngine() alone would download one."""
    if nlp_engine is None:
        nlp_engine = NoOpNlpEngine(models=[{"lang_code": language, "model_name": "no_op"} for language in languages])
        nlp_engine.load()
    registry = RecognizerRegistry(
        recognizers=[*(r for language in languages for r in recognizers(language)), *more], supported_languages=list(languages)
    )
    return AnalyzerEngine(registry=registry, nlp_engine=nlp_engine, supported_languages=list(languages))


def stay_offline() -> None:
    """Presidio's e-mail recogniser asks publicsuffix.org once a machine; the list inside tldextract does as well."""
    import tldextract

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


# ---- presidio's recognisers, and the user's, beside our rules -----------------------------------------------------------------


def by_country(country: str) -> list[EntityRecognizer]:
    wanted = country.lower()
    found = [cls for cls in classes().values() if (getattr(cls, "COUNTRY_CODE", None) or "").lower() == wanted]
    if not found:
        known = sorted({(getattr(cls, "COUNTRY_CODE", None) or "").lower() for cls in classes().values()} - {""})
        raise UserError(f"presidio has no recognisers for {country!r}", hint=f"It has them for {', '.join(known)}.")
    return [make(cls) for cls in found]


def by_name(name: str) -> list[EntityRecognizer]:
    """A class of presidio, `package.module:Class`, or a YAML file of presidio's pattern recognisers."""
    if name.endswith((".yaml", ".yml")):
        if not Path(name).is_file():
            raise UserError("there is no such file of recognisers", where=name)
        registry = RecognizerRegistry(recognizers=[])
        registry.add_recognizers_from_yaml(name)
        return list(registry.recognizers)
    if ":" in name:
        module, _, attribute = name.partition(":")
        try:
            return [getattr(importlib.import_module(module), attribute)()]
        except (ImportError, AttributeError) as error:
            raise UserError(f"the recogniser {name!r} cannot be imported: {error}") from None
    if name not in classes():
        raise UserError(
            f"presidio has no recogniser {name!r}", hint="A name such as NhsRecognizer, `package.module:Class`, or a YAML file."
        )
    return [make(classes()[name])]


def make(cls: type[EntityRecognizer]) -> EntityRecognizer:
    build: Any = cls  # each class fills in the arguments that the abstract one asks for
    found: EntityRecognizer = build()
    return found


@cache
def classes() -> dict[str, type[EntityRecognizer]]:
    return {
        name: cls
        for name, cls in vars(predefined_recognizers).items()
        if isinstance(cls, type) and issubclass(cls, EntityRecognizer)
    }


class Bridge:
    """Recognisers of presidio that run on every text, with presidio's scores and context words."""

    def __init__(self, chosen: Sequence[tuple[EntityRecognizer, str]]) -> None:
        """Each recogniser with the kind of what it finds where the entity's name says nothing to us."""
        self.chosen = chosen

    def gate(self, texts: pa.Array) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.ones(len(texts), bool)

    def tag(self, texts: Sequence[str]) -> list[list[Hit]]:
        return [[h for r, kind in self.chosen for h in self.hits(r, kind, text)] for text in texts]

    @staticmethod
    def hits(recognizer: EntityRecognizer, kind: str, text: str) -> Iterator[Hit]:
        low = lower(text)
        for result in recognizer.analyze(text, recognizer.supported_entities, NONE) or ():
            if NOT_PERSONAL.match(result.entity_type):
                continue
            around = low[max(0, result.start - 60) : result.start]
            beside = any(said(word.lower(), around) for word in recognizer.context or ())
            score = max(FLOOR, min(1.0, result.score + BOOST)) if beside else result.score
            if score >= THRESHOLD:
                proof = Confidence.PROVED if result.score >= 1 else Confidence.CUED if beside else Confidence.GUESS
                yield hit(kind_of(result.entity_type, kind), result.start, result.end, proof, round(score, 2))


def said(word: str, around: str) -> bool:
    """A Latin word stands whole; a Chinese one anywhere, since nothing marks its edges."""
    return bool(re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", around)) if word.isascii() else word in around


def kind_of(entity: str, otherwise: str) -> str:
    return next((kind for pattern, kind in KIND_OF if re.search(pattern, entity)), otherwise)


def bridge_of(params: Mapping[str, Mapping[str, Any]]) -> Bridge | None:
    """The recognisers that the rules' params name, each once; the rule that names one says what its finds are."""
    stay_offline()
    chosen: list[tuple[EntityRecognizer, str]] = []
    for code, values in sorted(params.items()):
        kind = next(name for name, k in KINDS.items() if k.code == code)
        found = [r for c in values.get("countries", ()) for r in by_country(c)]
        found += [r for n in values.get("recognizers", ()) for r in by_name(n)]
        chosen += [(r, DEFAULT.get(code, kind)) for r in found]
    return Bridge(chosen) if chosen else None


# ---- names by any token-classification model ----------------------------------------------------------------------------------


@cache
def ner(model: str) -> EntityRecognizer:
    try:
        from presidio_analyzer.predefined_recognizers.ner import HuggingFaceNerRecognizer

        recognizer = HuggingFaceNerRecognizer(
            model_name=model, supported_entities=["PERSON"], aggregation_strategy="simple", threshold=0.5
        )
        recognizer.load()
    except ImportError:
        raise MissingExtra(f"names by {model}", "train") from None
    return recognizer


def transformer_names(model: str, texts: Sequence[str]) -> Iterator[list[tuple[int, int]]]:
    for text in texts:
        yield [(r.start, r.end) for r in ner(model).analyze(text, ["PERSON"], NONE)]
