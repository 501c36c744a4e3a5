"""Holds labelling to its reasons: headings name types by any of their names, and every pattern of the rules speaks for some text."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.normalise import fold
from classifier.taxonomy import load_taxonomy
from training.labels import Label, heading_label, label_of, rule_label, rule_scores

RULES = tomllib.loads(files("training").joinpath("data", "rules.toml").read_text(encoding="utf-8"))
WEIGHTS: dict[str, dict[str, float]] = {code: rows for code, rows in RULES.items() if isinstance(rows, dict)}
PATTERNS = [(code, pattern) for code, rows in WEIGHTS.items() for pattern in rows]

# What people tell of each type. Every pattern of the rules must match one of the texts of its type.
TEXTS = {
    "sextortion": ["对方拿裸聊录像威胁詹某，不给钱就把视频群发给他通讯录里的好友。", "嫌疑人手里有詹某的私密照片，扬言发送给家人，借此敲诈两万元。"],
    "fake_investment": [
        "群主邀请詹某下载炒股软件，诱导她投资原始股，承诺高额回报，最后无法提现。",
        "詹某被拉进股票群，导师荐股稳赚，她往理财平台里投了八万元，平台关闭无法出金。",
        "对方说博彩平台有漏洞，跟着充值就能赢，詹某投资三万元后不能提现。",
    ],
    "task_rebate": ["詹某进群刷单，做任务领佣金，后来客服说她操作失误，要垫付三单才能解开卡单。", "完成关注任务后小额返了十元，接着要他做连单。"],
    "fake_military": ["自称部队后勤的人向詹某订购二百箱蔬菜，又请他代买一批自热米饭，让他找指定的供应商。", "消防大队的“干事”下单桶装水，让他垫付军用帐篷的货款。"],
    "fake_authority": ["来电者自称市公安局民警，说詹某涉嫌洗钱，要他配合调查，把钱转到安全账户。", "有人冒充检察院工作人员，出示通缉令，要求资金清查。"],
    "fake_acquaintance": [
        "公司财务人员詹某收到冒充老板的消息，要她给客户转账。", "会计詹某被拉进一个群，群里的“董事长”让她马上汇款付保证金。", "好友的微信账号被盗，骗子用被盗的微信借钱。",
    ],
    "credit_record": ["客服说不注销校园贷就会影响征信，詹某按要求操作。", "对方称詹某的花呗利率过高，需要关闭借呗额度，否则留下不良记录。"],
    "flight_change": ["短信说詹某订的航班因故障取消，可以改签并领取延误赔偿。", "自称航空公司的客服让詹某办理机票退改签。"],
    "fake_customer_service": ["对方自称快递公司客服，说包裹丢失可以理赔，让詹某打开屏幕共享。", "来电说詹某的会员会自动续费，不取消每月扣费，还说百万保障到期。"],
    "game_trade": ["詹某在网上出售游戏账号，对方发来假交易平台的链接。", "孩子看到粉丝群里能领取免费皮肤，用妈妈的手机付了款。"],
    "loan_card": ["詹某想申请贷款，对方说银行卡号填写有误，要交解冻费才能放款。", "广告称低息无抵押，他交了手续费后仍没有拿到钱。"],
    "health_product": ["推销员对小区里的老年人说保健品能治百病，詹大爷买了两万元。", "“神医”开的特效药其实是假药。"],
    "prize_subsidy": ["短信说詹某中奖一台汽车，要先交公证费才能领奖。", "电话里说有一笔生育补贴可以领取，先交税费才能兑付。"],
    "phishing_theft": ["詹某点击短信里的链接进入钓鱼网站，卡里的钱被盗刷。", "手机中了木马，骗子窃取银行卡信息后转走余额。"],
    "crime_aiding": [
        "詹某出租银行卡给跑分团伙，帮人取现，按流水抽成。", "嫌疑人在出租屋架设GOIP设备，为境外诈骗集团提供通话线路。", "该公司招聘话务员，底薪加提成，负责拉人进群引流。", "他收购他人的对公账户，充当人头账户。",
    ],
    "shopping_service": ["詹某在闲鱼下单一台二手相机，付款后卖家迟迟未发货。", "演唱会门票的卖家收了订金就不见了。", "这是一起虚假购物诈骗。"],
    "romance": ["詹某在网上认识的男友说包裹被海关扣住，要交清关费。", "相亲认识的女友以生病为由向他借路费。"],
}  # fmt: skip


def known(heading: str) -> str | None:
    label = heading_label(heading, load_taxonomy())
    return label.category if label else None


@pytest.mark.parametrize(("code", "pattern"), PATTERNS, ids=[f"{code}-{i}" for i, (code, _) in enumerate(PATTERNS)])
def test_every_pattern_of_the_rules_matches_a_text_of_its_type(code: str, pattern: str) -> None:
    assert any(re.search(pattern, fold(text)) for text in TEXTS[code])


@pytest.mark.parametrize(("code", "pattern"), PATTERNS, ids=[f"{code}-{i}" for i, (code, _) in enumerate(PATTERNS)])
def test_every_pattern_of_the_rules_is_written_as_folded_text_is(code: str, pattern: str) -> None:
    assert fold(pattern) == pattern


def test_the_rules_stand_in_the_order_of_the_taxonomy_which_breaks_ties() -> None:
    assert list(WEIGHTS) == list(load_taxonomy().categories)


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in TEXTS.items() for text in texts])
def test_the_score_of_a_type_is_the_sum_of_the_weights_of_its_patterns_that_occur(code: str, text: str) -> None:
    expected = sum(weight for pattern, weight in WEIGHTS[code].items() if re.search(pattern, fold(text)))
    assert rule_scores(text)[code][0] == pytest.approx(expected)


@pytest.mark.parametrize("text", [text for texts in TEXTS.values() for text in texts])
def test_the_words_that_matched_stand_in_the_text(text: str) -> None:
    assert all(word in fold(text) for _, words in rule_scores(text).values() for word in words)


@given(st.lists(st.sampled_from([text for texts in TEXTS.values() for text in texts]), max_size=4).map("".join))
@settings(deadline=None, max_examples=100)
def test_scores_stand_best_first(text: str) -> None:
    scores = [score for score, _ in rule_scores(text).values()]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("code", "text"),
    [(code, texts[0]) for code, texts in TEXTS.items() if code not in ("game_trade", "shopping_service", "romance")]
    + [
        ("game_trade", "詹某出售游戏装备，买家说要交代练押金。"),
        ("shopping_service", "詹某在朋友圈购买演唱会门票，付款后一直没有收到票。"),
        ("romance", "詹某与网恋女友约好见面，她以生病为由借走三千元。"),
    ],
)
def test_a_clear_text_gets_the_label_of_its_type_with_the_words_that_decided(code: str, text: str) -> None:
    label = rule_label(text)
    assert label is not None
    assert (label.category, label.reason) == (code, "rule")
    assert all(word in fold(text) for word in label.evidence.split("、"))


def test_traditional_characters_and_full_width_letters_are_labelled_alike() -> None:
    assert rule_scores("詹某出租銀行卡給跑分團伙，架設ＧＯＩＰ設備") == rule_scores("詹某出租银行卡给跑分团伙，架设goip设备")


@pytest.mark.parametrize("text", ["", "。", "詹", "\ud83d", "今天食堂的红烧肉做得不错。", "詹某说自己被骗了，请民警帮忙。"])
def test_a_text_without_words_of_any_type_gets_no_label(text: str) -> None:
    assert rule_label(text) is None


def test_one_weak_word_is_not_enough_for_a_label() -> None:
    assert rule_scores("詹某把钱转到了安全账户。") != {}
    assert rule_label("詹某把钱转到了安全账户。") is None


def test_two_types_that_are_as_strong_give_no_label() -> None:
    text = "詹某先刷单，后跑分。"
    (_, (first, _)), (_, (second, _)) = list(rule_scores(text).items())[:2]
    assert first == second
    assert rule_label(text) is None


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("一、刷单返利类诈骗", "task_rebate"), ("【刷单返利】", "task_rebate"), ("关于刷單的警示", "task_rebate"), ("（三）冒充公检法及政府机关类", "fake_authority"),
        ("假檢警詐騙", "fake_authority"), ("骗局四 “杀猪盘”", "fake_investment"), ("虚假网络投资理财类", "fake_investment"), ("裸聊敲诈", "sextortion"),
        ("网黑案件", "sextortion"),
        ("贷款、代办信用卡类", "loan_card"), ("注销校园贷", "credit_record"), ("虚假征信", "credit_record"), ("冒充领导、熟人", "fake_acquaintance"),
        ("猜猜我是誰", "fake_acquaintance"),
        ("机票退改签骗局", "flight_change"), ("冒充电商物流客服类", "fake_customer_service"), ("解除分期付款", "fake_customer_service"), ("游戏交易诈骗", "game_trade"),
        ("冒充军警购物类诈骗", "fake_military"), ("养老诈骗", "health_product"), ("虚假中奖", "prize_subsidy"), ("钓鱼网站", "phishing_theft"),
        ("涉诈黑灰产(帮信)", "crime_aiding"),
        ("虚假购物、服务类", "shopping_service"), ("假網拍", "shopping_service"), ("网络婚恋、交友类", "romance"),
    ],
)  # fmt: skip
def test_a_heading_names_a_type_by_any_of_its_names(heading: str, code: str) -> None:
    assert known(heading) == code


@pytest.mark.parametrize("code", list(load_taxonomy().categories))
def test_every_chinese_name_and_alias_of_a_type_is_a_heading_of_it(code: str) -> None:
    category = load_taxonomy().categories[code]
    assert {known(name) for name in (category.names["zh"], *category.aliases)} == {code}


@pytest.mark.parametrize(
    "heading",
    ["", " ", "案例一", "本周警情", "反诈提醒", "骗", "警惕刷单返利和虚假征信", "冒充公检法、冒充客服、网络贷款", "\ud83d", "非案情", "？！"],
)
def test_a_heading_of_no_type_or_of_several_names_none(heading: str) -> None:
    assert known(heading) is None


def test_a_longer_name_goes_before_a_shorter_one_within_it() -> None:
    assert known("假交友") == "romance"
    assert known("假交友(投資詐財)") == "fake_investment"


def test_the_evidence_of_a_heading_is_the_longest_name_in_it() -> None:
    assert heading_label("三、冒充电商物流客服诈骗", load_taxonomy()) == Label("fake_customer_service", "heading", "冒充电商物流客服")


def test_a_heading_goes_before_the_rules() -> None:
    heading = Label("fake_customer_service", "heading", "冒充客服")
    assert label_of(TEXTS["task_rebate"][0], heading, load_taxonomy()) == heading


def test_without_a_heading_the_rules_decide() -> None:
    assert label_of(TEXTS["task_rebate"][0], None, load_taxonomy()) == rule_label(TEXTS["task_rebate"][0])


def test_without_a_heading_and_without_words_there_is_no_label() -> None:
    assert label_of("詹某说自己被骗了，请民警帮忙。", None, load_taxonomy()) is None


@pytest.mark.parametrize("text", ["", "詹某说自己被骗了，请民警帮忙。"])
def test_a_heading_labels_a_text_that_the_rules_say_nothing_of(text: str) -> None:
    heading = Label("romance", "heading", "婚恋诈骗")
    assert label_of(text, heading, load_taxonomy()) == heading


def test_a_passage_about_a_platform_under_a_heading_about_romance_is_about_the_platform() -> None:
    label = label_of(
        "詹某的网恋女友带她在理财平台投资黄金，承诺高额回报，最后无法提现。", Label("romance", "heading", "网络交友诈骗"), load_taxonomy()
    )
    assert label is not None
    assert (label.category, label.reason) == ("fake_investment", "rule")


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("阎女士接到自称是机票客服的电话，对方说飞机故障，可以帮她改签。", "flight_change"),
        ("阎女士接到自称快递客服的电话，对方说包裹丢失，可以理赔。", "fake_customer_service"),
        ("阎女士要改签，搜到的快递客服说包裹丢失可以理赔，误开的会员要扣费。", "fake_customer_service"),
    ],
)
def test_under_a_heading_types_of_one_official_name_are_told_apart_by_the_passage(text: str, category: str) -> None:
    label = label_of(text, Label("fake_customer_service", "heading", "冒充客服"), load_taxonomy())
    assert label is not None
    assert label.category == category


def test_a_heading_that_names_the_narrower_type_stays() -> None:
    heading = heading_label("航班取消退改签诈骗", load_taxonomy())
    assert heading is not None
    assert heading.category == "flight_change"
    assert label_of("受害人称被自称同程客服的人以退机票为由骗走三千元。", heading, load_taxonomy()) == heading


def test_a_type_without_an_official_name_has_no_parts() -> None:
    heading = Label("phishing_theft", "heading", "盗刷")
    assert label_of("阎某把银行卡卖给跑分团伙，帮人取现。", heading, load_taxonomy()) == heading
