"""What is found, in the forms people write it, and what is left alone."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.pii import Confidence, find
from tests.pii import values

MOBILE, ID, CARD = "13671829304", "11010519491231002X", "6222021234567890128"

WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789X"}


def codes(text: str) -> set[str]:
    return {h.code for h in find(text)}


def told(text: str) -> list[tuple[str, str]]:
    return [(h.kind, text[h.start : h.end]) for h in find(text)]


@given(st.sampled_from(sorted(values.MADE)), st.integers(0, 10**6), st.sampled_from(["en", "zh"]), st.integers(0, 4))
def test_a_made_value_is_found_whole_in_prose_of_either_language(kind: str, seed: int, lang: str, which: int) -> None:
    code, make = values.MADE[kind]
    value = make(random.Random(seed))
    frame = values.PROSE[lang][which]
    text = frame.format(value)
    start = frame.index("{}")
    assert (code, start, start + len(value)) in {(h.code, h.start, h.end) for h in find(text)}


@pytest.mark.parametrize(
    "form",
    [
        "{a}{b}{c}",
        "{a}-{b}-{c}",
        "{a} {b} {c}",
        "{a}.{b}.{c}",
        "+86{a}{b}{c}",
        "+86 {a} {b} {c}",
        "+86-{a}-{b}-{c}",
        "0086{a}{b}{c}",
        "(+86){a}{b}{c}",
        "（86）{a}{b}{c}",
        "{a}–{b}–{c}",
        "{a}\u200b{b}{c}",
        "{a}\u00a0{b}\u00a0{c}",
    ],
)
@pytest.mark.parametrize("frame", ["手机{}找我", "电话：{}。", "我的号码是{}哦", "Tel:{}", "打{}（微信同号）"])
def test_a_mobile_number_is_found_in_every_form(form: str, frame: str) -> None:
    text = frame.format(form.format(a=MOBILE[:3], b=MOBILE[3:7], c=MOBILE[7:]))
    assert [k for k, _ in told(text) if k == "cn-mobile"], text


def test_full_width_digits_and_characters_for_digits_are_read() -> None:
    assert told("手机１３６７１８２９３０４谢谢") == [("cn-mobile", "１３６７１８２９３０４")]
    assert told("手机一三六七一八二九三零四谢谢") == [("cn-mobile", "一三六七一八二九三零四")]


@pytest.mark.parametrize(
    "form",
    [
        ID,
        ID.lower(),
        f"{ID[:6]} {ID[6:14]} {ID[14:]}",
        f"{ID[:6]}-{ID[6:14]}-{ID[14:]}",
        "1101 0519 4912 3100 2X",
        "１１０１０５１９４９１２３１００２Ｘ",
    ],
)
def test_an_identity_number_is_proved_in_every_form(form: str) -> None:
    (found,) = find(f"他的身份证号{form}请核对")
    assert (found.kind, found.confidence) == ("cn-id", Confidence.PROVED)


def test_an_identity_number_with_a_wrong_check_character_counts_only_where_it_is_called_one() -> None:
    wrong = ID[:-1] + "1"
    assert told(f"身份证号{wrong}") == [("cn-id", wrong)]
    assert told(f"编号为{wrong}的条目") == []


def test_an_identity_number_is_no_card_and_a_card_no_phone() -> None:
    assert codes(f"证件{ID}卡号{CARD}手机{MOBILE}") == {"PII004", "PII003", "PII002"}
    assert codes(CARD) == {"PII003"}


@pytest.mark.parametrize(
    "text",
    [
        "订单号13671829304已发货",
        "order 4158672291",
        "圆周率3.14159265358979",
        "20240115123456",
        "金额13671829304元",
        "2024-01-15 12:34:56",
        "版本1.2.3.4",
        "= 13671829304 + 1",
        "isbn 9787111213826",
        "第1382号文件",
        "a sum of 1,250,300.00",
        "the years 1998-2004",
        "https://example.org/item/13671829304.html",
        "commit 4158672291a4539578763621486",
        "快递单号78123456789012",
        "股票代码600519",
        "浓度为0.0013671829304",
        "user id 536228714",
    ],
)
def test_numbers_that_are_nobodys_are_left_alone(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Call 020 7183 8750 now", "phone", "020 7183 8750"),
        ("cell: (415) 867-2291 x14", "phone", "(415) 867-2291 x14"),
        ("+49 171 6039284", "phone", "+49 171 6039284"),
        ("0571-87654012转806", "phone", "0571-87654012转806"),
        ("電話 (02) 2720-8889", "phone", "(02) 2720-8889"),
        ("香港 +852 2893 4716", "phone", "+852 2893 4716"),
        ("Reach me at 78 651 450", "phone", "78 651 450"),
        ("01 84 17 61 18 (office)", "phone", "01 84 17 61 18"),
        ("身分證字號A131507222", "national-id", "A131507222"),
        ("HKID: G123456(A)", "national-id", "G123456(A)"),
        ("NINO JG103759A", "national-id", "JG103759A"),
        ("IBAN gb82 west 1234 5698 7654 32", "iban", "gb82 west 1234 5698 7654 32"),
        ("车牌粤BD38215", "plate", "粤BD38215"),
        ("浙A·7K3M9", "plate", "浙A·7K3M9"),
        ("粤Z1234港", "plate", "粤Z1234港"),
        ("统一社会信用代码：91350100M000100Y43", "uscc", "91350100M000100Y43"),
        ("QQ：284917365", "qq", "284917365"),
        ("vx: lin_hai2019", "wechat", "lin_hai2019"),
        ("护照号E83920174", "passport", "E83920174"),
        ("回乡证H72839104", "permit", "H72839104"),
        ("2a02:8108:8ac0:4e5c::b7d", "ip", "2a02:8108:8ac0:4e5c::b7d"),
        ("3c:22:fb:9a:41:07", "mac", "3c:22:fb:9a:41:07"),
        ("mongodb://app:Zk3Vw8@10.2.0.4:27017/x", "connection", "mongodb://app:Zk3Vw8@10.2.0.4:27017/x"),
        ("https://eva:Zk3Vw8@files.brevlador.se/x", "url-user", "https://eva:Zk3Vw8@files.brevlador.se/x"),
        ('{"password": "Zk3Vw8!x"}', "password", "Zk3Vw8!x"),
        ("1990年1月2日出生，男", "birth", "1990年1月2日"),
        ("DOB 14 March 1987", "birth", "14 March 1987"),
        ("lat 31.23041, lon 121.47370, location above", "coordinates", "31.23041, lon 121.47370"),
        ("name at brevlador dot org", "email", "name at brevlador dot org"),
    ],
)
def test_a_value_is_found_with_its_whole_span(text: str, kind: str, value: str) -> None:
    assert (kind, value) in told(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("He moved to 2741 Juniper Hollow Road, Apt 5B, Dayton, OH 45419.", "2741 Juniper Hollow Road, Apt 5B, Dayton, OH 45419"),
        ("Lindenstrasse 48, 10969 Berlin", "Lindenstrasse 48, 10969 Berlin"),
        ("PSC 4021, Box 1177\nAPO AE 09177", "PSC 4021, Box 1177\nAPO AE 09177"),
        ("12 rue de la Paix, 75002 Paris", "12 rue de la Paix, 75002 Paris"),
        ("寄到浙江省杭州市西湖区文三路478号华星时代广场B座1203室吧", "浙江省杭州市西湖区文三路478号华星时代广场B座1203室"),
        ("我住在成都市武侯区桐梓林小区7栋2单元601", "成都市武侯区桐梓林小区7栋2单元601"),
        ("台北市信義區松仁路100號7樓", "台北市信義區松仁路100號7樓"),
        ("地址：湖南省凤凰县山江镇黄毛坪村三组", "湖南省凤凰县山江镇黄毛坪村三组"),
    ],
)
def test_an_address_is_followed_to_its_end(text: str, address: str) -> None:
    assert ("address", address) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "杭州市西湖区是一个美丽的地方",
        "他知道3号要开会",
        "坐地铁2号线到中心",
        "5月1号放假",
        "He took the road to level 12.",
        "Chapter 3 Main Events",
        "这条路很长，走了20分钟",
    ],
)
def test_a_place_that_no_letter_reaches_is_no_address(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "value",
    [
        "anna@example.com",
        "info@brevlador.se",
        "127.0.0.1",
        "192.168.3.4",
        "114.114.114.114",
        "(415) 555-0132",
        "07700 900123",
        "4111 1111 1111 1111",
        "078-05-1120",
        "123 Main Street",
    ],
)
def test_a_reserved_value_is_found_and_said_to_be_nobodys(value: str) -> None:
    found = find(f"Here it is: {value}")
    assert found
    assert all(h.aside for h in found)


@pytest.mark.parametrize(
    "text",
    [
        "password = os.environ['X1']",
        'api_key = "YOUR_API_KEY"',
        "密码必须至少8个字符",
        "The password must be 8 to 12 characters",
        "pwd: ********",
        "token: <your token here>",
        "密码是多少？",
        "password: string",
        "secret = get_secret('db1')",
        "x @ w.T",
        "@app.route('/u/1')",
        "npm i left-pad@1.3.0",
        "std::vector<int>::iterator",
    ],
)
def test_code_and_placeholders_hold_no_secret(text: str) -> None:
    assert told(text) == []


def test_a_line_of_numbers_is_read_one_by_one() -> None:
    numbers = "13671829304 13671829315 13671829326"
    assert [v for _, v in told(numbers)] == numbers.split()


@given(st.text(max_size=200))
def test_hits_are_disjoint_in_order_and_inside_the_text(text: str) -> None:
    found = find(text)
    assert all(0 <= h.start < h.end <= len(text) for h in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
