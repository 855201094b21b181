"""The report as one self-contained page: no script, no request, light and dark, from a phone to a wide screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from html import escape

from curate.layout import Cell, Heading, Table, shown
from curate.render import html
from train.parts import Figure, Part, Sides
from train.pictures import NARROW, WIDE, Picture, svg
from train.wording import Language, say

LONGEST = 600
"""Characters of a text that are shown and compared; the rows are in `predictions/` in full."""
ALIKE = 0.5
"""Share of characters in common below which a comparison letter by letter is confetti; the whole text is marked then."""
STYLE = """
svg.picture{display:block;width:100%;height:auto;margin:.6rem 0}
svg.picture text{font:13px system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif}svg.picture .strong{font-weight:600}
svg.picture text{paint-order:stroke;stroke:var(--paper);stroke-width:3px}
svg.wide{max-width:54rem}svg.narrow{display:none}
@media(max-width:640px){svg.wide{display:none}svg.narrow{display:block}body{padding:1rem}}
.ink{fill:var(--ink)}svg .dim{fill:var(--dim)}.axis{stroke:var(--line)}.zero{stroke:var(--ink)}
.margin{stroke:var(--warn);stroke-dasharray:4 3}
svg .good{stroke:var(--good);fill:var(--good)}svg .bad{stroke:var(--bad);fill:var(--bad)}.open{stroke:var(--dim);fill:var(--dim)}
.s0{stroke:#7b93b8}.s1{stroke:#d9662b}.s2{stroke:var(--good)}.k0{fill:#7b93b8}.k1{fill:#d9662b}.k2{fill:var(--good)}.s3{stroke:#9a6ee0}.k3{fill:#9a6ee0}
.sides{border:1px solid var(--line);border-radius:.4rem;padding:.6rem .8rem;margin:.8rem 0}
.sides h3{font-size:.95rem;margin:0 0 .3rem}.sides .text{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.92rem}
.sides .cols{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.8rem;margin-top:.5rem}
.sides h4{font-size:.8rem;font-weight:500;margin:0;color:var(--dim)}
@media(max-width:640px){.sides .cols{grid-template-columns:1fr}}
mark{background:color-mix(in srgb,var(--warn) 28%,transparent);color:inherit;border-radius:.15rem}
del{color:var(--bad);text-decoration-thickness:1px}
th,td{overflow-wrap:break-word;padding-right:.6rem}td:not(.n){white-space:normal}table{font-size:.88rem}
table.facts td:last-child{overflow-wrap:anywhere}td:first-child,th:first-child{min-width:7.5rem}
@media(max-width:640px){
table,tbody,tr,td{display:block}thead{display:none}tr{border-bottom:1px solid var(--line);padding:.35rem 0}
td{border:0;padding:.1rem 0;min-width:0}td:first-child{font-weight:600}
td:not(:first-child){display:flex;justify-content:space-between;gap:1rem;text-align:right;white-space:normal}
td:not(:first-child)::before{content:attr(data-head);color:var(--dim);font-weight:400;text-align:left;flex:none}
td:not(:first-child):empty{display:none}table.facts td:not(:first-child){display:block;text-align:left}
table.facts td:not(:first-child)::before{content:none}}
h1+p{font-size:1.12rem;font-weight:500}
"""


def page(parts: Iterable[Part], title: str, language: Language = "en") -> str:
    body = "\n".join(map(draw, parts))
    locale = {"en": "en", "zh": "zh-CN"}[language]
    return (
        f'<!doctype html>\n<html lang="{locale}"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(html.POLICY)}">\n'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(shown(title))}</title>\n'
        f"<style>{html.STYLE}{STYLE}</style></head><body><main>\n{body}\n</main></body></html>\n"
    )


def draw(part: Part) -> str:
    match part:
        case Figure(picture, _):
            return figure(picture)
        case Sides():
            return sides(part)
        case Heading(text, level):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Table(header, rows):
            return table(header, rows)
        case _:
            return html.draw(part)


def table(header: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> str:
    """Each cell knows the name of its column: on a phone a row is a card, and nothing has to be scrolled to be seen."""
    numbers = [bool(rows) and all(row[i].number for row in rows) for i in range(len(header))]
    kind = ' class="facts"' if len(header) == 2 and not any(numbers) else ""
    head = "".join(f'<th scope="col" class="{"n" if n else ""}">{escape(h)}</th>' for h, n in zip(header, numbers, strict=True))
    body = "".join(f"<tr>{''.join(map(cell, row, header, numbers))}</tr>" for row in rows)
    return f'<div class="wide"><table{kind}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def cell(value: Cell, header: str, number: bool) -> str:
    text = html.words(value.text)
    # On a phone a cell is a flex box: what it says stays one part of it.
    inner = f"<span>{text}</span>" if "<span" in text else text
    return f'<td data-head="{escape(header)}" class="{value.tone.value}{" n" if number else ""}">{inner}</td>'


def figure(picture: Picture) -> str:
    both = ((WIDE, "wide"), (NARROW, "narrow"))
    return "".join(svg(picture, width).replace('class="picture"', f'class="picture {name}"', 1) for width, name in both)


def sides(part: Sides) -> str:
    columns = [column(say(part.language, "note.reference"), escape(readable(part.reference)))]
    columns += [column(name, "".join(marked(readable(text), readable(part.reference)))) for name, text in part.answers]
    prompt = f'<div class="text dim">{escape(readable(part.prompt))}</div>'
    heading = f'<h3 class="{part.tone.value}">{escape(shown(part.label))}</h3>'
    return f'<section class="sides">{heading}{prompt}<div class="cols">{"".join(columns)}</div></section>'


def column(name: str, body: str) -> str:
    return f'<div><h4>{escape(shown(name))}</h4><div class="text">{body}</div></div>'


def readable(text: str) -> str:
    """Line by line fit to show; the line feeds themselves stay."""
    cut = text[:LONGEST] + ("…" if len(text) > LONGEST else "")
    return "\n".join(shown(line) for line in cut.split("\n"))


def marked(text: str, reference: str) -> Iterator[str]:
    """The text with what differs from the reference marked, character by character, and what is missing of it struck out."""
    matcher = SequenceMatcher(None, reference, text, autojunk=False)
    if matcher.ratio() < ALIKE:
        yield f"<mark>{escape(text)}</mark>"
        return
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield escape(text[c:d])
            continue
        if b > a:
            yield f"<del>{escape(reference[a:b])}</del>"
        if d > c:
            yield f"<mark>{escape(text[c:d])}</mark>"
