"""The pages in a real browser: hostile rows neither act nor ask for anything. Needs Chromium; without it there is nothing to test with."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import curate
from curate.render import html

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not BROWSER, reason="needs Chromium")]
ACTS = "document.documentElement.setAttribute('data-pwned','1')"
"""What every payload tries: to be seen in the page afterwards."""
AWAY = "http://127.0.0.1:9/"
HOSTILE = [
    f"<script>{ACTS}</script>",
    f'"><img src=x onerror="{ACTS}">',
    f'\'><svg onload="{ACTS}">',
    f"</script><script>{ACTS}</script>",
    f"</style><script>{ACTS}</script><style>",
    f"</title></main><script>{ACTS}</script>",
    f"--><script>{ACTS}</script><!--",
    f'<iframe srcdoc="<script>parent.{ACTS}</script>"></iframe>',
    f'<details open ontoggle="{ACTS}">x</details>',
    f'<input autofocus onfocus="{ACTS}">',
    f'<a href="javascript:{ACTS}">x</a>',
    f'<meta http-equiv="refresh" content="0;url={AWAY}">',
    f'<base href="{AWAY}"><link rel=stylesheet href="{AWAY}x.css"><img src="{AWAY}x.png">',
    f'<form action="{AWAY}"><button autofocus>x</button></form>',
    "\x1b]0;title\x07 \u202eevil\u2066 \x85 ]]> {{7*7}} ${7*7} `${alert(1)}`",
    f"&lt;script&gt;{ACTS}&lt;/script&gt; &#60;script&#62;{ACTS}&#60;/script&#62;",
]
CANARY = f"<!doctype html><title>t</title><img src=x onerror=\"{ACTS}\"><script>console.error('heard')</script>"


def write_rows(path: Path) -> None:
    """Each payload in every place of a row, and twice: in findings, in pairs, in names of fields, in ids."""
    found = [
        {
            "id": f"{copy}{text}",
            "instruction": f"{text} What is this?",
            "output": f"It is {text} said {n} times.",
            text[:40]: copy,
        }
        for n, text in enumerate(HOSTILE)
        for copy in "ab"
    ]
    found += [{"id": f"e{n}", "instruction": text, "output": ""} for n, text in enumerate(HOSTILE)]
    found += [{"id": i, "instruction": f"Name thing {i * 37}.", "output": f"Thing {chr(97 + i) * 6} {i}."} for i in range(12)]
    path.write_text("".join(json.dumps(row) + "\n" for row in found), encoding="utf-8")


PHONE = """<!doctype html><iframe src="{}" width=390 height=900></iframe><script>
onload = () => {{
  const page = document.querySelector('iframe').contentDocument
  const wide = [page.documentElement, ...page.querySelectorAll('.wide')].filter(e => e.scrollWidth > e.clientWidth + 1)
  document.title = `tables ${{page.querySelectorAll('.wide').length}}, too wide ${{wide.length}}`
}}</script>"""
"""A window cannot be made as narrow as a phone; a frame can."""


def opened(page: Path, profile: Path, *more: str) -> tuple[str, list[str]]:
    """The page as it stands after its scripts have run, and what its console says."""
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000", "--enable-logging=stderr", *more]
    asked = [str(BROWSER), *flags, f"--user-data-dir={profile}", "--dump-dom", page.as_uri()]
    done = subprocess.run(asked, capture_output=True, timeout=240, check=True)
    return done.stdout.decode("utf-8", "replace"), [
        line for line in done.stderr.decode("utf-8", "replace").splitlines() if ":CONSOLE" in line
    ]


def on_a_phone(page: Path, profile: Path) -> tuple[int, int]:
    """How many tables there are, and how many of them, and the page, need scrolling sideways."""
    frame = page.with_name("phone.html")
    frame.write_text(PHONE.format(page.name), encoding="utf-8")
    dom, _ = opened(frame, profile, "--allow-file-access-from-files")
    found = re.search(r"<title>tables (\d+), too wide (\d+)</title>", dom)
    assert found
    return int(found[1]), int(found[2])


def test_hostile_rows_do_nothing_in_the_page_of_an_audit_and_of_a_build(tmp_path: Path) -> None:
    write_rows(tmp_path / "data.jsonl")
    report = curate.audit(tmp_path / "data.jsonl", ignore=["BIAS"])
    folder = curate.build(tmp_path / "data.jsonl", tmp_path / "clean", max_drop=1.0).folder
    for page in (report.save(tmp_path / "audit.html"), folder / "report.html"):
        source = page.read_text(encoding="utf-8")
        assert "data-pwned" in source, "the payloads must be in the page to prove anything"
        dom, console = opened(page, tmp_path / "profile")
        assert "<html data-pwned" not in dom
        assert console == []
        for tag in ("<script", "<style", "<base", "<form", "<iframe", "<img", "<link"):
            assert dom.count(tag) == (1 if tag in ("<script", "<style") else 0), tag
        assert html.SCRIPT in dom
        assert "<title>curate " in dom
        assert on_a_phone(page, tmp_path / "profile")[1] == 0


def test_the_browser_would_tell_if_a_payload_acted(tmp_path: Path) -> None:
    (tmp_path / "open.html").write_text(CANARY, encoding="utf-8")
    dom, console = opened(tmp_path / "open.html", tmp_path / "profile")
    assert 'data-pwned="1"' in dom
    assert any("heard" in line for line in console)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_phone_shows_every_table_without_scrolling_sideways(tmp_path: Path, lang: str) -> None:
    source = Path(__file__).parents[1] / "samples" / ("tickets.jsonl" if lang == "en" else "customer_service_zh.jsonl")
    curate.audit(source, lang=lang).save(tmp_path / "page.html")
    tables, wide = on_a_phone(tmp_path / "page.html", tmp_path / "profile")
    assert tables > 3
    assert wide == 0
