"""Writes the sample corpora, always the same bytes: `python samples/generate.py`; `--check` compares instead of writing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from making import benchmark, people, service_zh_faults, tickets_faults
from making.dice import Dice
from making.lines import Line, Row, expected, near_misses, ordered, text_of
from making.service_zh import Service
from making.tickets import Tickets

HERE = Path(__file__).parent


def listed(rows: list[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def tickets() -> dict[str, str]:
    dice = Dice(20260101)
    maker = Tickets(dice)
    clean = list(maker.clean())
    faults = list(tickets_faults.lines(maker, clean, dice))
    used = {id(line.after) for line in faults}
    leaked = benchmark.rows([line for line in clean if id(line) not in used], dice)
    return files("tickets", ordered(clean + faults, dice, "tk")) | {"tickets_benchmark.jsonl": listed(leaked)}


def service() -> dict[str, str]:
    dice = Dice(20260102)
    maker = Service(dice)
    clean = list(maker.clean())
    return files("customer_service_zh", ordered(clean + list(service_zh_faults.lines(maker, clean, dice)), dice, "kf"))


def hiring() -> dict[str, str]:
    dice = Dice(20260103)
    found = files("hiring_bias", ordered(people.hiring(dice), dice, "hb"))
    found["hiring_bias.expected.jsonl"] += listed(people.ties())
    return found


def control() -> dict[str, str]:
    dice = Dice(20260104)
    return {"balanced_control.jsonl": text_of(ordered(people.control(dice), dice, "bc"))}


def files(name: str, lines: list[Line]) -> dict[str, str]:
    """The corpus, what is planted in it, and the pairs that are a little too unlike to be found."""
    found = {f"{name}.jsonl": text_of(lines), f"{name}.expected.jsonl": listed(expected(lines))}
    if missed := near_misses(lines, f"{name}.jsonl"):
        found[f"{name}.near_misses.jsonl"] = listed(missed)
    return found


MAKERS: tuple[Callable[[], dict[str, str]], ...] = (tickets, service, hiring, control)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 if a file here differs from what would be written")
    check = parser.parse_args().check
    differing = []
    for maker in MAKERS:
        for name, text in maker().items():
            path = HERE / name
            if not check:
                path.write_bytes(text.encode())
            elif not path.exists() or path.read_bytes() != text.encode():
                differing.append(name)
    for name in differing:
        sys.stderr.write(f"samples/{name} is not what the generator writes\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
