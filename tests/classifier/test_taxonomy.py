"""Holds the taxonomy to the types, their order and their names, and to understanding every form of a label that people write."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import classifier
from classifier.errors import InputError
from classifier.taxonomy import NOT_A_CASE, Category, label_key, load_taxonomy, read_types

# Code, name and official name of each type, in the order of the rules where several fit.
TYPES = [
    ("sextortion", "网黑案件（裸聊敲诈）", "网黑案件"),
    ("fake_investment", "虚假网络投资理财类", "虚假网络投资理财类"),
    ("task_rebate", "刷单返利类", "刷单返利类"),
    ("fake_military", "冒充军警购物类", "冒充军警购物类"),
    ("fake_authority", "冒充公检法及政府机关类", "冒充公检法及政府机关类"),
    ("fake_acquaintance", "冒充领导、熟人类", "冒充领导、熟人类"),
    ("credit_record", "虚假征信类", "虚假征信类"),
    ("flight_change", "航班退改签类", "冒充电商物流客服类"),
    ("fake_customer_service", "冒充电商物流客服类", "冒充电商物流客服类"),
    ("game_trade", "网络游戏产品虚假交易类", "网络游戏产品虚假交易类"),
    ("loan_card", "贷款、代办信用卡类", "贷款、代办信用卡类"),
    ("health_product", "养老保健品类", "虚假购物、服务类"),
    ("prize_subsidy", "中奖补贴类", None),
    ("phishing_theft", "钓鱼盗刷类", None),
    ("crime_aiding", "涉诈黑灰产类", None),
    ("shopping_service", "虚假购物、服务类", "虚假购物、服务类"),
    ("romance", "网络婚恋、交友类", "网络婚恋、交友类"),
]
OFFICIAL = {official for _, _, official in TYPES if official}
TAXONOMY = load_taxonomy()
CATEGORIES = list(TAXONOMY.categories.values())
EVERY = [*CATEGORIES, TAXONOMY.not_a_case]
NAMED = [(name, category.code) for category in EVERY for name in (category.code, *category.names.values(), *category.aliases)]

# Label: code.
SHORT = {
    "刷单返利": "task_rebate",
    "虚假投资理财": "fake_investment",
    "冒充电商物流客服": "fake_customer_service",
    "航班退改签": "flight_change",
    "贷款代办信用卡": "loan_card",
    "虚假征信": "credit_record",
    "虚假购物服务": "shopping_service",
    "冒充公检法及政府机关": "fake_authority",
    "冒充领导熟人": "fake_acquaintance",
    "网络婚恋交友": "romance",
    "网络游戏虚假交易": "game_trade",
    "冒充军警购物": "fake_military",
    "裸聊敲诈网黑": "sextortion",
    "钓鱼盗刷": "phishing_theft",
    "养老保健品": "health_product",
    "中奖补贴": "prize_subsidy",
    "涉诈黑灰产(帮信)": "crime_aiding",
}
EVERYDAY = {
    "杀猪盘": "fake_investment",
    "刷单": "task_rebate",
    "校园贷": "credit_record",
    "假公安": "fake_authority",
    "冒充老板": "fake_acquaintance",
}
TAIWANESE = {
    "假投資": "fake_investment",
    "假檢警": "fake_authority",
    "解除分期付款": "fake_customer_service",
    "假網拍": "shopping_service",
    "假交友": "romance",
    "猜猜我是誰": "fake_acquaintance",
}
OFFICIAL_CODES = {
    "刷单返利类": "task_rebate",
    "虚假网络投资理财类": "fake_investment",
    "冒充电商物流客服类": "fake_customer_service",
    "贷款、代办信用卡类": "loan_card",
    "虚假征信类": "credit_record",
    "虚假购物、服务类": "shopping_service",
    "冒充公检法及政府机关类": "fake_authority",
    "冒充领导、熟人类": "fake_acquaintance",
    "网络游戏产品虚假交易类": "game_trade",
    "网络婚恋、交友类": "romance",
    "冒充军警购物类": "fake_military",
    "网黑案件": "sextortion",
}
LABELS = {**SHORT, **EVERYDAY, **TAIWANESE, **OFFICIAL_CODES}


# --- the types


def test_the_types_stand_in_the_order_of_the_rules() -> None:
    assert [category.code for category in CATEGORIES] == [code for code, _, _ in TYPES]


@pytest.mark.parametrize(("code", "official"), [(code, official) for code, _, official in TYPES])
def test_a_type_counts_as_its_official_name(code: str, official: str | None) -> None:
    assert TAXONOMY[code].official == official


@pytest.mark.parametrize(("code", "name"), [(code, name) for code, name, _ in TYPES])
def test_a_type_has_its_chinese_name(code: str, name: str) -> None:
    assert TAXONOMY[code].names["zh"] == name


def test_there_are_twelve_official_names() -> None:
    assert len(TAXONOMY.official) == 12
    assert set(TAXONOMY.official) == OFFICIAL


def test_not_a_case_is_no_type_but_can_be_asked_for() -> None:
    assert NOT_A_CASE not in TAXONOMY.categories
    assert TAXONOMY[NOT_A_CASE] is TAXONOMY.not_a_case
    assert TAXONOMY.not_a_case.official is None


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        TAXONOMY["nonsense"]


def test_the_taxonomy_is_read_once() -> None:
    assert load_taxonomy() is load_taxonomy()


@pytest.mark.parametrize("category", EVERY, ids=lambda category: category.code)
def test_every_type_speaks_both_languages(category: Category) -> None:
    for words in (category.names, category.definition, category.advice):
        assert set(words) == {"zh", "en"}
        assert re.search("[\u4e00-\u9fff]", words["zh"])
        assert re.fullmatch("[\x20-\x7e]+", words["en"])


# --- advice


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.code)
def test_every_advice_names_the_two_numbers_and_the_bank(category: Category, lang: str) -> None:
    advice = category.advice[lang]
    assert "96110" in advice
    assert re.search("(?<![0-9])110(?![0-9])", advice)
    assert ("银行" if lang == "zh" else "bank") in advice


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.code)
def test_every_advice_has_the_bank_stop_payment(category: Category) -> None:
    # Who lent an account has paid nothing: there the bank stops the account.
    assert ("冻结停用涉案账户" if category.code == "crime_aiding" else "止付") in category.advice["zh"]
    assert re.search("bank (?:or wallet )?stop", category.advice["en"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_told_of_no_fraud_is_sent_to_the_advice_line(lang: str) -> None:
    assert "96110" in TAXONOMY.not_a_case.advice[lang]


# --- labels


@pytest.mark.parametrize(("label", "code"), LABELS.items())
def test_a_label_as_people_write_it_is_understood(label: str, code: str) -> None:
    assert TAXONOMY.find(label) == code


@pytest.mark.parametrize(("label", "code"), LABELS.items())
def test_a_trailing_lei_more_or_less_does_not_matter(label: str, code: str) -> None:
    bare = label.removesuffix("类")
    assert [TAXONOMY.find(bare), TAXONOMY.find(bare + "类")] == [code, code]


@pytest.mark.parametrize("suffix", ["诈骗", "诈骗案", "诈骗案件", "詐騙"])
@pytest.mark.parametrize(("label", "code"), LABELS.items())
def test_a_trailing_fraud_does_not_matter(label: str, code: str, suffix: str) -> None:
    assert TAXONOMY.find(label + suffix) == code


@pytest.mark.parametrize("suffix", ["电信诈骗", "网络诈骗", "电信网络诈骗", "类诈骗", "类电信网络诈骗案件", "骗局", "案", "案件"])
@pytest.mark.parametrize(
    ("label", "code"), [("刷单返利", "task_rebate"), ("冒充军警购物", "fake_military"), ("校园贷", "credit_record"), ("钓鱼盗刷", "phishing_theft")]
)
def test_other_words_for_fraud_at_the_end_do_not_matter(label: str, code: str, suffix: str) -> None:
    assert TAXONOMY.find(label + suffix) == code


@pytest.mark.parametrize(
    ("label", "code"), [("刷单返利类案件", "task_rebate"), ("虚假征信类案件", "credit_record"), ("投资理财诈骗案件", "fake_investment")]
)
def test_two_endings_do_not_matter_either(label: str, code: str) -> None:
    assert TAXONOMY.find(label) == code


@pytest.mark.parametrize("form", ["（{}）", "【{}】", "[{}]", "“{}”", " {} ", "　{}\n", "{}：", "《{}》", "\ufeff{}", "{}\u200b", "·{}·", "({})"])
@pytest.mark.parametrize(
    ("label", "code"),
    [("冒充领导、熟人类", "fake_acquaintance"), ("网黑案件", "sextortion"), ("涉诈黑灰产(帮信)", "crime_aiding"), ("task_rebate", "task_rebate")],
)
def test_brackets_blanks_and_punctuation_do_not_matter(label: str, code: str, form: str) -> None:
    assert TAXONOMY.find(form.format(label)) == code


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("冒充领导,熟人", "fake_acquaintance"),
        ("冒充领导/熟人类", "fake_acquaintance"),
        ("贷款 代办信用卡类", "loan_card"),
        ("網絡婚戀、交友類", "romance"),
        ("冒充公檢法及政府機關類", "fake_authority"),
        ("虛假徵信類", "credit_record"),
        ("網黑案件（裸聊敲詐）", "sextortion"),
        ("网黑案件(裸聊敲诈)类", "sextortion"),
        ("网黑", "sextortion"),
        ("刷單返利類", "task_rebate"),
        ("刷单返利类型", "task_rebate"),
        ("ＴＡＳＫ＿ＲＥＢＡＴＥ", "task_rebate"),
        ("Task Rebate", "task_rebate"),
        ("LOAN_CARD", "loan_card"),
        ("非案情", NOT_A_CASE),
        ("not_a_case", NOT_A_CASE),
        ("Not a case", NOT_A_CASE),
    ],
)
def test_other_spellings_of_a_label_are_understood(label: str, code: str) -> None:
    assert TAXONOMY.find(label) == code


@pytest.mark.parametrize(("name", "code"), NAMED)
def test_every_code_name_and_alias_means_its_own_type(name: str, code: str) -> None:
    assert TAXONOMY.find(name) == code


def test_no_two_types_share_a_label() -> None:
    claimed: dict[str, set[str]] = {}
    for name, code in NAMED:
        claimed.setdefault(label_key(name), set()).add(code)
    assert {key: codes for key, codes in claimed.items() if len(codes) > 1} == {}


@pytest.mark.parametrize(
    "label",
    [
        "",
        " ",
        "类",
        "类型",
        "案",
        "案件",
        "诈骗",
        "诈骗类",
        "骗局",
        "电信网络诈骗",
        "网络诈骗",
        "网络",
        "其他",
        "未知",
        "盗窃",
        "1",
        "a",
        "、",
        "()",
        "\ud800",
        "\u200b",
        "刷",
        "单",
        "冒充",
    ],
)
def test_what_names_no_type_is_not_understood(label: str) -> None:
    assert TAXONOMY.find(label) is None


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_label_is_a_code_or_nobody_knows_it(label: str) -> None:
    assert TAXONOMY.find(label) in {*TAXONOMY.categories, NOT_A_CASE, None}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(LABELS.items())), st.text(alphabet=" 　（）()【】[]、，。·-_/\t\n\u200b", max_size=6), st.data())
def test_signs_anywhere_within_a_label_do_not_matter(pair: tuple[str, str], signs: str, data: st.DataObject) -> None:
    label, code = pair
    at = data.draw(st.integers(0, len(label)))
    assert TAXONOMY.find(label[:at] + signs + label[at:]) == code


def test_a_very_long_label_is_answered() -> None:
    assert TAXONOMY.find("电信网络诈骗" * 20_000) is None


def test_no_module_spells_the_chinese_name_of_a_type() -> None:
    names = {category.names["zh"] for category in CATEGORIES} | set(TAXONOMY.official)
    modules = sorted(Path(classifier.__file__).parent.rglob("*.py"))
    assert [(module.name, name) for module in modules for name in names if name in module.read_text(encoding="utf-8")] == []


# --- labels that nobody knows


@pytest.mark.parametrize(
    ("label", "meant"),
    [("假冒客服", "fake_customer_service"), ("贷款骗子", "loan_card"), ("task_rebates", "task_rebate"), ("裸聊案敲诈", "sextortion")],
)
def test_a_label_that_nobody_knows_is_near_to_what_was_meant(label: str, meant: str) -> None:
    assert TAXONOMY.find(label) is None
    assert TAXONOMY.nearest(label)[0] == meant


@pytest.mark.parametrize("label", ["", "qqqq", "今天天气很好"])
def test_a_label_that_is_like_none_is_near_to_none(label: str) -> None:
    assert TAXONOMY.nearest(label) == []


@pytest.mark.parametrize("label", ["诈骗", "虚假", "冒充", "虚假网络", "贷" * 1_000_000])
def test_at_most_three_types_are_near_and_each_is_named_once(label: str) -> None:
    near = TAXONOMY.nearest(label)
    assert len(near) == len(set(near)) <= 3


# --- types that a user declares

BOARDING = {"code": "pet_boarding", "name": "宠物寄养类", "definition": "以寄养宠物为名骗取押金。", "aliases": ["宠物托养骗局"]}


def test_a_declared_type_is_known_by_code_name_and_alias() -> None:
    taxonomy = load_taxonomy().extended([BOARDING])
    assert [taxonomy.find(label) for label in ("pet_boarding", "寵物寄養", "【宠物托养骗局】")] == ["pet_boarding"] * 3
    assert taxonomy["pet_boarding"].official is None
    assert taxonomy["pet_boarding"].names == {"zh": "宠物寄养类", "en": "宠物寄养类"}
    assert "96110" in taxonomy["pet_boarding"].advice["zh"]
    assert taxonomy["pet_boarding"].advice["en"].isascii()


def test_declaring_leaves_the_shipped_types_as_they_are() -> None:
    shipped = load_taxonomy()
    extended = shipped.extended([BOARDING])
    assert shipped.find("pet_boarding") is None
    assert list(extended.categories) == [*shipped.categories, "pet_boarding"]
    assert shipped.extended([]) is shipped


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "刷单"}, "代码"),
        ({"code": "Pet"}, "代码"),
        ({"code": None}, "代码"),
        ({"code": "romance"}, "romance"),
        ({"code": "not_a_case"}, "not_a_case"),
        ({"name": "刷单返利"}, "task_rebate"),
        ({"aliases": ["杀猪盘"]}, "fake_investment"),
        ({"aliases": "宠物"}, "aliases"),
        ({"aliases": [3]}, "aliases"),
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"official": "宠物类"}, "网黑案件"),
        ({"aliases": ["贷款诈骗案"]}, "loan_card"),
        ({"name": "刷单骗局"}, "task_rebate"),
        ({"aliases": ["——"]}, "aliases"),
        ({"since": date(2026, 1, 1)}, "since"),
        ({"name": {"zh": "宠物寄养类", "fr": "x"}}, "name.fr"),
        ({"definition": float("nan")}, "definition"),
    ],
)
def test_a_declaration_that_is_not_right_is_one_line(change: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        load_taxonomy().extended([{**BOARDING, **change}])
    assert "\n" not in str(caught.value)


def test_two_declared_types_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="宠物寄养类"):
        load_taxonomy().extended([BOARDING, {"code": "pet_two", "name": "宠物寄养类"}])


def test_one_type_declared_twice_is_refused() -> None:
    with pytest.raises(InputError, match="两次"):
        load_taxonomy().extended([BOARDING, {**BOARDING, "name": "猫类"}])


def test_types_are_read_from_a_file_in_any_encoding(tmp_path: Path) -> None:
    file = tmp_path / "类型.toml"
    file.write_bytes(
        '[[category]]\ncode = "pet_boarding"\nname = { zh = "宠物寄养类", en = "pet boarding" }\nofficial = "虚假购物、服务类"\n'.encode("gb18030")
    )
    taxonomy = load_taxonomy().extended(read_types(file))
    assert taxonomy["pet_boarding"].names["en"] == "pet boarding"
    assert taxonomy["pet_boarding"].official == "虚假购物、服务类"


@pytest.mark.parametrize("content", ["", "code = 'x'", "[[category", "category = 3", "category = [1]"])
def test_a_file_without_types_is_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "t.toml").write_text(content)
    with pytest.raises(InputError, match="category"):
        read_types(tmp_path / "t.toml")
