"""Holds the scoring of the segmenter to what is matched, missed, found for nothing, borderline or of no known type, on pages written here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from classifier.errors import InputError
from training.bulletin_scores import OVERLAP, BulletinScores, score_bulletins

TASKS = "3月5日，居民闵女士刷到一则招聘点赞员的广告，进群刷单后先拿到小额返佣，随后被要求垫付3万元做连单，钱却怎么也提不出来，她发现被骗后报警。"
CALL = "4月2日，居民毕先生接到自称客服的来电，对方说他误开了会员，让他打开屏幕共享，随后他卡里的5万元被分四笔转走，他发现被骗后立即报警。"
LOVE = "5月6日，居民郝女士在交友软件上认识了一个异性网友，对方以寄包裹要交关税为由，让她转账8万元，之后将她拉黑，她才知道被骗。"
ADVICE = "凡是先垫资后返利的兼职都是骗局，请大家不要轻信，遇到这种情形务必先和家人商量，也可以拨打96110咨询。"
METHOD = "骗子先用小额返利取得信任，再以连单、卡单、操作失误为借口，诱导受害人一次又一次地充值，直到受害人拿不出钱来为止。"
PAGE = f"# 本周警情\n\n案例一：刷单返利类\n{TASKS}\n\n案例二：冒充客服类\n{CALL}\n\n警方提醒\n{ADVICE}\n"


def at(page: str, text: str, label: str, **more: Any) -> dict[str, Any]:
    start = page.index(text)
    return {"label": label, "start_pos": start, "end_pos": start + len(text), **more}


def annotated(folder: Path, gold: Any, page: str = PAGE, name: str = "p01", encoding: str = "utf-8") -> Path:
    (folder / f"{name}.txt").write_bytes(page.encode(encoding))
    (folder / f"{name}.gold.json").write_text(json.dumps(gold, ensure_ascii=False), encoding="utf-8")
    return folder


BOTH = [at(PAGE, TASKS, "刷单返利类"), at(PAGE, CALL, "冒充电商物流客服类")]


def test_cases_that_are_annotated_and_found_are_matched(tmp_path: Path) -> None:
    scores = score_bulletins(annotated(tmp_path, BOTH))
    assert (scores.found, scores.gold, scores.matched, scores.labelled, scores.right, scores.misses) == (2, 2, 2, 2, 2, [])
    assert (scores.precision, scores.recall, scores.f1, scores.label_accuracy) == (1.0, 1.0, 1.0, 1.0)


def test_a_case_that_is_annotated_and_not_found_is_missed(tmp_path: Path) -> None:
    scores = score_bulletins(annotated(tmp_path, [*BOTH, at(PAGE, ADVICE, "刷单返利类")]))
    assert (scores.found, scores.gold, scores.matched) == (2, 3, 2)
    assert scores.precision == 1.0
    assert scores.recall == pytest.approx(2 / 3)
    start = PAGE.index(ADVICE)
    assert scores.misses == [f"p01 ({start}, {start + len(ADVICE)}) missed: 刷单返利类"]


def test_a_case_that_is_found_and_not_annotated_is_found_for_nothing(tmp_path: Path) -> None:
    scores = score_bulletins(annotated(tmp_path, BOTH[:1]))
    assert (scores.found, scores.gold, scores.matched) == (2, 1, 1)
    assert (scores.precision, scores.recall) == (0.5, 1.0)
    start = PAGE.index(CALL)
    assert scores.misses == [f"p01 ({start}, {start + len(CALL)}) found for nothing: fake_customer_service"]


def test_a_case_with_another_label_is_matched_and_not_right(tmp_path: Path) -> None:
    scores = score_bulletins(annotated(tmp_path, [BOTH[0], at(PAGE, CALL, "虚假征信类")]))
    assert (scores.matched, scores.labelled, scores.right) == (2, 2, 1)
    assert scores.label_accuracy == 0.5
    (miss,) = scores.misses
    assert "虚假征信类" in miss
    assert "fake_customer_service" in miss


@pytest.mark.parametrize("label", ["其他", "其他类型诈骗", "不详"])
def test_a_label_of_no_known_type_is_matched_and_its_label_not_scored(tmp_path: Path, label: str) -> None:
    scores = score_bulletins(annotated(tmp_path, [BOTH[0], at(PAGE, CALL, label)]))
    assert (scores.found, scores.gold, scores.matched, scores.labelled, scores.right) == (2, 2, 2, 1, 1)
    assert scores.misses == []


@pytest.mark.parametrize("label", ["冒充客服", "假客服", "fake_customer_service", "冒充電商物流客服"])
def test_labels_of_annotations_are_understood_by_all_their_names(tmp_path: Path, label: str) -> None:
    assert score_bulletins(annotated(tmp_path, [BOTH[0], at(PAGE, CALL, label)])).right == 2


def test_a_borderline_case_that_is_found_counts_nowhere(tmp_path: Path) -> None:
    scores = score_bulletins(annotated(tmp_path, [BOTH[0], at(PAGE, CALL, "虚假征信类", borderline=True)]))
    assert (scores.found, scores.gold, scores.matched, scores.labelled, scores.right, scores.misses) == (1, 1, 1, 1, 1, [])


def test_a_borderline_case_that_is_not_found_counts_nowhere(tmp_path: Path) -> None:
    scores = score_bulletins(annotated(tmp_path, [*BOTH, at(PAGE, ADVICE, "刷单返利类", borderline=True)]))
    assert (scores.found, scores.gold, scores.matched, scores.misses) == (2, 2, 2, [])


def test_a_case_that_is_not_borderline_by_its_own_word_counts(tmp_path: Path) -> None:
    assert score_bulletins(annotated(tmp_path, [at(PAGE, TASKS, "刷单", borderline=False), BOTH[1]])).gold == 2


def test_methods_are_not_scored(tmp_path: Path) -> None:
    page = f"刷单返利\n{TASKS}\n作案手法\n{METHOD}\n"
    scores = score_bulletins(annotated(tmp_path, [at(page, TASKS, "刷单返利类")], page))
    assert (scores.found, scores.matched) == (1, 1)


@pytest.mark.parametrize(("kept", "matched"), [(len(CALL), 1), (len(CALL) * 3 // 4, 1), (len(CALL) * 2 // 5, 0), (1, 0)])
def test_spans_match_when_they_overlap_by_half(tmp_path: Path, kept: int, matched: int) -> None:
    assert OVERLAP == 0.5
    scores = score_bulletins(annotated(tmp_path, [at(PAGE, CALL[:kept], "冒充客服")]))
    assert scores.matched == matched


def test_a_found_case_is_matched_with_one_annotation_only(tmp_path: Path) -> None:
    scores = score_bulletins(annotated(tmp_path, [*BOTH, at(PAGE, CALL[:-6], "冒充客服")]))
    assert (scores.found, scores.gold, scores.matched) == (2, 3, 2)


def test_the_better_annotation_gets_the_case(tmp_path: Path) -> None:
    scores = score_bulletins(annotated(tmp_path, [BOTH[0], at(PAGE, CALL[:-6], "虚假征信类"), BOTH[1]]))
    assert scores.right == 2


def test_a_span_may_be_given_by_its_first_and_last_characters(tmp_path: Path) -> None:
    gold = [{"label": "刷单", "start": TASKS[:12], "end": TASKS[-8:]}, {"label": "冒充客服", "start": CALL[:12], "end": CALL[-8:]}]
    assert score_bulletins(annotated(tmp_path, gold)).matched == 2


def test_the_last_characters_are_looked_for_after_the_first(tmp_path: Path) -> None:
    page = f"案例一\n{CALL}\n\n案例二\n{LOVE}\n"
    gold = [{"label": "冒充客服", "start": "4月2日", "end": "报警。"}, {"label": "网络婚恋", "start": "5月6日", "end": "被骗。"}]
    assert score_bulletins(annotated(tmp_path, gold, page)).matched == 2


def test_pages_are_added_up_in_the_order_of_their_names(tmp_path: Path) -> None:
    annotated(tmp_path, BOTH, name="p02")
    annotated(tmp_path, [], name="p03")
    annotated(tmp_path, [*BOTH, at(PAGE, ADVICE, "刷单")], name="p01")
    scores = score_bulletins(tmp_path)
    assert (scores.found, scores.gold, scores.matched) == (6, 5, 4)
    assert [miss.split()[0] for miss in scores.misses] == ["p01", "p03", "p03"]


def test_a_page_of_nothing_but_advice_has_nothing_to_find(tmp_path: Path) -> None:
    scores = score_bulletins(annotated(tmp_path, [], f"警方提醒\n{ADVICE}\n"))
    assert scores == BulletinScores()


def test_a_page_in_gb18030_is_scored(tmp_path: Path) -> None:
    assert score_bulletins(annotated(tmp_path, BOTH, encoding="gb18030")).matched == 2


def test_no_narrative_stands_in_the_misses(tmp_path: Path) -> None:
    scores = score_bulletins(annotated(tmp_path, [at(PAGE, ADVICE, "刷单"), at(PAGE, CALL, "虚假征信类")]))
    assert len(scores.misses) == 3
    assert not any(text[:6] in miss for text in (TASKS, CALL, ADVICE) for miss in scores.misses)


def test_scores_of_nothing_are_nothing() -> None:
    scores = BulletinScores()
    assert (scores.precision, scores.recall, scores.f1, scores.label_accuracy) == (0.0, 0.0, 0.0, 0.0)


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    scores = BulletinScores(found=8, gold=5, matched=4)
    assert (scores.precision, scores.recall) == (0.5, 0.8)
    assert scores.f1 == pytest.approx(2 * 0.5 * 0.8 / (0.5 + 0.8))


def test_a_folder_without_annotations_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "p01.txt").write_text(PAGE, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        score_bulletins(tmp_path)
    assert caught.value.key == "no_annotated_pages"


def test_a_missing_folder_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        score_bulletins(tmp_path / "没有")
    assert caught.value.key == "no_annotated_pages"


def test_an_annotation_without_its_page_is_an_input_error(tmp_path: Path) -> None:
    (annotated(tmp_path, BOTH) / "p01.txt").unlink()
    with pytest.raises(InputError) as caught:
        score_bulletins(tmp_path)
    assert caught.value.key == "file_missing"
    assert "p01.txt" in str(caught.value)


@pytest.mark.parametrize(
    "gold",
    [
        17, None, {"cases": []}, ["闵女士"], [{"label": "刷单"}], [{"label": "刷单", "start_pos": "甲", "end_pos": 9}],
        [{"label": "刷单", "start_pos": None, "end_pos": 9}],
        [{"label": "刷单", "start": "页面上没有的话", "end": "。"}], [{"label": "刷单", "start": TASKS[:9]}],
        [{"start_pos": 0, "end_pos": 9}],
    ],
)  # fmt: skip
def test_an_annotation_of_another_form_is_an_input_error_that_names_it(tmp_path: Path, gold: Any) -> None:
    with pytest.raises(InputError) as caught:
        score_bulletins(annotated(tmp_path, gold))
    assert caught.value.key == "annotation_unreadable"
    assert "p01.gold.json" in str(caught.value)
    assert TASKS[:6] not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"[{", "刷单".encode("gb18030"), b"\xff\xfe"])
def test_an_annotation_that_is_no_json_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    (annotated(tmp_path, BOTH) / "p01.gold.json").write_bytes(content)
    with pytest.raises(InputError) as caught:
        score_bulletins(tmp_path)
    assert caught.value.key == "annotation_unreadable"
