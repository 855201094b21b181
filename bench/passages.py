"""Long passages with questions, in English and Chinese, and short programs: what `wordings.py` lacks, for the same purpose.

Written for `bench/decontamination.py`. Two questions a passage, so that the hardest negative of each shares its passage.
"""

from __future__ import annotations

import re

PASSAGES = (
    (
        "The harbour silted up within two generations. Where merchants had once unloaded amber and salt, reed beds spread so far that"
        " a man could walk dry-shod from the old customs house to the lighthouse. The council spent its last reserves on dredgers,"
        " but each spring the river brought more mud than the boats could carry away. By the time the northern road was paved, the"
        " families who owned ships had already moved their money, and soon afterwards themselves, to the new port downstream.",
        "港口在两代人的时间里就淤塞了。商人们曾经卸下琥珀和食盐的地方，芦苇丛蔓延得那样远，一个人可以不湿鞋地从旧海关走到灯塔。"
        "议会把最后的储备花在了挖泥船上，可是每年春天河水带来的泥沙总比船能运走的还多。等到北方的大路铺好时，拥有船只的家族早已把钱转走，不久后人也搬到了下游的新港。",
        (
            (
                "Which of the following best explains why the shipowning families left?",
                "下列哪一项最能说明拥有船只的家族为何离开？",
            ),
            ("The dredgers failed chiefly because of", "挖泥船之所以失败，主要是因为"),
        ),
    ),
    (
        "Bees do not see red as we do, yet they visit poppies in great numbers. The petals reflect ultraviolet light, which a bee"
        " perceives as a colour of its own, and the dark centre serves as a target. Experiments with paper flowers have shown that a"
        " disc without the ultraviolet ring is ignored even when it is drenched in sugar water, while a disc with the ring and no"
        " reward at all is inspected again and again before the insects finally learn to avoid it.",
        "蜜蜂看不到我们眼中的红色，却大量光顾虞美人。花瓣反射紫外线，蜜蜂把它看成一种独特的颜色，而深色的花心则起到靶子的作用。"
        "用纸花做的实验表明，没有紫外线圈的圆片即使浸满糖水也无人理睬；而有圈却毫无回报的圆片，会被一再查看，直到这些昆虫终于学会避开它。",
        (
            ("What does the experiment with paper flowers show?", "纸花实验说明了什么？"),
            ("According to the passage, the dark centre of a poppy", "根据这段文字，虞美人的深色花心"),
        ),
    ),
    (
        "A tenant may withhold rent only where the defect makes the dwelling unfit for habitation and the landlord, having been told"
        " in writing, has let a reasonable time pass without repair. It is not enough that the paint peels or that a window sticks."
        " The tenant who stops paying on slighter grounds remains liable for the whole sum, with interest, and may be given notice"
        " like anyone else in arrears. What is reasonable depends on the season: a broken boiler in January allows of days, not weeks.",
        "只有当缺陷使住房不适于居住，且房东在收到书面通知后经过合理时间仍未修理时，承租人才可以拒付租金。油漆剥落或窗户卡住都不足以成为理由。"
        "因较轻的理由停止付款的承租人仍须支付全部款项及利息，并可能像其他欠租者一样收到解约通知。何为合理取决于季节：一月份锅炉坏了，只能等几天，而不是几周。",
        (
            ("In which case may a tenant withhold rent?", "在哪种情况下承租人可以拒付租金？"),
            ("Why does the author mention a boiler in January?", "作者为什么提到一月份的锅炉？"),
        ),
    ),
    (
        "When the price of copper doubled, the smelters did not open new shafts; they went through their own slag heaps. Ore that had"
        " been thrown away as too poor in the days of cheap metal now paid for the labour of sorting it. For six years the valley"
        " produced more copper than ever before without a single new mine. Then the heaps were exhausted, the price fell back, and"
        " the furnaces stood cold, so that the boom left behind it flatter hills and the same number of unemployed.",
        "铜价翻倍时，冶炼厂并没有开挖新的矿井，而是去翻自己的矿渣堆。在金属便宜的年代里因为太贫而被丢弃的矿石，如今足以支付分拣的人工。"
        "六年里，这个山谷没有新开一座矿，产铜量却超过以往任何时候。后来矿渣堆耗尽了，价格回落，熔炉冷了下来，这场繁荣留下的只是更平的山丘和同样多的失业者。",
        (
            ("What made the slag heaps worth sorting?", "是什么使矿渣堆值得分拣？"),
            ("The passage suggests that the boom", "这段文字暗示这场繁荣"),
        ),
    ),
    (
        "My grandmother kept two ledgers. In the one with the green cover she wrote what the shop took in and what it paid out, to the"
        " penny, every evening after supper. In the other, which had no cover at all, she noted what people could not pay and what"
        " she gave them anyway: two loaves, a pound of lard, thread for a wedding dress. When she died my uncle burned the second"
        " one without a word, and half the street came to the funeral of a woman who was owed more than she had ever earned.",
        "我的祖母有两本账。绿皮的那本，每天晚饭后她一分不差地记下店里收了多少、付了多少。另一本连封皮也没有，她在上面记着人们付不起的和她照样给出去的东西：两个面包、一磅猪油、做嫁衣的线。"
        "她去世时，我叔叔一言不发地烧掉了第二本，而半条街的人都来参加葬礼，送别一个别人欠她的比她一生挣的还多的女人。",
        (
            ("What did the ledger without a cover contain?", "没有封皮的那本账里记着什么？"),
            ("The uncle most likely burned the ledger in order to", "叔叔烧掉那本账很可能是为了"),
        ),
    ),
    (
        "Glaciers are often described as rivers of ice, but the comparison misleads. A river is slowest at its bed and carries its load"
        " within the water; a glacier may slide on its bed as a whole, lubricated by meltwater, and drags beneath it stones that"
        " scratch the rock like the grains on sandpaper. Where the scratches change direction, geologists conclude that two streams"
        " of ice met, and from the depth of the grooves they estimate how heavy the ice above must once have been.",
        "冰川常被称作冰的河流，但这个比喻会使人误解。河流在河床处最慢，泥沙在水中被带走；而冰川可能在融水的润滑下整个在底床上滑动，并在身下拖着石块，像砂纸上的颗粒一样刮擦岩石。"
        "在刮痕改变方向的地方，地质学家断定曾有两股冰流相遇，并由沟槽的深度推算上面的冰当年有多重。",
        (
            ("How does a glacier differ from a river, according to the author?", "按照作者的说法，冰川与河流有何不同？"),
            ("From the depth of the grooves geologists estimate", "地质学家由沟槽的深度推算"),
        ),
    ),
    (
        "The first trains frightened investors less than the timetables did. Before the railway every town kept its own noon, and a"
        " traveller who set his watch in the west would find it nineteen minutes slow on the coast. Signalmen cannot work with"
        " nineteen minutes of doubt. Within a decade the companies had imposed one clock on the whole line, the courts refused to"
        " recognise it for another ten years, and church bells and station bells rang noon one after the other.",
        "最初的火车给投资者带来的恐惧还不如时刻表。铁路出现以前，每座城镇都有自己的正午，一个在西部对好表的旅客到了海边会发现它慢了十九分钟。信号员没法在十九分钟的疑问里工作。"
        "不到十年，铁路公司便把同一个时钟强加给整条线路，法院又过了十年才肯承认它，教堂的钟和车站的钟一前一后敲响正午。",
        (
            ("Why did the railway need a single time?", "铁路为什么需要统一的时间？"),
            ("What does the last sentence illustrate?", "最后一句话说明了什么？"),
        ),
    ),
    (
        "A vaccine trial that stops early for success is a joy to its sponsors and a worry to statisticians. Effects seen at an early"
        " look are on average too large, because the trial would not have stopped had they been small. The remedy is not to forbid"
        " the look but to pay for it: the boundary for stopping is set higher at first and falls towards the planned end, so that"
        " the chance of a false alarm over all looks together is what was promised for one.",
        "因成功而提前终止的疫苗试验，让赞助者高兴，却让统计学家担忧。早期查看时见到的效应平均而言过大，因为假如效应小，试验就不会停止。"
        "补救办法不是禁止查看，而是为它付出代价：停止的界限起初定得较高，随着计划的终点临近而降低，使所有查看合起来的误报机会等于当初为一次查看所承诺的机会。",
        (
            ("Why are effects seen at an early look too large on average?", "为什么早期查看时见到的效应平均而言过大？"),
            ("How is the chance of a false alarm kept as promised?", "怎样使误报的机会保持在承诺的水平？"),
        ),
    ),
)

PROGRAMS = (
    'def median(values):\n    """Return the middle value, or the mean of the two middle ones."""\n    ordered = sorted(values)\n    half = len(ordered) // 2\n    if len(ordered) % 2:\n        return ordered[half]\n    return (ordered[half - 1] + ordered[half]) / 2\n',
    'def is_leap(year):\n    """Whether a year of the Gregorian calendar has 366 days."""\n    if year % 400 == 0:\n        return True\n    return year % 4 == 0 and year % 100 != 0\n',
    'def caesar(message, shift):\n    """Shift each lower-case letter round the alphabet."""\n    result = []\n    for letter in message:\n        if letter.islower():\n            result.append(chr((ord(letter) - 97 + shift) % 26 + 97))\n        else:\n            result.append(letter)\n    return "".join(result)\n',
    'def transpose(matrix):\n    """Rows become columns."""\n    rows = len(matrix)\n    columns = len(matrix[0])\n    turned = [[0] * rows for _ in range(columns)]\n    for r in range(rows):\n        for c in range(columns):\n            turned[c][r] = matrix[r][c]\n    return turned\n',
    'def first_repeat(numbers):\n    """The first number that was seen before, or None."""\n    seen = set()\n    for number in numbers:\n        if number in seen:\n            return number\n        seen.add(number)\n    return None\n',
    'def collatz(start):\n    """Steps until the sequence reaches one."""\n    steps = 0\n    while start != 1:\n        start = start // 2 if start % 2 == 0 else 3 * start + 1\n        steps += 1\n    return steps\n',
    'def flatten(nested):\n    """All leaves of lists within lists, from left to right."""\n    flat = []\n    for element in nested:\n        if isinstance(element, list):\n            flat.extend(flatten(element))\n        else:\n            flat.append(element)\n    return flat\n',
    'def binary_search(ordered, wanted):\n    """Index of a value in an ascending list, or -1."""\n    low, high = 0, len(ordered) - 1\n    while low <= high:\n        middle = (low + high) // 2\n        if ordered[middle] == wanted:\n            return middle\n        if ordered[middle] < wanted:\n            low = middle + 1\n        else:\n            high = middle - 1\n    return -1\n',
    'def word_counts(text):\n    """How often each word stands in a text."""\n    counts = {}\n    for word in text.lower().split():\n        counts[word] = counts.get(word, 0) + 1\n    return counts\n',
    'def perfect_squares(limit):\n    """Squares up to a limit."""\n    squares = []\n    root = 1\n    while root * root <= limit:\n        squares.append(root * root)\n        root += 1\n    return squares\n',
    'def balanced(brackets):\n    """Whether every bracket that opens is closed in order."""\n    partner = {")": "(", "]": "[", "}": "{"}\n    waiting = []\n    for bracket in brackets:\n        if bracket in partner.values():\n            waiting.append(bracket)\n        elif not waiting or waiting.pop() != partner[bracket]:\n            return False\n    return not waiting\n',
    'def running_mean(values, width):\n    """Mean of each window of some width."""\n    means = []\n    for begin in range(len(values) - width + 1):\n        window = values[begin : begin + width]\n        means.append(sum(window) / width)\n    return means\n',
    'def common_prefix(words):\n    """The longest beginning that all words share."""\n    shortest = min(words, key=len)\n    for place, letter in enumerate(shortest):\n        if any(word[place] != letter for word in words):\n            return shortest[:place]\n    return shortest\n',
    'def to_roman(number):\n    """Roman numeral of a number below 4000."""\n    pairs = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]\n    numeral = ""\n    for value, sign in pairs:\n        while number >= value:\n            numeral += sign\n            number -= value\n    return numeral\n',
    'def rotate(items, places):\n    """Move the last items to the front."""\n    if not items:\n        return items\n    cut = len(items) - places % len(items)\n    return items[cut:] + items[:cut]\n',
    'def digits_sum(number):\n    """Sum of decimal digits until one digit is left."""\n    while number > 9:\n        total = 0\n        while number:\n            total += number % 10\n            number //= 10\n        number = total\n    return number\n',
)
OTHER_NAMES = [
    "alpha",
    "bravo",
    "delta",
    "echo",
    "foxtrot",
    "golf",
    "hotel",
    "india",
    "juliett",
    "kilo",
    "lima",
    "mike",
    "oscar",
    "papa",
    "quebec",
    "romeo",
    "sierra",
    "tango",
]
KEPT = {
    *[
        "def",
        "return",
        "if",
        "else",
        "elif",
        "for",
        "while",
        "in",
        "not",
        "and",
        "or",
        "None",
        "True",
        "False",
        "is",
        "range",
        "len",
        "sorted",
        "set",
        "list",
        "dict",
        "min",
        "max",
        "sum",
        "any",
        "all",
        "chr",
        "ord",
    ],
    *["enumerate", "isinstance", "append", "extend", "get", "lower", "split", "islower", "join", "pop", "values", "add", "key"],
}


def passages() -> list[tuple[str, str]]:
    """Passage and question in English and in Chinese."""
    return [(f"{english}\n{a}", f"{chinese}\n{b}") for english, chinese, asked in PASSAGES for a, b in asked]


def programs() -> list[tuple[str, str]]:
    """A program, and the same without its docstring and under other names."""
    return [(program, disguised(program)) for program in PROGRAMS]


def disguised(program: str) -> str:
    names: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        word = match[0]
        if word in KEPT or match.string[match.start() - 1] == '"':
            return word
        return names.setdefault(word, OTHER_NAMES[len(names) % len(OTHER_NAMES)])

    return re.sub(r"[A-Za-z_]\w*", other, re.sub(r'\n    """.*?"""', "", program))
