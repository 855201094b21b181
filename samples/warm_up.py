"""Rows that are many and alike enough for every compiled part of an audit: `python samples/warm_up.py | curate audit -`.

`make install` runs it, so that what is compiled once for a machine is compiled before anybody waits for it.
"""

from __future__ import annotations

import json
import sys

ROWS, WORDS = 4000, 120

for number in range(ROWS):
    words = [f"{(number // 2 + 1) * 7919 * place:x}" for place in range(1, WORDS)]
    answer = " ".join(words[: WORDS - 2 * (number % 2)])
    row = {"instruction": f"第 {number} 行 {words[0]}?", "output": f"he said {answer}"}
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
