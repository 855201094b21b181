"""Did curation pay? The same model, budget and seeds on every arm, judged on the same clean test; one run at a time, resumable.

The plan is written before the first run and cannot be changed afterwards: choosing rows, seeds or budget after seeing results
would make the intervals worth nothing.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from curate import manifest
from curate.errors import UserError
from train import arms, contamination, payoff
from train.config import TrainConfig
from train.files import read_json, write_json, write_text
from train.metrics import OfSums, choose_metric, named

MODEL: str = TrainConfig.model_fields["model"].default
MOST_TOKENS = 15_000
UPDATES = 15
"""Weight updates of a run; the tokens are cut into so many batches."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user may choose, before anything runs."""

    arms: tuple[str, ...] = arms.ARMS
    seeds: tuple[int, ...] = (1, 2, 3)
    tokens: int = MOST_TOKENS
    metric: str = "auto"
    model: str = MODEL
    learning_rate: float = 1e-3
    claim: bool = True
    """Also train on a random split of the raw rows, for what it would have claimed."""
    max_length: int = 1024
    """Rows of more tokens are left out of every arm and of the test alike, so that none is cut."""
    test_rows: int = 200
    """At most; drawn from the clean test split before the first run. What more rows could show is in no proportion to the time."""
    validation_rows: int = 50


@dataclass(frozen=True, slots=True)
class Job:
    arm: str
    seed: int
    data: Path
    out: Path


def ablate(folder: Path, out: Path, wish: Wish, raw: Sequence[Path] = (), say: Say = lambda _: None) -> payoff.Payoff:
    """Plan, run what is missing, compare."""
    checked(wish)
    out.mkdir(parents=True, exist_ok=True)
    plan = planned(folder, out, wish, raw)
    jobs = list(all_jobs(out, wish))
    for number, job in enumerate(jobs, 1):
        if finished(job.out):
            say(f"run {number} of {len(jobs)}: {job.arm}, seed {job.seed}: done before")
            continue
        say(f"run {number} of {len(jobs)}: {job.arm}, seed {job.seed}")
        run_one(job, out, wish, plan["metric"])
    found = payoff.compare(out, plan)
    write_json(out / "ablation.json", found.model_dump(mode="json"))
    write_text(out / "ablation.md", payoff.as_markdown(found))
    return found


def checked(wish: Wish) -> None:
    if "curated" not in wish.arms or len(wish.arms) < 2:
        raise UserError("an ablation needs the arm `curated` and one to hold it against", hint=f"--arms {','.join(arms.ARMS)}")
    unknown = [arm for arm in wish.arms if arm not in (*arms.ARMS, *arms.OPTIONAL)]
    if unknown:
        raise UserError(f"no arm {unknown[0]!r}", hint=f"Arms: {', '.join((*arms.ARMS, *arms.OPTIONAL))}.")
    if len(set(wish.seeds)) < 3:
        raise UserError("fewer than three seeds cannot tell a gain from luck", hint="--seeds 1,2,3")
    if wish.metric != "auto" and isinstance(named(wish.metric), OfSums):
        raise UserError(
            f"{wish.metric} has no score per row to average over seeds", hint="--metric fields, chrf, bits_per_byte, ..."
        )


# ---- the plan ---------------------------------------------------------------------------------------------------------------


def planned(folder: Path, out: Path, wish: Wish, raw: Sequence[Path]) -> dict[str, Any]:
    """The plan on file; made, with the data of every arm, if there is none."""
    made = out / "plan.json"
    asked = json.loads(json.dumps(asdict(wish)))
    if made.is_file():
        plan: dict[str, Any] = read_json(made)
        before = {**plan["wish"], "data": plan["data"]}
        now = {**asked, "data": manifest.read(folder).digest}
        changed = [f"{key} was {before[key]}, is {now[key]}" for key in before if before[key] != now.get(key)]
        if changed:
            raise UserError(
                f"the plan was fixed before the runs: {changed[0]}", where=str(made), hint="Give another -o for another plan."
            )
        return plan
    plan = {"schema_version": 1, "data": manifest.read(folder).digest, "wish": asked, **arms_on_disk(folder, out, wish, raw)}
    plan["digest"] = hashlib.sha256(json.dumps(plan, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    write_json(made, plan)
    return plan


def arms_on_disk(folder: Path, out: Path, wish: Wish, raw: Sequence[Path]) -> dict[str, Any]:
    """Write the training rows of every arm and seed; what they are goes into the plan."""
    fits = arms.fitting(wish.model, wish.max_length)
    rows = arms.raw_rows(folder, raw)
    open_rows = [row for row in arms.outside(rows) if fits(row.line)]
    short = [row for row in rows if fits(row.line)]
    curated, kept = held(folder, wish, fits)
    sizes: dict[str, int] = {"raw rows that can be trained on": len(rows), "of them not too long": len(short)}
    sizes |= {name: len(lines) for name, lines in kept.items()}
    digests: dict[str, Any] = {}
    for job in all_jobs(out, wish):
        if job.arm == arms.CLAIM:
            parts = arms.random_split(short, (len(kept["validation"]), len(kept["test"])), job.seed)
        else:
            parts = {"train": arms.arm_rows(job.arm, curated, open_rows, job.seed), **kept}
        sizes[job.arm] = len(parts["train"])
        digests[f"{job.arm} {job.seed}"] = arms.write(job.data, parts)
        if job.arm != arms.CLAIM and (folder / "lineage.parquet").is_file():
            shutil.copyfile(folder / "lineage.parquet", job.data / "lineage.parquet")  # the groups of the test rows
    chosen = choose_metric([texts.answer for _, texts in contamination.rows(folder, "validation")])
    metric, reason = (chosen.value, chosen.reason) if wish.metric == "auto" else (wish.metric, "set by you")
    return {"metric": metric, "metric_reason": reason, "rows": sizes, "files": digests}


def held(folder: Path, wish: Wish, fits: Callable[[bytes], bool]) -> tuple[list[bytes], dict[str, list[bytes]]]:
    """The curated training rows, and the clean validation and test rows that every arm is judged on."""
    train, validation, test = (
        [line for line in (folder / f"{name}.jsonl").read_bytes().splitlines() if fits(line)]
        for name in ("train", "validation", "test")
    )
    if not (train and validation and test):
        raise UserError(f"a split has no row of at most {wish.max_length} tokens", where=str(folder), hint="--max-length")
    return train, {"validation": arms.some(validation, wish.validation_rows), "test": arms.some(test, wish.test_rows)}


def all_jobs(out: Path, wish: Wish) -> Iterator[Job]:
    """Seed by seed, so that an ablation stopped early still compares all arms."""
    for seed in wish.seeds:
        for arm in (*wish.arms, *((arms.CLAIM,) if wish.claim else ())):
            name = f"{arm.replace(' ', '-')}-{seed}"
            yield Job(arm, seed, out / "data" / name, out / "runs" / name)


# ---- one run ----------------------------------------------------------------------------------------------------------------


def finished(run: Path) -> bool:
    return (run / "run.json").is_file() and read_json(run / "run.json").get("state") == "finished"


def run_one(job: Job, out: Path, wish: Wish, metric: str) -> None:
    from train.measuring import LEFT_OUT
    from train.run import run

    (job.out / "probes").mkdir(parents=True, exist_ok=True)
    (job.out / "probes" / LEFT_OUT).touch()
    share_base_answers(job, out)
    run(job.data, job.out, config(job, wish, metric), trust=True, judge=False)
    shutil.rmtree(job.out / "adapter", ignore_errors=True)  # answers are kept, weights are not: 20 MB a run


def share_base_answers(job: Job, out: Path) -> None:
    """The base model answers the same test rows in every run; once is enough."""
    if job.arm == arms.CLAIM:
        return
    for other in sorted((out / "runs").glob("*/predictions/base.jsonl")):
        if not other.parent.parent.name.startswith(arms.CLAIM.replace(" ", "-")):
            (job.out / "predictions").mkdir(parents=True, exist_ok=True)
            if not (job.out / "predictions" / "base.jsonl").is_file():
                write_text(job.out / "predictions" / "base.jsonl", other.read_text(encoding="utf-8"))
            return


def config(job: Job, wish: Wish, metric: str) -> TrainConfig:
    """The same number of tokens for every arm: a small arm is read more often, a large one not to its end."""
    tokens = tokens_of(job.data, wish)
    more: dict[str, Any] = {"max_new_tokens": 1} if metric == "bits_per_byte" else {}
    return TrainConfig(
        model=wish.model,
        seed=job.seed,
        epochs=wish.tokens / tokens,
        learning_rate=wish.learning_rate,
        batch_tokens=max(64, wish.tokens // UPDATES),
        metric=metric,
        few_shot=0,
        patience=0,
        validate_every=UPDATES // 2 + 1,
        **more,
    )


def tokens_of(data: Path, wish: Wish) -> int:
    from train.rows import read_split

    encoder = arms.encoder(wish.model)
    return sum(len(sample) for row in read_split(data, "train") for sample in encoder.samples(row))
