"""What a person reads: a report laid out as blocks, in English or Chinese. Words and order are decided here."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate import sampling, suppressing
from curate.catalogue import Rules
from curate.findings import Severity
from curate.layout import Block, Cell, Command, Compare, Forest, Heading, Note, Point, Quote, Table, Tone
from curate.phrases import said
from curate.report import Report, Tally

if TYPE_CHECKING:
    from curate.select import Selection

BORDERLINE = 2
"""Pairs on either side of the threshold that a screen shows; the JSON report has ten."""
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


FIGURE = re.compile(r"[+-]?[\d,.]+ ?%?")


class Words:
    """Picks the language: `w("rows", "行")`."""

    def __init__(self, lang: str) -> None:
        self.zh = lang == "zh"

    def __call__(self, english: str, chinese: str) -> str:
        return chinese if self.zh else english


def audit(report: Report, rules: Rules, lang: str = "en", verbose: bool = False) -> Iterator[Block]:
    """The order that works: what was read, the verdict and its gates, rules by damage, the worst, what now."""
    w = Words(lang)
    yield from read(report, w)
    yield from verdict(report, w)
    if report.rules:
        yield Heading(w("What is wrong", "发现的问题"), 2)
        header = (
            w("Rule", "规则"),
            w("Level", "级别"),
            w("Rows", "行数"),
            w("Share", "占比"),
            w("Fix", "修复"),
            w("First at", "首个位置"),
            w("What", "内容"),
        )
        yield Table(header, tuple(rule_row(t, report, rules, w) for t in report.rules))
    else:
        yield Note(w("No findings.", "没有发现问题。"), Tone.GOOD)
    yield from accepted(report, w)
    yield from sections(report, w)
    yield from worst(report, rules, w)
    yield from not_done(report, w)
    yield from advised(report, w)
    yield from ran(report, w) if verbose else ()
    yield from last(report, w)
    yield Heading(w("Next", "下一步"), 2)
    for command in report.next:
        yield Command(command)


def brief(report: Report, lang: str = "en") -> Iterator[Block]:
    """`--quiet`: the verdict and the gates that decided it."""
    w = Words(lang)
    english, chinese, tone = VERDICTS[report.verdict]
    yield Note(w(english, chinese), tone)
    yield from gates(report, w, failed=True)


def read(report: Report, w: Words) -> Iterator[Block]:
    data = report.input
    files = [f for f in data["files"] if not str(f["split"]).startswith("against:")]
    names = ", ".join(f["path"] for f in files[:3]) + (f" (+{len(files) - 3})" if len(files) > 3 else "")
    yield Heading(names)
    packed = {f["packed"] for f in files if f["packed"]}
    parts = [
        w(f"{data['rows']:,} rows", f"{data['rows']:,} 行"),
        size(data["bytes"]),
        data["format"] + (f" ({', '.join(sorted(packed))})" if packed else ""),
        " / ".join(dict.fromkeys(f["encoding"] for f in files if f["encoding"])),
        data["shape"],
        languages(data["languages"]),
    ]
    if data["tokens"]:
        parts.append(w(f"{data['tokens']:,} tokens", f"{data['tokens']:,} 个词元"))
    yield Note(" · ".join(w(p, said(p) or p) for p in parts if p), Tone.DIM)
    if "sample_of" in data:
        yield from drawn(report, w)
    splits = [f"{f['split']} {f['rows']:,}" for f in data["files"] if f["split"]]
    if splits:
        yield Note(w("splits and sets: ", "划分与对照集：") + " · ".join(splits), Tone.DIM)


def drawn(report: Report, w: Words) -> Iterator[Block]:
    sample = report.facts["sample"]
    yield Note(
        w(
            f"A sample: {sample['rows']:,} of {sample['of']:,} rows, drawn by seed {sample['seed']}. Every number below is of the sample; in "
            f"brackets the 95 % interval of the share in all rows. ≥: partners may not have been drawn, so there are more.",
            f"抽样：{sample['of']:,} 行中的 {sample['rows']:,} 行，种子 {sample['seed']}。以下数字均指样本；括号内为全部数据占比的 95 % 区间。"
            f"≥：相关的另一行可能未被抽中，实际更多。",
        ),
        Tone.WARN,
    )


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
    yield from gates(report, w)


def advised(report: Report, w: Words) -> Iterator[Block]:
    if report.advice:
        yield Heading(w("Should you fine-tune at all", "到底该不该微调"), 2)
    for advice in report.advice:
        yield Note(w(advice.en, advice.zh), indent=1)


def gates(report: Report, w: Words, failed: bool = False) -> Iterator[Block]:
    chinese = report.gates_zh or [(g.name, g.because) for g in report.gates]
    for gate, zh in sorted(zip(report.gates, chinese, strict=True), key=lambda pair: pair[0].passed):
        mark, tone = ("✓", Tone.DIM) if gate.passed else ("✗", Tone.BAD)
        if not (failed and gate.passed):
            yield Note(f"{mark} " + w(f"{gate.name}: {gate.because}", f"{zh[0]}：{zh[1]}"), tone, indent=1)


def last(report: Report, w: Words) -> Iterator[Block]:
    """The verdict once more, for when the beginning has scrolled by."""
    english, chinese, tone = VERDICTS[report.verdict]
    broken = sum(not gate.passed for gate in report.gates)
    found = sum(t.findings for t in report.rules)
    what = w(
        f"{english} · {found:,} finding{'s' * (found != 1)} · {broken} gate{'s' * (broken != 1)} not passed",
        f"{chinese} · {found:,} 个结果 · {broken} 道关卡未通过",
    )
    yield Note("")
    yield Note(what, tone)


def rule_row(t: Tally, report: Report, rules: Rules, w: Words) -> tuple[Cell, ...]:
    example = t.example or {}
    several = len([f for f in report.input["files"] if not str(f["split"]).startswith("against:")]) > 1
    line = w(f"line {example['line']}", f"第 {example['line']} 行") if example.get("line") else ""
    place = f"{short(example['file'])}:{example['line']}" if several and line else line
    message = str(example.get("message", ""))
    chinese = rules[t.code].zh.summary.rstrip("。")
    what = t.name.replace("-", " ") if place else message
    share = percent(t.share)
    if "sample" in report.facts:
        share = sampling.share(t.code, share, report.facts["sample"])
    return (
        Cell(t.code, TONES[t.severity.value]),
        Cell(w(*LEVELS[t.severity.value]), TONES[t.severity.value]),
        Cell(f"{t.rows:,}" if t.rows else "–", number=True),
        Cell(share if t.rows else "–", number=True),
        Cell(fixed_by(t), Tone.DIM),
        Cell(place or "–"),
        Cell(w(what, chinese if place else said(message) or chinese)),
    )


def fixed_by(t: Tally) -> str:
    """What mends it; a guess at personal data is left alone."""
    if t.action == "report" or (t.code.startswith("PII") and t.severity is Severity.INFO):
        return "–"
    return "--fix" if t.code == "SCH008" else "build"


def accepted(report: Report, w: Words) -> Iterator[Block]:
    """Suppressed findings are said, and entries whose day is past."""
    entries = [*suppressing.totals(report.facts)]
    if entries:
        yield Heading(w("Suppressed", "已忽略"), 2)
    for entry, expired in entries:
        until = w(f", until {entry['until']}", f"，至 {entry['until']}") if entry.get("until") else ""
        place = f" {entry['path']}" if entry.get("path") else ""
        head = f"{entry['code']}{place}"
        if expired:
            yield Note(w(f"expired{until}: {head}: {entry['reason']}", f"已过期{until}：{head}：{entry['reason']}"), Tone.WARN, 1)
        else:
            count = w(f"{entry['count']:,} findings", f"{entry['count']:,} 个结果")
            yield Note(f"{head}: {count}{until}: {entry['reason']}", Tone.DIM, 1)


def ran(report: Report, w: Words) -> Iterator[Block]:
    yield Heading(w("What ran", "运行情况"), 2)
    header = (w("Stage", "阶段"), w("Findings", "结果"), w("Seconds", "秒"))
    rows = [
        (
            Cell(w(s["name"], said(s["name"]) or s["name"])),
            Cell(f"{s['findings']:,}", number=True),
            Cell(f"{s['seconds']:.2f}", number=True),
        )
        for s in report.stages
        if not s["skipped_because"]
    ]
    yield Table(header, tuple(rows))


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
        chinese = said(example["message"]) or rules[example["code"]].zh.summary
        yield Quote(f"{example['code']} {place}{field}", w(example["message"], chinese))
        if example["excerpt"]:
            yield Note(f"“{example['excerpt']}”", Tone.DIM, indent=2)


def not_done(report: Report, w: Words) -> Iterator[Block]:
    skipped = [s for s in report.stages if s["skipped_because"] and s["skipped_because"] != "not selected"]
    hints = [
        (w(hint, said(hint) or hint) if isinstance(hint, str) else words(hint, w))
        for facts in report.facts.values()
        for hint in facts.get("not_looked_for", ())
    ]
    for s in skipped:
        because = s["skipped_because"]
        hints.append(w(f"{s['name']}: {because}", f"{said(s['name']) or s['name']}：{said(because) or because}"))
    if hints:
        yield Heading(w("Not looked for", "未检查"), 2)
        for hint in hints:
            yield Note(hint, Tone.DIM, indent=1)


def sections(report: Report, w: Words) -> Iterator[Block]:
    """What a stage prepared to be seen; words as text or as [en, zh].

    `facts[FAMILY].tables` is a list of {title, header, rows}; `.forests` of {title, header, points: [label, value, low, high]}.
    """
    for facts in report.facts.values():
        for plot in facts.get("forests", ()):
            yield Heading(words(plot["title"], w), 2)
            points = tuple(Point(words(label, w), *figures) for label, *figures in plot["points"])
            yield Forest((words(plot["header"][0], w), words(plot["header"][1], w)), points)
        for table in facts.get("tables", ()):
            yield Heading(words(table["title"], w), 2)
            yield Table(
                tuple(words(h, w) for h in table["header"]), tuple(tuple(cell(c, w) for c in row) for row in table["rows"])
            )
        yield from borderline(facts.get("borderline", ()), w)


def borderline(pairs: Sequence[Mapping[str, Any]], w: Words) -> Iterator[Block]:
    """Pairs just over and just under the threshold, masked, so that a person can choose it by looking."""
    from curate.differences import compared

    for over, title in (
        (True, w("Just over the threshold: called near duplicates", "刚过阈值：算作近似重复")),
        (False, w("Just under it: left alone", "略低于阈值：不算")),
    ):
        chosen = [pair for pair in pairs if pair["over"] is over][:BORDERLINE]
        if chosen:
            yield Heading(title, 2)
        for pair in chosen:
            places = [f"{short(row['file'])}:{row['line']}" for row in pair["rows"]]
            label = w(
                f"{pair['whole']:.3f} alike, content {pair['content']:.3f}",
                f"相似度 {pair['whole']:.3f}，正文 {pair['content']:.3f}",
            )
            before, after = compared(*pair["texts"])
            yield Compare(label, places[0], places[1], before, after)


def words(text: str | Sequence[str], w: Words) -> str:
    if isinstance(text, str):
        return w(text, said(text) or text)
    return w(text[0], text[1])


def cell(value: Any, w: Words) -> Cell:
    if isinstance(value, (list, tuple)):
        return Cell(words(value, w))
    if isinstance(value, float):
        return Cell(f"{value:.3g}", number=True)
    if isinstance(value, int):
        return Cell(f"{value:,}", number=True)
    return Cell(str(value), number=FIGURE.fullmatch(str(value)) is not None)


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
            f"Length: mean characters. Difficulty: {found.hard[0]}. Coverage: how near a training row is to its nearest in the set, 0 to 1.",
            f"长度：平均字符数。难度：{found.hard[1]}。覆盖：训练行与集合中最近一行的接近程度，0 到 1。",
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
