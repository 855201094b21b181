"""Words that say nothing about a topic: small words, and the words of giving a task. Chinese by pairs of characters, as topics count them."""

from __future__ import annotations

_ENGLISH = """
a about above after again all also although always am among an and another any are aren as at away back be because become been before being below best
better between both but by came can cannot case cases come common could did different do does doesn doing don done down during each either else end enough
etc even ever every few find first following for four from full further gave get getting give given gives go going good got great had has have having he
help her here hers him his how however i if important in include includes including into is isn it its itself just keep kind know known large last later
least less let like likely ll long look looking lot made main make makes making many may me mean means might mine more most much must my need needs never
new next no nor not now number of off often on once one only or order other others our out over own part per place please possible put rather re really
right said same say second see several shall she should show simple since small so some something sometimes still such sure take taken than that the their
them themselves then there these they thing things this those though three through thus time times to together too toward two under until up upon us use
used useful using usually ve very want was way ways we well were what when where whether which while who whole whom whose why will with within without
won word words would yes yet you your yours
add answer ask calculate categorize change choose classify compare complete compose convert correct create describe design detail details determine
discuss edit essay example examples explain explanation extract generate identify input instruction instructions list name output outline paragraph
passage poem provide question questions read rewrite sentence sentences short solve statement story suggest summarize summary tell text think topic
translate try type understand write writing based using total each altogether
"""
_CHINESE = """
一个 一些 一下 一种 一样 一般 一次 一定 一起 一篇 一段 一首 一句 一组 一份 一位 一条 不同 不是 不会 不能 不要 不仅 与其 为了 为什 什么 么是 也是 也可 了一 了解 于是 之间
之一 之后 之前 人们 他们 她们 它们 以下 以及 以上 以便 们的 但是 但在 你们 你可 你的 你需 您的 使用 其中 其他 具有 具体 内容 写一 写出 写下 几个 出现 分别 列出 列表 创建
别人 到了 包括 包含 即使 却是 又是 可以 可能 各种 同时 后来 向我 否则 和其 和一 哪些 哪个 因为 因此 固定 在于 在这 多个 大家 大多 如下 如何 如果 它是 它的 对于 将会 尤其
就是 工作 已经 帮助 常常 并且 并不 应该 建议 开始 当你 得到 您可 我们 我可 我的 我需 或者 所以 所有 才能 找到 找出 把这 描述 提供 提出 改写 文本 文章 方式 方法 无法 是一
是否 是因 是在 更加 更多 最后 最好 有一 有什 有些 有助 有很 根据 某些 查看 根本 比如 比较 没有 注意 活动 特别 生成 用于 由于 由此 的一 的主 的人 的方 的是 的时 的重 相关
确保 种类 第一 第二 第三 等等 答案 简单 给出 给定 编写 编辑 翻译 而且 而是 能力 能够 自己 至少 虽然 行为 表示 要求 解释 计算 让我 许多 词语 语句 请写 请你 请问 请给
请为 请将 请提 谁的 起来 输入 输出 过程 还是 还有 这个 这些 这是 这样 这种 进行 适合 选择 通过 通常 那么 那些 那个 都是 重要 问题 回答 需要 非常 句子 例子 以用 可用 是什
"""

SILENT = frozenset(_ENGLISH.split()) | frozenset(_CHINESE.split())
