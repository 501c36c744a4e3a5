"""Holds the segmenter to what the five bulletins tell: these cases, and no others."""

from __future__ import annotations

import pytest

from classifier import ScamClassifier
from classifier.reading import read_text
from training.bulletins import segment
from training.cases import Case
from training.corpus import seeds_folder

# Of each page its victims' and enforcement cases in order: words that only this case has, the types it may be given, the amount.
EXPECTED: dict[str, list[tuple[str, set[str], float | None]]] = {
    "000_d87fda277c1d308a": [
        ("葛某", {"task_rebate"}, 70_000),
        ("邹某", {"fake_investment"}, 330_000),
        ("成某", {"fake_customer_service"}, 52_000),
        ("吴某", {"flight_change"}, 9_000),
    ],
    "001_fc865b988e4e9383": [
        ("2處新型網絡犯罪窩點", {"fake_investment", "crime_aiding"}, None),
        ("孫某為首的跑分團伙", {"crime_aiding"}, None),
        ("goip類型犯罪", {"crime_aiding"}, None),
        ("殺洋盤", {"romance", "fake_investment", "crime_aiding"}, None),
        ("虛假加密貨幣平臺", {"fake_investment"}, None),
        ("干海星冒充“五爪金龍”", {"health_product"}, None),
    ],
    "002_328c4635337f330e": [],
    "003_8acc8913d6b731b3": [
        ("認購投資充電寶", {"fake_investment"}, None),
        ("虛設網上理財平臺", {"fake_investment"}, None),
        ("冒充四大行官網", {"phishing_theft"}, None),
        ("代辦註冊營業執照、對公帳戶", {"crime_aiding"}, None),
        ("在QQ上冒充公司老闆詐騙60萬元", {"fake_acquaintance"}, 600_000),
    ],
    "004_0ce97e1547bf8bcc": [("“1344”號段手機卡", {"crime_aiding"}, 40_329_190)],
}


def cases_of(name: str) -> list[Case]:
    return segment(read_text(seeds_folder() / "bulletins" / f"{name}.txt"), source=name)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_page_gives_its_cases_and_no_others(name: str) -> None:
    found = [case for case in cases_of(name) if case.kind != "method"]
    assert len(found) == len(EXPECTED[name])
    for case, (words, categories, amount) in zip(found, EXPECTED[name], strict=True):
        assert words in case.text or words.replace("號", "号").replace("機", "机") in case.text
        assert case.category in categories
        assert case.amount == amount
        assert case.currency == (None if amount is None else "CNY")
        assert case.label_reason in ("heading", "rule")
        assert case.label_evidence


def test_the_four_methods_are_found_with_the_types_of_their_sections() -> None:
    methods = [case for case in cases_of("000_d87fda277c1d308a") if case.kind == "method"]
    assert [case.category for case in methods] == ["task_rebate", "fake_investment", "fake_customer_service", "flight_change"]
    assert all(case.amount is None for case in methods)
    assert not any("点赞" in case.text for case in methods)


@pytest.mark.parametrize("name", EXPECTED)
def test_spans_point_at_the_text_of_the_page(name: str) -> None:
    page = read_text(seeds_folder() / "bulletins" / f"{name}.txt")
    for case in segment(page):
        assert case.start is not None
        assert case.end is not None
        assert page[case.start] == case.text[0]
        assert page[case.end - 1] == case.text[-1]


def test_introductions_and_what_follows_the_story_are_left_out() -> None:
    ge, zou, *_ = (case for case in cases_of("000_d87fda277c1d308a") if case.kind == "victim")
    assert ge.text.startswith("4月初,桂林居民葛某")
    assert zou.text.startswith("2024年1月,桂林居民邹某")
    assert zou.text.endswith("共计被骗33万余元。")


def test_debris_of_a_broken_conversion_is_gone() -> None:
    text = "".join(case.text for case in cases_of("001_fc865b988e4e9383"))
    assert "font" not in text
    assert "?" not in text
    assert "？" not in text


def test_image_names_inside_a_report_are_gone() -> None:
    assert "jpg" not in cases_of("004_0ce97e1547bf8bcc")[0].text


def test_teasers_of_other_pages_are_left_out() -> None:
    text = "".join(case.text for case in cases_of("003_8acc8913d6b731b3"))
    for teaser in ("天水", "永昌", "殺魚盤", "購買網路遊戲帳號"):
        assert teaser not in text


def test_dates_are_read_as_far_as_they_are_stated() -> None:
    assert [case.date for case in cases_of("000_d87fda277c1d308a") if case.kind == "victim"] == ["--04", "2024-01", "2024-01", "2024-04"]


def test_the_model_labels_only_what_nothing_else_does(classifier: ScamClassifier) -> None:
    page = "标题\n\n张某于2023年5月接到一个电话，照对方说的一步一步操作，付了三千元，后来电话再也打不通，发觉被骗报警。\n"
    assert [case.category for case in segment(page)] == [None]
    labelled = segment(page, model=classifier)
    assert [case.label_reason for case in labelled] == ["model"]
    assert labelled[0].category is not None
