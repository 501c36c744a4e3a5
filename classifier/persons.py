"""Names of persons in folded text: behind a label, before sex or age, with a title, and wherever a name so found is said again.

A name begins and ends at the border of a word; a list of surnames says where one may begin.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from classifier import masks
from classifier.masks import Mask
from classifier.resources import read_data
from classifier.words import cutter

_HAN = "[\u3400-\u9fff]"
#: Between the parts of names of other peoples.
_DOT = "[·•.]"
_SEXED = r"(?=\((?:男|女|性别|身份证|年龄|电话|手机|联系|微信|民族|汉族|公民|[0-9]{1,2}岁|[12][0-9]{3})|,(?:男|女)(?:性|,|;|。|\(|$))"


@dataclass(frozen=True)
class _Patterns:
    labelled: re.Pattern[str]
    """A label and what follows it; the name is tried in it."""
    sexed: re.Pattern[str]
    """Where a name has just ended."""
    titled: re.Pattern[str]
    candidate: re.Pattern[str]
    """A name of two to four characters; its end is checked by words."""
    foreign: re.Pattern[str]
    teller: re.Pattern[str]
    tells: re.Pattern[str]
    after: re.Pattern[str]
    things: re.Pattern[str]
    common: frozenset[str]
    roles: frozenset[str]
    idle: frozenset[str]
    joining: frozenset[str]
    surnames: frozenset[str]


@cache
def _patterns() -> _Patterns:
    names = {key: value.split() for key, value in tomllib.loads(read_data("masks.toml")).items()}
    words = {key: value.split() for key, value in tomllib.loads(read_data("redaction.toml")).items()}
    single = frozenset("".join(names["surnames"]))
    surname = rf"(?:{'|'.join(names['double_surnames'])}|[{''.join(sorted(single))}])"
    return _Patterns(
        labelled=re.compile(
            rf"(?:(?:{'|'.join(words['persons'])})(?:姓名)?(?P<mark>(?:为|是|叫)?[:(]?|系)"
            rf"|(?:{'|'.join(words['named'])})(?:为|是|叫)?(?P<colon>[:为是叫])) ?"
        ),
        sexed=re.compile(_SEXED),
        titled=re.compile(rf"(?P<name>{surname}{_HAN}{{1,2}})(?:{'|'.join(words['titles'])})"),
        candidate=re.compile(rf"(?P<surname>{surname}) ?{_HAN}(?: ?{_HAN})?"),
        foreign=re.compile(rf"{_HAN}{{1,6}}(?:{_DOT}{_HAN}{{1,6}}){{1,3}}|[a-z]{{2,12}}(?: [a-z]{{2,12}}){{1,3}}"),
        teller=re.compile(rf"(?:^|(?<=[,。;\n:]))(?={surname}{_HAN})"),
        tells=re.compile("称[,:]|报称|报警|陈述|反映|到(?:派出)?所"),
        after=re.compile(rf"$|[^\u3400-\u9fffa-z0-9]|{'|'.join(words['after_names'])}"),
        things=re.compile("|".join(words["things"])),
        common=frozenset(words["words"]),
        roles=frozenset("".join(words["roles"])),
        idle=frozenset("".join(words["idle"])),
        joining=frozenset(words["joining"]),
        surnames=single,
    )


def find(folded: str) -> list[Mask]:
    """The names of persons in a text.

    Parameters
    ----------
    folded : str
        A text after ``classifier.normalise.fold``.

    Returns
    -------
    list of Mask
        Of the kind ``"name"``, in the order of the text, none overlapping another.
    """
    borders = _Borders(folded)
    named = {span for span in (*_labelled(folded, borders), *_before_sex(folded, borders)) if span[1] > span[0]}
    named |= set(_tellers(folded, borders))
    spans = named | set(_titled(folded, borders)) | set(_by_masks(folded, borders))
    spans |= set(_again(folded, {folded[start:end] for start, end in named}, borders))
    kept, done = list[Mask](), 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= done:
            kept.append(Mask(start, end, "name"))
            done = end
    return kept


class _Borders:
    """Where words begin and end, cut when first asked for: most texts never ask."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends: list[int] | None = None

    def __contains__(self, position: int) -> bool:
        if self._ends is None:
            self._ends = [0, *accumulate(map(len, cutter()(self._text)))]
        i = bisect_left(self._ends, position)
        return i < len(self._ends) and self._ends[i] == position


def _labelled(text: str, borders: _Borders) -> Iterator[tuple[int, int]]:
    p = _patterns()
    for label in p.labelled.finditer(text):
        start, surely = label.end(), (label["mark"] or label["colon"] or "").endswith(":")
        foreign = p.foreign.match(text, start)
        if foreign and (surely or "\u3400" <= text[start] <= "\u9fff") and p.after.match(text, foreign.end()):
            yield foreign.span()
            continue
        # 张三、李四: a label may be for several.
        while end := _named_from(text, start, borders, surely=surely):
            yield start, end
            if text[end : end + 1] != "、":
                break
            start = end + 1


def _named_from(text: str, start: int, borders: _Borders, *, surely: bool) -> int:
    """Where a name that begins there ends; 0 if there is none."""
    found = _patterns().candidate.match(text, start)
    if found and text[start] in _patterns().joining and not surely:
        return 0
    for end in _ends(found, text) if found else ():
        # Behind a colon and before a mark stands a name, be it a word or not.
        alone = surely and not text[end : end + 1].isalnum()
        follows = _patterns().after.match(text, end) is not None
        if found and follows and _is_name(text[start:end], found["surname"], alone=alone) and (alone or end in borders):
            return end
    return 0


def _ends(found: re.Match[str], text: str) -> list[int]:
    """Where a name may end: at a mark rather than within text, else the shorter first, since 称 and 于 seldom end a name."""
    name = found.group().rstrip()
    shorter = name[:-1].rstrip()
    lengths = [len(shorter), len(name)] if len(shorter.replace(" ", "")) > len(found["surname"]) else [len(name)]
    ends = [found.start() + length for length in lengths]
    return sorted(ends, key=lambda end: text[end : end + 1].isalnum())


def _before_sex(text: str, borders: _Borders) -> Iterator[tuple[int, int]]:
    """张三(男,35岁…), 张三,男,…: the longest name that ends here and begins at a border."""
    p = _patterns()
    for place in p.sexed.finditer(text):
        end = place.start()
        for length in (4, 3, 2):
            start = end - length
            found = p.candidate.fullmatch(text, start, end) if start >= 0 else None
            if not found or start not in borders or (length == 4 and len(found["surname"]) == 1):
                continue
            if _is_name(found.group(), found["surname"]):
                yield start, end
            break
        else:
            foreign = re.search(rf"{_HAN}{{1,6}}(?:{_DOT}{_HAN}{{1,6}}){{1,3}}$", text[max(0, end - 24) : end])
            if foreign:
                yield end - len(foreign.group()), end


def _tellers(text: str, borders: _Borders) -> Iterator[tuple[int, int]]:
    """张三称,…: who begins a clause and tells."""
    p = _patterns()
    for place in p.teller.finditer(text):
        found = p.candidate.match(text, place.start())
        if not found:
            continue
        for end in _ends(found, text):
            if p.tells.match(text, end) and end in borders and _is_name(text[place.start() : end], found["surname"]):
                yield place.start(), end
                break


def _titled(text: str, borders: _Borders) -> Iterator[tuple[int, int]]:
    """张三丰先生: masks know only the surname before a title."""
    p = _patterns()
    for found in p.titled.finditer(text):
        start, end = found.span()
        name = found["name"]
        word = name in _words() or name[:2] in _words()
        if start in borders and not word and not p.idle & set(name) and not (name[0] in p.common and name[1] in p.surnames):
            yield start, end


def _by_masks(text: str, borders: _Borders) -> Iterator[tuple[int, int]]:
    """What masks know as persons, in officers' tags too; 对于某平台 and 和某公司 name none."""
    p = _patterns()
    spans = list[tuple[int, int]]()
    for mask in masks.find(text):
        if mask.kind == "person":
            spans.append((mask.start, mask.end))
        elif mask.kind in ("tag", "account"):
            inner = text[mask.start + 1 : mask.end - 1] if mask.kind == "tag" else text[mask.start : mask.end].replace(":", ",")
            shift = mask.start + (mask.kind == "tag")
            spans += [(m.start + shift, m.end + shift) for m in masks.find(inner) if m.kind == "person"]
    for start, end in spans:
        if text[start] in p.common and text[end - 1] == "某" and (start not in borders or p.things.match(text, end)):
            continue
        yield start, end + (text[end : end + 1] in ("甲", "乙", "丙", "丁"))


def again(folded: str, names: set[str]) -> list[Mask]:
    """Where names that were found elsewhere stand, those of them that look like persons' names.

    Parameters
    ----------
    folded : str
        A text after ``classifier.normalise.fold``.
    names : set of str
        Names as they stand in it.

    Returns
    -------
    list of Mask
        Of the kind ``"name"``, in the order of the text.
    """
    persons = {name for name in names if _patterns().candidate.fullmatch(name) and name not in _words()}
    return [Mask(start, end, "name") for start, end in sorted(_again(folded, persons, _Borders(folded)))]


def _again(text: str, names: set[str], borders: _Borders) -> Iterator[tuple[int, int]]:
    """A name that was found is a name wherever it stands; one of two characters only where a word begins."""
    for name in sorted(names):
        for found in re.finditer(re.escape(name), text):
            if len(name) > 2 or found.start() in borders:
                yield found.span()


@cache
def _words() -> frozenset[str]:
    lines = (line.partition("#")[0] for line in read_data("not_names.txt").splitlines())
    return frozenset(word for line in lines for word in line.split())


def _is_name(name: str, surname: str, *, alone: bool = False) -> bool:
    """Whether a surname and what follows may be a name: no word, and no character that no given name has.

    Where it stands alone only words for persons (司机, 文员) are none.
    """
    idle, roles = _patterns().idle, _patterns().roles
    return not idle & set(name[len(surname) :]) and (name not in _words() or (alone and name[-1] not in roles))
