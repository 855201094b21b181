"""Word problems in the manner of grade-school tests, each worded three times: as a test has it, otherwise in English, in Chinese.

Written for `bench/decontamination.py`, so that its thresholds are chosen on nothing it is measured on.
"""

from __future__ import annotations

WORDINGS = (
    ("{n} buys {a} notebooks for ${b} each and pays with a $100 bill. How much change does {n} get?",
     "What is left of a hundred dollars after {n} has paid for {a} notebooks at {b} dollars apiece?",
     "{n}买了{a}本笔记本，每本{b}美元，付了一张100美元的钞票。应该找回多少钱？"),
    ("A train travels {a} miles in the first hour and {b} miles in each of the next 3 hours. How far does it travel in all?",
     "After covering {a} miles in an hour, a train goes on for three hours at {b} miles an hour. Find the total distance.",
     "一列火车第一小时行驶{a}英里，之后3小时每小时行驶{b}英里。它一共行驶了多远？"),
    ("{n} bakes {a} trays of cookies with {b} cookies on each tray and eats 7 of them. How many cookies are left?",
     "There are {b} cookies on every one of the {a} trays that {n} baked. Once seven have been eaten, how many remain?",
     "{n}烤了{a}盘饼干，每盘{b}块，吃掉了7块。还剩多少块饼干？"),
    ("A farmer has {a} hens. Each hen lays {b} eggs a week. How many dozens of eggs does he collect in 6 weeks?",
     "If {a} hens each give {b} eggs weekly, what number of dozens does their owner gather over six weeks?",
     "一位农民有{a}只母鸡，每只每周下{b}个蛋。6周里他能收多少打鸡蛋？"),
    ("{n} reads {a} pages every weekday and {b} pages on each weekend day. How many pages does {n} read in 4 weeks?",
     "On Saturdays and Sundays {n} gets through {b} pages a day, on other days {a}. What does that make in four weeks?",
     "{n}工作日每天读{a}页书，周末每天读{b}页。4周里{n}一共读多少页？"),
    ("A tank holds {a} gallons and leaks {b} gallons every 5 minutes. How long until it is empty?",
     "Every five minutes {b} gallons drip out of a full tank of {a} gallons. In how many minutes will nothing be left?",
     "一个水箱装有{a}加仑水，每5分钟漏掉{b}加仑。多久以后水箱会漏空？"),
    ("Tickets cost ${a} for adults and ${b} for children. A family of 2 adults and 3 children goes. What do they pay?",
     "What does a couple with three kids spend at the box office if a child is charged {b} dollars and a grown-up {a}?",
     "成人票{a}美元，儿童票{b}美元。一家有2个大人和3个孩子，他们一共要付多少钱？"),
    ("{n} runs {a} laps on Monday and twice as many on Tuesday. Each lap is {b} meters. How many meters does {n} run?",
     "One lap being {b} meters, how far does {n} get with {a} laps on the first day and double that on the second?",
     "{n}星期一跑了{a}圈，星期二跑的圈数是星期一的两倍。每圈{b}米，{n}一共跑了多少米？"),
    ("A shirt costs ${a}. It is marked down by {b} percent. What is the sale price?",
     "By how many dollars can one have a {a} dollar shirt once {b} % has been taken off?",
     "一件衬衫原价{a}美元，打折降价{b}%。折后价格是多少？"),
    ("There are {a} students in a school and {b} of them ride the bus. A third of the rest walk. How many walk?",
     "Of a school's {a} pupils {b} come by bus; one in three of the others comes on foot. What number is that?",
     "一所学校有{a}名学生，其中{b}人坐校车，其余的三分之一步行上学。有多少人步行？"),
    ("{n} saves ${a} a month and already has ${b}. After how many months does {n} have $2000?",
     "Starting from {b} dollars and laying by {a} monthly, when will {n} own two thousand?",
     "{n}已经有{b}美元，每个月再存{a}美元。多少个月以后{n}会有2000美元？"),
    ("A rectangle garden is {a} feet long and {b} feet wide. Fencing costs $4 per foot. What does the fence cost?",
     "How expensive is it to enclose a plot measuring {a} by {b} feet, at four dollars a foot of fence?",
     "一个长方形花园长{a}英尺、宽{b}英尺。围栏每英尺4美元，围一圈要多少钱？"),
    ("{n} picks {a} apples and gives {b} to each of 3 friends. How many apples does {n} keep?",
     "Three friends receive {b} apples each from the {a} that {n} has gathered. What remains?",
     "{n}摘了{a}个苹果，给3个朋友每人{b}个。{n}自己还留下多少个苹果？"),
    ("A machine makes {a} screws in {b} minutes. How many screws does it make in an 8-hour shift?",
     "During a working day of eight hours, what is the output of a device that turns out {a} screws per {b} minutes?",
     "一台机器{b}分钟生产{a}个螺丝。一个8小时的班次能生产多少个螺丝？"),
    ("{n} is {a} years old. His father is {b} years older. How old will the father be in 10 years?",
     "In a decade, what will be the age of a man whose son {n}, now {a}, is {b} years his junior?",
     "{n}今年{a}岁，他的父亲比他大{b}岁。10年后父亲多少岁？"),
    ("A bakery sells {a} loaves in the morning and {b} in the afternoon at $3 each. What does it earn in a 6-day week?",
     "Open six days, a bakery daily parts with {a} loaves before noon and {b} after, three dollars a piece. Weekly takings?",
     "一家面包店上午卖出{a}个面包，下午卖出{b}个，每个3美元。一周营业6天能收入多少？"),
    ("{n} drives {a} miles and his car uses one gallon for every {b} miles. Gas is $5 a gallon. What does the trip cost?",
     "With gas at five dollars and a car that goes {b} miles on a gallon, what must {n} spend on a journey of {a} miles?",
     "{n}开车行驶{a}英里，汽车每加仑汽油能跑{b}英里，汽油每加仑5美元。这趟路程花多少钱？"),
    ("A class collects {a} cans in week one and {b} more than that in week two. How many cans do they collect altogether?",
     "If pupils bring {a} cans first and outdo that by {b} the week after, what do both weeks add up to?",
     "一个班第一周收集了{a}个罐子，第二周比第一周多收集{b}个。两周一共收集了多少个？"),
    ("{n} works {a} hours at ${b} an hour and pays 20 percent in tax. How much does {n} take home?",
     "The tax office keeps a fifth of what {n} makes in {a} hours at an hourly {b} dollars. What is the net pay?",
     "{n}工作{a}小时，每小时{b}美元，要交20%的税。{n}实际拿到多少钱？"),
    ("A pool is filled by two hoses, one giving {a} liters a minute and one giving {b}. How many liters flow in 2 hours?",
     "How much water do a pair of hoses of {a} and {b} liters per minute put into a basin within two hours?",
     "两根水管同时给泳池注水，一根每分钟{a}升，另一根每分钟{b}升。2小时能注入多少升水？"),
    ("A box has {a} red marbles and {b} blue ones. What fraction of the marbles is red?",
     "Among the balls in a box {b} are blue and {a} are red; which part of the whole do the latter make up?",
     "盒子里有{a}颗红色弹珠和{b}颗蓝色弹珠。红色弹珠占几分之几？"),
    ("{n} plants {a} rows of carrots with {b} carrots in each row. Rabbits eat a quarter. How many carrots remain?",
     "Rabbits take one carrot in four from the {a} rows of {b} that {n} has set. How big is the harvest?",
     "{n}种了{a}行胡萝卜，每行{b}根，兔子吃掉了四分之一。还剩多少根胡萝卜？"),
    ("A phone plan costs ${a} a month plus ${b} for each extra gigabyte. {n} uses 6 extra. What is the bill?",
     "What is {n} charged after going six gigabytes over, at {b} dollars each on top of a flat {a}?",
     "一个手机套餐每月{a}美元，每多用1GB加收{b}美元。{n}多用了6GB，账单是多少？"),
    ("{n} has {a} stamps, which is {b} fewer than Rosa. How many stamps do they have together?",
     "Rosa's collection is larger by {b} than the {a} stamps of {n}. Give the size of both combined.",
     "{n}有{a}张邮票，比罗莎少{b}张。他们一共有多少张邮票？"),
)  # fmt: skip
NAMES = ("Tom", "Maria", "Ahmed", "Lucy", "Peter", "Aisha")


def problems(each: int = 2) -> list[tuple[str, str, str]]:
    """Every problem with a few names and numbers: the others with the same wording are its hardest negatives."""
    found = []
    for k, wording in enumerate(WORDINGS):
        for times in range(each):
            filled = {
                "n": NAMES[(k + 3 * times) % len(NAMES)],
                "a": 12 + (7 * k + 31 * times) % 60,
                "b": 3 + (5 * k + 11 * times) % 9,
            }
            english, other, chinese = (text.format(**filled) for text in wording)
            found.append((english, other, chinese))
    return found
