"""Some common simplified characters and their traditional forms, for a canary: enough to turn most sentences."""

from __future__ import annotations

SIMPLE = (
    "这个来说时们国学会对开过还经发当样点应无实问间业东车长门见马现进动种话题体与关员"
    "认万书电语让义气该请读写给选机将达产头师听买卖亲爱数据网络办变处难乐画风飞鱼鸟红"
    "绿银铁钱钟转轻较边运远连适遗医药热烟爷状独"
)
FULL = (
    "這個來說時們國學會對開過還經發當樣點應無實問間業東車長門見馬現進動種話題體與關員"
    "認萬書電語讓義氣該請讀寫給選機將達產頭師聽買賣親愛數據網絡辦變處難樂畫風飛魚鳥紅"
    "綠銀鐵錢鐘轉輕較邊運遠連適遺醫藥熱煙爺狀獨"
)
TRADITIONAL = str.maketrans(SIMPLE, FULL)
