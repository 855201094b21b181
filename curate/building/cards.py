"""What other tools read beside the rows: dataset card, Croissant, LLaMA-Factory registration. Filled from facts; gaps are said."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from curate.building.columns import Columns, features
from curate.building.croissant import croissant
from curate.building.trainers import axolotl, factory
from curate.layout import percent
from curate.reading.formats import KNOWN_KEYS, Shape

SPLITS = ("train", "validation", "test")
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"))
POLICIES = {
    "mask": "replaced by placeholders such as [EMAIL]",
    "pseudonym": "replaced by made-up values, the same for the same value",
    "drop": "removed with their rows",
    "keep": "left as they were, by choice of whoever built the folder",
}


@dataclass(frozen=True)
class Facts:
    """What a card tells of a built folder."""

    name: str
    counts: Mapping[str, int]
    shape: str
    languages: Mapping[str, float]
    columns: Mapping[str, Columns]
    """By split, of those that hold rows."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """`--map`: known key to path."""
    pii: str = "mask"
    removed: Mapping[str, int] = field(default_factory=dict)
    changed: int = 0
    before: Mapping[str, int] = field(default_factory=dict)
    """Rows by rule code in the input, and after, in the folder."""
    after: Mapping[str, int] = field(default_factory=dict)

    @property
    def splits(self) -> tuple[str, ...]:
        return tuple(split for split in SPLITS if self.counts[split])

    @property
    def fields(self) -> list[str]:
        """Top-level keys of the rows."""
        return [*dict.fromkeys(key for each in self.columns.values() for key in each.kinds)]

    @property
    def keys(self) -> dict[str, str]:
        """Known key to the key that the rows have, for keys that stand at the top of a row."""
        own = {known: self.mapping.get(known, known) for known in KNOWN_KEYS}
        return {known: key for known, key in own.items() if key in self.fields}

    @property
    def plain(self) -> bool:
        """Whether a trainer can be told by keys alone; a `--map` into nested values cannot."""
        needed = {
            Shape.INSTRUCTION: ("instruction", "output"),
            Shape.COMPLETION: ("prompt", "completion"),
            Shape.MESSAGES: ("messages",),
            Shape.CONVERSATIONS: ("conversations",),
            Shape.PREFERENCE: ("chosen", "rejected"),
            Shape.TEXT: ("text",),
        }
        return self.shape in needed and all(key in self.keys for key in needed[Shape(self.shape)])


def write(folder: Path, facts: Facts) -> None:
    (folder / "README.md").write_text(card(facts), encoding="utf-8")
    entries: dict[str, Any] = factory(facts.name, facts.shape, facts.keys, facts.splits) if facts.plain else {}
    (folder / "dataset_info.json").write_bytes(orjson.dumps(entries, option=orjson.OPT_INDENT_2))
    about = {
        "dataPreprocessingProtocol": preprocessing(facts),
        "personalSensitiveInformation": personal(facts),
        "dataBiases": biases(facts),
        "dataLimitations": LIMITS,
    }
    value = croissant(folder, facts.name, facts.counts["kept"], {name: c.kinds for name, c in facts.columns.items()}, about)
    (folder / "croissant.json").write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2))


def card(facts: Facts) -> str:
    counts = facts.counts
    sizes = ", ".join(f"{split} {counts[split]:,}" for split in facts.splits)
    return f"""---
{header(facts)}---

# {facts.name}

{counts["kept"]:,} rows ({facts.shape}) of {counts["input"]:,}: {counts["removed"]:,} removed, {counts["quarantined"]:,} set aside.
Splits: {sizes}.

Made by `curate build`. `removed.jsonl`, `changed.jsonl` and `lineage.parquet` tell what became of every input row; `manifest.json` holds
the digests of all files and the leakage certificate. Check it: `curate verify .`, or without any installation `python verify_leakage.py .`.

## Use

```python
from datasets import load_dataset

data = load_dataset("path/to/this/folder")
```

{trl(facts)}

{use(facts)}
## Datasheet

After Gebru et al. 2021 (arXiv 1803.09010). What the rows themselves can tell is filled in; the rest is for whoever collected them.

- **Motivation.** Not known to the tool.
- **Composition.** {counts["kept"]:,} rows in {len(facts.splits)} splits; languages: {tongues(facts) or "not told"}. Fields: {", ".join(f"`{k}`" for k in facts.fields)}.
- **Collection.** Not known to the tool. The input files and their digests stand in `manifest.json`.
- **Preprocessing.** {preprocessing(facts)}
- **Personal and sensitive information.** {personal(facts)}
- **Biases.** {biases(facts)}
- **Limitations.** {LIMITS}
- **Licence, distribution, maintenance.** Not known to the tool.
"""


def trl(facts: Facts) -> str:
    """What TRL's trainers take as it is, under these names and no others."""
    sets = 'train_dataset=data["train"], eval_dataset=data["validation"]'
    if facts.shape == Shape.PREFERENCE:
        return f"TRL: `DPOTrainer({sets}, ...)`." if "prompt" in facts.fields else "TRL does not take pairs in this shape."
    if facts.shape in (Shape.MESSAGES, Shape.COMPLETION, Shape.TEXT) and not facts.mapping:
        return f"TRL: `SFTTrainer({sets}, ...)`."
    maps = "".join(f" --map {shlex.quote(f'{known}={key}')}" for known, key in facts.mapping.items())
    return f"TRL takes messages: `curate convert train.jsonl --to messages -o chats.jsonl{maps}` makes them."


def header(facts: Facts) -> str:
    """The YAML that makes `load_dataset` and the hub's viewer find the splits."""
    size = next((label for limit, label in SIZES if facts.counts["kept"] < limit), "n>1T")
    files = "\n".join(f"  - split: {split}\n    path: {split}.jsonl" for split in facts.splits)
    codes = [code for code in named(facts) if len(code) == 2]
    language = "language:\n" + "\n".join(f"- {code}" for code in codes) + "\n" if codes else ""
    return f"""{language}size_categories:
- {size}
task_categories:
- text-generation
configs:
- config_name: default
  data_files:
{files}
{told(facts)}"""


def told(facts: Facts) -> str:
    """Columns with their types, where a loader would not find them. JSON is YAML, but for the control characters that it lets stand."""
    found = json.dumps(features([*facts.columns.values()]), ensure_ascii=False)
    plain = re.sub(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda m: f"\\u{ord(m[0]):04x}", found)
    return f"dataset_info:\n  features: {plain}\n" if found != "[]" else ""


def named(facts: Facts) -> dict[str, float]:
    return {tongue: share for tongue, share in facts.languages.items() if isinstance(share, float) and share >= 0.05}


def tongues(facts: Facts) -> str:
    return ", ".join(f"{tongue} {percent(share)}" for tongue, share in named(facts).items())


CONVERTED = "`curate convert . --to messages -o all.jsonl` makes rows whose every turn it does."


def use(facts: Facts) -> str:
    if not facts.plain:
        return (
            "LLaMA-Factory and Axolotl name fields by plain keys, and these rows were read with a `--map` into nested ones: "
            "`curate convert . --to messages -o all.jsonl` makes rows that they load.\n"
        )
    turns = f"Axolotl does not read `{facts.keys['history']}`: {CONVERTED}\n\n" if "history" in facts.keys else ""
    return f"""LLaMA-Factory: `dataset_dir` is this folder, `dataset: {facts.name}_train`, `eval_dataset: {facts.name}_validation`.

{turns}Axolotl:

```yaml
{axolotl(facts.shape, facts.keys, facts.splits)}
```
"""


# ---- what was done and what is known -----------------------------------------------------------------------------------------


def preprocessing(facts: Facts) -> str:
    gone = ", ".join(f"{code} {n:,}" for code, n in facts.removed.items())
    return (
        f"{facts.counts['removed']:,} rows were removed{f' ({gone})' if gone else ''}, {facts.counts['quarantined']:,} set aside so that no "
        f"leak remains, and {facts.changed:,} fields changed; `curate explain CODE` tells what a code means."
    )


def personal(facts: Facts) -> str:
    before = {code: n for code, n in facts.before.items() if code.startswith("PII")}
    after = {code: n for code, n in facts.after.items() if code.startswith("PII")}
    if not before:
        return "None was found by pattern, checksum or cue; names without a cue were not looked for."
    left = ", ".join(f"{code} {n:,}" for code, n in after.items())
    found = ", ".join(f"{code} {n:,}" for code, n in before.items())
    policy = POLICIES.get(facts.pii, facts.pii)
    rest = f"Still noted after it, mostly as guesses: {left}." if left else "Nothing is noted after it."
    return f"Found in the input (rows): {found}; what was more than a guess was {policy}. {rest}"


def biases(facts: Facts) -> str:
    found = ", ".join(f"{code} {n:,}" for code, n in facts.after.items() if code.startswith("BIAS"))
    if found:
        return f"Screening found {found}; figures with intervals stand in `report.json`. It is screening, not a fairness score."
    return "Screening for groups, roles, stereotypes and abuse found nothing above its thresholds; that is no proof of absence."


LIMITS = (
    "Splits share no text above the thresholds stated in the certificate; it says nothing of equal meaning in other words unless a model "
    "for it was named, nor of what a base model has read before."
)
