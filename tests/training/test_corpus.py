"""Holds the corpus to being without doubles, in groups that are never split, and to naming what contradicts itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.errors import InputError
from classifier.taxonomy import NOT_A_CASE, load_taxonomy
from training.cases import Case
from training.corpus import Corpus, build_corpus, contradictions, seeds_folder, shipped_cases

TEXTS = [
    "虞女士接到自称客服的电话，按要求共享屏幕后，卡里的三万元被转走。",
    "虞某在群里接点赞任务，垫付六千元后一直无法提现，发现被骗报警。",
    "宓先生在婚恋网站结识一名女子，对方以路费为由要走四千元后失联。",
    "有人冒充老板在群里让会计宓某转账二十万元，核实后才知道被骗。",
    "今天社区举办了一场消防演练，居民们学会了使用灭火器的方法。",
]
CODES = ["fake_customer_service", "task_rebate", "romance", "fake_acquaintance", NOT_A_CASE]
PAGE = """# 反诈通报

案例一：冒充客服
3月5日，居民虞女士接到自称客服的来电，对方说她误开了会员，让她打开屏幕共享，随后她卡里的5万元被转走，她发现被骗后报警。

作案手法
骗子冒充购物平台的客服，以误开会员、自动扣费为借口，诱导受害人下载会议软件并共享屏幕，趁机记下卡号和验证码。
"""


def case(text: str, category: str | None, **more: str) -> Case:
    return Case(text=text, category=category, **more)  # type: ignore[arg-type]


CASES = [case(text, code) for text, code in zip(TEXTS, CODES, strict=True)]


def seeds(folder: Path, pages: dict[str, str], narratives: dict[str, list[Case]]) -> Path:
    for name in ("bulletins", "narratives"):
        (folder / name).mkdir()
    for name, page in pages.items():
        (folder / "bulletins" / name).write_text(page, encoding="utf-8")
    for name, cases in narratives.items():
        rows = [json.dumps({"text": c.text, "category": c.category}, ensure_ascii=False) + "\n" for c in cases]
        (folder / "narratives" / name).write_text("".join(rows), encoding="utf-8")
    return folder


def test_different_cases_are_kept_in_their_order() -> None:
    assert build_corpus(CASES).cases == tuple(CASES)


@pytest.mark.parametrize(
    "double",
    [
        TEXTS[0],
        TEXTS[0].replace("，", " , ").replace("。", ""),
        "虞女士接到自稱客服的電話，按要求共享屏幕後，卡裡的三萬元被轉走。",
        f"　“{TEXTS[0]}”\n",
        TEXTS[0].replace("客服", "客\u200b服"),
    ],
)
def test_no_text_stands_in_the_corpus_twice_whatever_its_script_and_punctuation(double: str) -> None:
    assert build_corpus([*CASES, case(double, "fake_customer_service")]).cases == tuple(CASES)


def test_of_two_cases_with_one_text_the_first_stays() -> None:
    assert build_corpus([case(TEXTS[0], "task_rebate"), case(TEXTS[0], "romance")]).cases == (case(TEXTS[0], "task_rebate"),)


def test_unlabelled_cases_are_left_out_and_leave_room_for_a_labelled_double() -> None:
    assert build_corpus([case(TEXTS[0], None), case(TEXTS[0], "romance")]).cases == (case(TEXTS[0], "romance"),)


def test_texts_without_letters_are_different_texts() -> None:
    assert len(build_corpus([case("？？？", NOT_A_CASE), case("……", NOT_A_CASE), case("？？？", NOT_A_CASE)]).cases) == 2


def test_a_corpus_of_nothing_is_empty() -> None:
    assert build_corpus([]) == Corpus((), (), (), ())


def test_cases_may_come_one_by_one() -> None:
    assert build_corpus(c for c in CASES) == build_corpus(CASES)


def test_near_twins_are_in_one_group() -> None:
    twin = case(TEXTS[1].replace("六千", "八千"), "task_rebate")
    assert build_corpus([CASES[0], CASES[1], twin]).groups == (0, 1, 1)


@given(
    st.lists(
        st.builds(case, st.sampled_from([*TEXTS, *(text.replace("某", "女士") for text in TEXTS)]), st.sampled_from([*CODES, None])), max_size=14
    )
)
@settings(deadline=None, max_examples=100)
def test_a_split_takes_every_case_once_and_no_group_apart(cases: list[Case]) -> None:
    corpus = build_corpus(cases)
    assert sorted(c.text for held_out in (True, False) for c in corpus.split(held_out=held_out)) == sorted(c.text for c in corpus.cases)
    assert len({(group, out) for group, out in zip(corpus.groups, corpus.out, strict=True)}) == len(set(corpus.groups))


def test_the_digest_is_the_same_for_the_same_cases() -> None:
    assert build_corpus(CASES).digest == build_corpus(list(CASES)).digest


@pytest.mark.parametrize(
    "changed",
    [
        CASES[:-1],
        CASES[::-1],
        [*CASES[:-1], case(TEXTS[4], "romance")],
        [*CASES[:-1], case(TEXTS[4] + "了", NOT_A_CASE)],
        [*CASES[:-1], case(TEXTS[4], NOT_A_CASE, batch="甲")],
    ],
)
def test_the_digest_is_another_for_other_cases(changed: list[Case]) -> None:
    assert build_corpus(changed).digest != build_corpus(CASES).digest


def test_a_lone_surrogate_stops_neither_corpus_nor_digest() -> None:
    assert len(build_corpus([case("虞某\ud83d被骗三万元", "romance")]).digest) == 64


def test_the_same_text_with_another_label_is_a_contradiction() -> None:
    other = case(TEXTS[0].replace("，", ","), "fake_authority")
    assert contradictions([*CASES, other]) == [(CASES[0], other)]


def test_every_contradiction_is_one_of_the_first_case_with_the_text() -> None:
    second, third = case(TEXTS[0], "romance"), case(TEXTS[0], "task_rebate")
    assert contradictions([CASES[0], second, CASES[0], third]) == [(CASES[0], second), (CASES[0], third)]


@pytest.mark.parametrize("cases", [[], CASES, [*CASES, *CASES]])
def test_cases_of_one_opinion_do_not_contradict_each_other(cases: list[Case]) -> None:
    assert contradictions(cases) == []


def test_the_cases_of_a_folder_of_seeds_are_those_of_its_pages_and_then_of_its_narratives_by_file(tmp_path: Path) -> None:
    found = shipped_cases(seeds(tmp_path, {"b.txt": PAGE}, {"b.jsonl": [CASES[2]], "a.jsonl": [CASES[1], CASES[4]]}))
    assert [c.source for c in found] == ["b.txt", "a.jsonl", "a.jsonl", "b.jsonl"]
    assert [c.category for c in found] == ["fake_customer_service", "task_rebate", NOT_A_CASE, "romance"]


def test_methods_and_cases_that_nobody_labelled_are_no_seeds(tmp_path: Path) -> None:
    unknown = "案例一\n4月2日，居民宓先生按对方要求转账2万元，之后对方失联，他发现被骗后到所里报警，民警已立案。\n"
    found = shipped_cases(seeds(tmp_path, {"a.txt": PAGE, "b.txt": unknown}, {}))
    assert [(c.source, c.kind) for c in found] == [("a.txt", "victim")]


def test_a_folder_without_narratives_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        shipped_cases(tmp_path)
    assert caught.value.key == "seeds_missing"
    assert str(tmp_path) in str(caught.value)


def test_the_seeds_are_where_the_package_looks_for_them() -> None:
    assert sorted(path.name for path in seeds_folder().iterdir() if path.is_dir()) == ["bulletins", "narratives", "underlined"]


def test_every_shipped_case_has_a_known_label_and_a_text(corpus: Corpus) -> None:
    assert {c.category for c in corpus.cases} == {*load_taxonomy().categories, NOT_A_CASE}
    assert all(c.text.strip() for c in corpus.cases)


def test_about_one_shipped_case_in_ten_is_held_out(corpus: Corpus) -> None:
    assert 0.08 < sum(corpus.out) / len(corpus.out) < 0.13


def test_every_type_has_shipped_cases_on_both_sides(corpus: Corpus) -> None:
    for held_out in (True, False):
        assert {c.category for c in corpus.split(held_out=held_out)} == {*load_taxonomy().categories, NOT_A_CASE}


def test_no_shipped_case_was_labelled_by_a_model(corpus: Corpus) -> None:
    assert {c.label_reason for c in corpus.cases} <= {"heading", "rule", "written", "given"}


def test_groups_of_the_shipped_corpus_begin_with_their_first_case(corpus: Corpus) -> None:
    assert all(corpus.groups[first] == first <= i for i, first in enumerate(corpus.groups))
