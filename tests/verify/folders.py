"""Built folders for tests, with a manifest as `curate build` spells it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

NAMES = ("train", "validation", "test")


def write(folder: Path, parts: Mapping[str, Sequence[Mapping[str, Any]]], **more: Any) -> Path:
    """Rows by split; ids are given where there are none."""
    folder.mkdir(parents=True, exist_ok=True)
    outputs, counts = {}, {}
    for name in NAMES:
        rows = [{"id": f"{name}-{i}", **row} for i, row in enumerate(parts.get(name, ()))]
        data = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
        (folder / f"{name}.jsonl").write_bytes(data)
        outputs[f"{name}.jsonl"] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "rows": len(rows)}
        counts[name] = len(rows)
    kept = sum(counts.values())
    counts |= {"input": kept, "kept": kept, "removed": 0, "quarantined": 0}
    sign(
        folder,
        {"outputs": outputs, "counts": counts, "thresholds": {"near": 0.8}, "group_by": [], "time_by": "", "map": {}, **more},
    )
    return folder


def sign(folder: Path, body: dict[str, Any]) -> None:
    """Write the manifest with a digest that fits."""
    body = {key: value for key, value in body.items() if key != "digest"}
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    body["digest"] = hashlib.sha256(canonical.encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(body, sort_keys=True, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


SUBJECTS = (
    "the heart", "a bicycle", "the old bridge", "green tea", "a glacier", "the printing press", "an orchard", "a lighthouse",
    "the violin", "a compost heap", "the tides", "a telescope", "bread dough", "the stock market", "an anthill", "a steam engine",
    "月亮", "长江大桥", "豆腐", "活字印刷", "青藏高原", "太极拳", "高速铁路", "春节", "茶马古道", "熊猫",
)  # fmt: skip
ENGLISH = ("How does {0} work, and who looks after it?", "{0} works by passing on, step by step, what number {1} gave it: {2}.")
CHINESE = ("请说明{0}的来历，并举出第{1}个例子。", "关于{0}，编号{1}的资料里这样写道：{2}，后来又有人补充了许多细节。")
DETAILS = (
    "warm water rises and cold water sinks", "two gears turn against each other", "a keeper trims the wick each night",
    "the sugar feeds the yeast", "letters are set in lead", "workers carry crumbs below", "prices follow what people expect",
    "石拱承受了全部重量", "工匠把字一个个刻好", "每年有成千上万的人来看", "水蒸气推动活塞来回移动", "山路一直通到云里",
)  # fmt: skip


def clean_rows(number: int, start: int = 0) -> list[dict[str, str]]:
    """Rows no two of which are alike."""
    rows = []
    for i in range(start, start + number):
        subject = SUBJECTS[i % len(SUBJECTS)]
        question, answer = CHINESE if ord(subject[0]) > 0x3000 else ENGLISH
        detail = "; ".join(DETAILS[(i * k + k * k) % len(DETAILS)] for k in range(2, 5))
        key = hashlib.sha256(str(i).encode()).hexdigest()
        if question is CHINESE[0]:
            key = key.translate(str.maketrans("0123456789abcdef", "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"))
        rows.append(
            {
                "instruction": f"{question.format(subject, i)} [{key[:28]}]",
                "input": "",
                "output": f"{key[28:]} {answer.format(subject, i, detail)} {key[::-1]}",
            }
        )
    return rows


def clean(folder: Path, **more: Any) -> Path:
    rows = clean_rows(60)
    return write(folder, {"train": rows[:44], "validation": rows[44:52], "test": rows[52:]}, **more)
