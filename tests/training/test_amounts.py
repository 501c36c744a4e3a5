"""Holds the reading of amounts to what was lost or handled, whatever its spelling, and that of dates to what is stated."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.amounts import amount_of, date_of


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("3万余元", 30_000),
        ("3万多元", 30_000),
        ("3余万元", 30_000),
        ("5.2万", 52_000),
        ("5.2万元", 52_000),
        ("４.5万元", 45_000),
        ("4032.919 万元", 40_329_190),
        ("4032.919万元", 40_329_190),
        ("1,997元", 1_997),
        ("1，997元", 1_997),
        ("12,345,678元", 12_345_678),
        ("868元", 868),
        ("868.5元", 868.5),
        ("3000块", 3_000),
        ("3000块钱", 3_000),
        ("2千元", 2_000),
        ("3百万元", 3_000_000),
        ("2千万元", 20_000_000),
        ("1.2亿元", 120_000_000),
        ("三千五百元", 3_500),
        ("三千五元", 3_500),
        ("一万二元", 12_000),
        ("一万二千元", 12_000),
        ("两万元", 20_000),
        ("两千块钱", 2_000),
        ("二百五十元", 250),
        ("二十万元", 200_000),
        ("二十余万元", 200_000),
        ("五百多万元", 5_000_000),
        ("一百二十万元", 1_200_000),
        ("三百万元", 3_000_000),
        ("两千零八十元", 2_080),
        ("3萬餘元", 30_000),
        ("兩萬元", 20_000),
        ("人民币6000元", 6_000),
        ("¥6,000", 6_000),
        pytest.param("一万二", 12_000),
        pytest.param("三万", 30_000),
        pytest.param("十万元", 100_000),
        pytest.param("十五万元", 150_000),
        pytest.param("十余万元", 100_000),
        pytest.param("三百零八元", 308),
        pytest.param("一万零五元", 10_005),
        pytest.param("3万5千元", 35_000),
        pytest.param("1亿2000万元", 120_000_000),
        pytest.param("一亿二千万元", 120_000_000),
        pytest.param("两点五万元", 25_000),
        pytest.param("￥6,000", 6_000),
    ],
)
def test_an_amount_is_read_in_all_its_spellings(words: str, value: float) -> None:
    assert amount_of(f"秦女士被骗{words}。") == (value, "CNY")


@given(st.integers(1, 10**9))
@settings(deadline=None, max_examples=200)
def test_grouping_the_digits_of_an_amount_changes_nothing(value: int) -> None:
    assert amount_of(f"秦女士被骗{value:,}元") == amount_of(f"秦女士被骗{value}元") == (value, "CNY")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("新台币50万元", (500_000, "TWD")),
        ("新臺幣50萬元", (500_000, "TWD")),
        ("台幣3萬元", (30_000, "TWD")),
        ("5000美元", (5_000, "USD")),
        ("5000美金", (5_000, "USD")),
        ("2万港币", (20_000, "HKD")),
        ("2万港元", (20_000, "HKD")),
        ("800欧元", (800, "EUR")),
        ("800英镑", (800, "GBP")),
        ("30万日元", (300_000, "JPY")),
        ("5000USDT", (5_000, "USDT")),
        ("5000 usdt", (5_000, "USDT")),
        pytest.param("NT$50,000", (50_000, "TWD")),
        pytest.param("NT$50萬元", (500_000, "TWD")),
        pytest.param("50萬元新台幣", (500_000, "TWD")),
        pytest.param("US$500", (500, "USD")),
        pytest.param("HK$500", (500, "HKD")),
        pytest.param("5000泰达币", (5_000, "USDT")),
    ],
)
def test_an_amount_has_the_currency_that_is_named(words: str, expected: tuple[float, str]) -> None:
    assert amount_of(f"秦女士损失{words}。") == expected


def test_a_bare_yuan_is_in_the_currency_of_the_page() -> None:
    assert amount_of("秦女士遭詐騙30萬元", currency="TWD") == (300_000, "TWD")


def test_renminbi_stays_renminbi_on_a_page_in_another_currency() -> None:
    assert amount_of("秦女士被骗人民币3万元", currency="TWD") == (30_000, "CNY")


@pytest.mark.parametrize(
    "words",
    [
        "追回3万元", "为她挽回损失3万元", "成功止付3万元", "冻结涉诈资金3万元", "扣押现金3万元", "查扣现金3万元", "收缴赃款3万元", "缴获赃款3万元", "返还3万元", "退还3万元",
        "拦截资金3万元", "避免损失3万元", "查获现金3万元", "追繳3萬元", "凍結資金3萬元", "對方承諾赔偿3万元", "获得补贴3万元", "每年收益3万元", "盈利3万元",
        "月薪3万元", "工资3万元", "罚金3万元", "一部价值3万元的手表", "违法所得3万元", "优惠3万元",
    ],
)  # fmt: skip
def test_what_was_recovered_frozen_seized_or_promised_never_counts(words: str) -> None:
    assert amount_of(f"民警接报后赶到秦女士家中，{words}。", handled=False) is None
    assert amount_of(f"民警接报后赶到秦女士家中，{words}。", handled=True) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("秦女士被骗8万元，民警为其追回5万元。", 80_000),
        ("秦女士被骗5万元，民警冻结涉诈资金80万元。", 50_000),
        ("客服说可以赔偿9000元，秦女士信以为真，转账2000元后被拉黑。", 2_000),
        ("群里的老师说每天收益3万元，秦女士投入6000元。", 6_000),
    ],
)
def test_a_loss_counts_beside_an_amount_that_does_not(text: str, value: float) -> None:
    assert amount_of(text) == (value, "CNY")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("秦女士以为能拿到高额收益，结果骗子以高额收益为诱饵骗走5万元。", 50_000),
        ("骗子以返还佣金为由骗取秦女士3万元。", 30_000),
        ("为了提现，秦女士又按要求为提现充值3万元。", 30_000),
        ("对方以赔偿为由骗走她6000元。", 6_000),
    ],
)
def test_the_nearest_words_before_an_amount_decide_what_it_is(text: str, value: float) -> None:
    assert amount_of(text) == (value, "CNY")


def test_frozen_money_does_not_count_although_accounts_were_frozen_with_it() -> None:
    assert amount_of("专案组冻结涉案银行卡20余张、涉案资金300万元。", handled=True) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("秦女士先转账3万元，又转账5万元，共计损失8万元。", 80_000),
        ("秦女士分三次向对方汇款2万元、3万元和4万元，合计9万元。", 90_000),
        ("秦女士总共被骗12万元，最大一笔是充值7万元。", 120_000),
        ("秦女士充值20000元，被骗15000元。", 15_000),
        pytest.param(
            "秦女士被骗10万元，其间收到返利2万元，实际共计8万元。",
            80_000,
        ),
    ],
)
def test_a_stated_total_wins_over_what_it_is_made_of(text: str, value: float) -> None:
    assert amount_of(text) == (value, "CNY")


def test_without_a_total_the_largest_loss_counts() -> None:
    assert amount_of("第一天秦女士被骗2000元，第二天又被骗3万元。") == (30_000, "CNY")


def test_without_a_loss_the_largest_payment_counts() -> None:
    assert amount_of("秦女士先付款500元买会员，后来充值6800元做任务，再交了88元。") == (6_800, "CNY")


def test_money_that_went_through_accounts_counts_first_where_no_victim_tells() -> None:
    text = "该团伙骗取居民3万元，名下账户流水达500万元。"
    assert amount_of(text, handled=True) == (5_000_000, "CNY")
    assert amount_of(text) == (30_000, "CNY")


@pytest.mark.parametrize("words", ["涉案资金120万元", "涉案金额120万元", "银行流水120万元", "帮助转移赃款120万元"])
def test_what_scammers_handled_is_read(words: str) -> None:
    assert amount_of(f"警方打掉一个跑分团伙，{words}。", handled=True) == (1_200_000, "CNY")


@pytest.mark.parametrize(
    "text",
    [
        "", "元", "万元", "一", "秦女士在2024年3月8日被骗后报警。", "秦女士今年58岁，拨打110报警。", "秦女士被骗，验证码是668812。",
        "秦女士被骗后打了12个电话。", "被骗的秦女士住在3栋2单元。", "\ud800", "，" * 500,
    ],
)  # fmt: skip
def test_a_text_without_an_amount_has_none(text: str) -> None:
    assert amount_of(text) is None


@pytest.mark.parametrize("text", ["该团伙先后诈骗群众1万余人。", "该窝点拨打诈骗电话12万次。", "该网站骗取公民信息3万余条。"])
def test_people_and_calls_are_no_money(text: str) -> None:
    assert amount_of(text) is None


def test_a_comma_between_two_numbers_does_not_make_them_one() -> None:
    assert amount_of("秦女士被骗走尾号6688，50000元。") == (50_000, "CNY")


def test_an_amount_is_a_finite_number() -> None:
    found = amount_of("被骗" + "9" * 400 + "元")
    assert found is None or math.isfinite(found[0])


@given(st.text("被骗损失转账共计追回0123456789一二三十百千万亿两零多余.,，。 元美新台币$", max_size=40), st.booleans())
@settings(deadline=None, max_examples=400)
def test_an_amount_is_none_or_a_number_with_a_currency(text: str, handled: bool) -> None:
    found = amount_of(text, handled=handled)
    assert found is None or (found[0] >= 0 and found[1] in {"CNY", "TWD", "USD"})


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("2024年3月8日", "2024-03-08"),
        ("2024年3月8号", "2024-03-08"),
        ("２０２４年１２月３１日", "2024-12-31"),
        ("2024年3月", "2024-03"),
        ("2024年3月份", "2024-03"),
        ("2024年", "2024"),
        ("3月8日", "--03-08"),
        ("3 月 8 日", "--03-08"),
        ("11月", "--11"),
        ("今年3月8日", "--03-08"),
        ("去年11月", "--11"),
        pytest.param("2024 年 3 月 8 日", "2024-03-08"),
        pytest.param("2024-03-08 10:20", "2024-03-08"),
        pytest.param("2024.3.8", "2024-03-08"),
        pytest.param("2024/3/8", "2024-03-08"),
        pytest.param("二〇二四年三月八日", "2024-03-08"),
    ],
)
def test_a_date_is_read_as_far_as_it_is_stated(words: str, date: str) -> None:
    assert date_of(f"{words}，秦女士报案称被骗。") == date


def test_the_first_date_counts() -> None:
    assert date_of("2023年12月至2024年3月，秦女士多次转账，3月8日报警。") == "2023-12"


@pytest.mark.parametrize("text", ["", "月", "13月8日", "0月8日", "秦女士三个月前报警。", "3个月", "秦女士拨打110报警。", "\ud800"])
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    assert date_of(text) is None


@pytest.mark.parametrize("text", ["3月45日", "3月0日", "2月30日"])
def test_a_day_that_no_month_has_is_never_given(text: str) -> None:
    assert date_of(text) in (None, text.split("月", maxsplit=1)[0].join(("--0", "")))


@given(st.text("0123456789年月日号今去前 份，", max_size=20))
@settings(deadline=None, max_examples=300)
def test_a_date_has_one_of_five_forms(text: str) -> None:
    date = date_of(text)
    assert date is None or re.fullmatch(r"\d{4}|(?:\d{4}|-)-(?:0[1-9]|1[0-2])(?:-\d{2})?", date)
