"""The commands as functions: `curate.audit(path)` and `curate.build(path, folder)`, for notebooks and scripts.

    import curate

    report = curate.audit("data.jsonl", against={"gsm8k": "gsm8k_test.jsonl"})
    report.verdict, report.passed
    report.to_pandas().groupby("code").size()

    built = curate.build("data.jsonl", "clean", seed=7)
    built.splits["train"]

Keyword arguments are the settings of `curate config show`, under the same names. What the user can mend is raised as `curate.UserError`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from curate.auditing import Audit
    from curate.config import Settings

PathLike = str | os.PathLike[str]
Paths = PathLike | Sequence[PathLike] | Mapping[str, PathLike]
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


@dataclass(frozen=True)
class Built:
    """A folder that `build` wrote."""

    folder: Path
    passed: bool
    """Whether the folder keeps what it promises: all gates passed."""
    gates: tuple[Mapping[str, Any], ...]
    manifest: Mapping[str, Any] = field(repr=False)

    @property
    def splits(self) -> dict[str, Path]:
        """The split files that hold rows."""
        counts = self.manifest["counts"]
        return {name: self.folder / f"{name}.jsonl" for name in ("train", "validation", "test") if counts[name]}

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows: input, kept, removed, quarantined, and of each split."""
        counts: Mapping[str, int] = self.manifest["counts"]
        return counts


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
        against=[f"{name}={os.fspath(value)}" for name, value in (against or {}).items()],
        maps=[f"{known}={key}" for known, key in (map or {}).items()],
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


def build(
    path: Paths,
    folder: PathLike,
    *,
    against: Mapping[str, PathLike] | None = None,
    map: Mapping[str, str] | None = None,  # noqa: A002  # the option's own name
    clean: bool = True,
    force: bool = False,
    keep_splits: PathLike | None = None,
    config: PathLike | None = None,
    **settings: Any,
) -> Built:
    """Clean, repair and split the data into a new folder, every change explained, as `curate build` does.

    Args:
        path: As for `audit`.
        folder: The folder to make.
        against: Sets that must not be in the data, by name.
        map: Which of your keys stands for a known one.
        clean: False: only split, as `curate split` does.
        force: Replace the folder if it is there.
        keep_splits: An earlier folder of this data: no row of it changes its split.
        config: A TOML file of settings; `curate.toml` of the working directory otherwise.
        **settings: Any setting of `curate config show`, e.g. `split=(0.9, 0.05, 0.05)`, `pii="pseudonym"`, `seed=7`.

    Raises:
        UserError: nothing to read, no row left, or no split without a leak within `max_drop`.

    """
    from curate import manifest
    from curate.commands.build import make

    flags = {**settings, "config": (os.fspath(config),) if config else ()}
    sets = [f"{name}={os.fspath(value)}" for name, value in (against or {}).items()]
    maps = tuple(f"{known}={key}" for known, key in (map or {}).items())
    known(settings)
    target, earlier = Path(folder), Path(keep_splits) if keep_splits else None
    before = stamp(target)
    code = make(typed(path), target, sets, maps, force, False, "en", earlier, clean=clean, flags=flags, tell=None)
    if stamp(target) == before:
        raise UserError("no split without a leak", where=str(target), hint="`curate build` says which shares can be reached.")
    body = manifest.read(target).body
    return Built(target, code == 0, tuple(body["gates"]), body)


def stamp(folder: Path) -> int | None:
    """When the folder was finished; None where it was not."""
    from curate import manifest

    path = folder / manifest.NAME
    return path.stat().st_mtime_ns if path.exists() else None


def typed(path: Paths) -> list[str]:
    """As it would be typed: a path, several, or `train=a.jsonl`."""
    if isinstance(path, str | os.PathLike):
        return [os.fspath(path)]
    if isinstance(path, Mapping):
        return [f"{split}={os.fspath(value)}" for split, value in path.items()]
    return [os.fspath(each) for each in path]


def settled(given: Mapping[str, Any], config: PathLike | None) -> Settings:
    from curate.config import settings

    known(given)
    return settings(given, Path(config) if config else None)


def known(given: Mapping[str, Any]) -> None:
    from curate.config import KEYS, did_you_mean

    for key in given:
        if key not in KEYS:
            raise UserError(f"no setting `{key}`", hint=did_you_mean(key, KEYS))
