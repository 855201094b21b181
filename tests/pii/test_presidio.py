"""Presidio, in both directions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from curate.errors import UserError

if TYPE_CHECKING:
    from curate.pii.presidio import Bridge

pytestmark = pytest.mark.slow  # importing presidio takes seconds


def test_curate_does_not_import_presidio_unless_asked() -> None:
    heavy = "('presidio_analyzer', 'spacy', 'jieba', 'torch')"
    code = (
        f"import sys, curate.pii, curate.stages.pii; curate.pii.find('a@b.se'); print([m for m in {heavy} if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_our_rules_are_presidio_recognisers_in_both_languages() -> None:
    from curate.pii.presidio import analyzer

    engine = analyzer()
    assert [(r.entity_type, r.start, r.end) for r in engine.analyze("邮箱chen88@163.com请查收", "zh")] == [
        ("EMAIL_ADDRESS", 2, 16)
    ]
    found = engine.analyze("Mail maria.l@brevlador.se or call (415) 867-2291", "en", entities=["PHONE_NUMBER"])
    assert [(r.entity_type, r.score) for r in found] == [("PHONE_NUMBER", 0.9)]


def bridge(**params: list[str]) -> Bridge:
    from curate.pii.presidio import bridge_of

    made = bridge_of({"PII004": params})
    assert made is not None
    return made


def test_a_country_and_a_name_switch_presidios_recognisers_on() -> None:
    (hits,) = bridge(recognizers=["NhsRecognizer"], countries=["de"]).tag(["NHS number 943 476 5919"])
    assert [h.kind for h in hits] == ["national-id"]
    with pytest.raises(UserError):
        bridge(countries=["xx"])
    with pytest.raises(UserError):
        bridge(recognizers=["NoSuchRecognizer"])


def test_a_users_own_recogniser_runs_beside_our_rules(tmp_path: Path) -> None:
    path = tmp_path / "staff.yaml"
    path.write_text(
        "recognizers:\n  - name: Staff\n    supported_language: en\n    supported_entity: STAFF_ID\n"
        "    patterns:\n      - name: staff\n        regex: 'ST-[0-9]{5}'\n        score: 0.3\n    context: [staff]\n"
    )
    near, far = bridge(recognizers=[str(path)]).tag(["staff number ST-48213", "ST-48213"])
    assert [(h.kind, h.confidence.value) for h in near] == [("national-id", "cued")]
    assert far == []  # below presidio's floor without its context word
