"""`curate.audit()`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.api.asking import PathLike, Paths, pairs, settled, typed
from curate.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from curate.auditing import Audit

COLUMNS = ("code", "severity", "file", "line", "id", "field", "span", "message", "excerpt", "related", "score", "fix")


@dataclass(frozen=True)
class Report:
    """What an audit found. The rows themselves are not held, and no excerpt holds a found secret."""

    verdict: str
    """`ready`, `ready_with_warnings` or `not_ready`."""
    findings: tuple[Mapping[str, Any], ...] = field(repr=False)
    """Every finding as `--format jsonl` prints it."""
    facts: Mapping[str, Any] = field(repr=False)
    """The report as `--format json` prints it: gates, input, rules, stages, facts."""
    text: str = field(repr=False)
    markdown: str = field(repr=False)
    html: str = field(repr=False)
    """A page of its own."""
    body: str = field(repr=False)

    @property
    def passed(self) -> bool:
        """Whether `curate audit` would exit 0: no finding at error level."""
        return all(rule["severity"] != "error" for rule in self.facts["rules"])

    def to_pandas(self) -> pd.DataFrame:
        """One row a finding, with the columns of `--format jsonl`."""
        import pandas as pd

        return pd.DataFrame([dict(f) for f in self.findings], columns=list(COLUMNS))

    def to_json(self) -> dict[str, Any]:
        return dict(self.facts)

    def save(self, path: PathLike) -> Path:
        """Write the report in the format that the name asks for: .html, .md, .json; .jsonl for the findings; text otherwise."""
        import orjson

        from curate.files import write_whole
        from curate.screens.drawing import by_name

        target = Path(path)
        form = by_name(target)
        if form in ("sarif", "junit"):
            raise UserError(f"{form} is written by the command", where=str(path), hint="curate audit INPUT -o " + target.name)
        if form == "jsonl":
            data = b"".join(orjson.dumps(f, option=orjson.OPT_APPEND_NEWLINE) for f in self.findings)
        elif form == "json":
            data = orjson.dumps(self.facts, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
        else:
            data = {"html": self.html, "markdown": self.markdown}.get(form, self.text).encode("utf-8", "replace")
        write_whole(target, data)
        return target

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        """For notebooks: the report's own markup, without its script and page."""
        return self.body


def audit(  # noqa: PLR0913  # the options of the command
    path: Paths,
    *,
    against: Mapping[str, PathLike] | None = None,
    map: Mapping[str, str] | None = None,  # noqa: A002  # the option's own name
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    baseline: PathLike | None = None,
    sample: int | None = None,
    lang: str = "en",
    config: PathLike | None = None,
    **settings: Any,
) -> Report:
    """Say what is wrong with the data; change nothing.

    Args:
        path: A file, folder or glob; several; or splits by name, `{"train": ..., "test": ...}`.
        against: Sets that must not be in the data, by name.
        map: Which of your keys stands for a known one, `{"output": "answer"}`.
        select: Codes or prefixes to look for; all where none is given.
        ignore: Codes or prefixes to leave out.
        baseline: A file of accepted findings.
        sample: Only so many rows, drawn by `seed`.
        lang: Language of `text`, `markdown` and `html`: en or zh.
        config: A TOML file of settings; `curate.toml` of the working directory otherwise.
        **settings: Any setting of `curate config show`, e.g. `threshold=0.9`.

    Raises:
        UserError: what cannot be read, or a setting that is none.

    """
    from curate.auditing import Asked, audited

    asked = Asked(
        inputs=typed(path),
        settings=settled(settings, config),
        against=pairs(against),
        maps=pairs(map),
        select=tuple(select),
        ignore=tuple(ignore),
        baseline=Path(baseline) if baseline else None,
        sample=sample,
    )
    with audited(asked, date.today()) as done:
        return report(done, lang)


def report(done: Audit, lang: str) -> Report:
    from curate import screens
    from curate.render import html
    from curate.screens.drawing import drawn, told

    blocks = screens.audit(done.report, done.rules, lang)
    return Report(
        verdict=done.report.verdict,
        findings=tuple(told(done, done.done.findings)),
        facts=done.report.to_json(),
        text=drawn(done, "text", lang).decode(),
        markdown=drawn(done, "markdown", lang).decode(),
        html=drawn(done, "html", lang).decode(),
        body=html.fragment(blocks, lang),
    )
