"""Holds the page on a verdict: everything is said, all of it escaped, nothing loaded, sums that add up."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shown import NO_CASE, STORY, TRADITIONAL, TWO_SCAMS, cue, review, without_case

from classifier import ScamClassifier, load_taxonomy, messages
from classifier.render.page import Facts, verdict_page
from classifier.verdict import Contributions, Verdict

NAMES = load_taxonomy()
FACTS = Facts(model="default 0123abcd", day="2025-11-26")
REVIEW = review(TWO_SCAMS, {"佣金": 0.5, "连单": 0.2, "做任务": 0.1}, {"loan_card": ["解冻费", "网上申请贷款"], "romance": ["佣金"]})
VOID = {"meta", "br"}
HOSTILE = "</style></mark><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;&#60;b>{}%s\x00\x1b[2J\u202e\ud800"


def page_of(verdict: Verdict, text: str, *, lang: str = "zh", against: str | None = None, facts: Facts = FACTS) -> str:
    return verdict_page(verdict, text, NAMES, facts, lang=lang, against=against)


class Reader(HTMLParser):
    """Tags that open and close, words outside of styles, marks by their classes, rows of tables, and every attribute."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str]]] = []
        self.tags: Counter[str] = Counter()
        self.words: list[str] = []
        self.marks: list[tuple[str, str]] = []
        self.narrative = ""
        self.rows: list[list[str]] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "tr":
            self.rows.append([])
        if tag not in VOID:
            self.open.append((tag, {name: value or "" for name, value in attrs}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self.open]
        if "style" in tags or not data.strip():
            return
        self.words.append(data.strip())
        if any(attrs.get("class") == "narrative" for _, attrs in self.open):
            if "mark" in tags:
                self.marks.append((self.open[tags.index("mark")][1]["class"], data))
            if "sup" not in tags:
                self.narrative += data
        if "td" in tags:
            self.rows[-1].append(data)


@pytest.mark.parametrize("lang", messages.LANGUAGES)
@pytest.mark.parametrize("text", [STORY, TRADITIONAL, TWO_SCAMS, NO_CASE, "", " \n", "骗", HOSTILE])
def test_the_page_is_well_formed_and_every_message_is_there(classifier: ScamClassifier, text: str, lang: str) -> None:
    reader = Reader(page_of(classifier.classify(text), text, lang=lang))
    assert reader.open == []
    assert not any(re.search("page_|show_|sure_", word) for word in reader.words)


def test_the_page_says_type_decision_sureness_official_name_and_advice() -> None:
    words = Reader(page_of(REVIEW, TWO_SCAMS)).words
    for told in ("刷单返利类", "建议人工复核。", "把握不大（55%）", NAMES["task_rebate"].advice["zh"], NAMES["task_rebate"].definition["zh"]):
        assert told in words
    assert words[words.index("官方类别") + 1] == "刷单返利类"


def test_the_page_says_who_made_it_when_and_that_it_is_no_finding() -> None:
    words = "\n".join(Reader(page_of(REVIEW, TWO_SCAMS)).words)
    assert "2025-11-26" in words
    assert "default 0123abcd" in words
    assert "不是结论" in words


def test_an_english_page_has_no_chinese_but_the_narrative_its_terms_and_the_official_name() -> None:
    page = re.sub(r'<(\w+)[^>]* lang="zh">.*?</\1>', "", page_of(REVIEW, TWO_SCAMS, lang="en"))
    assert not re.search("[\u3400-\u9fff]", "".join(Reader(page).words))


@pytest.mark.parametrize(("lang", "label", "told"), [("zh", "官方类别", "无对应类别"), ("en", "Official name", "none")])
def test_a_page_says_where_a_type_has_no_official_name(lang: str, label: str, told: str) -> None:
    words = Reader(page_of(replace(REVIEW, category="phishing_theft"), TWO_SCAMS, lang=lang)).words
    assert words[words.index(label) + 1] == told


def test_a_page_on_a_text_that_is_no_case_has_no_official_name() -> None:
    words = Reader(page_of(without_case(REVIEW), TWO_SCAMS)).words
    assert "未见诈骗案情。" in words
    assert "官方类别" not in words


# --- the narrative


def test_cues_are_marked_by_their_weight_and_those_of_candidates_in_another_way() -> None:
    reader = Reader(page_of(REVIEW, TWO_SCAMS))
    assert reader.narrative == TWO_SCAMS
    assert {("heavy further", "佣金"), ("middling", "连单"), ("light", "做任务"), ("further", "解冻费")} <= set(reader.marks)


def test_marks_of_different_kinds_differ_in_more_than_colour() -> None:
    css = page_of(REVIEW, TWO_SCAMS)
    assert re.search(r"mark\.heavy \{[^}]*border-bottom-width: 3px[^}]*font-weight: 700", css)
    assert re.search(r"mark\.further \{[^}]*dashed", css)


def test_cues_that_overlap_leave_the_text_as_it_is() -> None:
    text = "交解冻费后才能提现"
    verdict = review(text, {"解冻费后": 0.5}, {"loan_card": ["冻费后才能"], "romance": ["后才能提"]})
    reader = Reader(page_of(verdict, text))
    assert reader.narrative == text
    assert reader.marks == [("heavy", "解"), ("heavy further", "冻费"), ("heavy further", "后"), ("further", "才能"), ("further", "提")]
    assert "才能</mark><sup>①</sup>" in page_of(verdict, text)


def test_marks_are_right_in_traditional_text(classifier: ScamClassifier) -> None:
    verdict = classifier.classify(TRADITIONAL)
    reader = Reader(page_of(verdict, TRADITIONAL))
    assert reader.narrative == TRADITIONAL
    assert [phrase for _, phrase in reader.marks] == [c.text for c in sorted(verdict.cues, key=lambda c: c.start)]


def test_a_legend_explains_the_marks_that_there_are() -> None:
    words = Reader(page_of(REVIEW, TWO_SCAMS)).words
    assert {"最有力", "有力", "较弱", "刷单返利类的线索", "贷款、代办信用卡类的线索", "①", "②"} <= set(words)
    assert "最有力" not in Reader(page_of(without_case(REVIEW), TWO_SCAMS)).words


def test_further_candidates_are_listed_with_their_cues() -> None:
    words = Reader(page_of(REVIEW, TWO_SCAMS)).words
    at = words.index("① 贷款、代办信用卡类")
    assert words[at + 1 : at + 3] == ["解冻费", "网上申请贷款"]


def test_a_long_text_makes_no_long_page() -> None:
    text = "今天天气很好，大家都出门散步。" * 250_000 + "先返佣金" + "<今天天气很好>" * 250_000
    page = page_of(replace(REVIEW, cues=(cue(text, "返佣金"),), candidate_cues=()), text)
    assert len(page) < 30_000
    assert "原文较长" in page


def test_a_long_text_without_cues_is_begun() -> None:
    page = page_of(without_case(REVIEW), "今天天气很好，大家都出门散步。" * 250_000)
    assert "今天天气很好" in page
    assert len(page) < 30_000


# --- nothing runs, nothing is loaded


def test_a_hostile_text_is_text() -> None:
    text = HOSTILE + "返佣金<b>解冻费</b>"
    verdict = review(text, {"返佣金<b>": 0.5, HOSTILE[:40]: 0.2}, {"loan_card": ["<b>解冻费</b>"]})
    verdict = replace(verdict, contributions=Contributions(("<script>", "¹&"), range(2), (0.3, -0.1)))
    facts = Facts(model="<script>模型", day="<b>")
    page = page_of(verdict, text, facts=facts)
    reader = Reader(page)
    assert reader.open == []
    assert not {"script", "img"} & set(reader.tags)
    assert reader.narrative == re.sub("[\x00\x1b\u202e\ud800]", "", text)
    page.encode("utf-8")


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=[]) | st.sampled_from("<>&\"'\x00\x1b\ud800"), min_size=1, max_size=40))
def test_whatever_the_text_the_page_has_the_same_tags(text: str) -> None:
    text = f"甲{text}乙"
    verdict = review(text, {text: 0.5}, {"loan_card": [text]})
    tags = Reader(page_of(verdict, text)).tags
    assert tags == Reader(page_of(review("甲乙", {"甲乙": 0.5}, {"loan_card": ["甲乙"]}), "甲乙")).tags


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(lang: str) -> None:
    page = page_of(REVIEW, TWO_SCAMS, lang=lang, against="romance")
    reader = Reader(page)
    assert not {"script", "link", "img", "iframe", "object", "base", "form", "a"} & set(reader.tags)
    assert not [name for name, _ in reader.attributes if name in ("src", "href", "srcset", "xlink:href") or name.startswith("on")]
    assert not re.search(r"url\(|@import|https?://", page)
    assert "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">" in page


# --- figures


def figures(reader: Reader) -> list[tuple[str, int]]:
    """Rows of the contributions, in thousandths."""
    rows = [row for row in reader.rows if row and re.fullmatch(r"[+−]\d+\.\d{3}", row[-1])]
    return [(row[0], round(1000 * float(row[-1].replace("−", "-")))) for row in rows]


@pytest.mark.parametrize("text", [STORY, TRADITIONAL, TWO_SCAMS, NO_CASE, "骗", "刷单"])
def test_the_contributions_shown_add_up_to_the_last_digit(classifier: ScamClassifier, text: str) -> None:
    verdict = classifier.classify(text)
    *parts, (name, margin) = figures(Reader(page_of(verdict, text)))
    assert name == "领先幅度（合计）"
    assert sum(share for _, share in parts) == margin == round(1000 * verdict.margin)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=60), st.floats(-2, 2))
@example([0.0025], 0.0)  # a half of the last digit, which is none in binary
def test_rounding_does_not_keep_the_contributions_from_adding_up(parts: list[float], remainder: float) -> None:
    terms = Contributions([chr(0x4E00 + i) for i in range(len(parts))], range(len(parts)), parts)
    *shown, (_, margin) = figures(
        Reader(page_of(replace(REVIEW, contributions=terms, remainder=remainder, margin=sum(parts) + remainder), TWO_SCAMS))
    )
    assert sum(share for _, share in shown) == margin


def test_the_contributions_are_folded_away_unless_they_were_asked_for(classifier: ScamClassifier) -> None:
    assert "<details><summary>" in page_of(classifier.classify(STORY), STORY)
    page = page_of(classifier.classify(STORY, against="romance"), STORY, against="romance")
    assert "<details open><summary>为什么是“冒充电商物流客服类”而不是“网络婚恋、交友类”" in page


def test_a_bar_is_as_long_as_its_share() -> None:
    page = page_of(REVIEW, TWO_SCAMS)
    assert re.search(r'刷单返利类</td><td><svg[^>]*><rect class="bar" width="55.00"', page)


def test_nothing_is_said_to_be_a_hundred_per_cent(classifier: ScamClassifier) -> None:
    assert not any("100%" in word for word in Reader(page_of(classifier.classify(""), "")).words)
