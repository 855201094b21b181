"""The gates of the verdict, in the order they are shown, each asked of the evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from curate.findings import Severity
from curate.judging.advice import SMALLEST_TEST, smallest_gain
from curate.judging.evidence import REPEATS, Asked, Evidence, Said, counted, listed, percent

FEWEST_ROWS = 50
"""Where OpenAI's fine-tuning guide sees the first clear gains: 50 to 100 good examples."""
BROKEN = 0.05
REPEATED = 0.30
"""Repeats are easily removed, but a third of repeats says that something upstream went wrong."""
CONFLICTING = 0.05
FAULTY = 0.10
"""10 % of wrong answers begin to cost points, 30 % cost 9 points of MMLU (RobustFT, arXiv 2412.14922)."""
PERSONAL = 0.01
ABUSIVE = 0.01
UNLEARNABLE = 0.01

BLOCKING_LEAKS = ("LEAK001", "LEAK002", "LEAK003", "LEAK004", "LEAK005", "LEAK006", "LEAK008", "LEAK009")
BROKEN_ANSWERS = ("QUA001", "QUA002", "QUA003", "QUA005", "QUA006")


def readable(e: Evidence) -> Iterator[Asked]:
    broken = e.rows - e.usable
    share = broken / e.rows if e.rows else 1.0
    if not e.rows:
        because = Said("There is no row.", "一行也没有。")
    elif not broken:
        because = Said(
            f"All {e.rows:,} rows can be used." if e.rows > 1 else "The one row can be used.", f"全部 {e.rows:,} 行可用。"
        )
    else:
        because = Said(
            f"{broken:,} of {e.rows:,} rows ({percent(share)}) cannot be used; up to {percent(BROKEN)} is an accident, more is a broken export.",
            f"{e.rows:,} 行中有 {broken:,} 行（{percent(share)}）不可用；{percent(BROKEN)} 以内是偶然，更多则是导出出了问题。",
        )
    yield Asked(Said("rows can be read", "能读取"), share <= BROKEN, because)


def enough(e: Evidence) -> Iterator[Asked]:
    n, told = e.distinct, bool(e.looked & set(REPEATS))
    if n < FEWEST_ROWS:
        because = Said(
            f"{n:,} different row{'s are' if n != 1 else ' is'} too few to fine-tune or to judge; write what there is into the prompt as examples first. {FEWEST_ROWS} is the least.",
            f"只有 {n:,} 个不同的行，既不够微调也不够判断；请先把它们作为示例写进提示。至少要 {FEWEST_ROWS} 行。",
        )
    elif told:
        because = Said(f"{n:,} different rows.", f"{n:,} 个不同的行。")
    else:
        because = Said(f"{n:,} rows; how many differ was not looked at.", f"{n:,} 行；其中有多少不同，没有检查。")
    yield Asked(Said("enough rows", "行数足够"), n >= FEWEST_ROWS, because)


def different(e: Evidence) -> Iterator[Asked]:
    repeated = e.rows_with(*REPEATS)
    share = e.share(repeated)
    because = Said("No row repeats another one.", "没有重复的行。")
    if repeated:
        because = Said(
            f"{repeated:,} rows ({percent(share)}) repeat another one; `curate build` removes them.",
            f"{repeated:,} 行（{percent(share)}）与别的行重复；`curate build` 会删除它们。",
        )
    yield Asked(Said("rows differ", "行不重复"), share <= REPEATED, because)


def independent(e: Evidence) -> Iterator[Asked]:
    found = e.found(*BLOCKING_LEAKS)
    sides = [*(f"{name} ({n:,})" for name, n in e.splits.items()), *e.against]
    because = Said(f"Nothing is shared between {', '.join(sides)}.", f"{'、'.join(sides)} 之间没有共用内容。")
    if not e.splits:
        because = Said(f"Nothing of {', '.join(e.against)} is in the data.", f"数据中没有 {'、'.join(e.against)} 的内容。")
    if found:
        because = Said(
            f"{listed(found)}: the test score would count rows that were learned by heart. `curate build` makes splits that share nothing.",
            f"{counted(found)}：测试分数会把背下来的行也算进去。`curate build` 能划分出互不共用的数据。",
        )
    yield Asked(Said("splits share nothing", "划分之间无泄漏"), not found, because)


def private(e: Evidence) -> Iterator[Asked]:
    proved, likely = e.family("PII", Severity.ERROR), e.family("PII", Severity.WARNING)
    many = max(likely.values(), default=0) > PERSONAL * max(e.usable, 1)
    because = Said("Nothing found that names, reaches or unlocks anyone.", "没有发现能指认、联系任何人或可用于登录的内容。")
    if proved:
        because = Said(
            f"{listed(proved)}: a model can repeat them to anyone. `curate build --pii mask` masks them.",
            f"{counted(proved)}：模型可能把它们说给任何人。`curate build --pii mask` 会遮盖它们。",
        )
    elif likely:
        because = Said(
            f"{listed(likely)}; {'more than' if many else 'at most'} {percent(PERSONAL)} of the rows. `curate build --pii mask` masks them.",
            f"{counted(likely)}；{'超过' if many else '不超过'} {percent(PERSONAL)} 的行。`curate build --pii mask` 会遮盖它们。",
        )
    yield Asked(Said("no personal data or secrets", "无个人信息与密钥"), not proved and not many, because)


def agreeing(e: Evidence) -> Iterator[Asked]:
    maybe = e.at_info.get("LAB001", 0) if e.severity.get("LAB001", Severity.INFO) is not Severity.INFO else e.rows_with("LAB001")
    n = e.rows_with("LAB001") - maybe
    share = e.share(n)
    because = Said("No two rows contradict each other.", "没有互相矛盾的回答。")
    if n:
        because = Said(
            f"{n:,} row{'s' * (n != 1)} ({percent(share)}) answer{'s' * (n == 1)} a question otherwise than another row does.",
            f"{n:,} 行（{percent(share)}）对同一问题的回答与别的行不同。",
        )
    if maybe:
        more = f"{maybe:,} {'more ' * bool(n)}row{'s' * (maybe != 1)} may, or both answers are right."
        because = Said(f"{because.en} {more}", f"{because.zh}{'另有' if n else '有'} {maybe:,} 行可能矛盾，也可能两个答案都对。")
    yield Asked(Said("answers agree", "回答不矛盾"), share <= CONFLICTING, because)


def whole(e: Evidence) -> Iterator[Asked]:
    found = e.sure(*BROKEN_ANSWERS)
    maybe = sum(e.found("QUA005").values()) - found.get("QUA005", 0)
    share = e.share(min(e.usable, sum(found.values())))
    because = Said(
        "No answer is cut off, refused, looping, in the wrong language or left as a template.",
        "没有被截断、拒答、循环、语言不符或残留模板的回答。",
    )
    if found:
        because = Said(
            f"{listed(found)}: up to {percent(share)} of the rows; from {percent(FAULTY)} on wrong answers cost several points.",
            f"{counted(found)}：至多占 {percent(share)}；错误回答达到 {percent(FAULTY)} 就会损失几个百分点。",
        )
    if maybe:
        more = f"{maybe:,} {'more ' * bool(found)}row{'s' * (maybe != 1)} may be in another language on purpose."
        because = Said(f"{because.en} {more}", f"{because.zh}{'另有' if found else '有'} {maybe:,} 行换了语言，可能是有意的。")
    yield Asked(Said("answers are whole", "回答完整"), share <= FAULTY, because)


def decent(e: Evidence) -> Iterator[Asked]:
    found = e.family("BIAS", Severity.ERROR)
    share = e.share(max(found.values(), default=0))
    because = Said("No slur or abuse of a group was found.", "没有发现针对群体的辱骂。")
    if found:
        because = Said(
            f"{listed(found)} ({percent(share)} of the rows); read them before you train.",
            f"{counted(found)}（占 {percent(share)}）；训练前请先读一遍。",
        )
    yield Asked(Said("no abuse of a group", "不辱骂群体"), share <= ABUSIVE, because)


def learnable(e: Evidence) -> Iterator[Asked]:
    empty, torn = e.rows_with("TOK002"), e.rows_with("TOK004")
    share = max(empty, torn) / max(e.usable, 1)
    because = Said("Every row leaves tokens to learn from, its stop token among them.", "每一行都有可学的词元，结束符也在其中。")
    if found := e.found("TOK002", "TOK004"):
        because = Said(f"{listed(found)} with the tokenizer named.", f"按所指定的分词器：{counted(found)}。")
    yield Asked(Said("something to learn from", "有内容可学"), share <= UNLEARNABLE, because)


def shown(e: Evidence) -> Iterator[Asked]:
    n = e.splits.get("test", 0)
    gain = 100 * smallest_gain(n)
    because = Said(
        f"{n:,} test rows show a gain of {gain:.1f} points or more at 80 % power.",
        f"{n:,} 行测试数据能以 80 % 的功效显示 {gain:.1f} 个百分点以上的提升。",
    )
    if n < SMALLEST_TEST:
        because = Said(
            f"{n} test rows can show nothing short of a miracle; {SMALLEST_TEST} is the least, some hundreds are useful.",
            f"{n} 行测试数据除非奇迹什么也显示不了；至少 {SMALLEST_TEST} 行，几百行才有用。",
        )
    yield Asked(Said("the test can show a gain", "测试集足以显示提升"), n >= SMALLEST_TEST, because)


class Question(NamedTuple):
    """A gate, the rules it stands on (a code or a family; none: no rule), and whether this data asks it at all."""

    answer: Callable[[Evidence], Iterator[Asked]]
    rests_on: tuple[str, ...]
    put: Callable[[Evidence], bool] = lambda _: True


GATES: Sequence[Question] = (
    Question(readable, ()),
    Question(enough, ()),
    Question(different, REPEATS, lambda e: e.usable > 1),
    Question(independent, BLOCKING_LEAKS, lambda e: bool(e.splits or e.against)),
    Question(private, ("PII",)),
    Question(agreeing, ("LAB001",)),
    Question(whole, BROKEN_ANSWERS),
    Question(decent, ("BIAS",)),
    Question(learnable, ("TOK002", "TOK004"), lambda e: "TOK" in e.facts),
    Question(shown, (), lambda e: "test" in e.splits),
)
