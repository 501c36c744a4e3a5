"""Holds the reading of words to features that are those of a text alone, in the stated order, and to weights that name exactly these."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from classifier import ScamClassifier
from classifier.model import Model
from classifier.normalise import normalise
from classifier.resources import read_data
from classifier.scoring import Scored, Scorer
from classifier.underlining import FEATURES, Reader, Words, inclination
from classifier.words import boilerplate

PIECES = [
    "对方让我刷单返利", "做完任务不能提现", "把钱转到安全账户", "报警人称", "民警", "天气很好", "，", "。", "\n", "王某", "（女，41岁，汉族）", "3000元", "2023年5月8日", "a", "app",
    "薇信", "驗證碼", "\u200b", "\ud800", "😀", "㐀", "𠮷", "é", "1",
]  # fmt: skip
TEXTS = (
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), min_size=1, max_size=20).map("".join).filter(lambda text: normalise(text).text)
)
MANY = settings(max_examples=100, deadline=None)


def read(model: Model, texts: list[str]) -> Words:
    """The words of texts as the classifier has them read for the likeliest class."""
    scorer, normalised = Scorer(model), [normalise(text).text for text in texts]
    scored = [scorer.score(text) for text in normalised]
    support = [s.values * (s.weights[:, s.margins.argmax()] - s.weights.mean(axis=1)) for s in scored]
    return Reader(model.telling).read(normalised, scored, support, support)


def column(words: Words, name: str) -> NDArray[np.float64]:
    return words.features[:, FEATURES.index(name)]


# --- the weights


def test_the_weights_name_exactly_the_features_in_their_order() -> None:
    given_weights = tomllib.loads(read_data("underlining.toml"))
    assert tuple(given_weights["weights"]) == FEATURES
    assert set(given_weights) == {"intercept", "weights"}


def test_each_weight_belongs_to_its_own_column() -> None:
    stated = tomllib.loads(read_data("underlining.toml"))
    odds = np.array([stated["intercept"] + stated["weights"][name] for name in FEATURES])
    assert inclination(np.eye(len(FEATURES))) == pytest.approx(1 / (1 + np.exp(-odds)))


def test_without_features_the_intercept_decides() -> None:
    odds = tomllib.loads(read_data("underlining.toml"))["intercept"]
    assert inclination(np.zeros((1, len(FEATURES)))) == pytest.approx([1 / (1 + np.exp(-odds))])


def test_what_is_likelier_underlined_in_other_narratives_is_likelier_here() -> None:
    features = np.zeros((3, len(FEATURES)))
    features[:, FEATURES.index("telling")] = [-1, 0, 1]
    assert (np.diff(inclination(features)) > 0).all()


# --- one text and many


@MANY
@given(st.lists(TEXTS, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_a_text_reads_the_same_alone_and_among_others_in_any_order(classifier: ScamClassifier, texts: list[str], random: object) -> None:
    random.shuffle(texts)  # type: ignore[attr-defined]
    together = read(classifier.model, texts)
    for i, text in enumerate(texts):
        alone, mine = read(classifier.model, [text]), slice(together.borders[i], together.borders[i + 1])
        for name in ("lengths", "breaks", "idle"):
            assert np.array_equal(getattr(together, name)[mine], getattr(alone, name))
        assert together.weights[mine] == pytest.approx(alone.weights, abs=1e-6)
        assert together.features[mine] == pytest.approx(alone.features, abs=1e-6)


@MANY
@given(TEXTS)
def test_every_word_has_finite_features_and_an_inclination(classifier: ScamClassifier, text: str) -> None:
    words = read(classifier.model, [text])
    assert words.features.shape == (len(words.lengths), len(FEATURES))
    assert words.lengths.sum() == len(normalise(text).text)
    assert np.isfinite(words.features).all()
    assert ((inclination(words.features) > 0) & (inclination(words.features) < 1)).all()


@MANY
@given(TEXTS)
def test_the_weights_of_the_words_of_a_text_are_the_shares_of_its_terms(classifier: ScamClassifier, text: str) -> None:
    scorer, normalised = Scorer(classifier.model), normalise(text).text
    scored = scorer.score(normalised)
    share = scored.values * scored.weights[:, 0]
    words = Reader(classifier.model.telling).read([normalised], [scored], [share], [share])
    assert words.weights.sum() == pytest.approx(float(share.sum()), abs=1e-5)


def test_a_reader_remembers_nothing_of_the_texts_before(classifier: ScamClassifier) -> None:
    scorer, reader = Scorer(classifier.model), Reader(classifier.model.telling)

    def features(text: str) -> NDArray[np.float64]:
        scored = scorer.score(text)
        return reader.read([text], [scored], [scored.values], [scored.values]).features

    first = features("对方让我刷单返利")
    features("天气很好,办理贷款先交解冻费")
    assert np.array_equal(features("对方让我刷单返利"), first)


# --- what each feature says, on a model made for it

VOCABULARY = (("刷单", "返利", "散步", "a"), ("刷",), ("返利",))
N = 6
TELLING = np.array([2.0, 1.0, -1.0, 0.5, 0.25, 4.0], np.float32)


@pytest.fixture(scope="module")
def toy() -> Model:
    codes = ("task_rebate", "not_a_case")
    return Model(codes, VOCABULARY, np.ones((N, 2), np.float32), np.zeros(2, np.float32), np.ones(N, np.float32), TELLING, 1, 0, {}, {}, {})


def scored_by(toy: Model, text: str, **support: float) -> tuple[Words, Scored]:
    scorer = Scorer(toy)
    scored = scorer.score(text)
    share = np.array([support.get(scorer.names[row], 0.0) for row in scored.rows])
    return Reader(toy.telling).read([text], [scored], [share], [share]), scored


def test_words_are_told_from_breaks_and_from_those_of_every_record(toy: Model) -> None:
    words, scored = scored_by(toy, "民警说刷单,返利")
    assert scored.words == ["民警", "说", "刷单", ",", "返利"]
    assert words.breaks.tolist() == [False, False, False, True, False]
    assert words.idle.tolist() == [word in boilerplate() for word in scored.words] == [True, True, False, False, False]
    assert words.lengths.tolist() == [2, 1, 2, 1, 2]


def test_a_word_gathers_what_is_told_of_it_and_of_its_characters_and_pairs(toy: Model) -> None:
    words, _ = scored_by(toy, "刷单返利")
    assert column(words, "telling") == pytest.approx([(2.0 + 0.25) / 2, (1.0 + 4.0) / 2])


def test_what_is_told_of_the_neighbours_stands_beside_a_word(toy: Model) -> None:
    words, scored = scored_by(toy, "散步,刷单返利")
    assert scored.words == ["散步", ",", "刷单", "返利"]
    walk, tasks, rebate = -0.5, 1.125, 2.5
    assert column(words, "telling") == pytest.approx([walk, 0, tasks, rebate])
    assert column(words, "telling_before") == pytest.approx([0, walk, 0, tasks])
    assert column(words, "telling_before2") == pytest.approx([0, 0, walk, 0])
    assert column(words, "telling_after") == pytest.approx([0, tasks, rebate, 0])
    assert column(words, "telling_after2") == pytest.approx([tasks, rebate, 0, 0])


def test_breaks_stand_around_a_text_and_where_it_has_them(toy: Model) -> None:
    words, _ = scored_by(toy, "散步,刷单返利")
    assert column(words, "break_before").tolist() == [1, 0, 1, 0]
    assert column(words, "break_before2").tolist() == [1, 1, 0, 1]
    assert column(words, "break_after").tolist() == [1, 0, 0, 1]


def test_support_is_for_each_character_in_parts_of_the_mean_of_the_text(toy: Model) -> None:
    words, _ = scored_by(toy, "刷单散步", 刷单=0.6, 散步=0.2)
    assert column(words, "support") == pytest.approx([1.5, 0.5])
    assert column(words, "support_before") == pytest.approx([0, 1.5])
    assert column(words, "support_after") == pytest.approx([0.5, 0])


def test_what_speaks_against_the_type_lowers_no_mean(toy: Model) -> None:
    words, _ = scored_by(toy, "刷单散步", 刷单=0.6, 散步=-0.3)
    assert column(words, "support") == pytest.approx([2.0, -1.0])


def test_a_clause_is_as_dense_as_its_words_together(toy: Model) -> None:
    words, _ = scored_by(toy, "刷单散步,返利", 刷单=0.6, 返利=0.1)
    first, second = column(words, "clause")[[0, 4 - 1]]
    assert column(words, "clause")[1] == pytest.approx(first)
    assert first / second == pytest.approx((0.6 / 4) / (0.1 / 2))


def test_a_single_word_of_a_long_text_is_not_relevant_beyond_measure(toy: Model) -> None:
    words, _ = scored_by(toy, "散步," * 60 + "刷单", 刷单=1.0)
    assert column(words, "support").max() == pytest.approx(8.0)


def test_a_word_that_the_model_does_not_know_is_told_nothing_of(toy: Model) -> None:
    words, scored = scored_by(toy, "刷单游泳", 刷单=1.0)
    assert scored.words == ["刷单", "游泳"]
    assert column(words, "known").tolist() == [1, 0]
    assert column(words, "telling")[1] == column(words, "support")[1] == words.weights[1] == 0


def test_the_place_of_a_word_goes_from_nothing_to_one(toy: Model) -> None:
    words, _ = scored_by(toy, "刷单,返利,散步")
    assert column(words, "place") == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert column(words, "place_squared") == pytest.approx(column(words, "place") ** 2)


@pytest.mark.parametrize(
    ("text", "is_break"), [("刷单", False), ("游泳", False), ("a", False), (",", True), ("\ue000", True), ("𠮷", True), ("1", True)]
)
def test_a_text_of_one_word_is_read(toy: Model, text: str, is_break: bool) -> None:
    words, _ = scored_by(toy, text, 刷单=1.0)
    assert words.breaks.tolist() == [is_break]
    assert np.isfinite(words.features).all()
    assert column(words, "place").tolist() == [0]
    assert column(words, "break_before").tolist() == column(words, "break_after").tolist() == [1]


def test_a_model_without_terms_reads_any_text() -> None:
    nothing = np.zeros(0, np.float32)
    bare = Model(
        ("task_rebate", "not_a_case"), ((), (), ()), np.zeros((0, 2), np.float32), np.zeros(2, np.float32), nothing, nothing, 1, 0, {}, {}, {}
    )
    words = read(bare, ["刷单返利", "散步"])
    assert column(words, "known").tolist() == [0, 0, 0]
    assert np.isfinite(words.features).all()
