"""Holds the judging of encodings to the whole of a text, and to saying what is damaged or doubtful."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.tables.encodings import Encoding, judge, likelihood, named, visible
from training.corpus import Corpus

SIMPLE = "报警人称在抖音上看到点赞兼职广告，加群后做任务，前几单都返了佣金，后来做连单垫付八千元，对方说操作失误要继续充值才能提现。"
TRADITIONAL = "我在臉書認識網友，聊天後加入群組，對方慫恿我到投資網站申請帳號，後來要提領獲利時卻無法出金，我才驚覺受騙報案。"


def in_pieces(content: bytes, size: int = 7) -> Callable[[], Iterator[bytes]]:
    return lambda: (content[start : start + size] for start in range(0, len(content), size))


def judged(content: bytes, wanted: str | None = None) -> Encoding:
    encoding = judge(in_pieces(content), wanted)
    assert encoding is not None
    return encoding


def read(content: bytes, wanted: str | None = None) -> str:
    return "".join(judged(content, wanted).decode(in_pieces(content)()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_simplified_text_is_read_in_every_encoding_that_people_have(encoding: str) -> None:
    text = f"编号,案情\r\n001,{SIMPLE}\r\n" * 3
    assert read(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "cp950", "utf-16-le"])
def test_traditional_text_is_read_in_every_encoding_that_people_have(encoding: str) -> None:
    text = f"編號,案情\r\n001,{TRADITIONAL}\r\n" * 3
    assert read(text.encode(encoding)) == text
    assert not judged(text.encode(encoding)).doubtful


def test_the_end_of_a_text_counts_as_much_as_its_beginning() -> None:
    content = ("id,text\n" + "1,abc\n" * 50_000 + SIMPLE).encode("gb18030")
    assert judged(content).codec == "gb18030"
    assert read(content).endswith(SIMPLE)


def test_text_that_is_both_is_utf_8() -> None:
    content = "丁先生被骗了".encode()
    assert content.decode("gb18030")
    assert read(content) == "丁先生被骗了"


def test_a_text_with_a_few_bad_bytes_is_read_in_the_encoding_with_the_fewest() -> None:
    for encoding in ("utf-8", "gb18030"):
        content = SIMPLE.encode(encoding) + b"\xff" + SIMPLE.encode(encoding)
        found = judged(content)
        assert not found.exact
        assert visible(read(content)) == f"{SIMPLE}\\xff{SIMPLE}"


def test_only_pieces_with_bad_bytes_are_damaged() -> None:
    content = SIMPLE.encode() + b"\n\xff\n" + SIMPLE.encode()
    found = judged(content)
    assert [found.is_damaged(line) for line in read(content).split("\n")] == [False, True, False]


@pytest.mark.parametrize("content", [bytes(range(128, 256)) * 10, b"\x00\xff\xfe\x81" * 50, b"\xff\xfe\x00"])
def test_what_is_no_text_has_no_encoding(content: bytes) -> None:
    assert judge(in_pieces(content)) is None


def test_the_encoding_that_is_asked_for_wins_and_its_doubts_are_told() -> None:
    content = TRADITIONAL.encode("big5")
    assert judged(content, "gb18030").doubtful
    assert judged(content, "big5hkscs").doubtful is False


@pytest.mark.parametrize(
    ("name", "codec"), [("GBK", "gb18030"), ("gb2312", "gb18030"), ("UTF-8", "utf-8-sig"), ("Big5", "big5hkscs"), ("utf_16", "utf-16")]
)
def test_encodings_are_known_by_the_names_that_people_use(name: str, codec: str) -> None:
    assert named(name) == codec


@pytest.mark.parametrize("name", ["klingon", "", "\0", "hex"])
def test_what_is_no_encoding_is_none(name: str) -> None:
    assert named(name) is None


def test_prose_is_likely_and_misread_prose_is_not(corpus: Corpus) -> None:
    for start in range(0, 400, 20):
        text = "".join(case.text for case in corpus.cases[start : start + 20])
        assert likelihood(text) > 0.2
        assert likelihood(text.encode().decode("gb18030", "ignore")) < 0.1
        assert likelihood(text.encode("gb18030").decode("big5hkscs", "ignore")) < 0.1


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_judged_and_read_without_an_error(content: bytes) -> None:
    encoding = judge(in_pieces(content))
    if encoding is not None:
        visible("".join(encoding.decode(in_pieces(content)()))).encode("utf-8", "backslashreplace")
