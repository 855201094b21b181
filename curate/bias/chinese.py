"""Who is what in a Chinese sentence: copula, prefix, 的-phrases, 被, and a clause that begins with a pronoun."""

from __future__ import annotations

from collections.abc import Iterator

from curate.bias.reading import Span
from curate.bias.sentences import Sentence, pattern
from curate.bias.terms import Kind

Link = tuple[Span, Span]

NP = r"(?P<np><a>*(?:[<n><k><p><s>]|<a><N>)们?)"
MOD = (
    r"(?:现在|曾经|曾|以前|以后|将来|从小|就|也|都|一直|已经|不仅|后来|长大后|梦想|希望|想要|想|要|能|可以|终于"
    r"|不但|既|又|确实|正)"
)
IS = r"(?:是|当上|当过|当|做过|做|成为|成了|担任|从事|任|身为|作为|变成)(?:了|过|着)?"
COUNTER = r"(?:[一几两三这那])?[名位个群]?"
OF = r"(?:[^，。；、：\ue000-\ue0ff]{1,8}的)?"
DEGREE = (
    r"(?:很|非常|十分|特别|比较|更加|更|最|太|总是|往往|通常|都|也|真的|真|是|显得|变得|天生|既|又|一向|相当|极其|有些|有点"
    r"|格外|一个|一位|而且|个|一直|就是|就)"
)
TRAITS = rf"(?P<at><T>(?:[、，和又且而与]{{1,2}}{DEGREE}{{0,2}}<T>)*)"
FREE = r"[^，。；：、不没\ue000-\ue0ff]"

SIMPLE = (
    (pattern(rf"{NP}{MOD}{{0,3}}{IS}{COUNTER}{OF}(?P<at><J>)(?!的)"), Kind.OCCUPATION),
    (pattern(r"(?P<np><a>+|<a>*[<n><k>])性?(?P<at><J>)"), Kind.OCCUPATION),
    (pattern(rf"{NP}{DEGREE}{{0,4}}{TRAITS}"), Kind.TRAIT),
    (pattern(rf"{TRAITS}的?(?P<np><a>*[<n><k>])"), Kind.TRAIT),
    (pattern(rf"{NP}{FREE}{{0,6}}(?:被|遭到|遭受|受到|获得|得到|备受)[^，。；\ue000-\ue0ff]{{0,6}}(?P<at><V>)"), Kind.OUTCOME),
    (pattern(r"(?P<at><V>)[了过]?(?:[这那一该两]|所有)?[名位个些]?(?:<T>的)?(?P<np><a>*[<n><k><s>])(?!的|们的)"), Kind.OUTCOME),
    (pattern(rf"{NP}{FREE}{{0,3}}(?P<at><Y>)"), Kind.OUTCOME),
)
# Clause-initial pronoun: after a stop, a verb of saying or thinking, or a conjunction.
ANAPHOR = pattern(
    r"(?:[，：,:“]|说|表示|认为|觉得|因为|所以|但是|但|如果|当|虽然|希望|知道|发现|相信|以为|称)(?:“|道|：)*(?P<np><s>)"
)
SOMEBODY = pattern(r"[<J><n><k><N><M>]")


def links(sentence: Sentence) -> Iterator[Link]:
    for shape, kind in SIMPLE:
        for m in shape.finditer(sentence.tagged):
            for group in sentence.inside(*m.span("np"), Kind.GROUP):
                yield from ((group, attribute) for attribute in sentence.inside(*m.span("at"), kind))
    yield from anaphora(sentence)


def anaphora(sentence: Sentence) -> Iterator[Link]:
    """A clause-initial 他 or 她 means the sentence's only person, if that is a job."""
    for m in ANAPHOR.finditer(sentence.tagged):
        at = m.start("np")
        before = [s.start() for s in SOMEBODY.finditer(sentence.tagged, 0, at)]
        if len(before) != 1:
            continue
        for group in sentence.inside(at, at + 1, Kind.GROUP):
            yield from ((group, job) for job in sentence.inside(before[0], before[0] + 1, Kind.OCCUPATION))
