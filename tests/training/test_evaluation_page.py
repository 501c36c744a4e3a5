"""Holds the page of an evaluation to its figures, to needing nothing beside itself, and to holding nothing of a narrative."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from classifier import ScamClassifier, messages
from classifier.taxonomy import NOT_A_CASE, load_taxonomy
from training.cases import Case
from training.cue_scores import Faithfulness, Plausibility
from training.evaluation import Evaluation, evaluate
from training.evaluation_page import Facts, evaluation_page

TAXONOMY = load_taxonomy()
CASES = [
    Case(text="褚女士在群里刷单，做完三单后对方说操作失误，要再充值六千元才能提现。", category="task_rebate"),
    Case(text="褚女士在群里刷单，做完四单后对方说卡单了，要再充值九千元才能提现。", category="romance"),
    Case(text="褚某收到航班取消的短信，拨打客服电话改签，共享屏幕后卡里的两万元没了。", category="flight_change"),
    Case(text="和网友视频裸聊后被录了屏，对方拿着我的通讯录威胁不给钱就群发。", category="sextortion"),
    Case(text="社区今天组织老人体检。", category=NOT_A_CASE),
]
FACTS = Facts(source="<b>卷宗</b>.csv", model="default", day="2026-11-26")
FAITHFUL = Faithfulness(7, {1: 0.2, 3: 0.4, 5: 0.512}, {1: 0.25, 3: 0.05, 5: 0.025}, {1: 0.02, 3: 0.1, 5: 0.0},
                        {1: 0.7, 3: 0.6, 5: 0.55}, {1: 0.003, 3: 0.001, 5: -0.0001}, 0.96)  # fmt: skip
PLAUSIBLE = Plausibility(9, 0.5, 0.25, 5.125, 0.8, 0.125, 0.375, 0.114)


class Cells(HTMLParser):
    """The cells of all table rows, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._open = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def evaluation(classifier: ScamClassifier) -> Evaluation:
    return evaluate(CASES, classifier)


def page_of(evaluation: Evaluation, cues: tuple[Faithfulness, Plausibility | None] | None = None, *, official_only: bool = False) -> str:
    return evaluation_page(evaluation, cues, TAXONOMY, FACTS, official_only=official_only)


def test_nothing_is_loaded_or_run(evaluation: Evaluation) -> None:
    page = page_of(evaluation, (FAITHFUL, PLAUSIBLE))
    assert not re.search(r"<(script|link|img|iframe|object)|https?:|url\(|\son\w+=", page)
    assert "default-src 'none'" in page


def test_names_of_files_are_escaped(evaluation: Evaluation) -> None:
    assert "<b>卷宗" not in page_of(evaluation)
    assert "&lt;b&gt;卷宗&lt;/b&gt;.csv" in page_of(evaluation)


@pytest.mark.parametrize(("lang", "title"), [("zh", "模型评估"), ("en", "How good the model is")])
def test_it_speaks_either_language(evaluation: Evaluation, lang: str, title: str) -> None:
    messages.set_language(lang)
    page = page_of(evaluation, (FAITHFUL, PLAUSIBLE))
    assert f"<h1>{title}</h1>" in page
    assert TAXONOMY["flight_change"].names[lang] in page
    if lang == "en":
        words = re.sub(r"(?s)<style>.*?</style>", "", page).replace(FACTS.source[3:5], "")
        for name in TAXONOMY.official:  # these are spelt in one way
            words = words.replace(name, "")
        assert not re.search(r"[\u4e00-\u9fff]", words)


def test_every_type_has_its_row_with_what_its_confidence_is_worth(evaluation: Evaluation) -> None:
    rows = {row[0]: row for row in Cells(page_of(evaluation)).rows if len(row) == 10}
    for code, scores in evaluation.types.per_name.items():
        row, trust = rows[TAXONOMY[code].names["zh"]], evaluation.per_type[code]
        figures = [scores[name] for name in ("precision", "recall", "f1")] + [trust[n] for n in ("confidence", "accuracy", "coverage", "mean_size")]
        assert row[2:] == [str(int(scores["cases"])), *(f"{figure:.2f}" for figure in figures)]


def test_the_confusion_table_counts_every_case_once_where_it_was_called(evaluation: Evaluation) -> None:
    names = evaluation.types.names
    rows = [row for row in Cells(page_of(evaluation)).rows if len(row) == 1 + len(names) and re.match(r"\d+ ", row[0])]
    assert [row[0] for row in rows] == [f"{place} {TAXONOMY[name].names['zh']}" for place, name in enumerate(names, 1)]
    counts = [[int(cell or 0) for cell in row[1:]] for row in rows]
    assert sum(map(sum, counts)) == len(CASES)
    romance, rebate = names.index("romance"), names.index("task_rebate")
    assert counts[romance][rebate] == counts[rebate][rebate] == 1
    assert counts[romance][romance] == 0


def test_what_no_label_names_has_a_column_of_its_own(classifier: ScamClassifier) -> None:
    page = page_of(evaluate(CASES[1:2], classifier))
    assert '<td class="number" style="--own:60%">1</td>' in page
    assert f'<p class="soft">2 {TAXONOMY["task_rebate"].names["zh"]}</p>' in page


def test_official_names_are_marked_as_chinese(classifier: ScamClassifier) -> None:
    messages.set_language("en")
    page = page_of(evaluate(CASES[:4], classifier), official_only=True)
    assert '<span lang="zh">网黑案件</span>' in page


def test_the_curves_have_a_point_for_each_tenth_and_each_bin(evaluation: Evaluation) -> None:
    page = page_of(evaluation)
    assert page.count('class="dot"') == 10 + len(evaluation.reliability)
    assert page.count('class="diagonal"') == 1
    places = [tuple(map(float, place)) for place in re.findall(r'class="dot"[^>]*d="M([-\d.]+) ([-\d.]+)h0"', page)]
    assert all(0 <= x <= 100 and 0 <= y <= 100 for x, y in places)
    tenths = list(evaluation.surest.values())
    assert [x for x, _ in places[:10]] == list(range(10, 101, 10))
    assert places[9][1] >= places[0][1]
    assert f"100 %：{tenths[-1]:.1%}（{len(CASES)} 条）" in page


def test_labels_that_are_official_names_are_scored_as_such_alone(classifier: ScamClassifier) -> None:
    evaluation = evaluate(CASES[:4], classifier)
    page = page_of(evaluation, official_only=True)
    assert messages.text("evaluation_by_official") in page
    assert messages.text("evaluation_by_type") not in page
    trust = evaluation.per_type["sextortion"]
    row = next(row for row in Cells(page).rows if row[0] == "网黑案件" and len(row) == 10)
    assert row[-4:] == [f"{trust[name]:.2f}" for name in ("confidence", "accuracy", "coverage", "mean_size")]


def test_cues_are_told_where_they_were_asked_for(evaluation: Evaluation) -> None:
    title = messages.text("evaluation_cues_title")
    assert title not in page_of(evaluation)
    page = page_of(evaluation, (FAITHFUL, None))
    assert title in page
    assert ["5", "0.512", "0.000", "0.000", "0.025", "0.550"] in Cells(page).rows
    assert "9 条" not in page
    assert "0.375" in page_of(evaluation, (FAITHFUL, PLAUSIBLE))


def test_one_case_is_shown_as_one_in_every_tenth(classifier: ScamClassifier) -> None:
    page = page_of(evaluate(CASES[:1], classifier))
    assert page.count("（1 条）") == 10 + 1


def test_where_no_label_has_an_official_name_none_are_scored(classifier: ScamClassifier) -> None:
    page = page_of(evaluate(CASES[-1:], classifier))
    assert f"<h2>{messages.text('evaluation_by_official')}</h2>" not in page
    assert messages.text("evaluation_tile_accepted", right="–") in page
