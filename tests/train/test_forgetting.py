"""Forgetting, recital and bias pairs: what texts cost a model, checked on a tiny random one."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch

from curate.errors import UserError
from tests.train.made_run import make
from train import amplification, attention, canaries, forgetting, generate, likelihood, measuring, memory
from train.encoding import Encoder, Sample
from train.likelihood import Item, encoded, prompted, score, score_answers, score_texts
from train.models import load_model, load_tokenizer
from train.predict import Costs
from train.probing import Probes
from train.rows import row_of
from train.statistics import Margin


@pytest.fixture(scope="module")
def model(tiny):
    return load_model(tiny, torch.float32)


@pytest.fixture(scope="module")
def tokenizer(tiny):
    return load_tokenizer(tiny)


TEXTS = ["the capital of the country", "x", "潮水每天涨落两次。", "what is the answer here? " * 6, ""]


def cost(model, context, target):
    """The textbook's sum, one token at a time."""
    total, ids = 0.0, list(context)
    with torch.no_grad():
        for token in target:
            logits = model(torch.tensor([ids])).logits[0, -1].double()
            total -= float(torch.log_softmax(logits, -1)[token])
            ids.append(token)
    return total


def test_the_cost_of_a_text_is_the_sum_of_its_tokens(model, tokenizer):
    for text, found in zip(TEXTS, score_texts(model, tokenizer, TEXTS), strict=True):
        target = encoded(tokenizer, text)
        assert found.nll == pytest.approx(cost(model, (tokenizer.bos_token_id,), target), abs=1e-3)
        assert found.tokens == len(target)


def test_an_answer_costs_nothing_for_its_prompt(model, tokenizer):
    (found,) = score_answers(model, tokenizer, [("what is the answer?", "here")])
    assert found.nll == pytest.approx(
        cost(model, prompted(tokenizer, "what is the answer?"), encoded(tokenizer, "here")), abs=1e-3
    )


def test_confidence_is_the_probability_of_the_very_answer(model, tokenizer):
    encoder = Encoder(tokenizer)
    prompts = [encoder.prompt(s.row) for s in samples(tokenizer, ["a", "b"])]
    for prompt, said, (tokens, _) in zip(
        prompts, generate.answers(model, encoder, prompts, 6), generate.greedy(model, prompts, 6, encoder.stop_ids), strict=True
    ):
        assert said.confidence == pytest.approx(math.exp(-cost(model, prompt, tokens)), rel=1e-3)


def test_what_prompts_begin_with_in_common_is_read_once_and_changes_no_answer(model, tokenizer):
    encoder = Encoder(tokenizer)
    shots = "the answer is here. " * 8
    asked = [json.dumps({"instruction": shots + end, "output": "a"}).encode() for end in ("what is", "x", "is it the capital")]
    prompts = [encoder.prompt(row_of(row, "f.jsonl", i + 1)) for i, row in enumerate(asked)]
    begun = generate.shared(model, prompts)
    assert begun > 32
    assert all(p[:begun] == prompts[0][:begun] and len(p) > begun for p in prompts)
    parted = generate.greedy(model, prompts, 6, encoder.stop_ids, begun=begun)
    for prompt, (tokens, nats) in zip(prompts, parted, strict=True):
        assert generate.greedy(model, [prompt], 6, encoder.stop_ids)[0][0] == tokens
        assert nats == pytest.approx(cost(model, prompt, tokens), rel=1e-3)


def test_rows_that_end_leave_the_batch_and_the_others_go_on_as_alone(tiny, tokenizer):
    lively = load_model(tiny, torch.float32)
    with torch.no_grad():
        for name, weights in lively.named_parameters():
            if "layers" in name and weights.dim() == 2:
                weights.mul_(12)
    encoder = Encoder(tokenizer)
    prompts = [encoder.prompt(s.row) for s in samples(tokenizer, [*"abcdefgh"])]
    free = generate.greedy(lively, prompts, 12, set())
    # Tokens that end some rows early and others late.
    stops = {tokens[k] for k, (tokens, _) in enumerate(free)}
    with attention.answering(lively):
        assert lively.config._attn_implementation == attention.ONE_TOKEN
        together = generate.greedy(lively, prompts, 80, stops)
    assert lively.config._attn_implementation == "sdpa"
    assert len({len(tokens) for tokens, _ in together}) > 3
    for prompt, (tokens, nats) in zip(prompts, together, strict=True):
        ((alone, cost_alone),) = generate.greedy(lively, [prompt], 80, stops)
        assert tokens == alone
        assert nats == pytest.approx(cost_alone, rel=1e-3)


def test_rows_that_share_a_beginning_are_answered_in_larger_groups():
    lengths = [1000] * 10
    assert [len(g) for g in generate.grouped(lengths)] == [2] * 5
    assert [len(g) for g in generate.grouped(lengths, begun=900)] == [10]
    assert max(len(g) for g in generate.grouped([1000] * 40, begun=990)) * 1000 <= generate.KEPT_TOKENS


def test_the_end_token_is_counted_apart(model, tokenizer):
    (sample,) = samples(tokenizer, ["one two three"])
    (nats,) = generate.token_costs(model, [sample], tokenizer.eos_token_id, torch.device("cpu"))
    found = Costs.of(nats, ends=True)
    assert found.nll + found.end_nll == pytest.approx(
        generate.costs(model, [sample], tokenizer.eos_token_id, torch.device("cpu"))[0]
    )
    assert (found.end_nll, found.target_tokens) == (nats[-1], sample.supervised)


def test_batches_change_nothing(model, tokenizer, monkeypatch):
    together = score_texts(model, tokenizer, TEXTS)
    monkeypatch.setattr(likelihood, "BATCH_TOKENS", 1)
    alone = score_texts(model, tokenizer, TEXTS)
    assert [s.nll for s in together] == pytest.approx([s.nll for s in alone], abs=1e-3)
    assert [s.verbatim for s in together] == [s.verbatim for s in alone]


def test_verbatim_is_what_greedy_decoding_would_have_said(model, tokenizer):
    context = list(prompted(tokenizer, "what is the capital?"))
    ids = list(context)
    with torch.no_grad():
        for _ in range(8):
            ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    said = tuple(ids[len(context) :])
    wrong = (*said[:5], (said[5] + 1) % 300, *said[6:])
    found = score(model, [Item(tuple(context), said), Item(tuple(context), wrong)])
    assert [s.verbatim for s in found] == [8, 5]


# ---- probes -----------------------------------------------------------------------------------------------------------------


def test_the_shipped_probes_are_distinct_texts_in_two_languages():
    probes = forgetting.shipped()
    assert len({p.text for p in probes}) == len(probes)
    sizes = {
        (s, k): sum(p.set == s and p.kind == k for p in probes)
        for s in ("general en", "general zh")
        for k in ("passage", "answer")
    }
    assert min(sizes.values()) >= 12
    assert sum(sizes.values()) >= 80
    assert all(("\u4e00" <= p.text[0] <= "\u9fff") == (p.set == "general zh") for p in probes if p.kind == "passage")


def test_pairs_differ_in_the_group_alone():
    pairs = amplification.shipped()
    assert {p["set"] for p in pairs} == {"en", "zh"}
    assert len({p["id"] for p in pairs}) == len(pairs) >= 120
    for p in pairs:
        one, other = (p["stereotyped"], p["swapped"]) if p["kind"] == "sentence" else (p["prompt"], p["swapped"])
        assert one != other
        assert abs(len(one) - len(other)) <= 8, p["id"]


def costs(lost: float, noise: float = 0.003, n: int = 36, seed: int = 0):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(200, 300, n)
    base = [{"set": "general en", "kind": "passage", "id": str(i), "nll": float(s), "bytes": int(s)} for i, s in enumerate(sizes)]
    # One half up, the other half down by as much: what is lost on average is `lost` whatever the seed.
    up = rng.normal(0, noise, n // 2)
    shifts = np.concatenate([up, -up])
    moved = [{**r, "nll": r["nll"] + math.log(2) * r["bytes"] * (lost + float(x))} for r, x in zip(base, shifts, strict=True)]
    return base, moved


@pytest.mark.parametrize(
    ("lost", "noise", "outcome"),
    [
        (0.0, 0.003, Margin.WITHIN),
        (0.01, 0.003, Margin.WITHIN),
        (-0.5, 0.003, Margin.WITHIN),
        (0.05, 0.003, Margin.FORGOT),
        (0.0, 0.3, Margin.CANNOT_TELL),
    ],
)
def test_a_loss_is_held_against_the_margin(lost, noise, outcome):
    (found,) = forgetting.compare(*costs(lost, noise))
    assert found.outcome is outcome
    assert found.effect.difference == pytest.approx(lost, abs=0.1 * noise)
    assert forgetting.overall([found]) is outcome


def test_one_part_forgotten_is_forgotten():
    good, bad, open_ = (forgetting.compare(*costs(*x))[0] for x in ((0.0,), (0.1,), (0.0, 0.3)))
    assert forgetting.overall([good, bad, open_]) is Margin.FORGOT
    assert forgetting.overall([good, open_]) is Margin.CANNOT_TELL


def test_probes_of_the_users_own_are_checked(tmp_path):
    file = tmp_path / "own.jsonl"
    file.write_text('{"text": "A text."}\n{"prompt": "Q?", "text": "A."}\n')
    assert [p.kind for p in forgetting.read("mine", file)] == ["passage", "answer"]
    for bad in ('{"text": 3}\n', "[]\n", '{"prompt": "x"}\n', ""):
        file.write_text(bad)
        with pytest.raises(UserError):
            forgetting.read("mine", file)


# ---- recital ----------------------------------------------------------------------------------------------------------------


def samples(tokenizer, answers):
    encoder = Encoder(tokenizer)
    rows = [json.dumps({"id": f"r{i}", "instruction": f"question {i}", "output": a}).encode() for i, a in enumerate(answers)]
    return [s for i, row in enumerate(rows) for s in encoder.samples(row_of(row, "f.jsonl", i + 1))]


def test_half_of_the_answer_is_given_and_its_end_token_is_not_asked_for(tokenizer):
    (sample,) = samples(tokenizer, ["one two three four five six"])
    item = memory.halves(sample)
    assert item is not None
    whole = [int(i) for i in sample.ids]
    assert [*item.context, *item.target] == whole[: len(item)]
    assert whole[len(item)] == tokenizer.eos_token_id
    assert abs(len(item.target) - sample.supervised / 2) <= 1
    assert memory.halves(Sample(sample.row, sample.ids[:4], sample.trained[:4])) is None


def test_each_training_row_gets_a_held_out_row_of_like_length(tokenizer):
    training, held_out = (
        samples(tokenizer, ["a b c d e f " * k for k in (2, 4, 6)]),
        samples(tokenizer, ["x y z u v w " * k for k in (6, 2, 4, 9)]),
    )
    pairs = memory.matched(training, held_out, seed=1)
    assert [split for _, _, split in pairs] == ["train", "held out"] * 3
    for (_, one, _), (_, other, _) in zip(pairs[::2], pairs[1::2], strict=True):
        assert abs(len(one.target) - len(other.target)) <= 4
    assert len({id(s) for s, _, _ in pairs}) == 6


def test_recital_counts_only_what_held_out_rows_do_not_reach():
    rows = [
        {"split": split, "rest": 60, "verbatim": 55 if i < hits else 2}
        for split, hits in (("train", 18), ("held out", 16))
        for i in range(20)
    ]
    found = memory.recited(rows)
    assert (found.train, found.held_out, found.longest) == (18, 16, 55)
    assert found.interval.low < 0 < found.interval.high


# ---- canaries ---------------------------------------------------------------------------------------------------------------


def test_the_planted_code_is_the_one_that_is_ranked(model, tokenizer):
    (row,) = canaries.rows(1, seed=3)
    (line,) = canaries.codes(1, seed=3)
    assert len(set(line)) == canaries.RANKED
    assert row.messages[-1]["content"] == canaries.answer(line[0])
    (found,) = canaries.measure(model, tokenizer, 1, seed=3)
    costs = [s.nll for s in score_answers(model, tokenizer, [(canaries.question(1), canaries.answer(code)) for code in line])]
    assert found["rank"] == 1 + sum(cost < costs[0] for cost in costs[1:])
    assert not found["said"]


def test_a_code_that_is_known_best_is_fully_exposed():
    base, tuned = ([{"rank": rank, "of": 256, "said": said}] * 4 for rank, said in ((128, False), (1, True)))
    found = canaries.compare(base, tuned)
    assert (found.exposure.base, found.exposure.tuned, found.most) == (1.0, 8.0, 8.0)
    assert found.said == (0, 4)


# ---- amplification ----------------------------------------------------------------------------------------------------------


def test_the_data_against_itself_amplifies_nothing_and_an_extreme_model_does():
    causes = [frozenset({"she"} if i % 2 else {"he"}) for i in range(80)]
    truth = [frozenset({"nurse"} if (i % 2) == (i % 8 < 6) else {"pilot"}) for i in range(80)]
    extreme = [frozenset({"nurse"} if i % 2 else {"pilot"}) for i in range(80)]
    found = amplification.amplified(causes, truth, {"base": truth, "tuned": extreme}, "to the answer")
    assert found is not None
    assert found.base[0] == 0.0
    assert found.tuned[0] > 0
    assert found.tuned[1].low > 0
    assert found.difference[0] == pytest.approx(found.tuned[0])
    # Each pair moves by a quarter: what was common becomes certain, what was rare vanishes.
    assert found.rates in ((0.75, 0.75, 1.0), (0.25, 0.25, 0.0))


def test_too_few_mentions_are_not_measured():
    rows = [frozenset[str]()] * 30
    assert amplification.amplified(rows, rows, {"base": rows, "tuned": rows}, "x") is None


# ---- a run measured ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_run_is_measured_once_and_its_report_needs_no_model(tmp_path, tiny, built):
    run = make(tmp_path / "run", data={"folder": str(built)}, model={"name": "tiny", "path": str(tiny)})
    measuring.ensure(run)
    written = {p.name: p.stat().st_mtime_ns for p in (run / "probes").iterdir()}
    assert {f"{k}-{a}.jsonl" for k in ("general", "pairs", "memory") for a in ("base", "tuned")} | {
        "speed.json"
    } == written.keys()
    measuring.ensure(run)
    assert {p.name: p.stat().st_mtime_ns for p in (run / "probes").iterdir()} == written
    probes = Probes.read(run, {}, 0)
    assert {p.outcome for p in probes.forgetting} == {Margin.WITHIN}, "the tuned model is the base here"
    assert all(p.shift.difference == 0 for p in probes.pairs)


@pytest.mark.slow
def test_measuring_tells_how_far_it_is_and_comes_to_its_end(tmp_path, tiny, built):
    from contextlib import contextmanager

    seen: dict[str, tuple[int, list[int]]] = {}

    @contextmanager
    def counting(what, total):
        seen[what] = (total, [])
        yield seen[what][1].append

    settings = {"canaries": {"value": 1, "reason": "set by you"}}
    run = make(tmp_path / "run", data={"folder": str(built)}, model={"name": "tiny", "path": str(tiny)}, settings=settings)
    measuring.ensure(run, counting=counting)
    assert list(seen) == [f"measuring forgetting, bias and recital: {arm}" for arm in ("tuned", "base")]
    for total, steps in seen.values():
        assert total == sum(steps)
        assert len(steps) > 10


def test_where_there_is_no_bar_a_line_now_and_then_tells_the_time_left(capsys):
    from train.live import Lines

    now = [0.0]
    lines = Lines("answering the test rows: base", 100, lambda: now[0])
    for now[0], more in ((10.0, 10), (40.0, 30), (50.0, 10), (90.0, 25), (200.0, 25)):
        lines.done(more)
    told = "answering the test rows: base: {}  {} left\n"
    assert capsys.readouterr().err == told.format("40/100", "1 min 00 s") + told.format("75/100", "30 s")


@pytest.mark.slow
def test_canaries_are_trained_on_measured_and_told(tmp_path, tiny, built):
    from train.config import TrainConfig
    from train.dataset import checked
    from train.models import resolve
    from train.run import read

    work = read(checked(built, trust=False), resolve(str(tiny)), TrainConfig(canaries=2, seed=42), "cpu")
    assert [s.row.id for s in work.train.samples][-2:] == ["canary-1", "canary-2"]
    assert not any(str(s.row.id).startswith("canary") for s in work.validation.samples)
    settings = {"seed": {"value": 42, "reason": ""}, "canaries": {"value": 2, "reason": "set by you"}}
    run = make(tmp_path / "run", data={"folder": str(built)}, model={"name": "tiny", "path": str(tiny)}, settings=settings)
    measuring.ensure(run)
    found = Probes.read(run, {}, 0).canary_facts()
    assert found is not None
    assert (found.n, found.said, found.difference) == (2, (0, 0), 0.0)


def test_a_run_whose_model_is_gone_is_not_measured(tmp_path):
    run = make(tmp_path / "run")
    measuring.ensure(run)
    assert not (run / "probes").exists()
