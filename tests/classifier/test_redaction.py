"""Holds redaction to its promises: personal data goes, everything else stays, a second time changes nothing."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from classifier.redaction import PLACEHOLDERS, redact

PLACED = re.compile("|".join(map(re.escape, PLACEHOLDERS.values())))
FRAGMENTS = [
    "13800138000", "138 0013 8000", "138-0013-8000", "+86", "0086", "020-", "87654321", "(02)2345-6789", "0912345678", "6222021234567890128", "6228 4800 ", "1101", "11010519491231002X",
    "A123456789", "A123456(3)", "***", "x", "1", "8", "0", "00", "-", " ", "\u200b", "(", ")", "（", "）", "：", ":", "，", "。", "、", "“", "”", "户名", "戶名", "账号", "微信", "微信号", "QQ", "昵称",
    "为", "是", "叫", "的", "姓名", "收款人", "联系人", "报警人", "受害人", "张", "三", "丰", "欧阳", "王", "伟", "某", "先生", "女士", "男", "女", "，男，", "（男，35岁）", "称", "报称", "于", "和", "向",
    "对于某", "公司", "有限公司", "http://", "www.", "abc", ".com", ".top", "点com", "@", "li.si", "_", "3000元", "12,345.67元", "万", "2023年5月8日", "2023-05-08", "订单号", "身份证", "电话", "卡号",
    "转给", "·", "阿依古丽·买买提", "幺三八零零幺三八零零零", "\ue101", "\ud800", *PLACEHOLDERS.values(), "［", "］", "［电\u200b话］",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=25).map("".join)
MANY = settings(max_examples=500, deadline=None)


@MANY
@given(TEXTS)
@example("户名：［账户名］")
@example("13800138000［电话］13800138000")
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once, _ = redact(text)
    assert redact(once) == (once, Counter())


@MANY
@given(TEXTS)
def test_outside_the_placeholders_the_text_is_what_it_was(text: str) -> None:
    redacted, _ = redact(text)
    place = 0
    pieces = PLACED.split(redacted)
    for piece in pieces:
        found = text.find(piece, place)
        assert found >= 0
        place = found + len(piece)
    assert text.startswith(pieces[0])
    assert text.endswith(pieces[-1])


@MANY
@given(TEXTS)
def test_every_replacement_is_counted_once(text: str) -> None:
    redacted, counts = redact(text)
    assert all(count > 0 for count in counts.values())
    assert set(counts) <= set(PLACEHOLDERS)
    if not PLACED.search(text):
        assert sum(counts.values()) == len(PLACED.findall(redacted))


@pytest.mark.parametrize(
    ("given_text", "redacted"),
    [
        ("来电13800138000说", "来电［电话］说"),
        ("来电138 0013 8000说", "来电［电话］说"),
        ("来电138-0013-8000说", "来电［电话］说"),
        ("来电1 3 8 0 0 1 3 8 0 0 0说", "来电［电话］说"),
        ("来电１３８００１３８０００说", "来电［电话］说"),
        ("来电138\u200b0013\u200b8000说", "来电［电话］说"),
        ("来电+86 13800138000说", "来电［电话］说"),
        ("来电+86-138-0013-8000说", "来电［电话］说"),
        ("来电008613800138000说", "来电［电话］说"),
        ("来电010-87654321说", "来电［电话］说"),
        ("来电(0755)87654321说", "来电［电话］说"),
        ("来电075587654321说", "来电［电话］说"),
        ("来电400-820-8820说", "来电［电话］说"),
        ("固定電話(02)2345-6789", "固定電話［电话］"),
        ("手機0912-345-678", "手機［电话］"),
        ("手機+886 912 345 678", "手機［电话］"),
        ("來電+852 9123 4567", "來電［电话］"),
        ("來電85291234567", "來電［电话］"),
        ("电话：91234567，", "电话：［电话］，"),
        ("境外来电+63 917 123 4567说", "境外来电［电话］说"),
        ("电话13800138000、13900139000", "电话［电话］、［电话］"),
        ("电话13800138000 13900139000", "电话［电话］ ［电话］"),
        ("2023-05-08 13800138000来电", "2023-05-08 ［电话］来电"),
        ("来电138****8000说", "来电［电话］说"),
        ("幺三八零零幺三八零零零打来", "［电话］打来"),
        ("来电（0085291234567）说", "来电（［电话］）说"),
    ],
)
def test_phones(given_text: str, redacted: str) -> None:
    assert redact(given_text) == (redacted, Counter(phone=redacted.count("［电话］")))


@pytest.mark.parametrize(
    ("given_text", "redacted"),
    [
        ("身份证号11010519491231002X，", "身份证号［身份证号］，"),
        ("身份证号11010519491231002x，", "身份证号［身份证号］，"),
        ("持110105 19491231 002X登记", "持［身份证号］登记"),
        ("持１１０１０５１９４９１２３１００２Ｘ登记", "持［身份证号］登记"),
        ("持110105194912310021登记", "持［身份证号］登记"),
        ("持110105491231002登记", "持［身份证号］登记"),
        ("持110105********002X登记", "持［身份证号］登记"),
        ("身分證字號A123456789，", "身分證字號［身份证号］，"),
        ("持港人证件A123456(3)登记", "持港人证件［身份证号］登记"),
        ("护照号码E12345678，", "护照号码［身份证号］，"),
        ("身份證號碼A123456(7)，", "身份證號碼［身份证号］，"),
    ],
)
def test_identity_numbers(given_text: str, redacted: str) -> None:
    assert redact(given_text) == (redacted, Counter(id=1))


@pytest.mark.parametrize(
    ("given_text", "redacted"),
    [
        ("转入6222021234567890128后", "转入［银行卡号］后"),
        ("转入6222021234567890123后", "转入［银行卡号］后"),
        ("转入6222 0212 3456 7890 128后", "转入［银行卡号］后"),
        ("转入4111111111111111后", "转入［银行卡号］后"),
        ("转入4111-1111-1111-1111后", "转入［银行卡号］后"),
        ("转入６２２２０２１２３４５６７８９０１２８后", "转入［银行卡号］后"),
        ("尾号不符的6222****0128", "尾号不符的［银行卡号］"),
        ("对公账号：755912345678901，", "对公账号：［银行卡号］，"),
    ],
)
def test_bank_cards(given_text: str, redacted: str) -> None:
    assert redact(given_text) == (redacted, Counter(card=1))


@pytest.mark.parametrize(
    ("given_text", "redacted"),
    [
        ("点开https://a.bc.com/d?e=13800138000下载", "点开［网址］下载"),
        ("点开abc123.xyz下载", "点开［网址］下载"),
        ("点开WWW.ABC.COM下载", "点开［网址］下载"),
        ("点开ｗｗｗ．ａｂｃ．ｃｏｍ下载", "点开［网址］下载"),
        ("点开shop.abc.live/x下载", "点开［网址］下载"),
        ("点开38.59.84.223:8080下载", "点开［网址］下载"),
        ("点开abc点com下载", "点开［网址］下载"),
    ],
)
def test_urls(given_text: str, redacted: str) -> None:
    assert redact(given_text) == (redacted, Counter(url=1))


def test_addresses_of_mail() -> None:
    assert redact("发到13800138000@abc.com后") == ("发到［邮箱］后", Counter(email=1))


@pytest.mark.parametrize(
    ("given_text", "redacted"),
    [
        ("加QQ123456789聊", "加QQ［账号］聊"),
        ("QQ：123456789，", "QQ：［账号］，"),
        ("QQ群：123456789，", "QQ群：［账号］，"),
        ("微信号abc_d123，", "微信号［账号］，"),
        ("微信：wxid_a1b2c3。", "微信：［账号］。"),
        ("支付宝账号为hello-99，", "支付宝账号为［账号］，"),
        ("游戏账号xx99881被", "游戏账号［账号］被"),
        ("微信號：abc_d123，", "微信號：［账号］，"),
        ("会议号：893-221-445，", "会议号：［账号］，"),
    ],
)
def test_accounts_behind_their_label(given_text: str, redacted: str) -> None:
    assert redact(given_text) == (redacted, Counter(account=1))


@pytest.mark.parametrize(
    ("given_text", "redacted"),
    [
        ("户名：张三丰，", "户名：［账户名］，"),
        ("戶名：陳怡君，", "戶名：［账户名］，"),
        ("户名:张三账号：工行", "户名:［账户名］账号：工行"),
        ("户名：桂林市春风贸易有限公司，", "户名：［账户名］，"),
        ("转至户名为李四的卡", "转至户名为［账户名］的卡"),
        ("昵称“柚子不加糖”加我", "昵称“［账户名］”加我"),
        ("昵称为柚子的人", "昵称为［账户名］的人"),
        ("收款方：春风商行，", "收款方：［账户名］，"),
    ],
)
def test_names_of_accounts(given_text: str, redacted: str) -> None:
    assert redact(given_text) == (redacted, Counter(holder=1))


@pytest.mark.parametrize(
    ("given_text", "redacted"),
    [
        ("王某报称", "［姓名］报称"),
        ("欧阳某某到所", "［姓名］到所"),
        ("一位賴小姐報案", "一位［姓名］報案"),
        ("客服刘先生说", "客服［姓名］说"),
        ("王德发先生说", "［姓名］说"),
        ("张三丰（男，35岁，汉族）到所", "［姓名］（男，35岁，汉族）到所"),
        ("張三丰（男，35歲）報案", "［姓名］（男，35歲）報案"),
        ("王伟，男，29岁，", "［姓名］，男，29岁，"),
        ("姓名：张三，", "姓名：［姓名］，"),
        ("姓名：张 三，", "姓名：［姓名］，"),
        ("收款人：李小红，", "收款人：［姓名］，"),
        ("收款人李小红的", "收款人［姓名］的"),
        ("联系人：刘有为，", "联系人：［姓名］，"),
        ("收款人：ZHANG SAN，", "收款人：［姓名］，"),
        ("居民成某接到", "居民［姓名］接到"),
        ("报警人欧阳娜娜报称", "报警人［姓名］报称"),
        ("阿依古丽·买买提（女，20岁）", "［姓名］（女，20岁）"),
        ("张小红称，有人", "［姓名］称，有人"),
        ("把钱转给王五的账户", "把钱转给［姓名］的账户"),
        ("案情（张某被诈骗）", "案情（［姓名］被诈骗）"),
        ("我叫张丽华，今年", "我叫［姓名］，今年"),
        ("戶名黃俊傑，", "戶名［姓名］，"),
        ("其妻子何芳芳被骗", "其妻子［姓名］被骗"),
        ("專員林志豪來電", "專員［姓名］來電"),
    ],
)
def test_names_of_persons(given_text: str, redacted: str) -> None:
    assert redact(given_text) == (redacted, Counter(name=1))


def test_a_name_that_is_known_goes_wherever_it_is_said_again() -> None:
    assert redact("报警人：张三丰，女。其后张三丰又转账，民警劝张三丰止付")[0] == "报警人：［姓名］，女。其后［姓名］又转账，民警劝［姓名］止付"
    assert redact("家长孙晓燕、钱伟等人付款，劝孙晓燕止付")[0] == "家长［姓名］、［姓名］等人付款，劝［姓名］止付"
    assert redact("户名：李四。又向李四转账")[0] == "户名：［账户名］。又向［姓名］转账"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "转账3000元、12,345.67元、5万元、三千元",
        "于2023年5月8日14时30分许、2023-05-08、20230508",
        "共转13800138000元",
        "三笔1500 300 2000",
        "先后5000 3000 2000 8000",
        "订单号6222021234567890128，流水号：13800138000",
        "拨打110、96110、95588、12315",
        "支付宝：20000，微信：5000元",
        "收益30%，等了10分钟",
        "对于某些人，和某平台，由于某种原因",
        "司机（男，40岁）、高中生（女，17岁）、公司职员（女，30岁）、程序员（男）",
        "受害人向对方转账，受害人金额为3000元，报警人在家",
        "那位先生，项目经理，各位女士",
        "户名：不详，姓名不详",
        "钱转到安全账户，转入工商银行",
        "下载app.config，V2.8版本",
        "客服让我打开屏幕共享",
        "客服和事主说，朋友都说，家长向记者反映，民警查明",
        "\ud800",
    ],
)
def test_what_is_no_personal_data_stays(text: str) -> None:
    assert redact(text) == (text, Counter())


def test_each_kind_is_counted() -> None:
    text = "张三（男，35岁，身份证号11010519491231002X，电话13800138000）向户名：李四、卡号6222021234567890128转账，加微信号abc_123，见www.abc.com，邮箱a.b@abc.com"
    redacted, counts = redact(text)
    assert counts == Counter(dict.fromkeys(PLACEHOLDERS, 1))
    assert redacted == (
        "［姓名］（男，35岁，身份证号［身份证号］，电话［电话］）向户名：［账户名］、卡号［银行卡号］转账，加微信号［账号］，见［网址］，邮箱［邮箱］"
    )


def test_what_was_replaced_before_is_not_counted_again() -> None:
    assert redact("［姓名］的电话［电话］，另一个13800138000") == ("［姓名］的电话［电话］，另一个［电话］", Counter(phone=1))


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "1-",
        "a",
        "a.",
        "a点",
        "*",
        "张",
        "张三",
        "张三（男，",
        "户名",
        "户名：",
        "户名：张",
        "账号",
        "微信",
        "微信号a",
        "一",
        "(",
        "http://",
        "@",
        "的",
        "王某",
        "转给王",
    ],
)
def test_a_hundred_thousand_characters_are_redacted(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    once, _ = redact(text)
    assert redact(once) == (once, Counter())
