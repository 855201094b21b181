"""`train compare` by its command line: exit codes, keys, sentences; two tests start the installed command."""

from __future__ import annotations

import json

import pytest

KEYS = ["n", "groups", "base", "tuned", "difference", "ci_low", "ci_high", "p_value", "method", "mde", "verdict"]


def scores(path, values, groups=None, start=0):
    rows = [{"id": str(start + i), "score": v} | ({"group": groups[i]} if groups else {}) for i, v in enumerate(values)]
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


def compared(run, *args):
    done = run("train", "compare", *args, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_the_keys_are_those_of_the_contract(run, tmp_path):
    a, b = scores(tmp_path / "a", [0, 1, 0, 1] * 10), scores(tmp_path / "b", [1, 1, 0, 1] * 10)
    found = compared(run, a, b, "--metric", "exact_match")
    assert list(found) == KEYS
    assert (found["n"], found["groups"], found["difference"], found["verdict"]) == (40, 40, 0.25, "better")


def test_rows_pair_by_id_in_any_order(here, tmp_path):
    a, b = scores(tmp_path / "a", [0, 1, 0, 1, 1, 0] * 5), scores(tmp_path / "b", [1, 1, 0, 0, 1, 1] * 5)
    turned = tmp_path / "turned"
    turned.write_text("".join(reversed(b.read_text().splitlines(keepends=True))))
    assert compared(here, a, b) == compared(here, a, turned)


def test_groups_count_once(here, tmp_path):
    values = [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]
    groups = ["x"] * 4 + ["y"] * 4 + ["z"] * 4
    found = compared(here, scores(tmp_path / "a", values, groups), scores(tmp_path / "b", [1] * 12))
    assert (found["n"], found["groups"]) == (12, 3)
    assert "CR1" in found["method"]


@pytest.mark.parametrize("name", ["nll", "bits_per_byte", "loss"])
def test_a_lower_loss_is_better(here, tmp_path, name):
    a = scores(tmp_path / "a", [2.0 + i / 50 for i in range(40)])
    b = scores(tmp_path / "b", [1.0 + i / 40 for i in range(40)])
    found = compared(here, a, b, "--metric", name)
    assert (found["verdict"], found["difference"] < 0) == ("better", True)
    assert compared(here, a, b, "--metric", "points")["verdict"] == "worse"
    assert compared(here, a, b, "--metric", "mine", "--lower-is-better")["verdict"] == "better"


def test_the_sentence_comes_first(here, tmp_path):
    a, b = scores(tmp_path / "a", [0, 0, 1, 1] * 25), scores(tmp_path / "b", [1, 0, 1, 1] * 25)
    out = here("train", "compare", a, b, "--metric", "exact_match").stdout
    first = out.splitlines()[0]
    assert first.startswith("Tuned beats base on exact match: +25.0 points (95 % CI +")
    assert "n=100 rows; McNemar mid-p < .001). Smallest gain this test could reliably see: " in first
    assert "\x1b" not in out
    assert here("train", "compare", a, a).stdout.startswith("No difference shown on score: 0.0 points (95 % CI -")
    assert "：基础模型 75.0 %，微调后 50.0 %，差 -25.0 " in here("train", "compare", b, a, "--lang", "zh").stdout
    assert here("train", "compare", b, a).stdout.startswith("Tuned is worse than base on score: -25.0 points")


@pytest.mark.slow
def test_it_writes_where_it_is_told(run, tmp_path):
    a = scores(tmp_path / "a", [0, 1])
    done = run("train", "compare", a, a, "--format", "json", "-o", tmp_path / "out.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert list(json.loads((tmp_path / "out.json").read_text())) == KEYS


BAD_ROWS = {
    "repeated": ('{"id":"1","score":1}\n{"id":"1","score":0}\n', "second time"),
    "missing": ('{"id":"1","score":1}\n', "not in"),
    "another type": ('{"id":1,"score":1}\n{"id":2,"score":0}\n', "not in"),
    "no score": ('{"id":"1"}\n{"id":"2","score":0}\n', "lacks"),
    "not a number": ('{"id":"1","score":"good"}\n{"id":"2","score":0}\n', "not a finite number"),
    "NaN": ('{"id":"1","score":NaN}\n{"id":"2","score":0}\n', "not a finite number"),
    "huge": ('{"id":"1","score":1' + "0" * 400 + '}\n{"id":"2","score":0}\n', "not a finite number"),
    "beyond squares": ('{"id":"1","score":1e308}\n{"id":"2","score":0}\n', "too large"),
    "not JSON": ("{id: 1}\n", "not JSON"),
    "a list": ("[1, 2]\n", "lacks"),
    "empty": ("", "no scores"),
    "a group that differs": ('{"id":"1","score":1,"group":"x"}\n{"id":"2","score":0,"group":"y"}\n', "in group"),
}


@pytest.mark.parametrize(("text", "says"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_what_does_not_pair_stops_with_a_sentence(here, tmp_path, text, says):
    good = tmp_path / "good.jsonl"
    good.write_text('{"id":"1","score":1,"group":"z"}\n{"id":"2","score":0,"group":"z"}\n')
    bad = tmp_path / "bad.jsonl"
    bad.write_text(text)
    for pair in ((good, bad), (bad, good)):
        done = here("train", "compare", *pair, "--metric", "m", "--format", "json")
        assert (done.returncode, done.stdout) == (2, "")
        assert says in done.stderr
        assert "Traceback" not in done.stderr


def test_a_folder_and_a_file_do_not_mix(here, tmp_path):
    a = scores(tmp_path / "a", [0, 1])
    (tmp_path / "run").mkdir()
    assert here("train", "compare", a, tmp_path / "run").returncode == 2
    assert here("train", "compare", tmp_path / "run", tmp_path / "run").returncode == 2
    assert here("train", "compare", a, tmp_path / "nothing").returncode == 2


def test_two_runs_compare_by_their_answers(here, tmp_path):
    for name, right in (("one", 10), ("two", 25)):
        folder = tmp_path / name / "predictions"
        folder.mkdir(parents=True)
        rows = [
            {
                "id": i,
                "prompt": "?",
                "reference": "yes" if i % 2 else "no",
                "prediction": ("yes" if i % 2 else "no") if i < right else "?",
            }
            for i in range(40)
        ]
        (folder / "tuned.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
        (tmp_path / name / "run.json").write_text('{"primary_metric": {"value": "exact_match", "reason": "said so"}}')
    found = compared(here, tmp_path / "one", tmp_path / "two")
    assert (found["base"], found["tuned"], found["verdict"]) == (0.25, 0.625, "better")


@pytest.mark.slow
def test_comparing_needs_no_torch(tmp_path):
    import subprocess
    import sys

    a = scores(tmp_path / "a", [0, 1] * 10)
    code = (
        "import sys; from train.commands.compare import command; "
        f"command([{str(a)!r}, {str(a)!r}], standalone_mode=False); "
        "assert not {'torch', 'transformers', 'peft', 'sacrebleu'} & sys.modules.keys(), 'imported'"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
