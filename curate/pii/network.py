"""E-mail, IP and MAC addresses, and URLs that say who uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Any

from curate.pii.hits import Confidence, Hit, hit
from curate.pii.labels import View
from curate.pii.lexicon import words

PROVED, CUED, GUESS = Confidence

LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-'")
HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}(?:[A-Za-z]{2,24}|xn--[a-z0-9-]{2,40})(?![A-Za-z0-9])", re.ASCII
)
GENERIC, RESERVED_TLD = frozenset(words("words", "domains")), frozenset(words("words", "reserved"))
AT_SPELT = re.compile(
    r"(?<![A-Za-z0-9._%+-])([A-Za-z0-9][A-Za-z0-9._%+-]{0,63}) ?(?:[\[({<【（] ?at ?[\])}>】）]|\(a\)|_at_|艾特) ?"
    r"([A-Za-z0-9-]{1,63}(?:(?: ?[\[({<【（] ?dot ?[\])}>】）] ?|\.|点| dot )[A-Za-z0-9-]{1,63}){1,4})(?![A-Za-z0-9])",
    re.IGNORECASE,
)  # fmt: skip
# `name#qq.com`, as Chinese forums write it.
AT_HASH = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._-]{2,63}#(?:qq|163|126|139|189|sina|sohu|foxmail|gmail|outlook|hotmail|yahoo|aliyun)"
    r"\.(?:com|cn|net)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
AT_WORDS = re.compile(
    r"(?<![a-z0-9._%+-])(?:[a-z0-9][a-z0-9-]{1,30} dot )?[a-z0-9][a-z0-9._%+-]{1,63} at [a-z0-9-]{1,63} dot (?:com|org|net|edu|cn|io|co|de|uk|fr)(?![a-z0-9])"
)

ADDRESSED = ("PII006", "PII008")  # `address` announces both kinds
V4 = re.compile(
    r"(?:(?<![0-9A-Za-z.])|(?<=[Ii][Pp]))(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?![0-9A-Za-z]|\.[0-9])"
)
V6 = re.compile(
    r"(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){7}|(?=[0-9A-Fa-f:]{2,39}(?![0-9A-Za-z:]))(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?)(?![0-9A-Za-z:]|\.[0-9])"
)
MAC = re.compile(
    r"(?<![0-9A-Za-z:-])(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![0-9A-Za-z:]|-[0-9A-Fa-f])"
)
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}://")
URL_END = re.compile(r"[\s\"'<>`\\^{}|，。；！？（）【】《》“”‘’、]|[^\x00-\x7f]")
USERINFO = re.compile(r"([A-Za-z0-9._~%!$&*+,;=-]{0,128})(?::([^\s/@\"'<>:]{0,256}))?@(?=[A-Za-z0-9\[])")


class Emails:
    def __init__(self, params: Mapping[str, Mapping[str, Any]]) -> None:
        mine = params["PII001"]
        self.reserved, self.shown, self.roles = (frozenset(mine.get(key, ())) for key in ("reserved", "shown", "roles"))

    def __call__(self, view: View) -> Iterator[Hit]:
        text, place, floor = view.text, view.text.find("@"), 0
        while place >= 0:
            start = place
            # RFC 5321 allows 64 characters before the @; walking on would be quadratic on a cell of @@@@.
            while start > max(floor, place - 64) and text[start - 1] in LOCAL:
                start -= 1
            while start < place and text[start] in ".'-%+":
                start += 1
            found = HOST.match(text, place + 1) if start < place and text[place - 1] not in ".'" else None
            follows = text[found.end() : found.end() + 1] if found else ""
            # `x@w.to(device)` is code, `git@host:path` the address of a repository.
            if found and follows != "(" and not (follows == ":" and text[start:place] == "git"):
                host = self.host(found.group(), view, start)
                if host:
                    end = place + 1 + len(host)
                    yield hit("email", start, end, PROVED, 0.95, self.aside(text[start:place], host))
                    floor = end
            place = text.find("@", place + 1)

    def host(self, host: str, view: View, start: int) -> str:
        """The longest ending that is a domain: `qq.com.Then` is `qq.com`."""
        labels = host.split(".")
        for n in range(len(labels), 1, -1):
            last = labels[n - 1].lower()
            if (len(last) == 2 and last.isalpha() and not labels[n - 2].isdigit()) or last in GENERIC or last.startswith("xn--"):
                return ".".join(labels[:n])
        # Any other ending may be code (`a@b.T`); a word beside it settles the doubt.
        return host if view.label(start) == "PII001" or view.text[start - 1 : start] == "<" else ""

    def aside(self, local: str, host: str) -> str:
        host = host.lower()
        if host in self.reserved or host.rpartition(".")[2] in RESERVED_TLD or re.fullmatch(r"example\.(?:com|net|org)", host):
            return "reserved for examples"
        if (
            host in self.shown
            or host.startswith(("example.", "example-", "your"))
            or re.fullmatch(
                r"(?:your|my)?[._-]?(?:e?mail|name|user(?:name)?|someone|somebody|xxx+|abc)|(?:john|jane)[._-]?(?:doe|smith).*",
                local.lower(),
            )
        ):
            return "a placeholder"
        return "a role, not a person" if local.lower() in self.roles else ""


def spelt_emails(view: View) -> Iterator[Hit]:
    """`name [at] host [dot] org`, and `name at host dot com`."""
    for match in AT_SPELT.finditer(view.text):
        host = re.sub(r" ?[\[({<【（] ?dot ?[\])}>】）] ?| dot |点", ".", match[2], flags=re.IGNORECASE)
        last = host.rpartition(".")[2].lower()
        if last in GENERIC or (len(last) == 2 and last.isalpha()):
            yield hit("email", *match.span(), CUED, 0.85, "a placeholder" if host.lower().startswith("example.") else "")
    for match in AT_HASH.finditer(view.text):
        yield hit("email", *match.span(), CUED, 0.8)
    for match in AT_WORDS.finditer(view.low):
        yield hit("email", *match.span(), CUED, 0.7)


def addresses(view: View) -> Iterator[Hit]:
    """IPv4, IPv6 and MAC."""
    text = view.text
    for match in V4.finditer(text):
        label = view.label(match.start(), 16)
        octets = [int(o) for o in match.group().split(".")]
        small = all(o < 31 for o in octets)
        if (
            label in ("other", "version")
            or (small and label not in ADDRESSED)
            or text[match.start() - 1 : match.start()] in ("§", "-")
        ):
            continue
        aside = v4_aside(IPv4Address(match.group()))
        yield hit("ip", *match.span(), CUED if label in ADDRESSED else GUESS, 0.95 if label in ADDRESSED else 0.75, aside)
    if text.count(":") >= 2:
        for match in V6.finditer(text):
            try:
                address = IPv6Address(match.group())
            except AddressValueError:
                continue
            # `a::b` is C++ and `1::2` a slice; a real one is longer or begins with an assigned block.
            if match.group().count(":") >= 4 or (
                re.match(r"(?i)fe80|f[cd]|2[0-9a-f]{3}:|::ffff", match.group()) and len(match.group()) > 6
            ):
                yield hit("ip", *match.span(), PROVED, 0.9, v6_aside(address))
    for match in MAC.finditer(text):
        same = len(set(match.group().lower()) - set(":-.")) <= 1
        yield hit("mac", *match.span(), PROVED, 0.9, "a constant of networks, no host" if same else "")


RESOLVERS = frozenset(
    (
        "8.8.8.8",
        "8.8.4.4",
        "1.1.1.1",
        "1.0.0.1",
        "9.9.9.9",
        "114.114.114.114",
        "114.114.115.115",
        "223.5.5.5",
        "223.6.6.6",
        "119.29.29.29",
    )
)


def v4_aside(address: IPv4Address) -> str:
    if str(address) in RESOLVERS:
        return "a public name server"
    if address.is_loopback or int(address) >> 24 in (0, 255) or int(address) & 0xFFFFFF == 0 or int(address) >> 8 == 0xE00000:
        return "a constant of networks, no host"
    return "" if address.is_global else "not a public address"


def v6_aside(address: IPv6Address) -> str:
    if address.is_loopback or address.is_unspecified or address.is_multicast:
        return "a constant of networks, no host"
    return "" if address.is_global else "not a public address"


class Urls:
    def __init__(self, params: Mapping[str, Mapping[str, Any]]) -> None:
        query = "|".join(map(re.escape, params["PII015"].get("query", ())))
        self.query = re.compile(rf"[?&;#](?:{query})=([^&#;\s]{{3,512}})", re.IGNORECASE)

    def __call__(self, view: View) -> Iterator[Hit]:
        text, end = view.text, 0
        for match in SCHEME.finditer(text):
            if match.start() < end:
                continue
            stop = URL_END.search(text, match.end(), match.end() + 2048)
            end = stop.start() if stop else min(len(text), match.end() + 2048)
            while end > match.end() and text[end - 1] in ".,;:!?)'":
                end -= 1
            yield from self.judge(text, match.start(), match.end(), end)

    def judge(self, text: str, start: int, authority: int, end: int) -> Iterator[Hit]:
        user = USERINFO.match(text, authority, end)
        scheme = text[start:authority].lower()
        if user and (user[1] or user[2]) and not is_placeholder(user[2] or "secret9"):
            if user[2] and not scheme.startswith(("http", "ftp", "ssh", "sftp", "git", "ws")):
                yield hit("connection", start, end, PROVED, 0.97)
            elif user[2] or user[1].lower() not in ("git", "anonymous", "ftp", "user", "username", "root", "hg", "svn"):
                yield hit("url-user", start, end, PROVED, 0.95)
            return
        found = self.query.search(text, authority, end)
        if found and personal(found[1]):
            yield hit("url-user", start, end, CUED, 0.7)


PLACEHOLDER = re.compile(
    r"(?i)[<{$%\[*].*|x{3,}|\*+|.*(?:your|my[_-]?(?:key|token|pass)|example|placeholder|password|secret$|changeme|xxxx|redacted|\.\.\.).*|pass|passwd|pwd|token|none|null|true|false|abc|test|foo|bar"
)


def is_placeholder(value: str) -> bool:
    return bool(PLACEHOLDER.fullmatch(value))


def personal(value: str) -> bool:
    """A query value that is a contact or a long random token."""
    value = value.replace("%40", "@")
    if is_placeholder(value):
        return False
    if re.fullmatch(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}|\+?[0-9]{10,15}", value):
        return "example." not in value
    return len(value) >= 16 and bool(re.search(r"[0-9]", value)) and bool(re.search(r"[A-Za-z]", value)) and len(set(value)) > 8
