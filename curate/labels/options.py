"""What stands behind the letters of a question with choices."""

from __future__ import annotations

import re

_OPTION = re.compile(
    r"(?:^|\s|[(（])([A-H])[.）):、．：]\s*(\S.*?)(?=[\s(（]+[A-H][.）):、．：]|\s*$)", re.MULTILINE | re.IGNORECASE
)


def options(question: str) -> dict[str, str]:
    """What stands behind each letter; where a letter stands twice, nothing can be told."""
    found = _OPTION.findall(question)
    letters = [letter.upper() for letter, _ in found]
    return {a.upper(): text.casefold().strip(" .。;；,，") for a, text in found} if len(set(letters)) == len(letters) else {}
