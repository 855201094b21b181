"""What the verifier says, in Chinese; whatever is not here is said as it is."""

from __future__ import annotations

import re

WORDS = {
    "same text": "文本相同",
    "near duplicate": "近似重复",
    "same or near-same question": "问题相同或相近",
    "text contained": "文本被包含",
    "long passage shared": "共有一长段文字",
    "same meaning": "含义相同",
    "benchmark or held-out item": "基准或保留集条目",
    "answer given away in the prompt": "提示中泄露答案",
    "one group": "同一分组",
    "later than the test period": "晚于测试时段",
    "CERTIFIED": "已认证",
    "CERTIFIED-APPROX": "近似认证",
    "FAILED": "未通过",
    "REPORTED": "仅报告",
    "NOT-CHECKED": "未检查",
    "PASS": "通过",
    "FAIL": "未通过",
    "every pair, exactly": "逐对精确比较",
    "every pair without a stronger tie, exactly": "逐对精确比较（已有更强联系的除外）",
    "needs a model, and this checks by counting alone": "需要模型，而此处只做计数",
    "opening turns of chats compared": "已比较对话的开头轮次",
    "those sets are not in the folder": "这些数据集不在文件夹中",
    "is no leak between splits": "不属于划分之间的泄漏",
    "fewer than two splits hold rows": "有数据的划分不足两个",
    "a planted leak was not found": "有植入的泄漏未被找到",
    "no protected row asks a question": "受保护的行都没有问题",
    "no protected row has a question or an answer": "受保护的行既无问题也无答案",
    "word for word": "逐字复制",
    "wrapped at eight words": "每八词换行",
    "full-width letters": "全角字母",
    "capital letters": "大写字母",
    "answer cut to 60 %": "答案截至 60 %",
    "question inside filler": "问题嵌入填充文本",
    "answer inside filler": "答案嵌入填充文本",
    "folded at forty characters": "每四十字换行",
    "2 % of letters edited": "改动 2 % 的字",
    "10 % of letters edited": "改动 10 % 的字",
    "text cut to 60 %": "文本截至 60 %",
    "traditional characters": "繁体字",
    "one byte changed": "改动一个字节",
    "LEAK001": "与另一划分中的行文本相同",
    "LEAK002": "与另一划分中的行近似重复",
    "LEAK004": "同一分组或同一对话出现在两个划分中",
    "LEAK006": "不早于第一条测试行，或与后面的划分相隔不足禁运期",
    "LEAK008": "包含另一划分中的问题或答案",
    "LEAK009": "与另一划分中的问题相同或相近",
    "LEAK010": "与另一划分中的行有一长段文字相同",
    "VER001": "文件缺失",
    "VER002": "不是构建时的文件",
    "VER003": "清单已被改动",
    "VER004": "行数对不上",
    "VER005": "有植入的泄漏未被找到：这是校验器的错误，请报告",
}
PATTERNS = (
    (re.compile(r"a model compared the questions when the folder was built: (.+)"), r"构建时由模型比较了问题：\1"),
    (re.compile(r"every value of (.+) looked up"), r"已逐一核对 \1 的取值"),
    (
        re.compile(r"every value of (.+) looked up; opening turns of chats compared"),
        r"已逐一核对 \1 的取值；已比较对话的开头轮次",
    ),
    (re.compile(r"every value of (.+) looked up, embargo (.+)"), r"已逐一核对 \1 的取值，禁运期 \2"),
    (re.compile(r"the folder was built without (--\S+)"), r"构建时未使用 \1"),
    (re.compile(r"under ([\d.]+)"), r"低于 \1"),
    (re.compile(r"([\d.]+) to ([\d.]+)"), r"\1 至 \2"),
)


def chinese(text: str) -> str:
    if text in WORDS:
        return WORDS[text]
    for pattern, said in PATTERNS:
        if pattern.fullmatch(text):
            return pattern.sub(said, text)
    return text
