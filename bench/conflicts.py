"""LAB001 on pairs of answers that somebody has compared: precision and recall, by level.

Run: `python -P bench/conflicts.py FILE...`. JSON lines `{"question", "a", "b", "same"}`; `same`: both answers may be right. docs/quality.md
names the public sets that its figures come from. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from curate.labels.conflicts import conflicts, said_by
from curate.labels.values import value


def level(question: str, a: str, b: str) -> str:
    said = [said_by(row, question, found) for row, answer in enumerate((a, b)) if (found := value(answer, question))]
    clashes = [*conflicts(said)]
    return "" if not clashes else "warning" if any(clash.sure for clash in clashes) else "info"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    print("| pairs | differ | at warning | at info | found at warning | at either |\n|---|---|---|---|---|---|")
    for path in parser.parse_args().files:
        pairs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        n = Counter((level(p["question"], p["a"], p["b"]), bool(p["same"])) for p in pairs)
        differ = sum(not p["same"] for p in pairs)
        right = [n[at, False] for at in ("warning", "info")]
        of = [f"{n[at, False]} of {n[at, False] + n[at, True]}" for at in ("warning", "info")]
        shares = [f"{x / differ:.3f}" if differ else "–" for x in (right[0], sum(right))]
        print(f"| {path.stem} ({len(pairs):,}) | {differ:,} | " + " | ".join([*of, *shares]) + " |")


if __name__ == "__main__":
    main()
