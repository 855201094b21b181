"""The bridge to presidio-analyzer, in both directions; imported only when it is asked for, since it pulls in spaCy.

Our rules are presidio recognisers (`recognizers`, `analyzer`), for whoever already has a presidio pipeline. presidio's recognisers, those of
a country and the user's own run beside our rules (`Bridge`): named in a rule's params, e.g. in curate.toml
`[rules.PII004.params] countries = ["de"] recognizers = ["NhsRecognizer", "mine.recognisers:StaffNumber", "staff.yaml"]`.
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
from curate.pii.hits import Confidence, Hit, hit
from curate.pii.labels import lower

ENTITIES = {
    "email": "EMAIL_ADDRESS", "cn-mobile": "PHONE_NUMBER", "phone": "PHONE_NUMBER", "service-phone": "PHONE_NUMBER", "card": "CREDIT_CARD",
    "cn-id": "CN_ID", "national-id": "NATIONAL_ID", "us-ssn": "US_SSN", "iban": "IBAN_CODE", "account": "BANK_ACCOUNT", "ip": "IP_ADDRESS",
    "mac": "MAC_ADDRESS", "person": "PERSON", "address": "STREET_ADDRESS", "coordinates": "COORDINATES", "secret": "SECRET", "private-key": "SECRET",
    "connection": "SECRET", "password": "PASSWORD", "passport": "PASSPORT", "permit": "TRAVEL_PERMIT", "licence": "DRIVER_LICENSE",
    "plate": "LICENSE_PLATE", "wechat": "SOCIAL_ACCOUNT", "qq": "SOCIAL_ACCOUNT", "social": "SOCIAL_ACCOUNT", "uscc": "CN_USCC",
    "organisation": "ORGANIZATION_ID", "birth": "DATE_OF_BIRTH", "url-user": "URL_USER",
}  # fmt: skip
# What presidio's entities are called in ours; what fits nothing is an identity number.
KIND_OF = (
    ("EMAIL", "email"), ("PHONE", "phone"), ("CREDIT_CARD", "card"), ("IBAN", "iban"), ("BANK|ROUTING", "account"), ("IP_ADDRESS", "ip"), ("MAC_ADDR", "mac"),
    ("PERSON", "person"), ("ADDRESS|LOCATION|POSTCODE|POSTAL|PLZ", "address"), ("PASSPORT", "passport"), ("DRIVER|DRIVING|FUEHRERSCHEIN", "licence"),
    ("PLATE|KFZ|VEHICLE", "plate"), ("VAT|ABN|ACN|GSTIN|BRN|UEN|COMPANY|HANDELSREGISTER|ORGANI[SZ]ATION", "organisation"), ("KEY|TOKEN|SECRET|PASSWORD", "secret"),
)  # fmt: skip
NOT_PERSONAL = re.compile("^(?:URL|DATE_TIME|UUID|NRP|ORGANIZATION|MISC|LOCATION)$")
BOOST, FLOOR, THRESHOLD = 0.35, 0.4, 0.4
"""presidio's: a context word adds 0.35 and lifts to 0.4 at least; below that nothing is reported."""


class CurateRecognizer(EntityRecognizer):  # type: ignore[misc]
    """The rules of curate as one presidio recogniser; `codes` narrows it to some of them."""

    def __init__(self, codes: Sequence[str] = (), language: str = "en", engine: Engine | None = None) -> None:
        self.codes, self.engine = frozenset(codes), engine or default()
        kinds = [
            kind for kind, h in ((k, hit(k, 0, 0, Confidence.GUESS, 0)) for k in ENTITIES) if not codes or h.code in self.codes
        ]
        super().__init__(
            sorted({ENTITIES[kind] for kind in kinds}), name=f"curate {' '.join(codes) or 'PII'}", supported_language=language
        )

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None) -> list[RecognizerResult]:  # noqa: ARG002  # presidio's signature
        return [
            RecognizerResult(
                ENTITIES[h.kind],
                h.start,
                h.end,
                h.score,
                recognition_metadata={"recognizer_name": self.name, "recognizer_identifier": self.id},
            )
            for h in self.engine.find(text)
            if (not self.codes or h.code in self.codes) and (not entities or ENTITIES[h.kind] in entities)
        ]


def recognizers(language: str = "en", engine: Engine | None = None) -> list[CurateRecognizer]:
    """One presidio recogniser for each of our rules but names, which are presidio's own business."""
    return [CurateRecognizer((f"PII{i:03d}",), language, engine) for i in range(1, 16) if i != 7]


def analyzer(
    languages: Sequence[str] = ("en", "zh"), nlp_engine: NlpEngine | None = None, more: Sequence[EntityRecognizer] = ()
) -> AnalyzerEngine:
    """Presidio's engine with our recognisers. Without an `nlp_engine` none is loaded: AnalyzerEngine() alone would download one."""
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
    return [cls() for cls in found]


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
    return [classes()[name]()]


@cache
def classes() -> dict[str, type[EntityRecognizer]]:
    return {
        name: cls
        for name, cls in vars(predefined_recognizers).items()
        if isinstance(cls, type) and issubclass(cls, EntityRecognizer)
    }


class Bridge:
    """Recognisers of presidio that run on every text, with presidio's scores and context words."""

    def __init__(self, named: Sequence[str], countries: Sequence[str]) -> None:
        stay_offline()
        self.recognizers = [r for c in countries for r in by_country(c)] + [r for n in named for r in by_name(n)]

    def gate(self, texts: pa.Array) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.ones(len(texts), bool)

    def tag(self, texts: Sequence[str]) -> list[list[Hit]]:
        return [[h for r in self.recognizers for h in self.hits(r, text)] for text in texts]

    @staticmethod
    def hits(recognizer: EntityRecognizer, text: str) -> Iterator[Hit]:
        low = lower(text)
        for result in recognizer.analyze(text, recognizer.supported_entities, None) or ():
            if NOT_PERSONAL.match(result.entity_type):
                continue
            around = low[max(0, result.start - 60) : result.start]
            beside = any(re.search(rf"(?<![a-z]){re.escape(word.lower())}(?![a-z])", around) for word in recognizer.context)
            score = max(FLOOR, min(1.0, result.score + BOOST)) if beside else result.score
            if score >= THRESHOLD:
                proof = Confidence.PROVED if result.score >= 1 else Confidence.CUED if beside else Confidence.GUESS
                yield hit(kind_of(result.entity_type), result.start, result.end, proof, round(score, 2))


def kind_of(entity: str) -> str:
    return next((kind for pattern, kind in KIND_OF if re.search(pattern, entity)), "national-id")


def bridge_of(params: Mapping[str, Mapping[str, Any]]) -> Bridge | None:
    named = [n for values in params.values() for n in values.get("recognizers", ())]
    countries = [c for values in params.values() for c in values.get("countries", ())]
    return Bridge(named, countries) if named or countries else None


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
        yield [(r.start, r.end) for r in ner(model).analyze(text, ["PERSON"], None)]
