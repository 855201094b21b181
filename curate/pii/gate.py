"""The one test that every text takes: could there be anything in it at all?

Written in the syntax that Python's `re` and RE2 share, so that a whole Arrow column is judged in C++ without making Python strings.
What a detector can find must pass; the tests hold every detector to that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curate.pii.documents import PROVINCES
from curate.pii.fold import VANISH, ranges, strong
from curate.pii.secrets import ISSUED

DIGITS = r"[0-9](?:[ .()/\-（）]{0,2}[0-9]){5}"
"""Six digits with no more than two separators between two of them: what almost every number has."""


def any_of(words: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(w) for w in sorted(set(words), key=lambda w: (-len(w), w))) + ")"


class Gate:
    def __init__(self, params: Mapping[str, Mapping[str, Any]]) -> None:
        def words(code: str, *keys: str) -> str:
            return any_of(w for key in keys for w in params[code].get(key, ()))

        secret = words("PII009", "cues", "passwords")
        papers = any_of([w for k in ("passport", "permit", "licence") for w in params["PII010"].get(k, ())] + [*params["PII011"]["cues"], *params["PII013"]["cues"]])
        account = words("PII012", "wechat", "qq", "social")
        self.pattern = "|".join(
            (
                DIGITS,
                "[0-9][ ]?[@]|@[A-Za-z0-9]",
                r"://[^\s]{0,300}[?@]",
                r"[0-9]\.[0-9]{1,3}\.[0-9]",
                r"[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}|[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-",
                r"[A-Z][0-9]{6}|[0-9]{7}|[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]{4}",
                any_of(mark for marks, _ in ISSUED for mark in marks) + "|-----BEGIN|:AA|wxid_|P[A-Z]?<",
                rf"(?i:{secret}(?:s|[ _-]?(?:numbers?|id|no\.?))?[\"'`)\]]{{0,2}}\s{{0,3}}(?:is|was|=|:|：|为|是|改|设|設))",
                rf"(?i:{papers}[^\n]{{0,48}}[0-9]{{2}})",
                rf"(?i:{account}[^\n]{{0,24}}[A-Za-z0-9]{{5}})",
                rf"[{PROVINCES}使][A-HJ-NP-Z].?[A-Z0-9]{{4}}",
                rf"(?i:{words('PII014', 'cues', 'narrative')}[^0-9]{{0,30}}[0-9])",
                r"[〇零一二三四五六七八九幺]{10}",
                "(?i:[\\[({<_] ?at ?[\\])}>_]| at [a-z0-9-]{1,63} dot )",
                r"(?:linkedin|facebook|fb|weibo|t|wa|instagram|twitter|x|tiktok|bilibili|zhihu|snapchat|qq)\.(?:com|me)/",
                place_gate(params),
                "[" + ranges("".join(c for c in strong() if c <= "\uffff" and c not in VANISH)).replace("\\U0000", "\\x{").replace("-", "}-") + "]",
            )
        )


def place_gate(params: Mapping[str, Mapping[str, Any]]) -> str:
    return "x"
