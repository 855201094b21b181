"""Blocks as one self-contained page: no request, light and dark, complete without its script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import assert_never

from curate.layout import MEASURED, Block, Cell, Chart, Command, Compare, Forest, Heading, Note, Piece, Quote, Table, shown
from curate.render import forest

HERE = Path(__file__).parent
STYLE = (HERE / "page.css").read_text(encoding="utf-8")
SCRIPT = (HERE / "page.js").read_text(encoding="utf-8")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
MOST_FOLDED = 8
"""Columns beside the last for which `page.css` has a class."""
MOST_CHOICES = 80
"""Values of a column up to which a list of them is offered."""
WORDS = {
    "en": {"find": "Find", "all": "all", "shown": "Shown", "sort": "sort by", "changed": "differs"},
    "zh": {"find": "查找", "all": "全部", "shown": "显示", "sort": "排序：", "changed": "不同处"},
}


def allowed(text: str) -> str:
    """The source expression of a content security policy for exactly this script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def page(blocks: Iterable[Block], title: str, lang: str = "en", extra: str = "") -> str:
    """`extra` is trusted markup of ours, such as an SVG. Only our own script and style may act, told by their digests."""
    policy = f"default-src 'none'; style-src {allowed(STYLE)}; script-src {allowed(SCRIPT)}; base-uri 'none'; form-action 'none'"
    body = "\n".join(draw(block, lang) for block in blocks)
    locale = {"zh": "zh-CN"}.get(lang, lang)
    return (
        f'<!doctype html>\n<html lang="{escape(locale)}"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(shown(title))}</title>\n'
        f"<style>{STYLE}</style></head><body><main>\n{body}\n{extra}</main>\n<script>{SCRIPT}</script></body></html>\n"
    )


def fragment(blocks: Iterable[Block], lang: str = "en") -> str:
    """For a notebook: our markup and style, and nothing that acts. The style reaches no further than the frame it stands in."""
    body = "\n".join(draw(block, lang) for block in blocks)
    return f'<div class="curate"><style>@scope (.curate) {{{STYLE.replace("body{", ":scope{")}}}</style>\n{body}</div>'


def draw(block: Block, lang: str = "en") -> str:
    match block:
        case Heading(text, level):
            return f"<h{level}>{words(text)}</h{level}>" if text else ""
        case Note(text, tone, indent):
            return f'<p class="{tone.value} i{indent}">{words(text)}</p>' if text else ""
        case Quote(label, text):
            return f"<blockquote><strong>{escape(label)}</strong> {escape(text)}</blockquote>"
        case Command(text):
            return f"<code>{escape(text)}</code>"
        case Table():
            return found(block, lang) if block.searched else table(block)
        case Forest():
            return forest.svg(block)
        case Chart():
            return chart(block)
        case Compare():
            return compare(block, lang)
        case _:
            assert_never(block)


def table(block: Table, kind: str = "", before: str = "") -> str:
    header, rows = block.header, block.rows
    numbers = [bool(rows) and all(row[i].number for row in rows) for i in range(len(header))]
    long = [any(wide(row[i].text) > 30 for row in rows) for i in range(len(header))]
    names = [f'<button type="button">{escape(h)}</button>' if kind else escape(h) for h in header]
    kind = kind or (' class="small"' if len(header) <= 3 else folded(len(header), numbers[-1]))
    head = "".join(f'<th scope="col"{css("n" if n else "")}>{h}</th>' for h, n in zip(names, numbers, strict=True))
    body = "".join(f"<tr>{''.join(map(cell, row, numbers, long))}</tr>" for row in rows)
    return f'{before}<div class="wide"><table{kind}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def folded(columns: int, number: bool) -> str:
    """Of a table of many columns the last goes below the others where the page is narrow, if it holds words."""
    return f' class="many c{columns - 1}"' if 5 <= columns <= MOST_FOLDED + 1 and not number else ""


def wide(text: str) -> int:
    """Columns of a terminal, near enough: CJK characters take two."""
    return len(text) + sum(c >= "\u2e80" for c in text)


def cell(value: Cell, number: bool, long: bool) -> str:
    tone = "" if value.tone.value == "plain" else value.tone.value
    return f"<td{css(tone, 'n' if number else '', 'long' if long else '')}>{words(value.text)}</td>"


def words(text: str) -> str:
    """A number and its sign on one line, with the space that a search in the page expects."""
    return MEASURED.sub(r'<span class="whole">\g<0></span>', escape(text))


def css(*names: str) -> str:
    joined = " ".join(name for name in names if name)
    return f' class="{joined}"' if joined else ""


def found(block: Table, lang: str) -> str:
    """A long table with a search field, a list for each column of few values, and buttons that sort."""
    say = WORDS.get(lang, WORDS["en"])
    # By what is in it: a page may have several.
    place = "find-" + hashlib.sha256(repr(block).encode("utf-8", "replace")).hexdigest()[:8]
    lists = []
    for i, name in enumerate(block.header):
        values = sorted({row[i].text for row in block.rows})
        if 1 < len(values) <= MOST_CHOICES and max(map(len, values)) <= 24 and not all(row[i].number for row in block.rows):
            choices = "".join(f"<option>{escape(v)}</option>" for v in values if v)
            lists.append(
                f'<label>{escape(name)}<select data-column="{i}"><option value="">{say["all"]}</option>{choices}</select></label>'
            )
    search = f'<label>{say["find"]}<input type="search" autocomplete="off"></label>'
    count = f'<label>{say["shown"]}<output aria-live="polite"></output></label>'
    controls = f'<div class="find" id="{place}" role="search">{search}{"".join(lists)}{count}</div>'
    return table(block, f' class="found" data-find="{place}"', controls)


def chart(block: Chart) -> str:
    most = max((bar.value for bar in block.bars), default=1) or 1
    rows = "".join(
        f'<span>{escape(bar.label)}</span><svg aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 10">'
        f'<rect width="{100 * bar.value / most:.2f}" height="10"/></svg><span class="n">{escape(bar.told)}</span>'
        for bar in block.bars
    )
    return f'<figure><figcaption>{escape(block.title)}</figcaption><div class="bars">{rows}</div></figure>'


def compare(pair: Compare, lang: str) -> str:
    sides = ((pair.left, pair.before, "del"), (pair.right, pair.after, "ins"))
    columns = "".join(f"<div><h3>{escape(place)}</h3><p>{marked(pieces, tag)}</p></div>" for place, pieces, tag in sides)
    label = pair.label or WORDS.get(lang, WORDS["en"])["changed"]
    return f'<details class="pair"><summary>{escape(label)}</summary><div class="cols">{columns}</div></details>'


def marked(pieces: tuple[Piece, ...], tag: str) -> str:
    return "".join(f"<{tag}>{escape(p.text)}</{tag}>" if p.changed else escape(p.text) for p in pieces)
