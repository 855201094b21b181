"""What an audit holds in memory of its own, by stage and number of rows; pages of files, which go when others need the room, not counted.

Run: `python -P bench/memory.py [--stages SCH,QUA,...] [--rows 100000,300000]`. Linux. Prints Markdown.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from quality import questions

EVERY = 0.25
"""Seconds between two looks: what comes and goes within them is missed."""


def family(process: int) -> list[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:  # it has ended
        return []
    return [process, *(each for child in children for each in family(int(child)))]


def own(process: int) -> int:
    """KiB."""
    try:
        found = re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def peak(file: Path, stage: str) -> int:
    command = [sys.executable, "-m", "curate", "audit", str(file), "--select", stage, "--exit-zero"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    while running.poll() is None:
        most = max(most, sum(map(own, family(running.pid))))
        time.sleep(EVERY)
    if running.returncode:
        raise SystemExit(f"curate audit --select {stage} ended with {running.returncode}")
    return most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="not used: the rows are made here")
    parser.add_argument("--stages", default="SCH,PII,QUA,LAB,BIAS,COV")
    parser.add_argument("--rows", default="100000,300000")
    given = parser.parse_args()
    counts = [int(count) for count in given.rows.split(",")]
    print("| stage | " + " | ".join(f"{count:,} rows" for count in counts) + " |\n|---|" + "---|" * len(counts))
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{count}.jsonl" for count in counts]
        for file, count in zip(files, counts, strict=True):
            file.write_text("".join(f"{row}\n" for row in questions(count)), encoding="utf-8")
        for stage in given.stages.split(","):
            print(f"| {stage} | " + " | ".join(f"{peak(file, stage) / 1000:.0f} MB" for file in files) + " |", flush=True)


if __name__ == "__main__":
    main()
