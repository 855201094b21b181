"""The sample corpora are what the generator writes, hold what is said of them, and `curate audit` finds it there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
sys.path.insert(0, str(SAMPLES))

from making.alike import canonical, content, content_likeness, jaccard, question, shingles  # noqa: E402 (the path comes first)

PLANTED = ["tickets", "customer_service_zh"]
AGAINST = {"tickets": ["--against", "benchmark=samples/tickets_benchmark.jsonl"]}


def listed(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLES / name).read_text(encoding="utf-8").splitlines()]


def raw_lines(name: str) -> list[str]:
    return (SAMPLES / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]


def parsed(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def text_at(row: dict[str, Any], field: str) -> Any:
    here: Any = row
    for step in re.findall(r"\w+", field):
        here = here[int(step)] if isinstance(here, list) else here[step]
    return here


def clean_rows(name: str) -> dict[int, dict[str, Any]]:
    """Rows by line, without those that anything is planted in or that a planted row repeats."""
    touched = {entry.get(key) for entry in listed(f"{name}.expected.jsonl") for key in ("line", "partner")}
    touched |= {entry[key] for entry in listed(f"{name}.near_misses.jsonl") for key in ("line", "partner")}
    return {n: json.loads(line) for n, line in enumerate(raw_lines(name), 1) if n not in touched}


# ---- the generator ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_generator_writes_the_very_bytes_that_are_kept():
    done = subprocess.run(
        [sys.executable, "samples/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_samples_are_small_and_utf8_with_line_feeds():
    files = [p for p in SAMPLES.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    assert sum(p.stat().st_size for p in files) < 1_500_000
    for path in files:
        assert b"\r" not in path.read_bytes()
        assert path.read_bytes().decode("utf-8").endswith("\n")


def test_every_label_of_a_ticket_has_at_least_25_wordings_and_some_occur_once():
    wordings: dict[str, Counter[str]] = defaultdict(Counter)
    for row in clean_rows("tickets").values():
        for wording in row["wording"].split():
            wordings[wording.split(".")[0]][wording] += 1
    assert len(wordings) == 12
    for label, used in wordings.items():
        assert len(used) >= 25, label
        assert sum(count == 1 for count in used.values()) >= 8, label


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_clean_rows_are_no_near_duplicates_of_each_other(name):
    rows = list(clean_rows(name).values())
    whole = [shingles(canonical(content(row))) for row in rows]
    asked = [shingles(canonical(question(row))) for row in rows]
    for sets in (whole, asked):
        assert max(jaccard(a, b) for i, a in enumerate(sets) for b in sets[:i]) < 0.8


# ---- what is planted, checked without curate --------------------------------------------------------------------------------


def luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0


def iban(text: str) -> bool:
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def identity(text: str) -> bool:
    weights = [2 ** (17 - i) % 11 for i in range(17)]
    return "10X98765432"[sum(int(d) * w for d, w in zip(text, weights, strict=False)) % 11] == text[17]


CHECKED = {
    "PII001": (r"[\w.+]+@[\w.]+\.\w+", None),
    "PII002": (r"\+?\(?\d[\d ()-]{8,}\d", None),
    "PII003": (r"(?:\d ?){15,19}", luhn),
    "PII004": (r"\d{3}-\d\d-\d{4}|\d{6} ?\d{8} ?\d{3}[\dX]", lambda t: len(t) == 11 or identity(t)),
    "PII005": (r"[A-Z]{2}\d\d(?: ?[0-9A-Z]{2,4}){4,8}", iban),
    "PII006": (r"\d+\.\d+\.\d+\.\d+|(?:[0-9A-F]{2}:){5}[0-9A-F]{2}", None),
    "PII007": (r"My name is|姓名", None),
    "PII008": (r"\d+ (?:\w+ ){2,3}Road|[市区]\w+路\d+号", None),
    "PII010": (r"passport number is [A-Z]\d{8}|护照[A-Z]\d{8}", None),
    "PII013": (r"\d\d-\d{7}|91\d{6}[0-9A-Z]{10}", None),
    "PII014": (r"\d\d? [A-Z][a-z]+ \d{4}|\d{4}年\d+月\d+日", None),
    "PII015": (r"https://\w+:\w+@\w", None),
    "PII009": (r"ghp_\w{36}|sk-proj-\w{20,}|password: \S+|密码：\S+", None),
    "PII011": (r"[京粤][A-Z]·?[A-Z0-9]{5,6}", None),
    "PII012": (r"微信号\w+|QQ：\d+", None),
    "QUA002": (r"AI language model|人工智能语言模型|can't help|无法回答", None),
    "QUA003": (r"(.{2,60}?)\1{6,}", None),
    "QUA006": (r"\{\w+\}|\[Customer Name\]|\[此处|### Response", None),
    "QUA007": (r"</\w+>", None),
    "SCH008": (r"[\x00-\x08\x0b\ufffd]", None),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_values_stand_where_it_is_said_and_pass_their_checks(name):
    lines = raw_lines(name)
    for entry in listed(f"{name}.expected.jsonl"):
        if entry["code"] not in CHECKED:
            continue
        pattern, check = CHECKED[entry["code"]]
        row = parsed(lines[entry["line"] - 1])
        assert row is not None
        text = canonical_width(text_at(row, entry["field"]))
        found = re.search(pattern, text)
        assert found, entry
        if check:
            bare = re.sub(r"\s", "", found[0])
            assert check(bare if entry["code"] != "PII004" or "-" not in bare else found[0]), entry


def canonical_width(text: str) -> str:
    return text.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，：；？！（）"})


@pytest.mark.parametrize("name", PLANTED)
def test_broken_rows_are_broken_in_the_way_that_is_said(name):
    lines = raw_lines(name)
    for entry in listed(f"{name}.expected.jsonl"):
        line = lines[entry["line"] - 1]
        row = parsed(line)
        match entry["code"]:
            case "SCH001":
                with pytest.raises(ValueError, match=r"line 1"):
                    json.loads(line)
            case "SCH010":
                assert not isinstance(json.loads(line), dict)
            case "SCH003":
                assert row is not None
                assert "output" not in row
                assert "messages" not in row
            case "SCH004":
                assert not isinstance(text_at(row, entry["field"]), list if entry["field"] == "messages" else str)
            case "SCH005" | "SCH006" if "field" in entry:
                assert not text_at(row, entry["field"]).strip()
            case "SCH009":
                assert len(re.findall(r'"(output|channel)": ', line)) == 2
            case "SCH011":
                assert sum(json.dumps(row["id"], ensure_ascii=False) in other for other in lines) == 2


@pytest.mark.parametrize("name", PLANTED)
def test_planted_pairs_are_as_alike_as_it_is_said(name):
    lines = raw_lines(name)
    pairs = [e for e in listed(f"{name}.expected.jsonl") if e["code"] in ("DUP001", "DUP002", "LAB001")]
    assert {e["code"] for e in pairs} == {"DUP001", "DUP002", "LAB001"}
    for entry in [*pairs, *listed(f"{name}.near_misses.jsonl")]:
        row, partner = json.loads(lines[entry["line"] - 1]), json.loads(lines[entry["partner"] - 1])
        likeness = content_likeness(row, partner)
        match entry.get("code"):
            case "DUP001":
                assert likeness == 1
                assert canonical(content(row)) == canonical(content(partner))
            case "DUP002":
                assert 0.8 <= likeness < 1
                assert likeness == pytest.approx(entry["similarity"], abs=1e-4)
            case "LAB001":
                assert canonical(question(row)) == canonical(question(partner))
                assert content(row)[-1] != content(partner)[-1]
            case None:
                assert 0.6 < likeness < 0.8


def test_every_kind_of_personal_data_is_planted_in_both_languages():
    for name in PLANTED:
        planted = {entry["code"] for entry in listed(f"{name}.expected.jsonl") if entry["code"].startswith("PII")}
        # An American ticket has no Chinese plate.
        assert {f"PII{n:03d}" for n in range(1, 16)} - planted <= {"PII011", "PII012"}, name


@pytest.mark.slow
def test_four_benchmark_rows_have_leaked_and_the_others_have_not():
    rows = [json.loads(line) for line in raw_lines("tickets") if parsed(line) and isinstance(parsed(line).get("input"), str)]
    rows = [row for row in rows if isinstance(row.get("output"), str)]
    best = [max(content_likeness(item, row) for row in rows) for item in listed("tickets_benchmark.jsonl")]
    assert sum(score >= 0.8 for score in best) == 4
    assert sorted(best)[7] < 0.5
    assert sum(e["code"] == "LEAK005" for e in listed("tickets.expected.jsonl")) == 4


def test_jobs_are_tied_to_gender_in_one_sample_and_to_nobody_in_the_other():
    tied: dict[str, Counter[bool]] = defaultdict(Counter)
    ties = {e["role"]: e["group"] for e in listed("hiring_bias.expected.jsonl") if e["code"] == "BIAS002"}
    for row in listed("hiring_bias.jsonl"):
        for job in ties:
            if re.search(rf"\b{job}\b", row["completion"]):
                tied[job][bool(re.search(r"\b(she|her)\b", row["completion"], re.IGNORECASE)) == (ties[job] == "female")] += 1
    assert len(ties) == 10
    assert all(counts[True] >= 10 * counts[False] / 2 and counts[True] >= 12 for counts in tied.values())
    control = listed("balanced_control.jsonl")
    assert len(control) >= 500
    counts = Counter(job for row in control for job in ("nurse", "engineer", "teacher", "lawyer") if job in row["completion"])
    assert max(counts.values()) - min(counts.values()) <= 1


# ---- what curate finds ------------------------------------------------------------------------------------------------------


def audited(name: str, *options: str) -> list[dict[str, Any]]:
    command = [str(Path(sys.executable).with_name("curate")), "audit", f"samples/{name}.jsonl", "--format", "jsonl"]
    done = subprocess.run([*command, "--fail-on", "never", *options], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def findings():
    return {name: audited(name, *AGAINST.get(name, [])) for name in PLANTED}


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_every_planted_fault_is_found_on_its_line(name, findings):
    found = {(f["code"], f["line"]) for f in findings[name]}
    table: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    missed = []
    for entry in listed(f"{name}.expected.jsonl"):
        hit = any((entry["code"], entry.get(key)) in found for key in ("line", "partner"))
        table[entry["code"]][0] += hit
        table[entry["code"]][1] += 1
        if not hit:
            missed.append(entry)
    for code, (hits, planted) in sorted(table.items()):
        print(f"{code}  {hits}/{planted}")
    assert not missed


@pytest.mark.parametrize("name", PLANTED)
def test_a_finding_names_the_field_that_holds_the_fault(name, findings):
    fields = defaultdict(set)
    for finding in findings[name]:
        fields[finding["code"], finding["line"]].add(finding["field"])
    for entry in listed(f"{name}.expected.jsonl"):
        if "field" in entry and entry["code"][:3] in ("PII", "QUA"):
            assert entry["field"] in fields[entry["code"], entry["line"]], entry


@pytest.mark.parametrize("name", PLANTED)
def test_near_misses_are_not_taken_for_duplicates(name, findings):
    flagged = {(f["line"], other["line"]) for f in findings[name] if f["code"].startswith("DUP") for other in f["related"]}
    for pair in listed(f"{name}.near_misses.jsonl"):
        assert (pair["line"], pair["partner"]) not in flagged
        assert (pair["partner"], pair["line"]) not in flagged


@pytest.mark.parametrize("name", PLANTED)
def test_clean_rows_have_no_finding_of_level_error_or_warning(name, findings):
    clean = clean_rows(name)
    assert not [f for f in findings[name] if f["line"] in clean and f["severity"] != "info"]


@pytest.mark.slow
def test_planted_bias_is_found_and_the_control_has_none():
    findings = [f for f in audited("hiring_bias", "--select", "BIAS") if f["severity"] != "info"]
    lines = {(f["code"], f["line"]) for f in findings}
    for entry in listed("hiring_bias.expected.jsonl"):
        if entry["line"]:
            assert any((entry["code"], entry.get(key)) in lines for key in ("line", "partner")), entry
        else:
            assert any(entry["group"] in f["message"] and entry["role"] in f["message"] for f in findings if f["line"] is None), (
                entry
            )
    assert not audited("balanced_control", "--select", "BIAS")
