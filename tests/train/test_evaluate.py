"""A run judged: the sentence, the verdict and its reasons, the sections."""

from __future__ import annotations

import json

import numpy as np
import pytest

from curate.errors import UserError
from tests.train.made_run import MAKERS, make, probes, write
from train import details, forgetting, probing
from train.answers import Answer
from train.evaluate import Asked, evaluate
from train.lengths import length_control
from train.metrics import METRICS, own_digest
from train.parts import Figure
from train.probing import Probes
from train.report import forests
from train.sections import constant_answer, thirds

LOOK = Asked(measure=False)


@pytest.mark.parametrize("kind", MAKERS)
def test_every_kind_of_answers_gets_a_report(tmp_path, kind):
    run = make(tmp_path / "run", kind)
    probes(run)
    found = evaluate(run, LOOK)
    assert found.leading.metric == {"tickets": "fields", "labels": "exact_match", "chinese": "chrf"}[kind]
    assert found.sentence.startswith("Tuned beats base on ")
    assert (found.leading.n, found.leading.groups) == (60, 30)
    assert found.openings == 1
    assert found.drawn.wins + found.drawn.losses + found.drawn.ties == 60
    assert {s.arm for s in found.standings} >= {"base", "base-fewshot", "tuned", "constant answer", "copy of the prompt"}
    json.loads(found.model_dump_json())


def test_a_gain_without_harm_ships(tmp_path):
    run = make(tmp_path / "run", n=150)
    probes(run)
    outcome = evaluate(run, LOOK).outcome
    assert (outcome.verdict, {r.side for r in outcome.reasons}) == ("SHIP", {"for"})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "harm", "verdict", "code"),
    [
        ({"right": (0.5, 0.5, 0.5)}, {}, "NOT SHOWN", "primary_not_shown"),
        ({"right": (0.9, 0.3, 0.2)}, {}, "DON'T SHIP", "primary_worse"),
        ({"right": (0.1, 0.9, 0.9)}, {}, "NOT SHOWN", "few_shot_not_shown"),
        ({"right": (0.1, 0.95, 0.5)}, {}, "DON'T SHIP", "few_shot_worse"),
        ({"margin": 0.99}, {}, "NOT SHOWN", "primary_below_margin"),
        ({}, {"lost": 0.1}, "DON'T SHIP", "forgot"),
        ({}, {"lost": 0.02}, "DON'T SHIP", "forgot"),
        ({"forgetting_margin": 0.5}, {"lost": 0.1}, "SHIP", "forgetting_within"),
        ({}, {"shift": 0.5}, "DON'T SHIP", "bias_amplified"),
        ({"bias_margin": 1.0}, {"shift": 0.5}, "SHIP", "bias_within"),
    ],
)
def test_the_verdict_has_its_reason(tmp_path, settings, harm, verdict, code):
    run = make(tmp_path / "run", n=150, **settings)
    probes(run, **harm)
    outcome = evaluate(run, LOOK).outcome
    assert outcome.verdict == verdict
    assert code in [r.code for r in outcome.reasons]


def test_what_was_not_measured_does_not_pass(tmp_path):
    found = evaluate(make(tmp_path / "run", n=150), LOOK)
    assert found.outcome.verdict == "NOT SHOWN"
    assert {"forgetting_not_measured", "bias_not_measured"} <= {r.code for r in found.outcome.reasons}
    assert {"general", "pairs", "memory", "contamination", "cost"} <= found.not_measured.keys()


@pytest.mark.slow
def test_a_run_without_examples_says_so_unless_none_were_wanted(tmp_path):
    run = make(tmp_path / "run", n=150)
    probes(run)
    (run / "predictions" / "base-fewshot.jsonl").unlink()
    assert evaluate(run, LOOK).outcome.verdict == "NOT SHOWN"
    facts = json.loads((run / "run.json").read_text())
    facts["settings"]["few_shot"] = {"value": 0, "reason": "set by you"}
    (run / "run.json").write_text(json.dumps(facts))
    assert evaluate(run, LOOK).outcome.verdict == "SHIP"


def test_the_metric_named_before_training_decides(tmp_path):
    run = make(tmp_path / "run", primary_metric={"value": "exact_match", "reason": "set by you"}, plan_hash="abc")
    found = evaluate(run, LOOK)
    assert (found.primary.metric, found.primary.reason, found.primary.plan_hash) == ("exact_match", "set by you", "abc")
    assert found.leading.p_adjusted is None
    assert all(c.p_adjusted is not None and c.p_adjusted >= c.p_value for c in found.comparisons[1:])


def test_rows_in_another_order_say_the_same(tmp_path):
    run = make(tmp_path / "run")
    first = evaluate(run, LOOK)
    for arm in ("base", "tuned", "base-fewshot"):
        path = run / "predictions" / f"{arm}.jsonl"
        path.write_text("".join(reversed(path.read_text(encoding="utf-8").splitlines(keepends=True))), encoding="utf-8")
    assert evaluate(run, LOOK) == first


def test_recited_training_rows_are_counted_against_held_out_ones(tmp_path):
    run = make(tmp_path / "run")
    probes(run, recited=20)
    base, tuned = evaluate(run, LOOK).memory
    assert (base.train, tuned.train, tuned.held_out, tuned.longest) == (0, 20, 0, 80)
    assert tuned.interval[0] > 0


def test_slices_are_compared_and_adjusted(tmp_path):
    found = evaluate(make(tmp_path / "run", n=120), LOOK)
    wording = {s.value: s for s in found.slices if s.name == "wording"}
    assert (wording["seen"].n, wording["unseen"].n) == (40, 80)
    assert all(s.comparison.p_adjusted >= s.comparison.p_value for s in found.slices if s.comparison)


def test_look_alikes_of_test_rows_are_found_in_the_training_rows(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    rows = [dict(zip(("instruction", "output"), MAKERS["chinese"](i)[:2], strict=True), id=f"row-{i}") for i in range(60)]
    (data / "test.jsonl").write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    seen = [dict(r, id=f"t{i}") for i, r in enumerate(rows[:12])] + [
        {"instruction": "完全不同的问题", "output": "完全不同的回答", "id": "x"}
    ]
    (data / "train.jsonl").write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in seen), encoding="utf-8")
    run = make(tmp_path / "run", "chinese", data={"folder": str(data)})
    found = evaluate(run, LOOK).contamination
    assert found is not None
    assert found.leaky >= 12
    assert found.n == 60
    assert ("row-0", "t0") in found.examples
    assert found.on_leaky is not None
    (data / "train.jsonl").write_text(json.dumps(seen[-1]) + "\n", encoding="utf-8")
    clean = evaluate(run, LOOK).contamination
    assert (clean.leaky, clean.on_clean) == (0, None)


def test_groups_named_in_prompts_give_directional_amplification(tmp_path):
    found = evaluate(make(tmp_path / "run", "labels", n=120, right=(0.5, 0.5, 0.5)), LOOK).amplification
    assert found
    assert found[0].direction.startswith("group in the prompt")
    assert found[0].base_interval[0] <= found[0].base <= found[0].base_interval[1]


def test_a_metric_of_the_users_own_and_a_pattern_are_reported_but_do_not_decide(tmp_path):
    run = make(tmp_path / "run")
    mine = tmp_path / "mine.py"
    mine.write_text("def length(prediction, reference, row):\n    return len(prediction)\n")
    found = evaluate(run, Asked(measure=False, own_metric=f"{mine}:length", pattern=r"\{.*\}"))
    assert {"length", "pattern"} <= {c.metric for c in found.comparisons}
    assert found.leading.metric == "fields"


@pytest.mark.parametrize("damage", ["missing file", "missing row", "another reference", "not JSON", "repeated"])
def test_answers_that_do_not_pair_stop(tmp_path, damage):
    run = make(tmp_path / "run")
    path = run / "predictions" / "tuned.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    first = json.loads(lines[0])
    match damage:
        case "missing file":
            path.unlink()
        case "missing row":
            path.write_text("".join(lines[1:]), encoding="utf-8")
        case "another reference":
            path.write_text(json.dumps({**first, "reference": "x"}) + "\n" + "".join(lines[1:]), encoding="utf-8")
        case "not JSON":
            path.write_text("{\n" + "".join(lines), encoding="utf-8")
        case "repeated":
            path.write_text("".join([*lines, lines[0]]), encoding="utf-8")
    with pytest.raises(UserError):
        evaluate(run, LOOK)


def test_the_constant_answer_is_the_commonest_value_of_each_field():
    assert json.loads(constant_answer(['{"a": 1, "b": "x"}', '{"a": 1, "b": "y"}', '{"a": 2, "b": "y"}'])) == {"a": 1, "b": "y"}
    assert constant_answer(["yes", "no", "yes"]) == "yes"


def test_thirds_by_length_are_thirds():
    found = thirds(list(range(1, 31)))
    assert sorted({found.count(name) for name in found}) == [10]


def test_a_metric_of_the_users_own_can_decide_and_may_not_change_after_training(tmp_path):
    mine = tmp_path / "mine.py"
    mine.write_text("def has_brace(prediction, reference, row):\n    return int('}' in prediction)\n")
    address = f"{mine}:has_brace"
    named = {"value": address, "reason": "set by you", "sha256": own_digest(address)}
    run = make(tmp_path / "run", n=30, primary_metric=named)
    found = evaluate(run, LOOK)
    assert (found.leading.metric, found.primary.metric, found.primary.reason) == ("has_brace", "has_brace", "set by you")
    assert [p.file for p in forests(found, "en") if isinstance(p, Figure)][-1] == "forest-own.svg"
    mine.write_text("def has_brace(prediction, reference, row):\n    return 1\n")
    with pytest.raises(UserError, match="not the one named before training"):
        evaluate(run, LOOK)


def test_the_digest_of_the_plan_changes_with_what_was_decided(tmp_path):
    digests = set()
    for i, margin in enumerate((0.0, 0.05, 0.05)):
        settings = {"seed": {"value": 42, "reason": ""}, "margin": {"value": margin, "reason": ""}}
        digests.add(evaluate(make(tmp_path / f"run{i}", n=20, settings=settings), LOOK).primary.plan_hash)
    assert len(digests) == 2


@pytest.mark.slow
def test_length_control_is_the_regression_of_statsmodels(tmp_path):
    import statsmodels.api as sm

    rng = np.random.default_rng(3)
    rows = [
        {arm: "word " * int(rng.integers(1, 9)) for arm in ("base", "tuned")} | {"reference": "word " * int(rng.integers(1, 9))}
        for _ in range(60)
    ]
    base, tuned = (
        [Answer(i, "p", r["reference"], r[arm], group=f"g{i // 3}") for i, r in enumerate(rows)] for arm in ("base", "tuned")
    )
    metric = METRICS["rouge_l"]
    found = length_control(metric, base, tuned)
    change = np.log2([(len(t.prediction) + 1) / (len(b.prediction) + 1) for b, t in zip(base, tuned, strict=True)])
    d = np.array(metric.scores(tuned)) - np.array(metric.scores(base))
    codes = [i // 3 for i in range(60)]
    known = sm.OLS(d, sm.add_constant(change)).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    assert (found.at_equal_length, found.slope) == pytest.approx(tuple(known.params))
    assert found.interval == pytest.approx(tuple(known.conf_int()[0]))
    assert found.tuned_ratio == pytest.approx(np.mean([(len(a.prediction) + 1) / (len(a.reference) + 1) for a in tuned]))


def test_an_answer_of_the_same_length_everywhere_needs_no_length_control():
    rows = [Answer(i, "p", "abc", "xyz") for i in range(20)]
    assert length_control(METRICS["rouge_l"], rows, rows) is None


@pytest.mark.slow
def test_confidence_is_held_against_the_share_of_right_answers(tmp_path):
    run = make(tmp_path / "run", "labels", n=60)
    for arm in ("base", "base-fewshot", "tuned"):
        path = run / "predictions" / f"{arm}.jsonl"
        rows = [json.loads(line) | {"confidence": 0.75} for line in path.read_text(encoding="utf-8").splitlines()]
        write(path, rows)
    judged = evaluate(run, LOOK)
    found = {c.arm: c for c in judged.calibration}
    assert found.keys() == {"base", "base-fewshot", "tuned"}
    right = next(s.value for s in judged.standings if (s.arm, s.metric) == ("tuned", "exact_match_normalised"))
    assert found["tuned"].brier == pytest.approx(right * 0.0625 + (1 - right) * 0.5625)
    assert "reliability.svg" in [part.file for part in details.calibration(judged, "zh") if isinstance(part, Figure)]


def test_general_texts_that_were_trained_on_do_not_count_as_kept(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    probe = forgetting.shipped()[0]
    seen = {"id": "t1", "instruction": "Tell me.", "output": f"Well. {probe.text} So it is, and much more could be said of it."}
    for split, row in (("test", {"id": "x", "instruction": "a", "output": "b"}), ("train", seen)):
        (data / f"{split}.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    settings = {"data": {"folder": str(data)}}
    found = probing.seen(settings, {})
    assert found == {(probe.set, probe.kind, probe.id): "t1"}
    run = make(tmp_path / "run")
    probes(run)
    everything = [p.effect.n for p in Probes.read(run, {}, 0).forgetting]
    left = Probes.read(run, {}, 0, {("general en", "passage", "3")}).forgetting
    assert sum(everything) - sum(p.effect.n for p in left) == 1


@pytest.mark.slow
def test_the_gate_is_the_exit_code(run, tmp_path):
    folder = make(tmp_path / "run", n=150)
    probes(folder)
    assert run("train", "eval", folder, "--gate", "--no-measure").returncode == 0
    probes(folder, lost=0.2)
    done = run("train", "eval", folder, "--gate", "--no-measure")
    assert done.returncode == 1
    assert "DON'T SHIP" in done.stdout
    assert run("train", "eval", folder, "--no-measure").returncode == 0
    found = json.loads(run("train", "eval", folder, "--no-measure", "--format", "json").stdout)
    assert found["outcome"]["verdict"] == "DON'T SHIP"
    assert found["openings"] == 5, "each look is on record, this one too"
    assert run("train", "eval", tmp_path / "nothing").returncode == 2
    assert run("train", "eval", tmp_path).returncode == 2
