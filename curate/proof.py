"""What a person reads of a built folder's proof: why rows are together, how near the nearest are, and whether the check hears."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from curate.layout import Block, Cell, Heading, Note, Table, Tone
from curate.screens import Words, short


def shown(build: Mapping[str, Any], lang: str = "en") -> Iterator[Block]:
    """`build` is what report.json has under that key."""
    w = Words(lang)
    yield from weak_items(build["against_weak"], w)
    yield from held_together(build["together"], w)
    yield from margins(build["histogram"], w)
    yield from by_heart(build["memoriser"], w)
    yield from planted(build["canaries"], w)


def weak_items(weak: Mapping[str, Any], w: Words) -> Iterator[Block]:
    """Never silently skipped: what of --against is too short to be found inside a longer row."""
    if weak.get("items"):
        yield Note(
            w(
                f"{weak['items']:,} of {weak['of']:,} items of --against are short: looked for as rows and questions, not inside longer rows.",
                f"--against 的 {weak['of']:,} 条中有 {weak['items']:,} 条过短：只按整行与问题比较，不在更长的行内查找。",
            ),
            Tone.WARN,
        )


def held_together(together: Mapping[str, Any], w: Words) -> Iterator[Block]:
    """The largest groups that were not parted, and by what little they hang together."""
    if not together.get("largest"):
        return
    yield Heading(w("Rows that stay together", "不可拆分的行"), 2)
    yield Note(
        w(
            f"{together['rows_in_groups']:,} rows are tied to others; the largest groups, and the weakest tie that holds each:",
            f"共 {together['rows_in_groups']:,} 行与其他行相关联；以下是最大的几组，以及维系各组的最弱关联：",
        )
    )
    rows = []
    for group in together["largest"][:5]:
        weak = group["weakest"]
        tie = f"{weak['code']} {weak['score']:.2f}  {' – '.join(map(short, weak['rows']))}" if weak else ""
        kinds = " ".join(f"{code} {number:,}" for code, number in group["ties"].items())
        rows.append((Cell(f"{group['rows']:,}", number=True), Cell(group["split"]), Cell(kinds), Cell(tie)))
    header = (w("Rows", "行数"), w("Split", "划分"), w("Ties", "关联"), w("Weakest tie", "最弱关联"))
    yield Table(header, tuple(rows))


def margins(histogram: Mapping[str, int], w: Words) -> Iterator[Block]:
    """How near the nearest rows of two splits are."""
    if any(histogram.values()):
        yield Heading(w("Protected rows by their nearest row in another split", "受保护行与其他划分中最近行的相似度"), 2)
        rows = tuple((Cell(band), Cell(f"{number:,}", number=True)) for band, number in histogram.items() if number)
        yield Table((w("Likeness", "相似度"), w("Rows", "行数")), rows)


def by_heart(figures: Mapping[str, Any], w: Words) -> Iterator[Block]:
    """What a model would be credited with that copies the nearest training answer."""
    if figures:
        ours, naive, blind = (f"{figures[key]:.3f}" for key in ("these_splits", "random_split", "blind_guess"))
        yield Heading(w("What learning by heart would score", "死记硬背能得多少分"), 2)
        yield Table(
            (w("Test split", "测试划分"), w("Copying the nearest training answer", "照抄最近训练答案的得分")),
            (
                (Cell(w("this one", "本次划分")), Cell(ours, number=True)),
                (Cell(w("a random split of the same rows", "同一数据的随机划分")), Cell(naive, number=True)),
                (Cell(w("answers drawn blindly", "随机抽取答案")), Cell(blind, number=True)),
            ),
        )
        spared = figures["inflation_spared"]
        yield Note(
            w(
                f"Inflation spared: {spared:+.3f} (likeness of the copied to the true answer, 1 for equal; {figures['questions']:,} questions).",
                f"避免的虚高：{spared:+.3f}（照抄答案与真实答案的相似度，完全相同为 1；共 {figures['questions']:,} 个问题）。",
            ),
            Tone.DIM,
        )


def planted(canaries: Sequence[Mapping[str, Any]], w: Words) -> Iterator[Block]:
    """Whether the check hears at all."""
    must = [each for each in canaries if each["promised"]]
    if must:
        found, sown = sum(each["found"] for each in must), sum(each["planted"] for each in must)
        yield Note(
            w(
                f"Planted leaks that must be found: {found:,} of {sown:,}.",
                f"必须找到的植入泄漏：{sown:,} 处中找到 {found:,} 处。",
            ),
            Tone.GOOD if found == sown else Tone.BAD,
        )
