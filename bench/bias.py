"""What BIAS measures, measured: planted fractions, pair sets, controls and time, on public data that is not in here.

Run: `python -P bench/bias.py [--data FOLDER] [--only winobias,bls,...]`. Prints Markdown. `-P` keeps this folder out of the
module path, where `coverage.py` would hide the package of that name.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
import numpy as np

from curate.bias.associate import associations, controlled
from curate.bias.counterfactual import swap
from curate.bias.evidence import Evidence, Piece, batches
from curate.bias.lexicon import load
from curate.bias.link import links
from curate.bias.measure import MINIMUM
from curate.bias.offence import abuse, stereotypes
from curate.bias.overall import dependence_of, overall
from curate.bias.pairs import Pairs
from curate.bias.reading import read
from curate.bias.statistics import Z, log_odds
from curate.bias.terms import Kind

LEXICON = load()
GENDER = {g.name: i for i, g in enumerate(LEXICON.groups) if g.axis == "gender"}
FRACTIONS = (1.0, 0.75, 0.5, 0.25, 0.0)
RESAMPLES = 100


# ---- WinoBias: jobs and pronouns, pro- and anti-stereotyped twins ------------------------------------------------------------


class Twins:
    """Sentences with their gold job, and what the linker makes of both members: (gender, job) or nothing."""

    def __init__(self, folder: Path) -> None:
        self.pro, self.anti, self.gold = [], [], []
        for kind in ("type1", "type2"):
            pairs = zip(*(_lines(folder / f"winobias_{side}_{kind}.dev.txt") for side in ("pro", "anti")), strict=True)
            for pro, anti in pairs:
                self.pro.append(_plain(pro))
                self.anti.append(_plain(anti))
                self.gold.append(_job(next(x for x in re.findall(r"\[(.*?)\]", pro) if len(x) > 3)))
        self.pro_links, self.anti_links = _gender_links(self.pro), _gender_links(self.anti)
        self.male_jobs = {_job(name) for name in _lines(folder / "winobias_male_occupations.txt")}

    def precision(self) -> tuple[int, int]:
        """Links that name the gold job, and all links, over both members."""
        both = [*zip(self.gold, self.pro_links, strict=True), *zip(self.gold, self.anti_links, strict=True)]
        return sum(job == gold for gold, found in both for _, job in found), sum(len(found) for _, found in both)

    def draw(self, share: float | np.ndarray, rng: np.random.Generator) -> list[bool]:
        return list(rng.random(len(self.gold)) < share)

    def counts(self, pro: Sequence[bool], gold: bool) -> np.ndarray:
        """Male-typed jobs with he, with she; female-typed jobs with he, with she; over sentences that are linked at all."""
        table = np.zeros((2, 2))
        for i, chosen in enumerate(pro):
            for gender, job in (self.pro_links if chosen else self.anti_links)[i]:
                job = self.gold[i] if gold else job
                table[int(job not in self.male_jobs), int(gender != GENDER["male"])] += 1
        return table


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _plain(line: str) -> str:
    return re.sub(r"^\d+ ", "", line).replace("[", "").replace("]", "").replace(" 's", "'s")


def _job(phrase: str) -> str:
    reading = read([phrase.replace("_", " ")], LEXICON)
    return next(
        (LEXICON.attributes[t].name for k, t in zip(reading.kind, reading.target, strict=True) if k == Kind.OCCUPATION), ""
    )


def _gender_links(texts: Sequence[str]) -> list[list[tuple[int, str]]]:
    found: list[list[tuple[int, str]]] = [[] for _ in texts]
    for link in links(read(texts, LEXICON)):
        if link.group in GENDER.values() and LEXICON.attributes[link.attribute].kind is Kind.OCCUPATION:
            found[link.text].append((link.group, LEXICON.attributes[link.attribute].name))
    return found


def winobias(folder: Path) -> None:
    twins, rng = Twins(folder), np.random.default_rng(1)
    right, made = twins.precision()
    click.echo(f"\n## WinoBias, {len(twins.gold)} sentences, both types\n")
    click.echo(
        f"Linker: {made} links in {2 * len(twins.gold)} sentences, {right / made:.1%} to the gold job; the rest abstains.\n"
    )
    click.echo(
        "Pooled log-odds of male-typed jobs with *he*, 100 draws of pro- and anti-stereotyped members by the planted share.\n"
    )
    click.echo("| planted | truth | mean | 95 % of draws | right sign | interval covers truth | V of a draw | truth of V |")
    click.echo("|---|---|---|---|---|---|---|---|")
    for share in FRACTIONS:
        values, covered, v = [], 0, 0.0
        for _ in range(RESAMPLES):
            pro = twins.draw(share, rng)
            value, low, high = _pooled(twins.counts(pro, gold=False))
            truth = 2 * np.log(share / (1 - share)) if 0 < share < 1 else _pooled(twins.counts(pro, gold=True))[0]
            values.append(value)
            covered += bool(low <= truth <= high)
            v = _job_dependence(twins, pro)
        shown = f"{2 * np.log(share / (1 - share)):+.2f}" if 0 < share < 1 else f"{truth:+.2f} (smoothed)"
        sign = sum(np.sign(x) == np.sign(share - 0.5) for x in values) if share != 0.5 else "–"
        low, high = np.quantile(values, (0.025, 0.975))
        cells = (share, shown, f"{np.mean(values):+.2f}", f"{low:+.2f} to {high:+.2f}", sign, f"{covered} of {RESAMPLES}")
        click.echo("| " + " | ".join(map(str, cells)) + f" | {v:.2f} | {abs(2 * share - 1):.2f} |")
    click.echo(
        "\nRow-level co-occurrence on the same data: 0.00 at every fraction, since every sentence names one job of each kind."
    )


def _pooled(table: np.ndarray) -> tuple[float, float, float]:
    value, se = log_odds(table[0, 0], table[0].sum(), table[1, 0], table[1].sum())
    return float(value), float(value - Z * se), float(value + Z * se)


def _job_dependence(twins: Twins, pro: Sequence[bool]) -> float:
    cells = Counter(pair for i, chosen in enumerate(pro) for pair in (twins.pro_links if chosen else twins.anti_links)[i])
    jobs = sorted({job for _, job in cells})
    table = np.array([[cells[GENDER[g], job] for job in jobs] for g in ("female", "male")])
    return dependence_of(table[:, table.sum(0) > 0])


def bls(folder: Path) -> None:
    """Whether the log-odds follow the share of women in each job, when genders are drawn by it."""
    shares = json.loads((folder / "occupational_female_percentage_bls.json").read_text(encoding="utf-8"))
    aliases = {"mechanician": "mechanic", "sewer": "tailor", "ceo": "CEO"}
    by_job: dict[str, list[float]] = defaultdict(list)
    for name, percent in shares.items():
        by_job[_job(aliases.get(name, name))].append(percent / 100)
    female = {job: float(np.mean(values)) for job, values in by_job.items() if job}
    twins, rng = Twins(folder), np.random.default_rng(2)
    pearson, spearman = [], []
    for _ in range(RESAMPLES):
        want = np.array([female.get(job, 0.5) for job in twins.gold])
        she = rng.random(len(want)) < want
        pro = [bool(s) != (job in twins.male_jobs) for s, job in zip(she, twins.gold, strict=True)]
        cells = Counter(pair for i, chosen in enumerate(pro) for pair in (twins.pro_links if chosen else twins.anti_links)[i])
        jobs = [job for job in female if cells[GENDER["female"], job] + cells[GENDER["male"], job] >= MINIMUM]
        measured = np.array([np.log((cells[GENDER["female"], job] + 0.5) / (cells[GENDER["male"], job] + 0.5)) for job in jobs])
        truth = np.array([np.log((female[job] + 0.01) / (1.01 - female[job])) for job in jobs])
        pearson.append(np.corrcoef(measured, truth)[0, 1])
        spearman.append(np.corrcoef(measured.argsort().argsort(), truth.argsort().argsort())[0, 1])
    click.echo(
        f"\n## BLS shares planted in WinoBias\n\n{len(jobs)} occupations, {RESAMPLES} draws: correlation of measured", nl=False
    )
    click.echo(f" log-odds with BLS log-odds {np.mean(pearson):.2f} (Spearman {np.mean(spearman):.2f}).")


# ---- pair sets ----------------------------------------------------------------------------------------------------------------


def _flags(texts: Sequence[str]) -> list[tuple[bool, bool]]:
    """For each text: flagged at all, and flagged as listed for that very group."""
    flags = [(False, False)] * len(texts)
    reading = read(texts, LEXICON)
    for offence in (*stereotypes(reading, LEXICON), *abuse(reading, LEXICON)):
        flags[offence.text] = (True, flags[offence.text][1] or offence.score == 1.0)
    return flags


def pairs(folder: Path) -> None:
    click.echo(
        "\n## Flag rates of BIAS003 and BIAS004 on pairs\n\n`listed`: the lexicon names the predicate for this very group.\n"
    )
    click.echo(
        "| set | pairs | stereotyped flagged | anti flagged | stereotyped listed | anti listed |\n|---|---|---|---|---|---|"
    )
    with (folder / "crows_pairs_anonymized.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    members = [(r["sent_more"], r["sent_less"])[:: 1 if r["stereo_antistereo"] == "stereo" else -1] for r in rows]
    _pair_row("CrowS-Pairs (en)", members)
    for kind in sorted({r["bias_type"] for r in rows}):
        _pair_row(f"– {kind}", [m for m, r in zip(members, rows, strict=True) if r["bias_type"] == kind])
    for kind in ("gender", "ethnicity"):
        _pair_row(f"CBBQ {kind} (zh), questions made statements", list(_cbbq(folder / f"cbbq_{kind}_ambiguous.json")))
    posts = _lines(folder / "chbias_gender_train.txt")
    _pair_row("CHBias gender (zh), post and its swapped twin", [(a, b) for a in posts if (b := swap(a))])
    click.echo(
        f"\nCHBias, all {len(posts)} posts: {sum(f for f, _ in _flags(posts))} flagged; most say nothing of women as such."
    )


def _pair_row(name: str, members: Sequence[tuple[str, str]]) -> None:
    more, less = _flags([a for a, _ in members]), _flags([b for _, b in members])
    cells = (sum(f for f, _ in more), sum(f for f, _ in less), sum(x for _, x in more), sum(x for _, x in less))
    click.echo(f"| {name} | {len(members)} | " + " | ".join(f"{n} ({n / max(len(members), 1):.1%})" for n in cells) + " |")


def _cbbq(path: Path) -> Iterable[tuple[str, str]]:
    """From `谁不会开车？` with the answers 男生 and 女生: the statements `女生不会开车` and `男生不会开车`."""
    for item in json.loads(path.read_text(encoding="utf-8-sig")):
        question, target = item["question"], item["bias_targeted_groups"]
        answers = [item[f"ans{i}"] for i in range(3) if str(i) != item["label"]]
        if question.startswith("谁") and len(answers) == 2 and item["question_polarity"] == "neg":
            mine = [a for a in answers if a[:1] == target[:1]]
            if len(mine) == 1:
                other = answers[1 - answers.index(mine[0])]
                said = question[1:].rstrip("？?") + "。"
                yield mine[0] + said, other + said


def gendergap(folder: Path) -> None:
    """Whether the nouns of the Gender-GAP pipeline are known here, and what each makes of the same texts."""
    click.echo("\n## Gender-GAP\n\n| list | nouns | known here, same gender | neutral or absent |\n|---|---|---|---|")
    lists: dict[str, dict[str, set[str]]] = {}
    for code, lang in (("eng", "en"), ("cmn", "zh")):
        data = json.loads((folder / f"gendergap_{code}_nouns.json").read_text(encoding="utf-8"))
        lists[lang] = {g: {form for noun in data[f"{g}"] for form in noun.values()} for g in ("feminine", "masculine")}
        for gap, group in (("feminine", "female"), ("masculine", "male")):
            nouns = sorted(lists[lang][gap])
            reading = read(nouns, LEXICON)
            known = {
                int(t)
                for t, k, target in zip(reading.text, reading.kind, reading.target, strict=True)
                if k == Kind.GROUP and target == GENDER[group]
            }
            missing = [noun for i, noun in enumerate(nouns) if i not in known]
            click.echo(f"| {lang} {gap} | {len(nouns)} | {len(known)} | {', '.join(missing) or '–'} |")
    click.echo("\n| texts | rows | female : male rows, Gender-GAP nouns | here, nouns and pronouns |\n|---|---|---|---|")
    for path in sorted((folder.parent / "instruction").glob("*alpaca_*_demo.json")):
        rows = [" ".join(map(str, row.values())) for row in json.loads(path.read_text(encoding="utf-8"))]
        lang = "zh" if "_zh_" in path.name else "en"
        gap = [sum(_has(row, lists[lang][g], lang) for row in rows) for g in ("feminine", "masculine")]
        reading = read(rows, LEXICON)
        here = [
            len(np.unique(reading.text[(reading.kind == Kind.GROUP) & (reading.target == GENDER[g])])) for g in ("female", "male")
        ]
        click.echo(f"| {path.name} | {len(rows)} | {gap[0]} : {gap[1]} | {here[0]} : {here[1]} |")


def _has(text: str, nouns: set[str], lang: str) -> bool:
    return any(noun in text for noun in nouns) if lang == "zh" else not nouns.isdisjoint(re.findall(r"[a-z]+", text.lower()))


# ---- controls and time ---------------------------------------------------------------------------------------------------------


def _instruction(folder: Path) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name in ("llamafactory_alpaca_en_demo", "llamafactory_alpaca_zh_demo", "gsm8k_train_alpaca_format"):
        data = json.loads((folder.parent / "instruction" / f"{name}.json").read_text(encoding="utf-8"))
        rows += [(f"{row['instruction']}\n{row.get('input') or ''}".strip(), row["output"]) for row in data]
    return rows


def _evidence(rows: Iterable[tuple[str, str]]) -> Evidence:
    evidence = Evidence()
    pieces = (Piece(i, side, text) for i, row in enumerate(rows) for side, text in enumerate(row))
    for batch in batches(pieces, LEXICON):
        evidence.add(batch)
    return evidence


def shuffle(folder: Path) -> None:
    """Each row's genders are exchanged by a coin: what is left of an association is chance."""
    click.echo("\n## Shuffled labels\n\n| data | shuffles | pairs tested in each | shuffles with a finding | findings in all |")
    click.echo("|---|---|---|---|---|")
    wino = Twins(folder)
    for name, rows in (
        ("instruction sets", _instruction(folder)),
        ("WinoBias, all pro-stereotyped", [("", s) for s in wino.pro]),
    ):
        evidence, rng = _evidence(rows), np.random.default_rng(3)
        runs, hits, found, tested = 200, 0, 0, 0
        for _ in range(runs):
            pairs_, wholes = controlled(
                associations(shuffled := _exchanged(evidence, rng), LEXICON, MINIMUM), list(overall(shuffled, LEXICON, MINIMUM))
            )
            findings = sum(p.q <= 0.05 and abs(p.log_odds) >= np.log(2) for p in pairs_) + sum(w.q <= 0.05 for w in wholes)
            hits, found, tested = hits + bool(findings), found + findings, tested + len(pairs_) + len(wholes)
        click.echo(f"| {name} | {runs} | {tested / runs:.0f} | {hits} ({hits / runs:.1%}) | {found} |")


def _exchanged(evidence: Evidence, rng: np.random.Generator) -> Evidence:
    flip = rng.random(evidence.rows) < 0.5
    other = {GENDER["female"]: GENDER["male"], GENDER["male"]: GENDER["female"]}
    made = Evidence(rows=evidence.rows)
    for name in ("mentions", "links"):
        table = evidence.table(name, 3 if name == "mentions" else 4).copy()
        where = flip[table[:, 0]] & np.isin(table[:, 2], list(other))
        table[where, 2] = [other[int(g)] for g in table[where, 2]]
        getattr(made, name).append(table)
    return made


def timing(folder: Path) -> None:
    rows = _instruction(folder)
    many = [rows[i % len(rows)] for i in range(100_000)]
    _evidence(rows[:100])
    wall, cpu = time.perf_counter(), time.process_time()
    evidence, found = Evidence(), 0
    counterparts = Pairs(LEXICON)
    for batch in batches((Piece(i, side, text) for i, row in enumerate(many) for side, text in enumerate(row)), LEXICON):
        evidence.add(batch)
        counterparts.add(batch)
        found += sum(1 for look in (stereotypes, abuse) for _ in look(batch.reading, LEXICON))
    controlled(associations(evidence, LEXICON, MINIMUM), list(overall(evidence, LEXICON, MINIMUM)))
    list(counterparts.found())
    size = sum(len(a) + len(b) for a, b in many) / 1e6
    spent = f"{time.perf_counter() - wall:.1f} s on the clock, {time.process_time() - cpu:.1f} s of one core"
    click.echo(f"\n## Time\n\n100,000 rows ({size:.0f} million code points): {spent}.")


PARTS: dict[str, Callable[[Path], None]] = {
    "winobias": winobias,
    "bls": bls,
    "pairs": pairs,
    "gendergap": gendergap,
    "shuffle": shuffle,
    "time": timing,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the folder that holds bias/")
    parser.add_argument("--only", default=",".join(PARTS))
    given = parser.parse_args()
    for name in given.only.split(","):
        PARTS[name](given.data / "bias")


if __name__ == "__main__":
    main()
