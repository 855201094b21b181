"""QUA006 and QUA007: what a template, a web page or a training format left behind."""

from __future__ import annotations

import re

from curate.language import language, spoken_words
from curate.quality import Hit, looks_like_code, without_code
from curate.quality.escapes import doubled_marks, unbroken_code

_CONTROL = re.compile(
    r"<\|(?:im_start|im_end|prompter|im_sep|endoftext|startoftext|system|user|assistant|begin_of_text|end_of_text|eot_id|start_header_id|end_header_id|end|endofprompt|pad)\|>"
    r"|\[/?INST\]|<</?SYS>>|<start_of_turn>|<end_of_turn>|<no(?:input|output)>|<(?:reserved|unused)_?\d+>",
    re.IGNORECASE,
)
# What a model says last stands there even where a code block was never closed, or closed on the same line.
_LAST_TOKEN = re.compile(r"(?:<\|(?:im_end|endoftext|end_of_text|eot_id|end)\|>|</s>)\s*\Z", re.IGNORECASE)
_FRAME = re.compile(
    r"^[ \t]*#{2,3} ?(?:Response|Instruction|Human|Assistant|User|System)[ \t]*[:：]"
    # An explanation of a program may have such headings further down; where one stands first, it was the prompt's.
    r"|\A\s*#{2,3} ?(?:Output|Input|Answer|输出|输入|答案)[ \t]*[:：]"
    r"|^Below is an instruction that describes a task|^[ \t]*(?:### )?(?:指令|回答|输入|输出)[:：]?[ \t]*$\n?(?=.*### )"
    r"|^[ \t]*(?:Human|USER|Assistant|ASSISTANT)[:：] .*\n(?:.*\n)*?[ \t]*(?:Human|USER|Assistant|ASSISTANT)[:：]",
    re.MULTILINE,
)
_FRAME_HINT = re.compile(r"## ?[RIOHAUS指回输答]|Below is an|Human[:：]|USER[:：]|A(?:ssistant|SSISTANT)[:：]")
_DIALOGUE = re.compile(
    r"dialog|conversation|chat\b|chatbot|assistant|interview|script|role-?play|\bact\b|\broles?\b|pretend|transcript|对话|聊天|助手|访谈|剧本|角色扮演",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"\\[A-Za-z]{2,}|[_^]\{|\}[_^]|\$\$")
_DOUBLE = re.compile(r"(?<!\$)\{\{\s*[A-Za-z_\u4e00-\u9fff][\w .\u4e00-\u9fff-]{0,40}\s*\}\}")
_INSERT = re.compile(
    r"[\[<【](?:insert|your (?:answer|response|text|output) here|placeholder|add (?:your )?(?:text|answer|response) here|插入|此处(?:填写|插入|填入|输入)|在此(?:填写|插入|填入|输入)|"
    r"请(?:填写|填入))[^\]>】\n]{0,60}[\]>】]|\blorem ipsum dolor\b",
    re.IGNORECASE,
)
# What a mail merge or a prompt should have filled in: [Customer Name], {product_name}, 【客户姓名】.
_THING = (
    r"name|number|address|date|time|e-?mail|phone|title|id|price|amount|link|url|company|product|order|customer|client|user|city"
)
_SLOT = re.compile(
    rf"\[(?:(?:your|the|customer|client|company|product|user|recipient|sender|order|first|last|full|insert|phone|e-?mail|tracking|account|店铺)[ _'’s]*){{1,3}}(?:{_THING})\]|"
    rf"(?<![\w{{$\\])\{{(?:[a-z]+_)+(?:{_THING})\}}(?!\}})|(?<![\w{{$\\])\{{(?:name|customer|product|order|date|email|username|company)\}}(?!\}})|"
    r"[\[【{](?:您的|客户|用户|顾客|公司|产品|商品|订单|收件人|联系人)?(?:的)?(?:姓名|名称|名字|编号|订单号|电话|日期|地址|邮箱|金额|链接|网址)[\]】}]",
    re.IGNORECASE,
)
_WRITES = re.compile(
    r"\b(?:write|draft|compose|create|generate|design|rewrite|edit|provide an? (?:example|sample)|example of|sample|craft|prepare|make|format|fill|replace|regex|string|code|function|"
    r"api|url|route|endpoint|script|python|variable|bot|speech|script|introduc\w+|pitch|ad|advertisement|announcement|article|report|story|essay|review|policy|plan|agenda|conversation|dialogue|message|tweet|post|ticket|description|listing|respond|response|reply|react|suggest\w*|quer(?:y|ies)|keywords?)\b|"
    r"写|撰|起草|生成|拟|建议|关键词|制作|设计|创建|编写|创作|改写|示例|例子|范文|代码|字符串|变量|接口|文案|话术|对话|方案",
    re.IGNORECASE,
)
# A letter that the asker is to sign.
_LONG = 600
_GREETING = re.compile(r"\W*(?:dear|subject|to whom)\b|\W*(?:尊敬的|亲爱的|主题)|(?s:.*)\[your[ _]name\]\W*$", re.IGNORECASE)
_SIGNED = re.compile(
    r"(?:regards|sincerely|faithfully|yours|cheers|thank you|thanks|best|此致|敬上|谨上|谨启|敬礼|祝好)[\s,，.!！。]*$",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"letter|e-?mail|template|form\b|memo|invoice|contract|cover|resume|invitation|模板|邮件|信|函|合同|通知|简历|表格|邀请|申请|placeholder|占位|lorem|填空",
    re.IGNORECASE,
)
_TEMPLATING = re.compile(
    r"jinja|handlebars|mustache|vue|angular|liquid|django|flask|template|ansible|helm|latex|math|prompt|placeholder|模板|占位|变量|公式|填空|cloze|anki|"
    r"шаблон|plantilla|vorlage|gabarit|modelo|テンプレート|템플릿|नमूना",
    re.IGNORECASE,
)

_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|strong|em|ul|ol|li|table|tr|td|th|h[1-6]|img|font|center|blockquote|hr|iframe|section|article)"
    r"(?:\s[^<>\n]{0,300}=[^<>\n]{0,300})?\s?/?>",
    re.IGNORECASE,
)
# An answer that is itself a page, a form or a widget was meant to be one.
_PAGE = re.compile(
    r"<(?:!doctype|html|head|body|form|input|button|label|select|textarea|script|style|audio|video|canvas|svg|nav|header|footer|meta|link|template)\b|className=",
    re.IGNORECASE,
)
_PROGRAM = re.compile(
    r"^\s*(?:def \w+\(|import \w+|from \w+ import|class \w+[:({]|function \w+\(|const |let |var )", re.MULTILINE
)
_LAYOUT = re.compile(r"</?(?:table|thead|tbody|tr|td|th)\b", re.IGNORECASE)
_TABULAR = re.compile(r"\btables?\b|\bcolumns?\b|\bspreadsheet|表格|列表", re.IGNORECASE)
_ENTITY = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|apos|#39|#x27|#x2F|#34|#160|mdash|ndash|hellip|ldquo|rdquo|lsquo|rsquo|rarr|copy);", re.IGNORECASE
)
_ESCAPED = re.compile(r"(?<!\\)\\n\\n|(?<![\\\w])\\n(?:(?=[A-Z\u4e00-\u9fff\d*•-]))|\\u[0-9a-f]{4}\\u[0-9a-f]{4}")
_WIKI = re.compile(
    r"\[\[(?:File|Image|Category|文件|分类):|\{\{(?:cite|reflist|citation)\b|(?-i:\[edit\])|\[\d{1,3}\]\[\d{1,3}\]\[\d{1,3}\]|\[\^\d{1,2}(?:\^\]|\]\^)|\[/(?:b|i|url|quote|img|color|size)\]",
    re.IGNORECASE,
)
_ABOUT_MARKUP = re.compile(
    r"html|xml|xhtml|svg|css|\brst\b|restructured|web ?page|website|web app|javascript|jsx|react|\btags?\b|markup|markdown|entit|android|layout|rss|bbcode|wiki|php|browser|"
    r"\bbold\b|italic|underline|highlight|hyperlink|embed|e-?mail template|网页|标签|标记|前端|网站|浏览器|实体|排版|xpath|selenium|爬|加粗|粗体|斜体|下划线|高亮|超链接",
    re.IGNORECASE,
)
_ABOUT_ESCAPES = re.compile(
    r"escape|encod|latex|newline|regex|json|code|function|program|script|python|java|string|\\n|转义|编码|换行|代码|程序|函数|字符串|正则|latex",
    re.IGNORECASE,
)


def control_token(text: str, question: str) -> Hit | None:
    """A token that only a tokenizer may write, outside code and unless it is what was asked about."""
    if "<" not in text and "[" not in text:
        return None
    found = _CONTROL.search(without_code(text)) or _LAST_TOKEN.search(text, max(0, len(text) - 40))
    if found is None or found[0] in question or (found[0].rstrip() == "</s>" and "<s>" in text):
        return None
    return Hit(f"A token of a chat or task format stands in the text: {found[0]}", found.span())


def template_residue(text: str, question: str) -> Hit | None:
    """Placeholders and headings that a template should have filled or removed."""
    if (
        "{{" not in text
        and "#" not in text
        and ":" not in text
        and "：" not in text
        and not _may_insert(text)
        and "{" not in text
        and "Below" not in text
    ):
        return None
    plain = without_code(text)
    if (
        "{{" in text
        and "{%" not in text
        and (found := _DOUBLE.search(plain))
        and not _in_formula(plain, found)
        and not _TEMPLATING.search(question)
        and found[0] not in question
    ):
        return Hit("A placeholder in double braces was never filled", found.span())
    if (
        ("#" in text or ":" in text or "：" in text or "Below" in text)
        and _FRAME_HINT.search(plain)
        and (found := _FRAME.search(plain))
        and "###" not in question
        # A dialogue that was asked for has speakers; a heading with its signs comes from a template all the same.
        and ("#" in found[0][:4] or not _DIALOGUE.search(question))
    ):
        return Hit("The heading of a prompt template stands in the answer", found.span(), 0.9)
    if (found := _unfilled(text, plain, question)) and found[0] not in question and not _leaves_blanks(text, found[0], question):
        return Hit("A placeholder was never filled", found.span(), 0.9)
    return None


def _unfilled(text: str, plain: str, question: str) -> re.Match[str] | None:
    slot = _SLOT.search(plain) if "[" in text or "{" in text or "【" in text else None
    # Whether a letter or a form was asked for is known of two languages; in others a slot may be meant to stay.
    if slot and not _understood(question):
        slot = None
    return slot or (_INSERT.search(plain) if _may_insert(text) else None)


def _understood(question: str) -> bool:
    """English has small words, Chinese its script; a text in Latin letters without any may be in any language."""
    spoken = language(question)
    return spoken in ("zh", "") or (spoken == "en" and (len(question.split()) < 4 or spoken_words(question) > 0))


def _in_formula(plain: str, found: re.Match[str]) -> bool:
    """Braces within braces are how a formula groups; it has commands and powers beside them."""
    start = plain.rfind("\n", 0, found.start()) + 1
    end = plain.find("\n", found.end())
    return bool(_FORMULA.search(plain[start : end if end >= 0 else len(plain)]))


def _leaves_blanks(text: str, slot: str, question: str) -> bool:
    """Who is asked to write a letter, a post or a plan may leave to the asker what only the asker knows; not the whole of it."""
    if 5 * len(slot) >= 3 * len(text.strip()):
        return False
    if _SIGNED.search(text[: text.find(slot)][-40:]):
        return True
    asked = _WRITES.search(question) or _LETTER.search(question) or _TEMPLATING.search(question)
    quoted = re.search(r"[\"“‘'][^\"”’'\n]*" + re.escape(slot), text)
    return bool(asked or quoted or len(text) > _LONG or _GREETING.match(text))


def _may_insert(text: str) -> bool:
    """Most texts have no bracket at all; asking that first saves the slow pattern."""
    return "[" in text or "<" in text or "【" in text or "orem ipsum" in text


def markup_residue(answer: str, question: str) -> Hit | None:
    found = _markup(answer, question)
    if found or ('""""' not in answer and "```" not in answer):
        return found
    return doubled_marks(answer, question) or unbroken_code(answer, question)


def _markup(answer: str, question: str) -> Hit | None:
    if "<" not in answer and "&" not in answer and "\\" not in answer and "[" not in answer:
        return None
    plain = without_code(answer)
    for pattern, message, about in _MARKUP:
        found = next((m for m in pattern.finditer(plain) if not _named(plain, m, pattern is _ESCAPED)), None)
        if found is None or found[0] in question or about.search(question):
            continue
        # A table in Markdown has no other way to break a line.
        line = plain[plain.rfind("\n", 0, found.start()) + 1 : found.start()]
        if pattern is _ESCAPED and looks_like_code(line + plain[found.start() :].partition("\n")[0]):
            continue
        if pattern is _TAG and (
            line.lstrip().startswith("|")
            or "style=" in answer
            or _PAGE.search(answer)
            or _drawn(plain)
            or (_LAYOUT.match(found[0]) and _TABULAR.search(question))
            or _PROGRAM.search(answer)
        ):
            continue
        return Hit(message, found.span(), 0.9)
    return None


def _named(plain: str, found: re.Match[str], escaped: bool) -> bool:
    """Between quotation marks it is spoken of, or part of a line of code; a line break may also begin what is quoted."""
    before, after = plain[: found.start()][-1:], plain[found.end() : found.end() + 1]
    return bool(before) and before in "\"'“‘「" and (escaped or (bool(after) and after in "\"'”’」"))


def _drawn(text: str) -> bool:
    """Nothing but tags: a picture or a layout that was asked for, not a text with tags left in it."""
    return sum(c.isalpha() for c in _TAG.sub("", text)) < 20 and "<img" in text.lower()


_MARKUP = (
    (
        _TAG,
        "An HTML tag stands in the text",
        re.compile(
            rf"{_ABOUT_MARKUP.pattern}|<\w+[ >]|\bfonts?\b|\bstyl|typograph|\bformat|\bweb\b|design [\w ]{0, 20}e-?mail|newsletter|字体|颜色|样式|格式|电子邮件|突出显示|"
            r"\bcode|program|component|function|script|angular|animation|代码|程序|组件|函数|动画|脚本",
            re.IGNORECASE,
        ),
    ),
    (_ENTITY, "An HTML entity stands in the text", re.compile(f"{_ABOUT_MARKUP.pattern}|escape|encod|转义|编码", re.IGNORECASE)),
    (_WIKI, "Wiki or forum markup stands in the text", _ABOUT_MARKUP),
    (_ESCAPED, "An escaped line break stands in the text", _ABOUT_ESCAPES),
)
