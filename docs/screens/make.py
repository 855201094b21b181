"""Draws the pictures of this folder anew: `python docs/screens/make.py`. Pages need `chromium`; without it only consoles are drawn."""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console

from curate import screens
from curate.auditing import Asked, audited
from curate.config import Settings
from curate.layout import Block
from curate.render import console
from curate.screens.drawing import drawn

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
SAMPLES = {"en": "samples/tickets.jsonl", "zh": "samples/customer_service_zh.jsonl"}
PAGES = (("en", "light", 1280, 1500), ("zh", "dark", 1280, 1500), ("zh", "narrow", 390, 1100))
NARROWEST = 500
"""No window of Chromium is narrower; a frame may be."""


def main() -> None:
    for lang, sample in SAMPLES.items():
        with audited(Asked([sample], Settings()), date(2026, 11, 22)) as audit:
            for width in (80, 140):
                picture(screens.audit(audit.report, audit.rules, lang), width, HERE / f"console-{width}-{lang}.svg")
            with tempfile.TemporaryDirectory() as folder:
                page = Path(folder) / "page.html"
                page.write_bytes(drawn(audit, "html", lang))
                for _, name, width, height in (p for p in PAGES if p[0] == lang):
                    shot(page, HERE / f"page-{name}-{lang}.png", width, height, dark=name == "dark")


def picture(blocks: Iterable[Block], width: int, target: Path) -> None:
    out = Console(file=io.StringIO(), record=True, width=width, force_terminal=True, highlight=False, emoji=False, markup=False)
    for block in blocks:
        out.print(console.draw(block))
    svg = out.export_svg(title="curate audit", font_aspect_ratio=0.61)
    # Fonts come from the machine: a picture in the docs asks nothing of the network.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    # rich counts characters; a Chinese one takes two columns.
    svg = re.sub(r'textLength="[\d.]+"([^>]*)>([^<]*)<', lambda m: f'textLength="{12.2 * cells(m[2]):.1f}"{m[1]}>{m[2]}<', svg)
    target.write_text(svg, encoding="utf-8")


def cells(escaped: str) -> int:
    return cell_len(html.unescape(escaped))


def shot(page: Path, target: Path, width: int, height: int, dark: bool) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser:
        if width < NARROWEST:
            frame = (
                f'<body style="margin:0"><iframe src="{page.name}" width="{width}" height="{height}" style="border:0"></iframe>'
            )
            page.with_name("frame.html").write_text(frame, encoding="utf-8")
            page = page.with_name("frame.html")
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={width},{height}"]
        flags += ["--blink-settings=preferredColorScheme=0"] if dark else []
        subprocess.run([browser, *flags, f"--screenshot={target}", page.as_uri()], check=True, capture_output=True)


if __name__ == "__main__":
    main()
