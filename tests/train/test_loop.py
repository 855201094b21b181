"""The loss is the one computed by hand, whatever the batches; a bad run stops and says where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.errors import UserError
from tests.train.conftest import COUNTRIES, rows
from train import loop, methods, ragged
from train.attention import register
from train.batches import batch, passes, shares, updates
from train.config import Full, Lora, Prompt, Resolved, TrainConfig
from train.data import Encoder, Prepared, Row, Sample, prepare
from train.history import overfitting
from train.live import Live
from train.loop import Job, Steps, fit
from train.models import load_tokenizer, resolve
from train.processes import Processes, stack
from train.scoring import Scorer, mean_loss, unwrapped
from train.settings import Settings, settle

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def encoder(tiny: Path) -> Encoder:
    return Encoder(load_tokenizer(tiny))


def samples(encoder: Encoder, count: int, start: int = 0) -> Prepared:
    chats = [
        Row(
            r["id"],
            "train.jsonl",
            i + 1,
            ({"role": "user", "content": r["instruction"]}, {"role": "assistant", "content": r["output"]}),
        )
        for i, r in enumerate(rows(count, start))
    ]
    return prepare(chats, encoder, 512, "refuse")


Make = Callable[..., Job]


@pytest.fixture
def make(tiny: Path, encoder: Encoder) -> Make:
    def job(train: Prepared | None = None, validation: Prepared | None = None, **told: Any) -> Job:
        config = TrainConfig.model_validate(
            {"model": str(tiny), "method": Full(), "learning_rate": 1e-3, "precision": "fp32", **told}
        )
        train, validation = train or samples(encoder, 24), validation or samples(encoder, 6, 24)
        model = methods.trainable(resolve(str(tiny)), config.method, config.seed, config.recompute)
        return Job(model, settle(config, Resolved(512, "test"), train, validation, "cpu"), train, validation, encoder.eos)

    return job


def run(job: Job, folder: Path) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    return fit(job, folder / "checkpoints", Live(folder, job.settings.steps.value), Processes(0, 1, CPU))


def by_hand(model: torch.nn.Module, sample: Sample) -> tuple[float, int]:
    """Summed loss of one row from the full logits, position by position."""
    ids = torch.from_numpy(sample.ids.astype(np.int64))
    with torch.no_grad():
        logits = model(input_ids=ids[None]).logits[0]
    nats = 0.0
    for position in range(len(ids) - 1):
        if sample.trained[position + 1]:
            nats -= float(torch.log_softmax(logits[position].double(), -1)[ids[position + 1]])
    return nats, sample.supervised


def gradients(job: Job, batches: Sequence[Any]) -> dict[str, torch.Tensor]:
    """As the loop makes them, not a second writing of them here."""
    scorer = Scorer(job.model, CPU)
    job.model.zero_grad()
    loop.gradients(batches, sum(b.supervised for b in batches), scorer, Processes(0, 1, CPU))
    scorer.close()
    return {name: p.grad.clone() for name, p in job.model.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("layout", ["padded", "packed"])
def test_the_loss_is_the_one_computed_by_hand(make: Make, layout: Any) -> None:
    job = make()
    parts = [by_hand(job.model, s) for s in job.validation.samples]
    expected = sum(nats for nats, _ in parts) / sum(n for _, n in parts)
    scorer = Scorer(job.model, CPU)
    assert mean_loss(scorer, [batch(job.validation.samples, layout, 2)]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("layout", ["padded", "packed"])
def test_the_gradients_are_those_of_the_loss_computed_by_hand(make: Make, layout: Any) -> None:
    job = make()
    some = job.train.samples[:3]
    got = gradients(job, [batch(some[:1], layout, 2), batch(some[1:], layout, 2)])
    job.model.zero_grad()
    nats = torch.zeros(())
    for sample in some:
        ids = torch.from_numpy(sample.ids.astype(np.int64))
        logits = torch.log_softmax(job.model(input_ids=ids[None]).logits[0, :-1], -1)
        nats = nats - logits[torch.arange(len(ids) - 1), ids[1:]][torch.from_numpy(sample.trained[1:])].sum()
    (nats / sum(s.supervised for s in some)).backward()
    for name, parameter in job.model.named_parameters():
        assert parameter.grad is not None
        assert torch.allclose(parameter.grad, got[name], atol=1e-6), name


def test_packed_rows_do_not_see_each_other(make: Make) -> None:
    job = make()
    scorer = Scorer(job.model.eval(), CPU)
    apart = torch.cat([scorer.losses(batch([s], "padded", 2)) for s in job.train.samples[:6]])
    assert torch.allclose(scorer.losses(batch(job.train.samples[:6], "packed", 2)), apart, atol=1e-5)
    assert torch.allclose(scorer.losses(batch(job.train.samples[:6], "padded", 2)), apart, atol=1e-5)


@pytest.mark.parametrize("layout", ["padded", "packed"])
def test_accumulation_gives_the_gradients_of_the_large_batch(make: Make, layout: Any) -> None:
    job = make()
    some = job.train.samples[:12]
    whole = gradients(job, [batch(some, layout, 2)])
    parts = gradients(job, [batch(some[:1], layout, 2), batch(some[1:8], layout, 2), batch(some[8:], layout, 2)])
    assert whole.keys() == parts.keys()
    assert all(torch.allclose(whole[name], parts[name], atol=1e-6) for name in whole)


@pytest.mark.slow
def test_the_pass_size_does_not_change_the_run(make: Make, tmp_path: Path) -> None:
    small, large = make(micro_batch_tokens=40, batch_tokens=200), make(micro_batch_tokens=4000, batch_tokens=200)
    assert run(small, tmp_path / "a").best_validation_loss == pytest.approx(
        run(large, tmp_path / "b").best_validation_loss, rel=1e-4
    )


def test_validation_does_not_depend_on_the_batch_size(make: Make) -> None:
    job = make()
    scorer = Scorer(job.model, CPU)
    chosen = job.validation.samples
    alone = mean_loss(scorer, [batch([s], "padded", 2) for s in chosen])
    assert mean_loss(scorer, [batch(chosen, "padded", 2)]) == pytest.approx(alone, rel=1e-6)


@pytest.mark.slow
def test_training_learns_and_leaves_the_best_weights(make: Make, tmp_path: Path) -> None:
    job = make(epochs=6, batch_tokens=200, learning_rate=5e-3, validate_every=5)
    done = run(job, tmp_path)
    losses = [float(row["validation_loss"]) for row in metrics(tmp_path) if "validation_loss" in row]
    assert done.best_validation_loss == min(losses) < losses[0]
    scorer = Scorer(job.model, CPU)
    assert mean_loss(scorer, [batch(job.validation.samples, "padded", 2)]) == pytest.approx(min(losses), rel=1e-5)


def test_a_run_without_gain_stops_early(make: Make, tmp_path: Path) -> None:
    job = make(epochs=50, learning_rate=1e-12, batch_tokens=200, validate_every=1, patience=2)
    done = run(job, tmp_path)
    assert done.progress.stopped == "2 validations in a row brought no gain"
    assert done.progress.step < job.settings.steps.value


def test_the_best_checkpoint_may_be_chosen_by_another_score(make: Make, tmp_path: Path) -> None:
    scores = iter([0.1, 0.9, 0.5, 0.4, 0.3, 0.2])
    job = replace(make(epochs=1, batch_tokens=200, validate_every=1, patience=3, select_by="exact"), score=lambda _: next(scores))
    assert run(job, tmp_path).best_step == 1


def metrics(folder: Path) -> list[dict[str, Any]]:
    from train.files import read_rows

    return read_rows(folder / "metrics.jsonl")


def test_a_loss_that_is_no_number_stops_the_run_and_names_the_row(make: Make, encoder: Encoder, tmp_path: Path) -> None:
    odd = Row("odd", "train.jsonl", 4711, ({"role": "user", "content": "Ж"}, {"role": "assistant", "content": "yes"}))
    train = Prepared((*samples(encoder, 8).samples, *encoder.samples(odd)), ())
    job = make(train, batch_tokens=100_000)
    poison = encoder.plain("Ж")[0]

    def poisoned(_module: object, arguments: tuple[torch.Tensor], out: torch.Tensor) -> torch.Tensor:
        return torch.where((arguments[0] == poison)[..., None], float("nan"), out)

    job.model.get_input_embeddings().register_forward_hook(poisoned)  # type: ignore[operator]
    with pytest.raises(UserError, match=r"the loss is not a number at update 1, in rows train.jsonl:4711\n"):
        run(job, tmp_path)


def test_overfitting_is_named_in_words(tmp_path: Path) -> None:
    lines = [(10, 1.0, 0.9), (20, 0.5, 0.7), (30, 0.2, 0.8)]
    text = "".join(f'{{"step": {s}, "train_loss": {t}, "validation_loss": {v}}}\n' for s, t, v in lines)
    (tmp_path / "metrics.jsonl").write_text(text)
    assert overfitting(tmp_path / "metrics.jsonl").startswith(
        "Overfitting: from update 20 to 30 the training loss fell from 0.500 to 0.200"
    )


# ---- who shares an update ---------------------------------------------------------------------------------------------------

LENGTHS = st.lists(st.integers(1, 60), min_size=1, max_size=60)


@given(LENGTHS, st.integers(0, 3), st.integers(1, 200), st.booleans())
@settings(max_examples=100, deadline=None)
def test_an_epoch_reads_every_row_once(lengths: list[int], epoch: int, budget: int, grouped: bool) -> None:
    plan = updates(lengths, 7, epoch, budget, grouped)
    assert sorted(i for update in plan for i in update) == list(range(len(lengths)))
    assert all(len(update) == 1 or sum(lengths[i] for i in update) <= budget for update in plan)


@given(LENGTHS, st.integers(1, 200), st.integers(1, 4), st.sampled_from(["padded", "packed"]))
@settings(max_examples=100, deadline=None)
def test_processes_share_an_update_without_loss_and_in_step(lengths: list[int], budget: int, world: int, layout: Any) -> None:
    each = shares(range(len(lengths)), lengths, budget, layout, world)
    assert sorted(i for share in each for run in share for i in run) == list(range(len(lengths)))
    assert len({len(share) for share in each}) == 1


def test_the_longest_rows_come_first_so_that_memory_fails_at_once() -> None:
    assert passes([0, 1, 2], [5, 50, 20], 50, "padded") == [[1], [2, 0]]


def test_the_order_is_another_each_epoch_and_the_same_each_run() -> None:
    lengths = list(range(1, 50))
    assert updates(lengths, 1, 0, 100, True) == updates(lengths, 1, 0, 100, True)
    assert updates(lengths, 1, 0, 100, True) != updates(lengths, 1, 1, 100, True)


def test_an_empty_share_runs_a_pass_that_counts_for_nothing(make: Make) -> None:
    job = make()
    one = batch([], "padded", 2, job.train.samples[0])
    assert (one.counts, one.tokens, one.supervised) == (False, 0, 0)


def test_two_processes_read_what_one_reads(make: Make) -> None:
    job = make(batch_tokens=200)
    both = [Steps(job, rank, 2) for rank in range(2)]
    alone = Steps(job)
    for step in range(job.settings.steps.value):
        assert sum(b.supervised for s in both for b in s.batches(step)) == alone.supervised(step)


# ---- settings ---------------------------------------------------------------------------------------------------------------


def test_every_setting_has_a_value_and_a_reason(make: Make) -> None:
    facts = make(method=Lora()).settings.facts()
    assert all(fact["reason"] for fact in facts.values())
    assert not [name for name, fact in facts.items() if fact["value"] == "auto"]


def test_the_rate_warms_up_and_comes_down(make: Make) -> None:
    told: Settings = make(epochs=20, batch_tokens=100, warmup=0.1).settings
    rates = [told.rate(step) for step in range(told.steps.value)]
    assert max(rates) == pytest.approx(1e-3)
    assert rates[0] < rates[3]
    assert rates[-1] < 1e-5


def test_a_rate_that_does_not_fit_the_method_is_warned_of() -> None:
    assert "high for full" in methods.advice(Full(), 1e-4)
    assert "low for lora" in methods.advice(Lora(), 1e-5)
    assert not methods.advice(Lora(), 2e-4)


def alike(encoder: Encoder, count: int) -> Prepared:
    """Rows that begin with one instruction and go on differently."""
    told = "the capital of the country is the answer to the question, and this is the country: "
    chats = [
        Row(
            r["id"], "t", i, ({"role": "user", "content": told + r["instruction"]}, {"role": "assistant", "content": r["output"]})
        )
        for i, r in enumerate(rows(count, 0))
    ]
    return prepare(chats, encoder, 512, "refuse")


@pytest.mark.slow
@pytest.mark.parametrize("method", [Full(), Lora()])
@pytest.mark.parametrize("attention", ["sdpa", "products"])
@pytest.mark.parametrize("begin_alike", [True, False])
def test_rows_end_to_end_give_the_losses_and_gradients_of_each_row_by_itself(
    make: Make, encoder: Encoder, method: Any, attention: str, begin_alike: bool
) -> None:
    job = make(train=(alike if begin_alike else uneven)(encoder, 8), method=method)
    unwrapped(job.model).set_attn_implementation(register() if attention == "products" else attention)
    some = job.train.samples
    together = batch(some, "padded", 2)
    assert (together.shared > 20) is begin_alike
    scorer = Scorer(job.model, CPU)
    line = ragged.laid(together.ids, together.lengths, together.shared)
    assert scorer.ragged
    assert line
    assert line.ids.numel() == together.shared + sum(length - together.shared for length in together.lengths)
    alone = [batch([s], "padded", 2) for s in some]
    assert torch.allclose(scorer.losses(together), torch.cat([scorer.losses(each) for each in alone]), atol=1e-5)
    once, whole = gradients(job, [together]), gradients(job, alone)
    assert whole.keys() == once.keys()
    assert all(torch.allclose(once[name], whole[name], atol=1e-6) for name in whole)


def uneven(encoder: Encoder, count: int) -> Prepared:
    """Rows whose first words differ and of which each is longer than the one before."""
    told = [
        ({"role": "user", "content": f"{name} {'and so on ' * i}"}, {"role": "assistant", "content": "yes " * (1 + i)})
        for i, name in enumerate(COUNTRIES[:count])
    ]
    return prepare([Row(str(i), "t", i, chat) for i, chat in enumerate(told)], encoder, 512, "refuse")


def test_a_beginning_is_shared_only_up_to_the_first_prediction_and_where_it_pays(encoder: Encoder) -> None:
    twins = [replace(s, trained=np.arange(len(s)) >= 10) for s in [alike(encoder, 1).samples[0]] * 6]
    assert batch(twins, "padded", 2).shared == 9
    assert batch(twins[:2], "padded", 2).shared == 0
    assert batch(twins, "packed", 2).shared == 0


def test_rows_that_save_no_places_are_read_as_they_stand(encoder: Encoder) -> None:
    one = batch(alike(encoder, 1).samples, "padded", 2)
    assert ragged.laid(one.ids, one.lengths, one.shared) is None


def test_dropout_and_learnt_prompts_read_every_row_whole(tiny: Path) -> None:
    for method, allowed in ((Lora(), True), (Lora(dropout=0.1), False), (Prompt(tokens=4), False)):
        model = methods.trainable(resolve(str(tiny)), method, 1, False)
        assert ragged.prepared(model, unwrapped(model)) is allowed, method
        assert unwrapped(model).config._attn_implementation == ("rows_sdpa" if allowed else "sdpa")


def test_a_model_that_looks_at_other_tokens_by_more_than_attention_is_found_by_trying(tiny: Path) -> None:
    model = methods.trainable(resolve(str(tiny)), Full(), 1, False)
    layer = stack(model)[0].mlp
    read = layer.forward
    layer.forward = lambda x: read(x) + x.roll(1, 1)
    assert not ragged.prepared(model, model)
    assert model.config._attn_implementation == "sdpa"  # type: ignore[union-attr]


def test_attention_of_another_kind_is_read_whole(tiny: Path) -> None:
    model: Any = methods.trainable(resolve(str(tiny)), Full(), 1, False)
    model.set_attn_implementation("eager")
    assert not ragged.prepared(model, model)
    model.set_attn_implementation("sdpa")
    model.config.layer_types = ["full_attention", "sliding_attention"]
    assert not ragged.prepared(model, model)


def test_a_scorer_within_a_scorer_leaves_its_attention_and_the_last_leaves_the_models_own(make: Make, encoder: Encoder) -> None:
    job = make(train=alike(encoder, 8))
    outer, together = Scorer(job.model, CPU), batch(job.train.samples, "padded", 2)
    before = outer.losses(together)
    Scorer(job.model, CPU).close()
    assert torch.equal(outer.losses(together), before)
    outer.close()
    assert unwrapped(job.model).config._attn_implementation == "sdpa"
