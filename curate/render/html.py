"""Blocks as one self-contained page: no script, no request, light and dark."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import assert_never

from curate.layout import Block, Cell, Command, Forest, Heading, Note, Quote, Table
from curate.render import forest

STYLE = """
:root{color-scheme:light dark;--ink:#1c2024;--dim:#60646c;--paper:#fff;--line:#e0e3e8;--good:#18794e;--warn:#9a6700;--bad:#b42318;--code:#f3f4f6}
@media(prefers-color-scheme:dark){:root{--ink:#edeef0;--dim:#a2a7b0;--paper:#14161a;--line:#30343b;--good:#5bd197;--warn:#e3b341;--bad:#ff8a7a;--code:#22262c}}
body{margin:0 auto;max-width:70rem;padding:1.5rem;font:16px/1.55 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.4rem;margin:1.2rem 0 .2rem;overflow-wrap:anywhere}h2{font-size:1.05rem;margin:1.8rem 0 .4rem}
p{margin:.2rem 0;overflow-wrap:anywhere}.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}th{color:var(--dim);font-weight:500}
th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad);font-weight:600}.dim{color:var(--dim)}
code{display:block;background:var(--code);padding:.5rem .7rem;border-radius:.3rem;margin:.3rem 0;overflow-x:auto}
.forest{margin:.4rem 0;overflow-x:auto}.forest svg{min-width:40rem;width:100%;font-size:13px}.forest text{fill:currentColor}
.forest g line,.forest circle{stroke:currentColor;fill:currentColor;stroke-width:2}.forest .zero{stroke:var(--dim);stroke-dasharray:4 3}
blockquote{margin:.4rem 0;padding-left:.8rem;border-left:3px solid var(--line)}
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(blocks: Iterable[Block], title: str, lang: str = "en", extra: str = "") -> str:
    """`extra` is trusted markup of ours, such as an SVG."""
    body = "\n".join(map(draw, blocks))
    return (
        f'<!doctype html>\n<html lang="{escape(lang)}"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style></head><body><main>\n{body}\n{extra}</main></body></html>\n"
    )


def draw(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level}>{escape(text)}</h{level}>" if text else ""
        case Note(text, tone, indent):
            return f'<p class="{tone.value}" style="margin-left:{indent}rem">{escape(text)}</p>'
        case Quote(label, text):
            return f"<blockquote><strong>{escape(label)}</strong> {escape(text)}</blockquote>"
        case Command(text):
            return f"<code>{escape(text)}</code>"
        case Table(header, rows):
            return table(header, rows)
        case Forest():
            return forest.svg(block)
        case _:
            assert_never(block)


def table(header: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> str:
    numbers = [bool(rows) and all(row[i].number for row in rows) for i in range(len(header))]
    head = "".join(f'<th scope="col" class="{"n" if n else ""}">{escape(h)}</th>' for h, n in zip(header, numbers, strict=True))
    body = "".join(f"<tr>{''.join(map(cell, row, numbers))}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def cell(value: Cell, number: bool) -> str:
    return f'<td class="{value.tone.value}{" n" if number else ""}">{escape(value.text)}</td>'
