"""What a person reads: a report laid out as blocks, in English or Chinese. Words and order are decided here."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.catalogue import Rules
from curate.layout import Block, Cell, Command, Heading, Note, Quote, Table, Tone
from curate.report import Report, Tally

if TYPE_CHECKING:
    from curate.select import Selection

TONES = {"error": Tone.BAD, "warning": Tone.WARN, "info": Tone.PLAIN}
VERDICTS = {
    "ready": ("READY", "可以训练", Tone.GOOD),
    "ready_with_warnings": ("READY WITH WARNINGS", "可以训练，但有警告", Tone.WARN),
    "not_ready": ("NOT READY", "还不能训练", Tone.BAD),
}
LEVELS = {"error": ("error", "错误"), "warning": ("warning", "警告"), "info": ("info", "提示")}
ACTIONS = {
    "drop": ("removed", "删除"),
    "repair": ("repaired", "修复"),
    "report": ("reported", "仅报告"),
    "by-policy": ("by policy", "按策略"),
}


class Words:
    """Picks the language: `w("rows", "行")`."""

    def __init__(self, lang: str) -> None:
        self.zh = lang == "zh"

    def __call__(self, english: str, chinese: str) -> str:
        return chinese if self.zh else english


def audit(report: Report, rules: Rules, lang: str = "en") -> Iterator[Block]:
    """The order that works: what was read, the verdict and its gates, rules by damage, the worst, what now."""
    w = Words(lang)
    yield from read(report, w)
    yield from verdict(report, w)
    if report.rules:
        yield Heading(w("What is wrong", "发现的问题"), 2)
        yield Table(
            (
                w("Rule", "规则"),
                w("Level", "级别"),
                w("Rows", "行数"),
                w("Share", "占比"),
                w("What, and where first", "内容与首个位置"),
            ),
            tuple(rule_row(t, rules, w) for t in report.rules),
        )
    else:
        yield Note(w("No findings.", "没有发现问题。"), Tone.GOOD)
    yield from sections(report, w)
    yield from worst(report, rules, w)
    yield from not_done(report, w)
    yield from advised(report, w)
    yield Heading(w("Next", "下一步"), 2)
    for command in report.next:
        yield Command(command)


def read(report: Report, w: Words) -> Iterator[Block]:
    data = report.input
    files = [f for f in data["files"] if not str(f["split"]).startswith("against:")]
    names = ", ".join(f["path"] for f in files[:3]) + (f" (+{len(files) - 3})" if len(files) > 3 else "")
    yield Heading(names)
    packed = {f["packed"] for f in files if f["packed"]}
    parts = [
        w(f"{data['rows']:,} rows", f"{data['rows']:,} 行"),
        w(f"a sample of {data['sample_of']:,}", f"抽样自 {data['sample_of']:,} 行") if "sample_of" in data else "",
        size(data["bytes"]),
        data["format"] + (f" ({', '.join(sorted(packed))})" if packed else ""),
        " / ".join(dict.fromkeys(f["encoding"] for f in files if f["encoding"])),
        data["shape"],
        languages(data["languages"]),
    ]
    if data["tokens"]:
        parts.append(w(f"{data['tokens']:,} tokens", f"{data['tokens']:,} 个词元"))
    yield Note(" · ".join(p for p in parts if p), Tone.DIM)
    splits = [f"{f['split']} {f['rows']:,}" for f in data["files"] if f["split"]]
    if splits:
        yield Note(w("splits and sets: ", "划分与对照集：") + " · ".join(splits), Tone.DIM)


def languages(shares: Mapping[str, Any]) -> str:
    return " ".join(
        f"{name} {share:.0%}" for name, share in list(shares.items())[:3] if isinstance(share, float) and share >= 0.005
    )


def size(count: int) -> str:
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    raise AssertionError


def verdict(report: Report, w: Words) -> Iterator[Block]:
    english, chinese, tone = VERDICTS[report.verdict]
    yield Note("")
    yield Note(w(english, chinese), tone)
    chinese_gates = report.gates_zh or [(g.name, g.because) for g in report.gates]
    for gate, zh in sorted(zip(report.gates, chinese_gates, strict=True), key=lambda pair: pair[0].passed):
        mark, tone = ("✓", Tone.DIM) if gate.passed else ("✗", Tone.BAD)
        yield Note(f"{mark} " + w(f"{gate.name}: {gate.because}", f"{zh[0]}：{zh[1]}"), tone, indent=1)


def advised(report: Report, w: Words) -> Iterator[Block]:
    if report.advice:
        yield Heading(w("Should you fine-tune at all", "到底该不该微调"), 2)
    for said in report.advice:
        yield Note(w(said.en, said.zh), indent=1)


def rule_row(t: Tally, rules: Rules, w: Words) -> tuple[Cell, ...]:
    example = t.example or {}
    place = f"{short(example['file'])}:{example['line']}" if example.get("line") else ""
    name = w(t.name.replace("-", " "), rules[t.code].zh.summary)
    what = f"{name}  {place}".rstrip() if place else (w(str(example.get("message", name)), name))
    return (
        Cell(t.code, TONES[t.severity.value]),
        Cell(w(*LEVELS[t.severity.value]), TONES[t.severity.value]),
        Cell(f"{t.rows:,}" if t.rows else "–", number=True),
        Cell(percent(t.share) if t.rows else "–", number=True),
        Cell(what),
    )


def percent(share: float) -> str:
    return "<0.1 %" if 0 < share < 0.001 else f"{share:.1%}".replace("%", " %")


def short(path: str | None) -> str:
    """The last name of a path: the whole one stands above the table."""
    return (path or "").rsplit("/", 1)[-1]


def worst(report: Report, rules: Rules, w: Words) -> Iterator[Block]:
    if not report.worst:
        return
    yield Heading(w("The three worst", "最严重的三例"), 2)
    for example in report.worst:
        place = f"{example['file']}:{example['line']}" if example["line"] else w("the data as a whole", "整个数据集")
        field = f" {example['field']}" if example["field"] else ""
        yield Quote(f"{example['code']} {place}{field}", w(example["message"], rules[example["code"]].zh.summary))
        if example["excerpt"]:
            yield Note(f"“{example['excerpt']}”", Tone.DIM, indent=2)


def not_done(report: Report, w: Words) -> Iterator[Block]:
    skipped = [s for s in report.stages if s["skipped_because"] and s["skipped_because"] != "not selected"]
    hints = [words(hint, w) for facts in report.facts.values() for hint in facts.get("not_looked_for", ())]
    hints += [f"{s['name']}: {s['skipped_because']}" for s in skipped]
    if hints:
        yield Heading(w("Not looked for", "未检查"), 2)
        for hint in hints:
            yield Note(hint, Tone.DIM, indent=1)


def sections(report: Report, w: Words) -> Iterator[Block]:
    """Tables that a stage prepared: `facts[FAMILY].tables` is a list of {title, header, rows}; words as text or as [en, zh]."""
    for facts in report.facts.values():
        for table in facts.get("tables", ()):
            yield Heading(words(table["title"], w), 2)
            yield Table(tuple(words(h, w) for h in table["header"]), tuple(tuple(cell(c) for c in row) for row in table["rows"]))


def words(said: str | Sequence[str], w: Words) -> str:
    return said if isinstance(said, str) else w(said[0], said[1])


def cell(value: Any) -> Cell:
    if isinstance(value, float):
        return Cell(f"{value:.3g}", number=True)
    return Cell(f"{value:,}", number=True) if isinstance(value, int) else Cell(str(value))


# ---- one rule ---------------------------------------------------------------------------------------------------------------


def rule(rules: Rules, code: str, lang: str = "en") -> Iterator[Block]:
    """What `curate explain CODE` says."""
    w, r = Words(lang), rules[code]
    yield Heading(f"{r.code} {r.name}")
    yield Note(w(r.summary, r.zh.summary))
    yield Note(
        w(
            f"Level: {r.severity.value} · in `curate build`: {ACTIONS[r.action][0]}",
            f"级别：{LEVELS[r.severity.value][1]} · 构建时：{ACTIONS[r.action][1]}",
        ),
        Tone.DIM,
    )
    yield Heading(w("Why it matters", "为什么重要"), 2)
    yield Note(w(r.why, r.zh.why))
    if r.source:
        yield Note(w(f"Source: {r.source}", f"来源：{r.source}"), Tone.DIM)
    yield Heading(w("How it is found", "如何发现"), 2)
    yield Note(r.found)
    if r.params:
        yield Table((w("Parameter", "参数"), w("Value", "值")), tuple((Cell(k), Cell(str(v)[:200])) for k, v in r.params.items()))
    yield Heading(w("What to do", "怎么办"), 2)
    yield Note(w(r.advice, r.zh.advice))
    for title, examples, tone in ((w("Flagged", "会报告"), r.bad, Tone.BAD), (w("Left alone", "不报告"), r.good, Tone.GOOD)):
        if examples:
            yield Heading(title, 2)
        for example in examples[:4]:
            for line in example.lines or (example.text,):
                yield Note(line[:300], tone, indent=1)


def catalogue(rules: Rules, lang: str = "en") -> Iterator[Block]:
    w = Words(lang)
    header = (w("Rule", "规则"), w("Level", "级别"), w("In build", "构建时"), w("What", "内容"))
    rows = [
        (
            Cell(r.code, TONES[r.severity.value]),
            Cell(w(*LEVELS[r.severity.value])),
            Cell(w(*ACTIONS[r.action])),
            Cell(w(r.summary, r.zh.summary)),
        )
        for r in rules.values()
    ]
    yield Heading(w("Rules", "规则"))
    yield Table(header, tuple(rows))


def facts_table(rows: Sequence[tuple[str, str]], header: tuple[str, str]) -> Table:
    return Table(header, tuple((Cell(a), Cell(b)) for a, b in rows))


# ---- a build ----------------------------------------------------------------------------------------------------------------


def built(build: Mapping[str, Any], lang: str = "en") -> Iterator[Block]:
    """What was done to the rows, and whether the folder keeps what it promises."""
    w, counts = Words(lang), build["counts"]
    yield Heading(w("What was done", "做了什么"))
    yield Note(
        w(
            f"{counts['input']:,} rows in = {counts['kept']:,} kept + {counts['removed']:,} removed + {counts['quarantined']:,} set aside",
            f"输入 {counts['input']:,} 行 = 保留 {counts['kept']:,} + 删除 {counts['removed']:,} + 隔离 {counts['quarantined']:,}",
        )
    )
    yield Note(" · ".join(f"{name} {counts[name]:,}" for name in ("train", "validation", "test")))
    reasons = [(code, n, w("removed", "删除")) for code, n in build["removed_by_code"].items()]
    reasons += [(code, n, w("set aside", "隔离")) for code, n in build["quarantined_by_code"].items()]
    if reasons:
        yield Table(
            (w("Rule", "规则"), w("Rows", "行数"), w("Fate", "去向")),
            tuple((Cell(c), Cell(f"{n:,}", number=True), Cell(f)) for c, n, f in reasons),
        )
    if build["changed_fields"]:
        yield Note(
            w(
                f"{build['changed_fields']:,} changes in fields, each in changed.jsonl",
                f"修改了 {build['changed_fields']:,} 处字段，详见 changed.jsonl",
            )
        )
    yield Heading(w("Gates of the folder", "文件夹关卡"), 2)
    for gate in build["gates"]:
        yield Note(
            f"{'✓' if gate['passed'] else '✗'} {gate['name']}: {gate['because']}",
            Tone.GOOD if gate["passed"] else Tone.BAD,
            indent=1,
        )
    if build["certificate"]:
        yield from certificate(build["certificate"], w)


def certificate(kinds: Sequence[Mapping[str, Any]], w: Words) -> Iterator[Block]:
    yield Heading(w("Leakage certificate", "泄漏证书"), 2)
    header = (w("Kind", "种类"), w("Verdict", "结论"), w("Pairs", "比较对数"), w("Worst left", "最高相似度"), w("How", "方法"))
    rows = []
    for kind in kinds:
        worst = f"{kind['worst'][0]['score']:.3f}" if kind["worst"] else "–"
        tone = Tone.BAD if kind["word"] == "FAILED" else Tone.GOOD if kind["word"] == "CERTIFIED" else Tone.DIM
        rows.append(
            (
                Cell(f"{kind['code']} {kind['name']}"),
                Cell(str(kind["word"]), tone),
                Cell(f"{kind['compared']:,}", number=True),
                Cell(worst, number=True),
                Cell(kind["because"]),
            )
        )
    yield Table(header, tuple(rows))


# ---- a subset ---------------------------------------------------------------------------------------------------------------


def selected(found: Selection, target: Path, lang: str = "en") -> Iterator[Block]:
    """Picks and control by the same figures, and no word of which is better."""
    w = Words(lang)
    names = {"all": ("all training rows", "全部训练行"), "picks": ("picks", "选出的"), "control": ("random control", "随机对照")}
    yield Heading(str(target))
    yield Table(
        (w("Set", "集合"), w("Rows", "行数"), w("Answer length", "回答长度"), w("Difficulty", "难度"), w("Coverage", "覆盖")),
        tuple(
            (
                Cell(w(*names[name])),
                Cell(f"{facts['rows']:,.0f}", number=True),
                Cell(f"{facts['answer_characters']:,.0f}", number=True),
                Cell(f"{facts['difficulty']:.2f}", number=True),
                Cell(f"{facts['coverage']:.3f}", number=True),
            )
            for name, facts in found.facts.items()
        ),
    )
    yield Note(
        w(
            "Length: mean characters. Difficulty: mean surprise of the words, in bits. Coverage: how near a training row is to its nearest in the set, 0 to 1.",
            "长度：平均字符数。难度：用词的平均意外度（比特）。覆盖：训练行与集合中最近一行的接近程度，0 到 1。",
        ),
        Tone.DIM,
    )
    yield Note(w(found.note, "选出的是否比随机对照更好，要两者都训练过才知道：用相同的种子训练，再用 `train compare` 比较。"))
    yield Heading(w("Next", "下一步"), 2)
    for arm in ("picks", "control"):
        yield Command(f"train run {shlex.quote(str(target / arm))} -o runs/{arm}")
    yield Command("train compare runs/picks runs/control")


def section(title: str, blocks: Iterator[Block]) -> Iterator[Block]:
    yield Heading(title)
    yield from blocks
