"""TOK: what the tokenizer and the chat template make of the rows, before a trainer does it silently."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.errors import NotApplicable, UserError
from curate.excerpt import excerpt
from curate.findings import Fact, Finding, Severity
from curate.layout import percent
from curate.tokens.account import Account, Totals, accounts
from curate.tokens.forecast import forecast
from curate.tokens.load import Loaded, load
from curate.tokens.template import Refused, Template

FAMILY = "TOK"
Mask = np.ndarray[Any, np.dtype[np.bool_]]


def check(corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:
    if not settings.tokenizer:
        raise NotApplicable("no --tokenizer named")
    mine = corpus.usable & corpus.own
    if not mine.any():
        raise NotApplicable("no usable row")
    loaded = load(settings.tokenizer)
    limit = settings.max_length or loaded.max_length
    try:
        template = Template(loaded.template, loaded.bos, loaded.eos, loaded.control)
    except Refused as reason:
        raise UserError(str(reason), where=settings.tokenizer) from None
    totals = Totals()
    for account in accounts((r for r in corpus.records() if mine[r.row]), loaded, template, limit):
        totals.add(account, limit)
        yield from (found for found in of_row(account, limit) if found.code in rules)
    if "TOK003" in rules:
        yield from control_tokens(corpus, mine, loaded)
    if "TOK004" in rules:
        yield from of_template(loaded, template, totals)
    yield from facts(loaded, totals, limit, settings)


def of_row(account: Account, limit: int) -> Iterator[Finding]:
    row, n = account.row, account.tokens
    if account.refused:
        yield Finding("TOK004", f"The template does not take the row: {excerpt(account.refused[:160])}", row=row)
        return
    if not account.kept:
        why = (
            f"the answer begins past the limit of {limit:,} tokens" if account.supervised else "no answer that follows a question"
        )
        yield Finding("TOK002", f"Nothing is left to learn from: {why}", row=row, score=float(n))
    elif limit and n > limit:
        lost = account.supervised - account.kept
        share = f"{percent(lost / account.supervised)} of the answer" if lost else "nothing of the answer"
        yield Finding(
            "TOK001",
            f"{n:,} tokens, {n - limit:,} over the limit of {limit:,}: {share} is cut off",
            row=row,
            score=float(n - limit),
        )


def control_tokens(corpus: Corpus, mine: Mask, loaded: Loaded) -> Iterator[Finding]:
    if not loaded.control:
        return
    pattern = re.compile("|".join(map(re.escape, loaded.control)))
    # Nearly all control tokens hold a bracket; texts without one need no search.
    bracketed = all("<" in token or "[" in token for token in loaded.control)
    for record in corpus.records():
        if not mine[record.row]:
            continue
        for part in record.parts:
            if bracketed and "<" not in part.text and "[" not in part.text:
                continue
            if found := pattern.search(part.text):
                yield Finding(
                    "TOK003",
                    f"`{found[0]}` is a control token of this tokenizer and would be read as one",
                    row=record.row,
                    field=part.field,
                    span=found.span(),
                    excerpt=excerpt(part.text, found.span()),
                )


def of_template(loaded: Loaded, template: Template, totals: Totals) -> Iterator[Finding]:
    """What is wrong with every row alike."""
    if totals.unstopped and totals.unstopped == len(totals.tokens):
        yield Finding(
            "TOK004", "No stop token follows the answers in the template: trained as it is, the model never learns to stop"
        )
    if loaded.bos and doubles_start(loaded, template):
        what = f"Template and tokenizer both write the start token `{loaded.bos}`: tokenise the rendered text with add_special_tokens=False"
        # Only a trainer that adds special tokens a second time is hit; `train` does not.
        yield Finding("TOK004", what, severity=Severity.INFO)


def doubles_start(loaded: Loaded, template: Template) -> bool:
    try:
        text = template.render([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}])
    except Refused:
        return False
    tokens = loaded.tokenizer.encode(text, add_special_tokens=True).tokens[:2]
    return text.startswith(loaded.bos) and tokens == [loaded.bos, loaded.bos]


def facts(loaded: Loaded, totals: Totals, limit: int, settings: Settings) -> Iterator[Fact]:
    tokens, supervised = sum(totals.tokens), sum(totals.supervised)
    yield Fact("tokens", tokens)
    yield Fact("supervised_tokens", supervised)
    yield Fact("tokenizer", settings.tokenizer)
    yield Fact("template", "its own" if loaded.template else "none: rows are rendered as plain question and answer")
    yield Fact("max_length", limit)
    yield Fact("row_tokens", totals.quantiles())
    yield Fact("cut", {"rows": totals.cut_rows, "tokens": totals.beyond})
    training = forecast(len(totals.tokens), tokens - totals.beyond, loaded.parameters)
    yield Fact("training", training)
    yield Fact("tables", [table(loaded, totals, limit, tokens, supervised, training)])


def duration(hours: float) -> str:
    """`40 s`, `12 min`, `3.5 h`: an order of magnitude in the unit one would say."""
    seconds = hours * 3600
    return f"{max(seconds, 1):.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min" if seconds < 5400 else f"{hours:.2g} h"


def table(
    loaded: Loaded, totals: Totals, limit: int, tokens: int, supervised: int, training: Mapping[str, Any]
) -> Mapping[str, Any]:
    lengths = totals.quantiles()
    rows = [
        ["tokens", f"{tokens:,}"],
        ["learned from", f"{supervised:,} ({percent(supervised / tokens)})" if tokens else "0"],
        [
            "per row",
            f"median {lengths.get('median', 0):,}, 95 % under {lengths.get('p95', 0):,}, longest {lengths.get('longest', 0):,}",
        ],
        ["limit", f"{limit:,}; {totals.cut_rows:,} rows are longer, by {totals.beyond:,} tokens" if limit else "none known"],
        ["template", "its own" if loaded.template else "none"],
        ["epochs to plan", f"{training['epochs']}: {training['because']}"],
    ]
    if "hours" in training:
        rows.append(["full training", ", ".join(f"{name}: about {duration(hours)}" for name, hours in training["hours"].items())])
    return {"title": f"Tokens, as {loaded.name} sees them", "header": ["", ""], "rows": rows}
