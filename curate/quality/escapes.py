"""QUA007: what an export doubled or escaped once too often, which shows inside code as well."""

from __future__ import annotations

import re

from curate.quality import Hit

# A table's export doubles each quotation mark, and again each time it is exported: 2, 4, 8 of each. Only from four on, as two may
# be an empty string; a word stands directly within, as spreadsheets join cells by such marks with signs between (`""""&A1&""""`).
_DOUBLED = re.compile(
    r'(?<!")(?P<marks>"{4}|"{8}|"{16})(?=[^\W_])[^"\n]{0,200}?(?<=[^\W_])[.,;:!?。，！？]?(?P=marks)(?!")|'
    # The three marks of a comment in Python, doubled twice.
    r'^[ \t]*"{12}[ \t]*\n(?:(?!.*"{4}).*\n){1,40}?[ \t]*"{12}[ \t]*$',
    re.MULTILINE,
)
_ABOUT_MARKS = re.compile(r"\bcsv\b|excel|spreadsheet|\bvba\b|\bbatch\b|escap|quot(?:e|ation)|引号|转义", re.IGNORECASE)
# A block of code whose own lines were never broken: the signs for a line break stand beside its fence.
_FENCED = re.compile(r"(?<!\\)\\n`{3}|`{3}\w{0,12}\\n")
_ABOUT_FENCES = re.compile(r"\bjson|escap|markdown|转义|换行", re.IGNORECASE)


def doubled_marks(answer: str, question: str) -> Hit | None:
    found = _DOUBLED.search(answer) if '""""' in answer else None
    if found is None or _ABOUT_MARKS.search(question):
        return None
    return Hit("Quotation marks were doubled by an export", found.span(), 0.9)


def unbroken_code(answer: str, question: str) -> Hit | None:
    found = _FENCED.search(answer) if "```" in answer and "\\n" in answer else None
    # What is asked for as JSON, or quoted in a program, has its line breaks so.
    if found is None or "\n" in answer.strip() or answer.lstrip()[:1] in "{[\"'" or _ABOUT_FENCES.search(question):
        return None
    return Hit("An escaped line break stands in the text", found.span(), 0.9)
