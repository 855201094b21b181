"""The answer laid out for a person, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator

from curate.layout import Block, Cell, Command, Heading, Note, Quote, Table, Tone
from curate.verifying.chinese import chinese
from curate.verifying.result import Finding, Verification, Word

SHOWN = 12
VERDICT = 3
"""Blocks at the beginning that hold the verdict, what was read, and why."""
TONES = {
    Word.CERTIFIED: Tone.GOOD,
    Word.APPROXIMATE: Tone.WARN,
    Word.FAILED: Tone.BAD,
    Word.REPORTED: Tone.WARN,
    Word.NOT_CHECKED: Tone.DIM,
}
SCOPE = "统一大小写、全半角和空白之后，没有两个划分中的行达到所述阈值。这不涉及换一种说法的相同含义、不在文件夹中的数据集，也不涉及基础模型此前读过的内容。"


class Words:
    """`w("rows", "行")` picks; `w("rows")` looks the English up."""

    def __init__(self, lang: str) -> None:
        self.zh = lang == "zh"

    def __call__(self, english: str, said: str = "") -> str:
        return (said or chinese(english)) if self.zh else english


def blocks(result: Verification, folder: str, rows_only: bool, lang: str = "en") -> Iterator[Block]:
    """The verdict, then why: what was certified, what was found, how near the nearest rows are, whether the ears work."""
    w = Words(lang)
    yield Heading(f"{w(result.verdict)}  {folder}")
    rows = ", ".join(f"{number:,} {name}" for name, number in result.rows.items())
    hashes = w("hashes not looked at", "未核对哈希") if rows_only else w("hashes checked", "已核对哈希")
    yield Note(f"{rows}; {hashes}", Tone.DIM)
    yield Note(w(result.scope, SCOPE) if result.passed else _summary(result), Tone.GOOD if result.passed else Tone.BAD)
    if told := ", ".join(f"{kind.found:,} × {kind.code}" for kind in result.kinds if kind.word is Word.REPORTED):
        yield Note(w(f"Only reported, and let stand: {told}", f"仅报告，未拦下：{told}"), Tone.WARN)
    yield Heading(w("Kinds of leak", "泄漏种类"), 2)
    header = (
        ("code", "编号"),
        ("kind", "种类"),
        ("word", "结论"),
        ("found", "发现"),
        ("nearest left", "最近相似度"),
        ("because", "依据"),
    )
    yield Table(
        tuple(w(*words) for words in header),
        tuple(
            (
                Cell(kind.code),
                Cell(w(kind.name)),
                Cell(w(kind.word), TONES[kind.word]),
                Cell(f"{kind.found:,}", number=True),
                Cell(f"{kind.worst[0]['score']:.3f}" if kind.worst else "", number=True),
                Cell(w(kind.because), Tone.DIM),
            )
            for kind in result.kinds
        ),
    )
    yield from _findings(result, w)
    yield from _margins(result, w)
    yield from _canaries(result, w)
    if not result.passed:
        yield Heading(w("Next", "下一步"), 2)
        yield Command("curate build INPUT... -o DIR")


def _summary(result: Verification) -> str:
    codes: dict[str, int] = {}
    for finding in result.findings:
        codes[finding.code] = codes.get(finding.code, 0) + 1
    return ", ".join(f"{number:,} × {code}" for code, number in sorted(codes.items()))


def _findings(result: Verification, w: Words) -> Iterator[Block]:
    if not result.findings:
        return
    yield Heading(w("Found", "发现"), 2)
    for finding in result.findings[:SHOWN]:
        place = f"{finding.file}:{finding.line}" if finding.line else str(finding.file)
        yield Note(f"{finding.code} {place}  {_said(finding, w)}", Tone.BAD if finding.severity == "error" else Tone.WARN)
        if finding.excerpt:
            yield Quote("", finding.excerpt)
    if (more := len(result.findings) - SHOWN) > 0:
        yield Note(
            w(f"and {more:,} more: --format jsonl prints all of them", f"另有 {more:,} 条：用 --format jsonl 输出全部"), Tone.DIM
        )


def _said(finding: Finding, w: Words) -> str:
    if not w.zh:
        return finding.message
    related = f"（{finding.related[0][0]}:{finding.related[0][1]}）" if finding.related else ""
    return f"{chinese(finding.code)}{related}" if chinese(finding.code) != finding.code else finding.message


def _margins(result: Verification, w: Words) -> Iterator[Block]:
    if any(result.histogram.values()):
        yield Heading(w("Protected rows by their nearest row in another split", "受保护行与其他划分中最近行的相似度"), 2)
        shown = {band: number for band, number in result.histogram.items() if number}
        rows = tuple((Cell(w(band)), Cell(f"{number:,}", number=True)) for band, number in shown.items())
        yield Table((w("likeness", "相似度"), w("rows", "行数")), rows)
    if figures := result.memoriser:
        ours, naive, blind = (f"{figures[key]:.3f}" for key in ("these_splits", "random_split", "blind_guess"))
        yield Note(
            w(
                f"Copying the answer of the nearest training question scores {ours} on these test rows.",
                f"照抄最近训练问题的答案，在这些测试行上得 {ours} 分。",
            )
        )
        yield Note(
            w(
                f"On a random split of the same rows it scores {naive}; an answer drawn blindly scores {blind}.",
                f"在同一数据的随机划分上得 {naive} 分；随机抽取答案得 {blind} 分。",
            ),
            Tone.DIM,
        )


def _canaries(result: Verification, w: Words) -> Iterator[Block]:
    if not result.canaries:
        return
    yield Heading(w("Planted leaks", "植入的泄漏"), 2)
    rows = []
    for each in result.canaries:
        tone = Tone.BAD if each["promised"] and each["found"] < each["planted"] else Tone.GOOD if each["promised"] else Tone.DIM
        must = w("must be found", "必须找到")
        verdict = must if each["promised"] else w("beyond the thresholds, only reported", "超出阈值，仅报告")
        found = Cell(w(f"{each['found']} of {each['planted']}", f"{each['found']} / {each['planted']}"), tone, number=True)
        rows.append((Cell(w(each["family"])), Cell(each["language"]), found, Cell(verdict, Tone.DIM)))
    yield Table((w("change", "改动"), w("text", "语言"), w("found", "找到"), ""), tuple(rows))
