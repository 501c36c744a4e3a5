"""The encoding of text whose encoding nobody named, judged on the whole of it: the one place where that is done.

Its byte order mark, strict UTF-8, strict GB18030 (what Chinese Excel and Windows write); UTF-16 without a mark and Big5 where they are
clear. Where nothing fits, the encoding with the fewest undecodable bytes, which stay visible.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

#: Names that people write, and the codecs that read them; a mark at the start is dropped.
NAMED = {
    "utf8": "utf-8-sig", "utf8sig": "utf-8-sig", "utf8bom": "utf-8-sig", "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030",
    "cp936": "gb18030", "ansi": "gb18030", "big5": "big5hkscs", "cp950": "cp950", "big5hkscs": "big5hkscs", "utf16": "utf-16",
    "utf16le": "utf-16-le", "utf16be": "utf-16-be", "unicode": "utf-16",
}  # fmt: skip
#: The most frequent characters of Chinese prose, simplified and traditional: more than a third of any; of misread text next to nothing.
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "三之进着等部度家电力里如水化高自二理起小现实加都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社事平形相全表间"
    "样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员"
    "這個國時來們為會對說發動過學後經進著電裡實現兩體機當點從業應開還與關線間樣數問條沒結變產種給錢轉帳號騙款名報案元警下"
    "骗钱转账号款名报案元被给万网客服称后卡银行信微"
)  # fmt: skip

#: Below this share of frequent characters a text is hardly Chinese prose in the encoding it was read in; right ones have 0.3 and more,
#: wrong ones 0.05 and less (police reports read as Big5, UTF-8 and GB18030 crosswise).
DOUBTFUL = 0.1
#: A text with more undecodable bytes than this share of its characters is no text.
_NO_TEXT = 0.1
#: … and with more than this if what can be decoded is hardly Chinese prose.
_NO_PROSE = 0.01
#: So many bytes are looked at for marks and empty halves.
_HEAD = 1 << 16
#: So many characters are looked at to tell likely from unlikely.
_LOOKED_AT = 200_000
#: Bytes that were not decodable stand as these characters (``surrogateescape``).
_ESCAPED = re.compile("[\udc80-\udcff]")
_LEAST = 30


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding and how sure it is.

    Parameters
    ----------
    codec : str
        For ``codecs``.
    exact : bool
        Every byte can be decoded.
    doubtful : bool
        Decodable or not, the characters are not those of Chinese prose.
    """

    codec: str
    exact: bool = True
    doubtful: bool = False

    def decode(self, chunks: Iterable[bytes]) -> Iterator[str]:
        """Decode; what cannot be stands as lone surrogates, or as U+FFFD where the codec has no such way.

        Parameters
        ----------
        chunks : iterable of bytes
            All of the text.

        Yields
        ------
        str
            Never empty.
        """
        errors = "replace" if self.codec.startswith("utf-16") or self.codec.startswith("utf-32") else "surrogateescape"
        decoder = codecs.getincrementaldecoder(self.codec)("strict" if self.exact else errors)
        for chunk in chunks:
            if text := decoder.decode(chunk):
                yield text.removeprefix("\ufeff") if self.codec.startswith("utf-16-") else text
        if text := decoder.decode(b"", final=True):
            yield text

    def is_damaged(self, text: str) -> bool:
        """Whether bytes of a piece of the text could not be decoded.

        Parameters
        ----------
        text : str
            A piece of what ``decode`` gave.

        Returns
        -------
        bool
            False at once where all could.
        """
        return not self.exact and (_ESCAPED.search(text) is not None or (self.codec.startswith("utf-16") and "\ufffd" in text))


def visible(text: str) -> str:
    r"""Text in which undecodable bytes can be seen and written.

    Parameters
    ----------
    text : str
        As ``Encoding.decode`` gave it.

    Returns
    -------
    str
        With ``\xNN`` in place of each such byte.
    """
    return _ESCAPED.sub(lambda match: f"\\x{ord(match.group()) - 0xDC00:02x}", text)


def named(name: str) -> str | None:
    """The codec that a person means.

    Parameters
    ----------
    name : str
        As written: ``GBK``, ``utf-8`` …

    Returns
    -------
    str or None
        None if there is no such codec for text.
    """
    key = re.sub(r"[\W_]", "", name.lower())
    if key in NAMED:
        return NAMED[key]
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return found.name if getattr(found, "_is_text_encoding", True) else None


def judge(chunks: Callable[[], Iterator[bytes]], wanted: str | None = None) -> Encoding | None:
    """Judge the encoding of a text on the whole of it.

    Parameters
    ----------
    chunks : callable
        Gives its bytes from the start, as often as it is called.
    wanted : str, optional
        A codec that somebody asked for: it wins, even if it does not fit.

    Returns
    -------
    Encoding or None
        None if it is no text in any of the encodings.
    """
    head = _head(chunks())
    marked = _marked(head)
    if wanted or marked:
        return _sized_up(chunks, wanted or marked, asked=bool(wanted))
    unmarked = _unmarked_utf_16(head)
    likely = [unmarked] if unmarked and head.count(b"\0") > len(head) // 4 else []
    for codec in (*likely, "utf-8", *([unmarked] if unmarked else []), "gb18030", "cp950", "big5hkscs"):
        seen = _strictly(chunks, codec)
        if seen is None:
            continue
        if codec == "gb18030":
            return _rather_big5(chunks, seen)
        if codec == unmarked and _is_doubtful(seen):
            continue
        return Encoding(codec, doubtful=_is_doubtful(seen))
    guesses = {codec: _damage(chunks, codec) for codec in ("utf-8", "gb18030", "big5hkscs")}
    codec = min(guesses, key=lambda name: guesses[name])
    return _sized_up(chunks, codec, asked=False)


def _head(chunks: Iterator[bytes]) -> bytes:
    head = b""
    while len(head) < _HEAD and (chunk := next(chunks, None)) is not None:
        head += chunk
    return head[:_HEAD]


def _marked(head: bytes) -> str:
    marks = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
    return next((codec for mark, codec in marks if head.startswith(mark)), "")


def _unmarked_utf_16(head: bytes) -> str:
    """UTF-16 without a mark shows in the empty halves of its ASCII characters, all on one side."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    few = max(2, len(head) // 200)
    return "utf-16-le" if odd >= few and even == 0 else "utf-16-be" if even >= few and odd == 0 else ""


def _strictly(chunks: Callable[[], Iterator[bytes]], codec: str) -> str | None:
    """The beginning of the text if all of it can be decoded."""
    try:
        return _beginning(Encoding(codec).decode(chunks()))
    except UnicodeDecodeError:
        return None


def _beginning(pieces: Iterator[str]) -> str:
    """As much of a text as is looked at; all of it is read."""
    seen, length = [], 0
    for text in pieces:
        if length < _LOOKED_AT:
            seen.append(text[:_LOOKED_AT])
            length += len(text)
    return "".join(seen)


def _sized_up(chunks: Callable[[], Iterator[bytes]], codec: str, *, asked: bool) -> Encoding | None:
    seen = _strictly(chunks, codec)
    if seen is not None:
        return Encoding(codec, doubtful=_is_doubtful(seen))
    damage = _damage(chunks, codec)
    if not asked and (damage > _NO_TEXT or (damage > _NO_PROSE and _is_doubtful(_beginning(Encoding(codec, exact=False).decode(chunks()))))):
        return None
    return Encoding(codec, exact=False)


def _damage(chunks: Callable[[], Iterator[bytes]], codec: str) -> float:
    """Share of the characters that are undecodable bytes."""
    bad, length = 0, 0
    for text in Encoding(codec, exact=False).decode(chunks()):
        bad += len(_ESCAPED.findall(text)) + text.count("\ufffd")
        length += len(text)
    return bad / max(length, 1)


def _rather_big5(chunks: Callable[[], Iterator[bytes]], as_gb18030: str) -> Encoding:
    """Nearly all Big5 is decodable as GB18030, into characters that nobody uses."""
    if not _is_doubtful(as_gb18030):
        return Encoding("gb18030")
    for codec in ("cp950", "big5hkscs"):
        seen = _strictly(chunks, codec)
        if seen is not None and not _is_doubtful(seen) and likelihood(seen) > 2 * likelihood(as_gb18030):
            return Encoding(codec)
    return Encoding("gb18030", doubtful=True)


def likelihood(text: str) -> float:
    """How much a text looks like Chinese prose.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    float
        Share of frequent characters in those beyond ASCII and punctuation; 1 where there are too few to tell.
    """
    letters = [
        character for character in text if character > "\u00ff" and not "\u2000" <= character <= "\u303f" and not "\uff00" <= character <= "\uff65"
    ]
    return sum(map(COMMON.__contains__, letters)) / len(letters) if len(letters) >= _LEAST else 1.0


def _is_doubtful(text: str) -> bool:
    return likelihood(text[:_LOOKED_AT]) < DOUBTFUL
