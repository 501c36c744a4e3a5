"""Holds the masks to what may not vote: all of it, nothing beside it, the same spans for blotting and for finding."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.masks import KINDS, _patterns, blot, find
from classifier.normalise import BLOT, fold
from classifier.taxonomy import load_taxonomy

# What the patterns are made of, so that the random texts are full of beginnings, ends and borders of masks.
FRAGMENTS = [
    "0", "1", "2023", "3.5", "6222 0212", "138-0000", "年", "月", "日", "号", "号码", "时", "分", "分钟", "秒", "许", "左右", "元", "万元", "万", "千", "百", "亿", "块", "块儿", "块钱",
    "多", "余", "几", "十", "三", "两", "人民币", "usdt", "对方的", "嫌疑人", "我的", "其", "账号", "微信号", "qq", "户名", "银行卡", "为", "是", ":", "：", ",", "。", "、", "(", ")",
    "【", "】", "[", "]", "冒充客服类", "诈骗", "帮信", "中国", "工商", "建", "招", "行卡", "银行", "信用卡", "农商行", "信用社", "王", "欧阳", "某", "某某", "先生", "女士", "大妈",
    "(女,", "(男", "41岁", "汉族", "某市", "公安局", "公安处", "公安机关", "派出所", "民警", "指挥中心", "接到", "接", "报警", "报案称", "指令", "到", "向", "自称", "自称是",
    "http://", "https://", "www.", "abc", "a", "x", ".", ".com", ".cn", "@", "/", "-", "_", "+", "*", "%", "~", " ", "\n", BLOT, "刷单返利", "\ud800",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=4)), max_size=30).map("".join).map(fold)
MANY = settings(max_examples=400, deadline=None)


def masked(text: str) -> list[tuple[str, str]]:
    """What is masked in a text as it was written (all of one length when folded), with its kind."""
    return [(text[mask.start : mask.end], mask.kind) for mask in find(fold(text))]


@MANY
@given(TEXTS)
def test_finding_and_blotting_agree(text: str) -> None:
    characters = list(text)
    for mask in find(text):
        characters[mask.start : mask.end] = BLOT * (mask.end - mask.start)
    assert blot(text) == "".join(characters)


@MANY
@given(TEXTS)
def test_masks_stand_in_order_overlap_nowhere_and_name_a_kind(text: str) -> None:
    masks = find(text)
    assert all(0 <= mask.start < mask.end <= len(text) for mask in masks)
    assert all(this.end <= following.start for this, following in pairwise(masks))
    assert {mask.kind for mask in masks} <= set(KINDS)


@MANY
@given(TEXTS)
def test_the_letters_that_spare_a_pattern_spare_nothing_that_it_would_find(text: str) -> None:
    for letters, pattern in _patterns():
        if letters and not any(letter in text for letter in letters):
            assert pattern.search(text) is None


@MANY
@given(TEXTS)
def test_no_digit_survives(text: str) -> None:
    assert not set(blot(text)) & set("0123456789")


@MANY
@given(TEXTS)
def test_a_blotted_text_keeps_its_length_and_every_other_character(text: str) -> None:
    blotted = blot(text)
    assert len(blotted) == len(text)
    assert all(after in (before, BLOT) for before, after in zip(text, blotted, strict=True))


def test_every_kind_is_found_in_one_record() -> None:
    record = (
        "某派出所接到报警，（虚假征信类）报警人王某（女，41岁，汉族）于2023年5月8日从工商银行卡向对方账号：622200，分12次转出三万元，"
        "网址是www.abc.top，收款：某某商贸有限公司，平安银行。"
    )
    assert {mask.kind for mask in find(fold(record))} == set(KINDS)


@pytest.mark.parametrize("text", ["", " ", "刷", "王", ":", ".", "(", "账", "\ud800", "\n"])
def test_the_shortest_texts_hold_nothing_to_mask(text: str) -> None:
    assert find(text) == []
    assert blot(text) == text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("转账3000元后", "3000元"),
        ("转账12,345.67元后", "12,345.67元"),
        ("转账3.5万元后", "3.5万元"),
        ("转账2千余元后", "2千余元"),
        ("转账10万余元人民币后", "10万余元人民币"),
        ("转账5万后", "5万"),
        ("转账500块钱后", "500块钱"),
        ("转账３０００元整后", "３０００元整"),
        ("转账100USDT后", "100USDT"),
        ("转账50萬元後", "50萬元"),
        ("转账50多万元左右后", "50多万元左右"),
        ("转账三千元后", "三千元"),
        ("转账一千二百块钱后", "一千二百块钱"),
        ("转账十几万元后", "十几万元"),
        ("转账两万元后", "两万元"),
        ("要价三百块，", "三百块"),
        ("轉帳三萬元後", "三萬元"),
    ],
)
def test_amounts_are_masked(text: str, what: str) -> None:
    assert masked(text) == [(what, "amount")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("于2023年5月8日报警", "2023年5月8日"),
        ("于2023年5月8日14时30分许报警", "2023年5月8日14时30分许"),
        ("在5月报警", "5月"),
        ("在8号报警", "8号"),
        ("从14点20分左右开始", "14点20分左右"),
        ("民國113年2月間", "113年2月"),
        ("于２０２３年５月８日报警", "２０２３年５月８日"),
    ],
)
def test_dates_are_masked(text: str, what: str) -> None:
    assert masked(text) == [(what, "date")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("打来电话13800001234说", "13800001234"),
        ("打来电话138-0000-1234说", "138-0000-1234"),
        ("打来电话１３８００００１２３４说", "１３８００００１２３４"),
        ("卡号6222021234567890123冻结", "6222021234567890123"),
        ("持11010119900101123X登记", "11010119900101123X"),
        ("持110101********123x登记", "110101********123x"),
        ("事主35岁", "35岁"),
        ("事主35周岁", "35周岁"),
        ("于2023-05-08到所", "2023-05-08"),
        ("服务器192.168.1.1:8080掉线", "192.168.1.1:8080"),
        ("收益30%以上", "30%"),
        ("等了10分钟", "10"),
        ("第3号码段", "3"),
    ],
)
def test_numbers_are_masked(text: str, what: str) -> None:
    assert masked(text) == [(what, "number")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("点开http://a.bc/d?e=f后", "http://a.bc/d?e=f"),
        ("点开https://xn--abc.vip，然后", "https://xn--abc.vip"),
        ("点开WWW.ABC.COM后", "WWW.ABC.COM"),
        ("点开abc123.xyz后", "abc123.xyz"),
        ("点开a-b.abc.com.cn/x/y后", "a-b.abc.com.cn/x/y"),
        ("点开ｗｗｗ．ａｂｃ．ｃｏｍ后", "ｗｗｗ．ａｂｃ．ｃｏｍ"),
        ("发到li.si_01@mail.abc.com后", "li.si_01@mail.abc.com"),
    ],
)
def test_addresses_of_the_net_are_masked(text: str, what: str) -> None:
    assert masked(text) == [(what, "url")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("对方账号：6222021234，开户行", "对方账号：6222021234"),
        ("嫌疑人微信号：abc_d-e。后来", "嫌疑人微信号：abc_d-e"),
        ("受害人的手机号码为：13800001234，", "受害人的手机号码为：13800001234"),
        ("收款人户名:张三丰，", "收款人户名:张三丰"),
        ("QQ：12345（昵称不详", "QQ：12345"),
        ("微信昵称：柚子 不加糖，", "微信昵称：柚子 不加糖"),
        ("微信昵稱：柚子不加糖，", "微信昵稱：柚子不加糖"),
        ("现住址：某市某区某路1号，", "现住址：某市某区某路1号"),
        ("案由：冒充客服，", "案由：冒充客服"),
        ("诈骗类型：刷单返利。", "诈骗类型：刷单返利"),
        ("作案手段：冒充公检法；", "作案手段：冒充公检法"),
        ("账号：\n第二行", "账号："),
    ],
)
def test_what_stands_behind_a_label_is_masked_with_it(text: str, what: str) -> None:
    assert masked(text) == [(what, "account")]


def test_the_story_behind_a_label_is_masked_for_thirty_characters_at_most() -> None:
    story = "对方让我下载软件开启屏幕共享然后把钱都转到他说的安全账户里面去不然就要影响征信"
    assert masked(f"电话：{story}") == [(f"电话：{story[:30]}", "account")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("从工商银行转出", "工商银行"),
        ("从中国建设银行储蓄卡转出", "中国建设银行储蓄卡"),
        ("从農業銀行帳戶轉出", "農業銀行帳戶"),
        ("用，建行卡转出", "建行卡"),
        ("用国泰世华银行转出", "国泰世华银行"),
        ("从农村信用社转出", "农村信用社"),
        ("从农商行转出", "农商行"),
        ("从招商银行手机银行转出", "招商银行手机银行"),
    ],
)
def test_banks_are_masked(text: str, what: str) -> None:
    assert masked(text) == [(what, "bank")]


@pytest.mark.parametrize("card", ["建行卡", "工行卡", "农行卡", "招行卡"])
def test_a_card_by_the_short_name_of_its_bank_is_masked_within_a_sentence(card: str) -> None:
    assert masked(f"从名下{card}转出") == [(card, "bank")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("报警人王某报称", "王某"),
        ("报警人李某某报称", "李某某"),
        ("一位賴小姐報案", "賴小姐"),
        ("住户陈大妈报警", "陈大妈"),
        ("客服刘先生说", "刘先生"),
        ("邻居赵奶奶说", "赵奶奶"),
    ],
)
def test_persons_are_masked(text: str, what: str) -> None:
    assert masked(text) == [(what, "person")]


@pytest.mark.parametrize("name", ["欧阳某某", "上官某", "皇甫某", "令狐先生", "端木女士"])
def test_persons_with_a_surname_of_two_characters_are_masked(name: str) -> None:
    assert masked(f"事主{name}到所") == [(name, "person")]


@pytest.mark.parametrize(("left", "right"), ["（）", "()", "【】", "[]"])
@pytest.mark.parametrize(
    "name", ["刷单返利类", "网络游戏产品虚假交易类", "贷款、代办信用卡类", "涉诈黑灰产类", "电信网络诈骗", "裸聊敲诈", "银行卡盗刷"]
)
def test_an_officers_tag_is_masked(name: str, left: str, right: str) -> None:
    assert masked(f"案情如下{left}{name}{right}报警人称") == [(f"{left}{name}{right}", "tag")]


OFFICIAL = load_taxonomy().official


@pytest.mark.parametrize("name", [name for name in OFFICIAL if name != "网黑案件"])
def test_every_official_name_in_brackets_is_a_tag(name: str) -> None:
    assert masked(f"接警（{name}）报警人称") == [(f"（{name}）", "tag")]


def test_the_official_name_without_lei_in_brackets_is_a_tag() -> None:
    assert masked("接警（网黑案件）报警人称") == [("（网黑案件）", "tag")]


@pytest.mark.parametrize("name", [name for name in OFFICIAL if "、" not in name])
def test_every_official_name_behind_a_label_is_masked_whole(name: str) -> None:
    assert masked(f"案件类别：{name}，报警人称") == [(f"案件类别：{name}", "account")]


@pytest.mark.parametrize("name", [name for name in OFFICIAL if "、" in name])
def test_every_official_name_with_a_pause_mark_behind_a_label_is_masked_whole(name: str) -> None:
    assert masked(f"案件类别：{name}，报警人称") == [(f"案件类别：{name}", "account")]


@pytest.mark.parametrize(
    "details",
    [
        "（女）",
        "（女，41岁，身份证号：110101198001011234）",
        "(女,41岁,身份证号:110101198001011234)",
        "（女，41歲，漢族，身份證號：110101198001011234）",
        "（男，汉族，1980年5月8日出生，户籍地：某市某区，联系电话：13800001234）",
        "（性别：男，年龄：35）",
        "（姓名：李四，民族：汉族，文化程度：大专）",
        "（35岁，无业）",
        "（身份证号：110101198001011234，户籍所在地：某省某市）",
        "（电话：13800001234）",
        "（手机号13800001234）",
        "（联系电话13800001234，现住某小区）",
        "（，31岁，汉族，高中文化，）",
        "（女性，退休）",
    ],
)
def test_the_particulars_of_a_person_in_parentheses_are_masked_whole(details: str) -> None:
    assert masked(f"事主某人{details}到所") == [(details, "details")]


@pytest.mark.parametrize(
    "text",
    [
        "（一男子在网上聊天）",
        "（女友让其转账）",
        "（男子自称客服）",
        "（电话里说要贷款）",
        "（手机被对方控制）",
        "（身份证照片发给了对方）",
        "（住在同一小区的网友）",
        "（刷单平台）",
        "女，后来对方让其下载软件",
    ],
)
def test_a_story_in_parentheses_is_left(text: str) -> None:
    assert find(fold(f"事主{text}到处打听")) == []


def test_particulars_end_with_their_parenthesis() -> None:
    assert masked("事主（女，退休）在网上（男子自称客服）刷单") == [("（女，退休）", "details")]


def test_particulars_without_an_end_or_longer_than_any_are_no_parenthesis_to_mask_whole() -> None:
    for text in ("事主（女，后来对方让其刷单", "事主（女，" + "刷单返利" * 70 + "）"):
        assert find(fold(text)) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("某市公安局某分局某派出所接到报警，称有人刷单", "某市公安局某分局某派出所接到报警"),
        ("我所接到辖区群众报警称，有人刷单", "我所接到辖区群众报警称"),
        ("某分局刑侦大队接报，", "某分局刑侦大队接报"),
        ("我局接警，", "我局接警"),
        ("反诈中心接到预警指令，", "反诈中心接到预警指令"),
        ("事主到派出所报案称被骗", "到派出所报案称"),
        ("事主来某镇派出所报警称被骗", "来某镇派出所报警称"),
        ("事主向公安机关报案，", "向公安机关报案"),
        ("事主前往反诈中心求助，", "往反诈中心求助"),
        ("後到派出所報案稱被騙", "到派出所報案稱"),
        ("，接指挥中心指令称，有人刷单", "接指挥中心指令称"),
        ("事主到铁路公安处报案，", "到铁路公安处报案"),
        ("，接到市局指挥中心派警，", "接到市局指挥中心派警"),
        ("我所接110指令：有人刷单", "我所接110指令"),
        ("，接110指挥中心派警称有人刷单", "接110指挥中心派警称"),
        ("，江州市公安局港口分局接本局110指挥中心指令称：有人刷单", "江州市公安局港口分局接本局110指挥中心指令称"),
        ("，城关镇派出所接被害人报称：在家中刷单", "城关镇派出所接被害人报称"),
        ("，接到河西分局柳树沟派出所移交案件，", "接到河西分局柳树沟派出所移交案件"),
        ("，某旗乌兰派出所辖区居民报案称：刷单", "某旗乌兰派出所辖区居民报案称"),
        ("2024年5月，巴山派出所：受害人刷单", "巴山派出所"),
        ("，接群众报警称刷单", "接群众报警称"),
    ],
)
def test_who_took_the_report_and_where_is_masked(text: str, what: str) -> None:
    assert (what, "report") in masked(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("先打过去三十八万。", "三十八万"),
        ("还差六万三", "六万三"),
        ("十几万没了", "十几万"),
        ("欠一百多万", "一百多万"),
        ("少了一百二十万", "一百二十万"),
        ("两千八，三百", "两千八"),
        ("给了几百", "几百"),
    ],
)
def test_amounts_are_masked_without_a_currency_too(text: str, what: str) -> None:
    assert (what, "amount") in masked(text)


@pytest.mark.parametrize("text", ["取消百万保障", "千万别信", "万一是真的", "一起做任务", "三方协议", "百里挑一"])
def test_numbers_in_words_name_no_amount(text: str) -> None:
    assert find(fold(text)) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [("大学生小宋在群里刷单", "小宋"), ("老周接到电话", "老周"), ("我问小凌，他不说", "小凌"), ("把钱给小陈", "小陈")],
)
def test_familiar_names_are_masked(text: str, what: str) -> None:
    assert (what, "person") in masked(text)


@pytest.mark.parametrize(
    "text", ["老师说要交钱", "小程序上下单", "过了一小时在家", "小学的老师", "小车被扣", "养老钱没了", "老家的人", "小红书上看到"]
)
def test_other_words_with_small_and_old_are_left(text: str) -> None:
    assert find(fold(text)) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("2、山东明远化工有限公司，浦发银行：；", "山东明远化工有限公司"),
        ("收款：某某商贸有限公司，6222021234", "某某商贸有限公司"),
    ],
)
def test_companies_that_hold_an_account_are_masked(text: str, what: str) -> None:
    assert (what, "holder") in masked(text) or (what, "account") in masked(text)


def test_companies_of_the_story_are_left() -> None:
    text = "对方自称是某某快递公司，说包裹丢了"
    assert find(fold(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "对方自称是某市公安局民警",
        "自称是派出所的民警，说我涉嫌洗钱",
        "冒充公安局的人打来电话",
        "对方说我的护照有问题，要转接公安局",
        "说要到派出所才能说清楚",
        "骗我说派出所接到报警要抓我",
        "自称某派出所接到报警，说我涉案",
        "对方让我向公安局的账户转账",
        "接到客服的电话",
        "民警在所接待报警人",
        "警方接待了他，后来报警",
        "接到自称派出所的来电，说你涉嫌洗钱",
        "对方说接到举报要核查",
        "冒充派出所：您的银行卡涉案",
        "接到指导员打来的电话",
        "，公安局民警接通视频要求我配合警情",
        "，假民警接通视频求助",
        "，民警接听电话时对方报警",
        "，我在大队接了一个陌生电话后向家人求助",
        "接到电话要把我转接北京公安局移交案件",
        "，接到客服电话后转到市公安局转来的案件",
        "收到短信：派出所：你的银行卡涉嫌洗钱",
        "来电显示某市派出所：你名下",
        "，接到受害人反映你的卡涉嫌洗钱",
        "去派出所的路上又接到电话",
    ],
)
def test_what_an_impostor_calls_himself_is_left(text: str) -> None:
    assert find(fold(text)) == []


@pytest.mark.parametrize("text", ["对方自称是110指挥中心民警", "冒充110指挥中心的人", "接到自称110指挥中心的来电", "转账5110的指令"])
def test_of_the_police_number_in_an_impostors_mouth_only_the_digits_are_masked(text: str) -> None:
    assert {kind for _, kind in masked(text)} <= {"number"}


@pytest.mark.parametrize(
    "text",
    [
        "对方让我开屏幕共享",
        "把钱转到安全账户",
        "从银行卡转出",
        "去银行办业务",
        "一块儿去玩",
        "扫二维码进群",
        "下载app后注册",
        "打开app.config文件",
        "（一男子在网上聊天）到所报案",
        "【紧急通知】请各位家长缴费",
        "加微信聊了几天",
        "某公司的客服",
        "我的先生也在场",
        "账号被冻结",
        "说:「你好」",
        "千万不要转账",
        "中国移动的客服",
        "在建行大厦上班",
    ],
)
def test_the_story_itself_is_left(text: str) -> None:
    assert find(fold(text)) == []


@pytest.mark.parametrize(
    "unit",
    [
        "1", "1,", "1.", "1-", "a", "a.", "a-", "a_", "a+", "a@", "a@a.", "a.com", ".", "..", ".com", "/", "www.", "http://", "@", "(", "((", "(类", "【诈骗", "[", "一", "两百", "千万", "1万",
        "1亿", "亿", "1年", "1月1", "(女", "(女,", "(,", "公安局", "派出所接", "到派出所", "接", "接到", "110", "民警", "1多", "对方的", "对方的对方", "我的", "其", "账号", "账号:", "账号:账号", "银行卡号", ":", "王", "王某", "某", "中国", "中国工商", "工商", "商业", "银行", "建行",
        "农", "信", "x", "%", "\n", " ", BLOT, "q", "qq", "双", "类", "(刷", "10分", "第一",
    ],
)  # fmt: skip
def test_a_hundred_thousand_characters_are_masked(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    assert len(blot(text)) == 100_000
    assert [mask for mask in find("1" + text + "年") if mask.start == 0] != []
