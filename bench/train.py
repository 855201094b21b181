"""Supervised tokens a second and peak memory: our loop, transformers' Trainer with padding, and TRL's SFTTrainer if installed.

    python -P bench/train.py [--data ROOT] [--rounds 3] [--updates 4] [--model ID] [--ways ours,trainer] [--in-order] [-o FILE]

Same model, tokens, method, optimiser, learning rate and number of updates, over the same rows once. Each way takes the rows in
its own default order: ours puts rows of like length into one update, by tokens; the others shuffle, eight rows an update. With
--in-order all take them as they stand, eight an update, so that the losses must agree. Each round has a seed of its own for
adapter and order. The ways take turns within a round, each round beginning with another, each in a process of its own, after one
pass forwards and backwards that is not timed. Measurements are kept in the file that -o names; the same command goes on where
it was stopped and prints a Markdown table.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path[0:0] = [str(Path(__file__).parents[1])]  # -P leaves out this folder, where a file is named like the package

ROWS_AN_UPDATE = 8
RATE = 1e-3
WAYS = ("ours", "trainer", "trainer-bf16", "trl")
HELD_OUT = 16
LONGEST = 1200
"""Characters of a public row: longer ones would take the time of all others together."""
NO_TRL = "trl: not measured, TRL is not installed; pip install --no-deps trl==1.16.0 into the environment that runs this"
STUDENT = {1: 12.71, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
"""97.5 % points of t by degrees of freedom."""
SETS = ("tickets", "alpaca-en")
PUBLIC = "instruction/llamafactory_alpaca_en_demo.json"
PLACES = ("Lyon", "Oslo", "Porto", "Kyoto", "Quito", "Perth", "Austin", "Leeds", "Turin", "Ghent")
THINGS = ("router", "printer", "laptop", "phone", "camera", "headset", "monitor", "keyboard")
TROUBLE = {
    "broken": "does not turn on any more",
    "late": "has still not arrived",
    "billing": "appears twice on my bill",
    "return": "is not what I ordered",
}
CHAT = (
    "Thank you for your help.",
    "I have been a customer for years.",
    "My colleague had the same trouble last month.",
    "Please answer by letter.",
    "I looked at the manual and at your help pages but found nothing that helped.",
    "We need it for a fair that begins next week.",
)
USUAL = {
    "per_device_train_batch_size": ROWS_AN_UPDATE, "learning_rate": RATE, "lr_scheduler_type": "constant", "weight_decay": 0.0,
    "logging_strategy": "no", "save_strategy": "no", "report_to": "none", "disable_tqdm": True,
}  # fmt: skip
"""What a plain Trainer is told; our loop is told the same in its own words."""


def tickets(count: int, seed: int) -> list[list[dict[str, str]]]:
    """Instruction rows of uneven length, as such data is: some a sentence, some a paragraph."""
    chance = random.Random(seed)
    chats = []
    for _ in range(count):
        place, thing, issue = chance.choice(PLACES), chance.choice(THINGS), chance.choice(list(TROUBLE))
        more = " ".join(chance.choices(CHAT, k=chance.choice((0, 0, 1, 1, 2, 3, 6, 10))))
        question = f"I live in {place}. The {thing} {TROUBLE[issue]}. {more}".strip()
        asked = f"Turn the ticket into JSON with the keys product, issue and city.\n\n{question}"
        answer = json.dumps({"product": thing, "issue": issue, "city": place})
        chats.append([{"role": "user", "content": asked}, {"role": "assistant", "content": answer}])
    return chats


def public(path: Path, count: int, seed: int) -> list[list[dict[str, str]]]:
    """Rows of a public instruction set, drawn by seed: long answers, where little is won by leaving prompts out of the logits."""
    rows = [row for row in json.loads(path.read_text(encoding="utf-8")) if sum(map(len, row.values())) <= LONGEST]
    drawn = random.Random(seed).sample(rows, count)
    asked = ["\n".join(part for part in (row["instruction"], row.get("input", "")) if part) for row in drawn]
    return [
        [{"role": "user", "content": q}, {"role": "assistant", "content": row["output"]}]
        for q, row in zip(asked, drawn, strict=True)
    ]


def chats(name: str, data: str, count: int) -> list[list[dict[str, str]]]:
    return tickets(count, 7) if name == "tickets" else public(Path(data) / PUBLIC, count, 7)


@dataclass(frozen=True)
class Bench:
    """What all ways share: the model with its adapter, the rows, and how the result is judged."""

    source: Any
    encoder: Any
    train: Any
    validation: Any
    updates: int
    seed: int
    in_order: bool

    @classmethod
    def prepared(cls, told: argparse.Namespace) -> Bench:
        from train.data import Encoder, Row, prepare
        from train.models import load_tokenizer, resolve

        source = resolve(told.model)
        encoder = Encoder(load_tokenizer(source))
        count = told.updates * ROWS_AN_UPDATE
        rows = [Row(i, "bench", i, tuple(chat)) for i, chat in enumerate(chats(told.set, told.data, count + HELD_OUT))]
        parts = (prepare(some, encoder, 2048, "refuse") for some in (rows[:count], rows[count:]))
        return cls(source, encoder, *parts, told.updates, told.seed, told.in_order)

    def network(self, attention: str = "sdpa") -> Any:
        from train import methods
        from train.config import Lora

        return methods.trainable(self.source, Lora(), self.seed, recompute=False, attention=attention)

    def usual(self, **more: Any) -> dict[str, Any]:
        import torch

        order = {"train_sampling_strategy": "sequential"} if self.in_order else {}
        return {"max_steps": self.updates, "seed": self.seed, "use_cpu": not torch.cuda.is_available(), **USUAL, **order, **more}

    def plan(self) -> list[list[int]]:
        """The rows of each of our updates, as the product puts them together when told how many tokens an update has."""
        from train.batches import updates

        lengths = [len(s) for s in self.train.samples]
        if self.in_order:
            return [list(range(i, i + ROWS_AN_UPDATE)) for i in range(0, len(lengths), ROWS_AN_UPDATE)]
        plans = (updates(lengths, self.seed, 0, budget, True) for budget in itertools.count(sum(lengths) // self.updates))
        return next(plan for plan in plans if len(plan) == self.updates)

    def result(self, network: Any, run: Callable[[], Any]) -> dict[str, float]:
        from train.batches import batch
        from train.live import peak
        from train.scoring import Scorer, mean_loss

        begun, worked = time.monotonic(), time.process_time()
        run()
        seconds, worked = time.monotonic() - begun, time.process_time() - worked
        # Judged in fp32 whatever they were trained in: the loss is then that of the weights alone.
        most, rows = peak(), self.validation.samples
        parts = [batch(rows[i : i + 8], "padded", self.encoder.eos) for i in range(0, len(rows), 8)]
        loss = mean_loss(Scorer(network, next(network.parameters()).device), parts)
        return {"supervised": self.train.supervised, "seconds": seconds, "cpu": worked, "peak": most, "validation": loss}


def warm(network: Any) -> None:
    """One pass that is not timed: libraries load their kernels."""
    import torch

    network(input_ids=torch.arange(64)[None]).logits.sum().backward()
    network.zero_grad(set_to_none=True)


def ours(bench: Bench) -> dict[str, float]:
    """The product's own updates, passes, gradients, clipping and optimiser."""
    from train.batches import batch, passes
    from train.config import Lora, Resolved, TrainConfig
    from train.loop import clipped, gradients, optimizer_for
    from train.processes import Processes
    from train.scoring import Scorer
    from train.settings import settle

    samples = bench.train.samples
    lengths = [len(s) for s in samples]
    told = {"batch_tokens": math.ceil(bench.train.tokens / bench.updates), "epochs": 1, "weight_decay": 0.0}
    config = TrainConfig(method=Lora(), learning_rate=RATE, schedule="constant", warmup=0, **told)
    settings = settle(config, Resolved(2048, "bench"), bench.train, bench.validation, "cpu")
    processes = Processes.joined()
    network = processes.placed(bench.network(settings.attention.value))
    optimizer = optimizer_for(network, settings, processes)
    warm(network)

    def run() -> None:
        scorer = Scorer(network, processes.device, settings.precision.value == "bf16")
        for rows in bench.plan():
            cut = passes(rows, lengths, settings.micro_batch_tokens.value, settings.layout.value)
            batches = [batch([samples[i] for i in some], settings.layout.value, bench.encoder.eos) for some in cut]
            gradients(batches, sum(b.supervised for b in batches), scorer, processes)
            clipped(network, 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        scorer.close()

    return bench.result(network, run)


def trainer(bench: Bench, bf16: bool) -> dict[str, float]:
    """As most people write it: rows padded to the longest of their batch, labels -100 before the answer."""
    from transformers import DataCollatorForSeq2Seq, Trainer, TrainingArguments

    network = bench.network()
    warm(network)
    data = [
        {"input_ids": s.ids.tolist(), "labels": [int(t) if on else -100 for t, on in zip(s.ids, s.trained, strict=True)]}
        for s in bench.train.samples
    ]
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(folder, **bench.usual(bf16=bf16))
        run = Trainer(network, arguments, train_dataset=data, data_collator=DataCollatorForSeq2Seq(bench.encoder.tokenizer))
        return bench.result(network, run.train)


def trl(bench: Bench) -> dict[str, float]:
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    network = bench.network()
    warm(network)
    # Our tokens and mask, so that no difference between two tokenisations is taken for one between loops.
    data = [{"input_ids": s.ids.tolist(), "completion_mask": [int(t) for t in s.trained]} for s in bench.train.samples]
    with tempfile.TemporaryDirectory() as folder:
        mode = {"bf16": False, "gradient_checkpointing": False}
        arguments = SFTConfig(folder, max_length=2048, completion_only_loss=True, **bench.usual(**mode))
        run = SFTTrainer(network, arguments, train_dataset=Dataset.from_list(data), processing_class=bench.encoder.tokenizer)
        return bench.result(network, run.train)


def one(way: str, bench: Bench) -> dict[str, float]:
    match way:
        case "ours":
            return ours(bench)
        case "trl":
            return trl(bench)
        case _:
            return trainer(bench, bf16=way == "trainer-bf16")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--data", default="../shared/data", help="the folder that holds instruction/; without it only made-up rows"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--updates", type=int, default=4)
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--in-order", action="store_true")
    parser.add_argument("--seed", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("-o", "--out", type=Path, default=Path("build/bench-train.jsonl"))
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--set", choices=SETS, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.way:
        print(json.dumps(one(told.way, Bench.prepared(told))))
        return
    told.out.parent.mkdir(parents=True, exist_ok=True)
    sets = SETS if (Path(told.data) / PUBLIC).is_file() else SETS[:1]
    known = {(r["set"], r["round"], r["way"]) for r in measured(told.out)}
    ways = [way for way in WAYS if way in told.ways.split(",")]
    if "trl" in ways and not importlib.util.find_spec("trl"):
        ways.remove("trl")
        print(NO_TRL, file=sys.stderr)
    for name in sets:
        for turn in range(told.rounds):
            first = turn % len(ways)
            for way in (*ways[first:], *ways[:first]):
                if (name, turn, way) not in known:
                    measure(told, name, turn, way)
    print("\n".join(table(measured(told.out))))


def measure(told: argparse.Namespace, name: str, turn: int, way: str) -> None:
    chosen = ["--set", name, "--way", way, "--updates", told.updates, "--model", told.model, "--seed", turn + 1]
    chosen += ["--in-order"] if told.in_order else []
    command = [sys.executable, "-P", __file__, "--data", told.data, *chosen]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["?"])[-1]
        print(f"{name}, round {turn + 1}, {way}: not run: {why}", file=sys.stderr, flush=True)
        return
    row = {"set": name, "round": turn, "way": way, **json.loads(done.stdout.splitlines()[-1])}
    with told.out.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    print(f"{name}, round {turn + 1}, {way}: {row['supervised'] / row['seconds']:.1f} supervised tokens/s", file=sys.stderr)


def measured(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def table(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield "| rows | way | supervised tokens/s | of Trainer (each round) | by CPU seconds | peak MiB | validation loss | less Trainer's |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    plain = {(r["set"], r["round"]): r for r in rows if r["way"] == "trainer"}
    for name, way in dict.fromkeys((r["set"], r["way"]) for r in rows):
        mine = [r for r in rows if (r["set"], r["way"]) == (name, way)]
        middle = statistics.median(r["supervised"] / r["seconds"] for r in mine)
        pairs = [(r, plain[name, r["round"]]) for r in mine if (name, r["round"]) in plain]
        clock, cpu = ([them[unit] / us[unit] for us, them in pairs] for unit in ("seconds", "cpu"))
        loss = statistics.mean(r["validation"] for r in mine)
        less = each([us["validation"] - them["validation"] for us, them in pairs], "+.4f")
        peak = max(r["peak"] for r in mine) / 2**20
        spread = f" ± {statistics.stdev(r['validation'] for r in mine):.4f}" if len(mine) > 1 else ""
        speed = f"{middle:.1f} | {each(clock)}{interval(clock)} | {each(cpu)}"
        yield f"| {name} | {way} | {speed} | {peak:,.0f} | {loss:.4f}{spread} | {less} |"


def each(values: list[float], how: str = ".2f") -> str:
    shown = ", ".join(format(v, how) for v in values)
    return f"{statistics.median(values):{how}} ({shown})" if values else ""


def interval(ratios: list[float]) -> str:
    """95 % for the geometric mean over rounds, by t of the logarithms; rounds of one machine, not other machines."""
    logs, free = [math.log(r) for r in ratios], len(ratios) - 1
    if free not in STUDENT or not statistics.stdev(logs):
        return ""
    half = STUDENT[free] * statistics.stdev(logs) / math.sqrt(len(logs))
    low, high = (math.exp(statistics.mean(logs) + sign * half) for sign in (-1, 1))
    return f", 95 % {low:.2f} to {high:.2f}"


if __name__ == "__main__":
    main()
