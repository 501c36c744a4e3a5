"""Holds the report to one page that shows the counts, needs nothing beside itself and can be trusted with whatever a cue holds."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from classifier.batch.summary import Totals
from classifier.batch.tally import Tally
from classifier.columns import error_row
from classifier.render.report import Facts, report_page
from classifier.taxonomy import load_taxonomy

NAMES = load_taxonomy()
FACTS = Facts(sources=("案件导出.csv",), model="default", day="2025-11-26", seconds=12.34)
VOID = {"meta", "br"}


def row(
    code: str = "task_rebate",
    confidence: float = 0.97,
    second: str = "loan_card",
    decision: str = "accept",
    cues: str = "连单；垫付",
    lang: str = "zh",
) -> tuple[object, ...]:
    words = {
        "zh": {"accept": "确认", "review": "复核", "not_a_case": "非案情"},
        "en": {"accept": "accept", "review": "review", "not_a_case": "not a case"},
    }[lang]
    return (NAMES[code].names[lang], code, confidence, NAMES[second].names[lang], words[decision], cues, "")


def page_of(
    *rows: tuple[object, ...],
    dates: list[str | None] | None = None,
    lang: str = "zh",
    facts: Facts = FACTS,
    sources: str = "案件导出.csv",
    redacted: Counter[str] | None = None,
) -> str:
    totals, tally = Totals(), Tally(lang)
    totals.add(rows, redacted or Counter())
    tally.add(rows, dates or [None] * len(rows), range(2, 2 + len(rows)), sources)
    return report_page(totals, tally, facts, lang=lang)


class Reader(HTMLParser):
    """Tags that open and close, words outside of styles, and every address."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.words: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):  # type: ignore[union-attr]
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and data.strip():
            self.words.append(data.strip())


FULL = [*[row()] * 5, row("romance", 0.55, decision="review", cues="网恋"), row("not_a_case", 1.0, decision="not_a_case", cues=""), error_row("坏了")]
DATES = ["2023-05-08", "2023-05-09", "2023-07-01", "2023-07-02", "?", "2023-06-01", "2023-06-01", None]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_well_formed_in_either_language(lang: str) -> None:
    rows = [row(lang=lang), row("romance", 0.5, decision="review", lang=lang)]
    reader = Reader(page_of(*rows, dates=["2023-05-08", "2023-06-08"], lang=lang))
    assert reader.open == []
    assert reader.tags["svg"] >= 3
    assert {"zh": "刷单返利类", "en": "task rebate"}[lang] in reader.words
    assert not any("report_" in word for word in reader.words)


def test_an_english_page_has_no_chinese_but_the_cues_and_names_of_files() -> None:
    page = page_of(
        row(lang="en", cues="abc"),
        row("romance", 0.5, decision="review", lang="en", cues=""),
        dates=["2023-05-08", "?"],
        lang="en",
        facts=Facts(sources=("a.csv",), model="m", day="2025-11-26", seconds=1),
    )
    assert not re.search("[\u3400-\u9fff]", "".join(Reader(page).words))


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs() -> None:
    page = page_of(*FULL, dates=DATES)
    reader = Reader(page)
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(reader.tags)
    assert not [name for name, _ in reader.attributes if name in ("src", "href", "srcset", "xlink:href") or name.startswith("on")]
    assert not re.search(r"url\(|@import|https?://", page)
    assert "default-src 'none'" in page


def test_types_stand_with_their_counts_and_shares_the_most_frequent_first() -> None:
    words = Reader(page_of(*FULL, dates=DATES)).words
    at = words.index("刷单返利类")
    assert words[at + 1 : at + 3] == ["5", "62.5%"]
    assert words.index("网络婚恋、交友类") > at


def test_decisions_and_problems_are_counted() -> None:
    words = Reader(page_of(*FULL)).words
    for number, what in (("8", "行"), ("5", "确认 62.5%"), ("1", "待复核 12.5%"), ("1", "非案情 12.5%"), ("1", "有问题的行")):
        assert words[words.index(what) - 1] == number


def test_months_between_the_first_and_the_last_are_shown_even_without_rows() -> None:
    words = Reader(page_of(row(), row(), dates=["2023-05-08", "2023-07-01"])).words
    assert words[words.index("2023-06", words.index("时间")) + 1] == "0"


def test_the_rows_whose_date_cannot_be_read_are_counted() -> None:
    assert "另有 1 行的日期无法识别" in page_of(*FULL, dates=DATES)


def test_many_months_are_shown_by_year() -> None:
    page = page_of(row(), row(), dates=["2001-05-08", "2023-07-01"])
    assert "按年份" in page
    assert "2001-05" not in page


def test_without_dates_there_is_no_chart_by_month() -> None:
    assert "按月份" not in page_of(*FULL)


def test_rows_to_review_are_named_by_number_type_second_and_confidence() -> None:
    words = Reader(page_of(*FULL)).words
    at = words.index("7", words.index("应先复核的行"))
    assert words[at : at + 4] == ["7", "网络婚恋、交友类", "贷款、代办信用卡类", "55%"]


def test_files_are_named_where_there_are_several() -> None:
    totals, tally = Totals(), Tally()
    for source in ("甲.csv", "乙.csv"):
        tally.add([row(confidence=0.5, decision="review")], [None], [2], source)
        totals.add([row()], Counter())
    words = Reader(report_page(totals, tally, FACTS)).words
    assert {"甲.csv", "乙.csv"} <= set(words)


def test_cues_stand_with_their_type_and_how_many_rows_have_them() -> None:
    words = Reader(page_of(*FULL)).words
    at = words.index("连单")
    assert words[at + 1] == "5"
    assert words[:at].count("刷单返利类") == 2


HOSTILE = "<script>alert(1)</script>\"'&\u202e\x07</style>"


def test_what_comes_from_the_table_is_escaped() -> None:
    page = page_of(
        *[row(decision="review", cues=HOSTILE, confidence=0.5)] * 2,
        sources=HOSTILE,
        facts=Facts(sources=(HOSTILE, "<b>"), model=HOSTILE, day="<i>", seconds=1),
    )
    reader = Reader(page)
    assert reader.open == []
    assert not {"script", "b", "i"} & set(reader.tags - Counter(b=5))
    assert page.count("</style>") == 1
    assert any("<script>alert(1)</script>" in word for word in reader.words)


def test_what_was_redacted_is_counted() -> None:
    assert "已隐去的个人信息: 电话 12, 姓名 3" in page_of(row(), redacted=Counter(phone=12, name=3))


def test_an_empty_batch_is_a_page_too() -> None:
    reader = Reader(page_of())
    assert reader.open == []
    assert "没有识别出诈骗案情。" in reader.words


def test_a_share_is_never_rounded_to_nothing_or_to_all() -> None:
    words = Reader(page_of(*[row()] * 2999, row("romance"))).words
    assert "99.9%" in words
    assert "0.1%" in words
    assert "100.0%" not in words
