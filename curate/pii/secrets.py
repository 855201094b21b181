"""Keys, tokens and passwords."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from curate.pii.hits import Confidence, Hit, hit
from curate.pii.labels import View, lower
from curate.pii.network import is_placeholder

PROVED, CUED, GUESS = Confidence

EDGE, STOP = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
# What issuers publish about their tokens: the literal that a text must hold, and the whole form.
ISSUED = tuple(
    (marks.split(), re.compile(EDGE + "(?:" + form + ")" + STOP))
    for marks, form in (
        ("AKIA ASIA ABIA ACCA", r"A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}"),  # AWS
        ("LTAI", r"LTAI[A-Za-z0-9]{12,24}"),  # Alibaba Cloud
        ("AKID", r"AKID[A-Za-z0-9]{13,40}"),  # Tencent Cloud
        ("ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,255}"),  # GitHub
        ("github_pat_", r"github_pat_[A-Za-z0-9_]{22,255}"),
        ("glpat- gldt- glrt- glcbt- glptt-", r"gl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{20,64}"),  # GitLab
        ("xox", r"xox[abeoprs]-[A-Za-z0-9-]{10,250}"),  # Slack
        ("xapp-", r"xapp-[0-9]-[A-Za-z0-9-]{20,250}"),
        ("hooks.slack.com", r"hooks\.slack\.com/services/T[A-Za-z0-9_]{6,12}/B[A-Za-z0-9_]{6,12}/[A-Za-z0-9_]{20,26}"),
        ("/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/[0-9]{15,21}/[A-Za-z0-9_-]{50,90}"),
        ("AIza", r"AIza[A-Za-z0-9_-]{35}"),  # Google
        ("ya29.", r"ya29\.[A-Za-z0-9_-]{20,500}"),
        ("GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{28}"),
        ("k_live_ k_test_", r"[srp]k_(?:live|test)_[A-Za-z0-9]{16,255}"),  # Stripe
        ("whsec_", r"whsec_[A-Za-z0-9+/=]{20,100}"),
        ("sk-ant-", r"sk-ant-[A-Za-z0-9_-]{20,200}"),  # Anthropic
        # OpenAI, DeepSeek, OpenRouter
        ("sk-", r"sk-(?:proj-|svcacct-|admin-|or-v1-)?[A-Za-z0-9](?=[A-Za-z_-]{0,200}[0-9])[A-Za-z0-9_-]{19,200}"),
        ("hf_", r"hf_[A-Za-z]{34}"),  # Hugging Face
        ("gsk_ r8_", r"gsk_[A-Za-z0-9]{40,60}|r8_[A-Za-z0-9]{37}"),  # Groq, Replicate
        ("pplx- xai-", r"pplx-[A-Za-z0-9]{40,60}|xai-[A-Za-z0-9]{60,90}"),  # Perplexity, xAI
        ("npm_ pypi-Ag", r"npm_[A-Za-z0-9]{36}|pypi-Ag[A-Za-z0-9_-]{50,300}"),
        ("SG.", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),  # SendGrid
        ("key-", r"key-[0-9a-f]{32}"),  # Mailgun
        ("dop_v1_ doo_v1_", r"do[po]_v1_[0-9a-f]{64}"),  # DigitalOcean
        ("shpat_ shpca_ shpss_", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),  # Shopify
        ("sq0", r"sq0(?:atp|csp)-[A-Za-z0-9_-]{22,60}"),  # Square
        ("dapi", r"dapi[0-9a-f]{32}(?:-[0-9])?"),  # Databricks
        ("ntn_ lin_api_", r"ntn_[A-Za-z0-9]{40,60}|lin_api_[A-Za-z0-9]{40}"),  # Notion, Linear
        ("PMAK- ATATT3", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}|ATATT3[A-Za-z0-9_=-]{100,300}"),  # Postman, Atlassian
        ("hvs. dp.pt.", r"hvs\.[A-Za-z0-9_-]{24,120}|dp\.pt\.[A-Za-z0-9]{40,44}"),  # Vault, Doppler
        ("dckr_pat_ nvapi- tvly-", r"dckr_pat_[A-Za-z0-9_-]{27}|nvapi-[A-Za-z0-9_-]{60,70}|tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}"),
        ("sntrys_ glsa_", r"sntrys_[A-Za-z0-9+/=_]{60,200}|glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}"),  # Sentry, Grafana
        (
            "figd_ sgp_ xkeysib-",
            r"figd_[A-Za-z0-9_-]{40,43}|sgp_(?:[0-9a-f]{16}_)?[0-9a-f]{40}|xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}",
        ),
        (
            "ALTAK- AKLT",
            r"bce-v3/ALTAK-[A-Za-z0-9]{21}/[0-9a-f]{40}|ALTAK-?[A-Za-z0-9]{21}|AKLT[A-Za-z0-9_-]{30,60}",
        ),  # Baidu, Volcengine
        (
            "/robot/send /webhook/send /bot/v2/hook/",
            r"oapi\.dingtalk\.com/robot/send\?access_token=[0-9a-f]{64}|"
            r"qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=[0-9a-f-]{36}|open\.feishu\.cn/open-apis/bot/v2/hook/[0-9a-f-]{36}",
        ),
        ("AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
        ("AccountKey= SharedAccessKey=", r"(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,100}={0,2}"),  # Azure
        ("eyJ", r"eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{8,2000}"),  # JSON web token
    )
)
TELEGRAM_BOT = re.compile(r"(?<![0-9A-Za-z])[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])")
PEM = re.compile(r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----")
PEM_END = re.compile(r"-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----")

# `password is X`, `pwd=X`, `"password": "X"`, `密码：X`, `密码是X`.
GLUE = re.compile(
    r"[\"'`)\]]{0,2}(?: (?:for|to|of|on)(?: [A-Za-z0-9'-]{1,20}){1,4}(?= is ))?\s{0,3}(?:(?:is|was|=>|:=|=|:|：|为|是|(?:改|换|设|设置)[成为]了?|設為)\s{0,3})"
    r"(?:now |set to |still )?(?P<q>[\"'`“「]?)"
)
VALUE = re.compile(r"[^\s\"'`<>,;，。；、！？（）()“”「」…\[\]{}\u3400-\u9fff]{4,128}")
HAN = re.compile("[\u3400-\u9fff]")
NUMERIC = re.compile(r"[A-Za-z0-9@#_.!$%&*+-]{6,32}(?![A-Za-z0-9])")
RANDOM = re.compile(r"[A-Za-z0-9+/_=.\-]{16,256}")
# A variable, a call or a path in code: `self.password`, `os.environ["X"]`, `getpass()`.
CODE = (
    "self|this|os|env|process|config|settings|request|req|input|getpass|str|string|user|args|data|params|form|options|ctx|app|props|state|"
    "event|response|res|conn|db|cursor"
)
NOT_SECRET = re.compile(rf"(?:{CODE}|\$)[.(\[_].*|.*[({{\[].*|https?://.*|/.*|\w+\.\w+\.?\w*\(?")


def entropy(text: str) -> float:
    """Bits a character."""
    n = len(text)
    return -sum(c / n * math.log2(c / n) for c in Counter(text).values())


class Secrets:
    def __init__(self, params: Mapping[str, Mapping[str, Any]]) -> None:
        self.known = frozenset(params["PII009"].get("well_known", ()))

    def __call__(self, view: View) -> Iterator[Hit]:
        text = view.text
        for marks, form in ISSUED:
            if any(mark in text for mark in marks):
                for match in form.finditer(text):
                    yield from issued(match)
        if "-----BEGIN" in text:
            yield from private_keys(text)
        if ":AA" in text:
            for match in TELEGRAM_BOT.finditer(text):
                yield hit("secret", *match.span(), PROVED, 0.95)

    def announced(self, view: View) -> Iterator[Hit]:
        """What a word such as `password:` or `api_key =` is followed by."""
        for label in view.labels:
            if label.family not in ("password", "PII009"):
                continue
            glue = GLUE.match(view.text, label.end, label.end + 64)
            if label.family == "password" and not glue and HAN.match(view.text, label.end - 1):
                bare = NUMERIC.match(view.text, label.end)  # `密码12345678`
                if bare:
                    yield from self.password(bare, quoted=False)
            if not glue:
                continue
            quoted = bool(glue["q"])
            if label.family == "password":
                value = VALUE.match(view.text, glue.end())
                if value:
                    yield from self.password(value, quoted)
            else:
                value = RANDOM.match(view.text, glue.end() + (7 if view.low.startswith("bearer ", glue.end()) else 0))
                if value and random_looking(value.group()):
                    yield hit("secret", *value.span(), CUED, 0.8)

    def password(self, match: re.Match[str], quoted: bool) -> Iterator[Hit]:
        value = match.group().rstrip(".:?*_~")
        value = value if mixed(value) else value.rstrip("!")
        if len(value) < 4 or is_placeholder(value) or NOT_SECRET.fullmatch(value):
            return
        known = lower(value).rstrip("!") in self.known
        if not known and not mixed(value) and not (quoted and len(value) >= 8 and entropy(value) > 3):
            return
        yield hit(
            "password",
            match.start(),
            match.start() + len(value),
            CUED,
            0.8 if mixed(value) else 0.5,
            "printed in every tutorial" if known else "",
        )


def issued(match: re.Match[str]) -> Iterator[Hit]:
    body = match.group()
    aside = ""
    if len(set(body[6:])) < 6 or "EXAMPLE" in body or re.search(r"(?i)x{5}|your|0{8}|1234567890|abcdef(?:ghij|0123)", body):
        aside = "a placeholder"
    yield hit("secret", *match.span(), PROVED, 0.97, aside)


def private_keys(text: str) -> Iterator[Hit]:
    place = 0
    while match := PEM.search(text, place):
        end = PEM_END.search(text, match.end(), match.end() + 16_000)
        stop = end.end() if end else min(len(text), match.end() + 4000)
        body, place = text[match.end() : stop], stop
        if len(re.findall(r"[A-Za-z0-9+/=]", body)) >= 64 + (40 if end else 0):
            yield hit("private-key", match.start(), stop, PROVED, 0.99)


def mixed(value: str) -> bool:
    """Two kinds of characters at least, one of them a digit; or digits alone, as a PIN is."""
    letters, digits = any(c.isalpha() for c in value), any(c.isdigit() for c in value)
    return (
        digits
        and (letters or len(value) <= 12)
        and not re.fullmatch(r"(?:19|20)[0-9]{2}|[0-9]{1,3}[-–~][0-9]{1,3}.*|[0-9.]+[*x×/+=^-].*", value)
    )


def random_looking(value: str) -> bool:
    return (
        any(c.isdigit() for c in value)
        and any(c.isalpha() for c in value)
        and entropy(value) >= 3.3
        and not re.search(r"(?i)your|example|placeholder|x{5}|1234567890abc|\.[a-z_]+\(|^[a-z]+(?:[._-][a-z]+)+[0-9]?$", value)
    )
