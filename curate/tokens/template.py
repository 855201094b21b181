"""Chat templates, rendered in jinja's sandbox, and where in the result each answer stands."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from jinja2 import TemplateError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

Message = dict[str, str]

PLAIN = (
    "{% for m in messages %}{% if m['role'] == 'assistant' %}{{ '### Answer:\n' + m['content'] + eos_token + '\n' }}"
    "{% else %}{{ '### ' + m['role'] | capitalize + ':\n' + m['content'] + '\n\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '### Answer:\n' }}{% endif %}"
)
"""For a base model without a template; `train` uses the same."""
# Noncharacters: valid code points that no text may use for interchange (Unicode 16, section 23.7).
_BEGIN, _END = "\ufdd0", "\ufdd1"
_MARK = re.compile(f"[{_BEGIN}{_END}]")
_FIXED_DAY = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
"""Some templates print today's date; the counts must not change with it."""


class Generation(Extension):
    """`{% generation %}` marks answers for trainers; what it holds is printed as it is."""

    tags = {"generation"}  # noqa: RUF012  # jinja2 declares a plain set

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return list(body)


class Refused(Exception):
    """The template does not take the row; the reason is the template's own."""


@dataclass(frozen=True, slots=True)
class Rendered:
    text: str
    answers: tuple[tuple[int, int, bool], ...]
    """Of each trained answer: begin, end (its stop token with it), and whether a stop token stands there."""


class Template:
    """Compiled once. `find` marks the answers and renders once; `proved` renders every prefix, and decides where the two differ."""

    def __init__(self, source: str, bos: str, eos: str, control: Sequence[str]) -> None:
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=[Generation, "jinja2.ext.loopcontrols"], autoescape=False
        )
        environment.filters["tojson"] = _tojson
        environment.globals.update(raise_exception=_refuse, strftime_now=_FIXED_DAY.strftime)
        try:
            self._template = environment.from_string(source or PLAIN)
        except TemplateError as error:
            raise Refused(f"the template is not valid: {error}") from None
        # Jinja copies them for every text, and copies its own kind of map slowly.
        self._template.globals = dict(self._template.globals)
        self._given = {"bos_token": bos, "eos_token": eos}
        self._control = tuple(c for c in control if c)

    def render(self, messages: Sequence[Message], ask: bool = False) -> str:
        try:
            return self._template.render(messages=messages, add_generation_prompt=ask, **self._given)
        except TemplateError as error:
            raise Refused(str(error)) from None
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise Refused(f"{type(error).__name__} in the template") from None

    def find(self, messages: Sequence[Message]) -> Rendered | None:
        """Answers between two marks that no text may hold; None where a mark is lost, so the template changed or dropped the answer."""
        marked = [
            {**m, "content": f"{_BEGIN}{m['content']}{_END}"} if m["role"] == "assistant" and i else m
            for i, m in enumerate(messages)
        ]
        pieces = _MARK.split(self.render(marked))
        expected = sum(m["role"] == "assistant" for m in messages[1:])
        if len(pieces) != 2 * expected + 1:
            return None
        text, at, found = "".join(pieces), 0, []
        for i, piece in enumerate(pieces):
            if i % 2:
                found.append(self._with_stop(text, at, at + len(piece)))
            at += len(piece)
        return Rendered(text, tuple(found))

    def proved(self, messages: Sequence[Message]) -> Rendered | None:
        """Each answer is what rendering it adds; None where a chat does not begin as its shorter self, or the answer is lost."""
        text, found = self.render(messages), []
        for i, message in enumerate(messages):
            if message["role"] != "assistant" or not i:
                continue
            head, upto = self.render(messages[:i], ask=True), self.render(messages[: i + 1])
            if not (text.startswith(head) and text.startswith(upto)):
                return None
            turn = text[len(head) : len(upto)]
            if message["content"].strip() not in turn:
                return None
            ends = [(len(head) + at, c) for c in self._control if (at := turn.rfind(c)) >= 0]
            stop, token = max(ends, default=(0, ""))
            found.append((len(head), stop + len(token) if token else len(upto), bool(token)))
        return Rendered(text, tuple(found))

    def _with_stop(self, text: str, start: int, end: int) -> tuple[int, int, bool]:
        after = end
        while after < len(text) and text[after].isspace():
            after += 1
        for token in self._control:
            if text.startswith(token, after):
                return start, after + len(token), True
        return start, end, False


def _refuse(message: str) -> NoReturn:
    raise TemplateError(message)


def _tojson(value: Any, indent: int | None = None, **_: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


Finder = Callable[[Sequence[Message]], Rendered | None]


def finder(template: Template, sample: Sequence[Sequence[Message]]) -> Finder:
    """The fast way, unless it says anything else than the proved one on a sample of rows."""
    for messages in sample:
        try:
            fast, sure = template.find(messages), template.proved(messages)
        except Refused:
            continue
        if sure is not None and (fast is None or not _same(fast, sure)):
            return template.proved
    return template.find


def _same(fast: Rendered, sure: Rendered) -> bool:
    """White space that the template puts around an answer is no difference."""
    return len(fast.answers) == len(sure.answers) and all(
        stop == other_stop
        and fast.text[min(a, c) : max(a, c)].isspace() in (True, a != c)
        and (b == d or fast.text[min(b, d) : max(b, d)].isspace())
        for (a, b, stop), (c, d, other_stop) in zip(fast.answers, sure.answers, strict=True)
    )
