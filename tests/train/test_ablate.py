"""An ablation: fair arms, a plan that stays, runs taken up again, and a table that says what it knows."""

from __future__ import annotations

import dataclasses
import json
import random
import subprocess
from pathlib import Path

import pytest

from curate.errors import UserError
from tests.conftest import BIN
from tests.train.made_run import write
from train import ablate, arms, payoff
from train.answers import Answer
from train.contamination import Texts, jaccard, look_alikes, shingles
from train.metrics import named
from train.rows import row_of

ADJECTIVES = ["old", "red", "slow", "tiny", "loud", "cheap", "green", "broken", "heavy", "quiet", "late", "rare"]
NOUNS = ["bridge", "lamp", "train", "garden", "clock", "boat", "letter", "kettle", "window", "violin", "ladder", "market"]


def question(i: int) -> dict[str, str]:
    rng = random.Random(i)
    words = [f"{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}" for _ in range(6)]
    return {
        "id": f"q{i}",
        "instruction": f"Tell me about the {', the '.join(words)} number {i}.",
        "output": f"The {words[0]} is number {i * 37 % 101}.",
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`raw.jsonl`, rows with repeats and empty answers, and `built`, what the installed command made of them."""
    folder = tmp_path_factory.mktemp("ablate")
    rows = [question(i) for i in range(120)]
    rows += [{**row, "id": f"again-{row['id']}"} for row in rows[::4]]
    rows += [{"id": f"empty-{i}", "instruction": f"Question {i} without an answer", "output": ""} for i in range(5)]
    write(folder / "raw.jsonl", rows)
    command = [BIN / "curate", "build", "raw.jsonl", "-o", "built", "--split", "0.7/0.1/0.2", "--max-drop", "0.5"]
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False)
    assert (folder / "built" / "manifest.json").is_file(), done.stderr
    return folder


@pytest.fixture(scope="module")
def built(place: Path) -> Path:
    return place / "built"


@pytest.fixture(scope="module")
def raw(place: Path) -> list[arms.Row]:
    return arms.raw_rows(place / "built", [place / "raw.jsonl"])


@pytest.fixture(scope="module")
def open_rows(raw: list[arms.Row]) -> list[arms.Row]:
    return arms.outside(raw)


def texts(lines: list[bytes]) -> list[str]:
    return [json.loads(line)["instruction"] for line in lines]


def curated_of(place: Path) -> list[bytes]:
    return (place / "built" / "train.jsonl").read_bytes().splitlines()


@pytest.fixture(scope="module")
def curated(place: Path) -> list[bytes]:
    return curated_of(place)


@pytest.mark.slow
def test_no_arm_has_a_test_row_or_one_like_it(built, curated, raw, open_rows):
    assert len(raw) == 150, "rows without an answer cannot be trained on"
    test = {
        json.loads(line)["instruction"]
        for name in ("test", "validation")
        for line in (built / f"{name}.jsonl").read_text().splitlines()
    }
    for arm in ("curated", "raw", "random", "longest"):
        assert not test & set(texts(arms.arm_rows(arm, curated, open_rows, 1))), arm


def test_controls_have_the_size_of_the_curated_arm(curated, open_rows):
    sizes = {arm: len(arms.arm_rows(arm, curated, open_rows, 1)) for arm in ("curated", "raw", "random", "longest")}
    assert sizes["random"] == sizes["longest"] == sizes["curated"] < sizes["raw"]
    assert arms.arm_rows("random", curated, open_rows, 1) != arms.arm_rows("random", curated, open_rows, 2)
    assert arms.arm_rows("random", curated, open_rows, 1) == arms.arm_rows("random", curated, open_rows, 1)


@pytest.mark.slow
def test_long_rows_are_left_out_of_every_arm_and_of_the_test(place, tmp_path, tiny):
    wish = ablate.Wish(model=str(tiny), max_length=1024, test_rows=5, validation_rows=3)
    whole = ablate.arms_on_disk(place / "built", tmp_path / "all", wish, [place / "raw.jsonl"])
    assert (whole["rows"]["test"], whole["rows"]["validation"]) == (5, 3)
    fits = arms.fitting(str(tiny), 1024)
    lengths = sorted(sum(map(len, arms.encoder(str(tiny)).samples(row_of(line, "", 1)))) for line in curated_of(place))
    shorter = dataclasses.replace(wish, max_length=lengths[len(lengths) // 2])
    cut = ablate.arms_on_disk(place / "built", tmp_path / "short", shorter, [place / "raw.jsonl"])
    assert cut["rows"]["curated"] < whole["rows"]["curated"]
    assert cut["rows"]["raw"] < whole["rows"]["raw"]
    assert not fits(b'{"instruction": "a question", "output": ""}'), "nothing to learn from"
    with pytest.raises(UserError, match="at most 2 tokens"):
        ablate.arms_on_disk(place / "built", tmp_path / "none", dataclasses.replace(wish, max_length=2), [place / "raw.jsonl"])


def test_a_random_split_of_raw_rows_leaks_and_is_a_partition(raw):
    parts = arms.random_split(raw, (10, 30), 1)
    assert sorted(line for part in parts.values() for line in part) == sorted(row.line for row in raw)
    assert set(texts(parts["train"])) & set(texts(parts["test"]))


def test_other_raw_files_than_those_curated_stop(place, built, tmp_path, monkeypatch):
    monkeypatch.chdir(place)
    assert arms.raw_rows(built)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raw.jsonl").write_text('{"instruction": "a", "output": "b"}\n')
    with pytest.raises(UserError, match="another one"):
        arms.raw_rows(built)
    with pytest.raises(UserError, match="another one"):
        arms.raw_rows(built, [tmp_path / "raw.jsonl"])


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"seeds": (1, 2)}, "three seeds"),
        ({"seeds": (1, 1, 1)}, "three seeds"),
        ({"arms": ("raw", "random")}, "curated"),
        ({"arms": ("curated", "best")}, "best"),
        ({"metric": "glory"}, "glory"),
        ({"metric": "label_f1"}, "no score per row"),
    ],
)
def test_an_unfair_wish_is_refused(tmp_path, wish, says):
    with pytest.raises(UserError, match=says):
        ablate.ablate(tmp_path, tmp_path / "out", ablate.Wish(**wish))


def test_look_alikes_are_found_by_the_contracts_definition():
    one = Texts("", "Translate:", "the cat sat on the mat this morning", "die Katze")
    same_template = Texts("", "Translate:", "seven ships sailed over the sea", "sieben Schiffe")
    near = Texts("", "Translate:", "the cat sat on the mat this morning!", "die Katze")
    other_answer = Texts("", "Translate:", "the cat sat on the mat this morning", "le chat")
    assert set(look_alikes([one], [same_template, near, other_answer])) == {(0, 1), (0, 2)}
    assert shingles("我爱北京") == {"我爱北", "爱北京"}
    assert shingles("ab") == {"ab"}
    assert jaccard(frozenset("abc"), frozenset("bcd")) == 0.5


# ---- the table --------------------------------------------------------------------------------------------------------------


def said(shares: dict[str, list[float]], n: int = 60, seed: int = 0) -> dict[tuple[str, int], list[Answer]]:
    rng = random.Random(seed)
    hard = [rng.random() for _ in range(n)]
    return {
        (arm, k): [Answer(i, "?", "yes", "yes" if hard[i] + rng.gauss(0, 0.05) < share else "no") for i in range(n)]
        for arm, each in shares.items()
        for k, share in enumerate(each, 1)
    }


def test_the_interval_counts_rows_and_seeds():
    metric = named("exact_match")
    steady = payoff.versus(metric, said({"curated": [0.7, 0.7, 0.7], "raw": [0.4, 0.4, 0.4]}), "raw", (1, 2, 3))
    shaky = payoff.versus(metric, said({"curated": [0.9, 0.7, 0.5], "raw": [0.1, 0.4, 0.7]}), "raw", (1, 2, 3))
    assert steady.verdict == "better"
    assert shaky.verdict == "not_shown", "three seeds that disagree show nothing"
    assert shaky.interval[1] - shaky.interval[0] > 2 * (steady.interval[1] - steady.interval[0])
    assert steady.difference == pytest.approx(sum(steady.per_seed) / 3)


def test_the_same_answers_show_no_difference():
    answers = said({"curated": [0.5, 0.6, 0.4]})
    same = {("raw", k): v for (_, k), v in answers.items()}
    assert payoff.versus(named("exact_match"), {**answers, **same}, "raw", (1, 2, 3)).verdict == "not_shown"


@pytest.mark.slow
def test_an_ablation_runs_resumes_and_keeps_its_plan(place, tmp_path, tiny, run):
    out = tmp_path / "out"
    command = ["train", "ablate", place / "built", "-o", out, "--raw", place / "raw.jsonl"]
    command += ["--model", tiny, "--tokens", 1500, "--arms", "curated,raw", "--metric", "bits_per_byte"]
    # Tiny matrices gain nothing from threads and lose much beside other work.
    alone = {"OMP_NUM_THREADS": "1"}
    done = run(*command, env=alone)
    assert done.returncode == 0, done.stderr
    assert "Did curation pay? bits per byte" in done.stdout
    found = json.loads((out / "ablation.json").read_text())
    assert {v["arm"] for v in found["versus"]} == {"raw"}
    assert len(found["claim"]["claimed"]) == 3
    assert found["plan"] == json.loads((out / "plan.json").read_text())["digest"]
    runs = sorted((out / "runs").iterdir())
    precisions = {json.loads((made / "run.json").read_text())["evaluation_precision"]["value"] for made in runs}
    assert precisions == {"fp32"}, "no arm is measured in another precision"
    assert not list(out.rglob("report.*")), "a report for each run would only cost time"
    table = (out / "ablation.md").read_text()
    (out / "ablation.md").unlink()
    again = run(*command, env=alone)
    assert again.stderr.count("done before") == 9
    assert (out / "ablation.md").read_text() == table
    other = run(*command[:-1], "chrf")
    assert other.returncode == 2
    assert "fixed before the runs" in other.stderr
