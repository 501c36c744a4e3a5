"""Numbers that point at a person: phones, identity cards and bank cards, told from one another and from amounts, dates and order numbers.

Length, prefix and checksum decide; what stands before a number decides only where these leave it open. Works on folded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from classifier.masks import Mask

KINDS = ("phone", "id", "card")

#: No identifier has more digits: a card has 19, a phone with its country 15, an account of a firm 22.
_LONGEST = 22

# Digits as people set them apart: by single blanks and dashes, an area code in brackets; stars and x where somebody hid some.
_RUN = re.compile(r"(?<![0-9])(?<![0-9]\.)\+?\(?\+?[0-9][0-9*x]*(?:(?:[)(] ?| [(]?|[-–—])[0-9*][0-9*x]*)*")
_GROUP = re.compile("[0-9*][0-9*x]*")
# An amount goes on after its digits.
_AMOUNT_GOES_ON = re.compile(
    r"[.][0-9]{1,2}(?![0-9])|,[0-9]{3}(?![0-9])|[多余来几]?[百千万亿]*[多余来几]?(?:元|块|美元|美金|港币|台币|人民币|usdt|万|亿|%)"
)
_HAN_NUMBER = re.compile(
    "(?<![0-9零一二三四五六七八九么])[0-9]*[零一二三四五六七八九么][0-9零一二三四五六七八九么]{10,18}(?![0-9零一二三四五六七八九么])"
)
_FROM_HAN = str.maketrans("零一二三四五六七八九么", "01234567891")

_TAIWAN_ID = re.compile(r"(?<![a-z0-9])[a-z][1289][0-9]{8}(?![0-9a-z])")
_HONG_KONG_ID = re.compile(r"(?<![a-z0-9])[a-z]{1,2}[0-9]{6} ?\(?[0-9a]\)?(?![0-9a-z])")
_TRAVEL_DOCUMENT = re.compile(r"(?<=[照证件码号为是:])(?<![a-z0-9])(?:[a-z]{1,2}[0-9]{7,9})(?![0-9a-z])")
_LETTERS = dict(zip("abcdefghjklmnpqrstuvxywzio", range(10, 36), strict=True))  # Taiwan's order of letters

# What stands shortly before a number.
_ORDER = re.compile("(?:单号|流水号?|编号|订单|交易号|凭证号|案号|案件号|警情号|快递|运单|物流)[^0-9,;。]{0,4}$")
_PHONE = re.compile("(?:电话|手机|座机|(?<!证)号码|致电|拨打|来电|拨通|联系方式|tel|phone|whatsapp)[^0-9,;。]{0,6}$")
_CARD = re.compile("(?:卡号|账号|账户|银行卡|储蓄卡|信用卡|存折|卡)[^0-9,;。]{0,4}$")
_ID = re.compile("(?:身[份分]证|证件|护照|通行证|居留证)[^0-9,;。]{0,6}$")
_CONTEXT = 16

_PHONE_NUMBER = re.compile(
    r"(?:(?:00)?86)?1[3-9][0-9]{9}"  # mainland mobile
    r"|(?:(?:00)?86)?0(?:10|2[0-9])[0-9]{8}|(?:(?:00)?86)?0[3-9][0-9]{2}[0-9]{7,8}"  # mainland landline with its area
    r"|[48]00[0-9]{7}"
    r"|09[0-9]{8}|0[2-8][0-9]{7,8}|(?:00)?8869[0-9]{8}|(?:00)?886[2-8][0-9]{7,8}"  # Taiwan
    r"|(?:00)?85[23][2-9][0-9]{7}"  # Hong Kong, Macau
    r"|00[1-9][0-9]{8,12}"  # dialled abroad
)
_HIDDEN_PHONE = re.compile(r"1[3-9][0-9][*x]{3,5}[0-9]{3,5}|1[3-9][*x]{5,8}[0-9]{2,4}|1[3-9][0-9]{5}[*x]{4}")
_BORN = r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_ID_NUMBER = re.compile(rf"[1-8][0-9]{{5}}{_BORN}[0-9]{{3}}[0-9x]")
_OLD_ID_NUMBER = re.compile(r"[1-8][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}")
_HIDDEN_ID = re.compile(r"[1-8][0-9]{0,13}[*x]{4,17}[0-9]{0,6}x?")
_HIDDEN_CARD = re.compile(r"[3-69][0-9]{3,5}[*x]{3,13}[0-9]{3,4}")

# How many digits stand together where people set a number apart.
_PHONE_GROUPS = {(3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (3, 3, 5), (4, 7), (5, 6), (3, 3, 4), (3, 4, 3), (4, 3, 3), (4, 6), (3, 7)}
_ID_GROUPS = {(6, 8, 4), (6, 12), (6, 4, 4, 4), (14, 4), (6, 4, 2, 2, 4), (3, 3, 4, 4, 4), (3, 3, 8, 4), (6, 8, 3, 1), (6, 6, 6), (6, 4, 8)}


def find(folded: str) -> list[Mask]:
    """The numbers of a text that point at a person.

    Parameters
    ----------
    folded : str
        A text after ``classifier.normalise.fold``.

    Returns
    -------
    list of Mask
        In the order of the text, none overlapping another, of the kinds in ``KINDS``.
    """
    found = [*_by_digits(folded), *_in_han_digits(folded), *_with_letters(folded)]
    found.sort()
    kept, done = list[Mask](), 0
    for mask in found:
        if mask.start >= done:
            kept.append(mask)
            done = mask.end
    return kept


def is_amount(folded: str, end: int) -> bool:
    """Whether digits that end somewhere are those of an amount.

    Parameters
    ----------
    folded : str
        A text after ``classifier.normalise.fold``.
    end : int
        Where the digits end.

    Returns
    -------
    bool
        True if a currency, a decimal or a power of ten follows.
    """
    return _AMOUNT_GOES_ON.match(folded, end) is not None


def _by_digits(text: str) -> Iterator[Mask]:
    """Runs of digits; one run may hold several numbers, so the longest that is an identifier is taken from each place on."""
    for run in _RUN.finditer(text):
        groups = [(m.start() + run.start(), m.end() + run.start()) for m in _GROUP.finditer(run.group())]
        first = 0
        while first < len(groups):
            last = _longest(text, groups, first)
            if last is None:
                first += 1
                continue
            start, end = groups[first][0], groups[last.end - 1][1]
            yield Mask(_with_prefix(text, run.start(), start, end), end, last.kind)
            first = last.end


def _longest(text: str, groups: Sequence[tuple[int, int]], first: int) -> Mask | None:
    """The longest identifier that begins with a group: as a mask over the groups."""
    pieces, longest = list[str](), None
    before = text[max(0, groups[first][0] - _CONTEXT) : groups[first][0]]
    if _ORDER.search(before):
        return None
    for last in range(first, len(groups)):
        pieces.append(text[slice(*groups[last])])
        if sum(map(len, pieces)) > _LONGEST:
            break
        if is_amount(text, groups[last][1]):
            break
        kind = _kind(pieces, before)
        if kind:
            longest = Mask(first, last + 1, kind)
    return longest


def _with_prefix(text: str, border: int, start: int, end: int) -> int:
    """Where a number begins with the plus before it, and with the bracket if that is closed within it."""
    while start > border and (text[start - 1] == "+" or (text[start - 1] == "(" and ")" in text[start:end])):
        start -= 1
    return start


def _kind(pieces: Sequence[str], before: str) -> str | None:
    digits = "".join(pieces)
    if "*" in digits or "x" in digits[:-1]:
        return _hidden(digits, before)
    lengths = tuple(map(len, pieces))
    ones = len(pieces) > 5 and max(lengths) == 1
    if _is_phone(digits, lengths, before, ones=ones):
        return "phone"
    return _id_or_card(digits, lengths, before, ones=ones)


def _is_phone(digits: str, lengths: tuple[int, ...], before: str, *, ones: bool) -> bool:
    if not digits.isdigit():
        return False
    if before.endswith(("+", "+(")) and 8 <= len(digits) <= 15:
        return True
    told = bool(_PHONE.search(before))
    together = len(lengths) == 1 or ones or told
    if _PHONE_NUMBER.fullmatch(digits):
        area = digits[0] == "0" and 2 <= lengths[0] <= 4 and len(lengths) <= 3
        abroad = lengths[0] <= 4 and digits.startswith(("86", "0086", "852", "853", "886", "00"))
        return together or area or abroad or lengths in _PHONE_GROUPS
    # A number within a city, or in Hong Kong; eight digits may be a day.
    return told and len(digits) in (7, 8) and len(lengths) <= 2 and digits[0] in "23456789" and not _is_day(digits)


def _id_or_card(digits: str, lengths: tuple[int, ...], before: str, *, ones: bool) -> str | None:
    together = len(lengths) == 1 or ones
    by_bank = _is_card(digits, lengths, together=together)
    if _ID_NUMBER.fullmatch(digits) and (together or lengths in _ID_GROUPS or _id_checks(digits)):
        return "id" if _id_checks(digits) or not by_bank else "card"
    if not digits.isdigit():
        return "id" if len(digits) in (15, 18) and _ID.search(before) else None
    if _ID.search(before) and len(digits) in (15, 18):
        return "id"
    if _OLD_ID_NUMBER.fullmatch(digits) and together and not _CARD.search(before):
        return "id"
    if by_bank:
        return "card"
    return "card" if len(digits) >= 12 and together and _CARD.search(before) and not digits.startswith("000") else None


def _is_card(digits: str, lengths: tuple[int, ...], *, together: bool) -> bool:
    if not digits.isdigit() or not 14 <= len(digits) <= 19 or digits[0] not in "34569":
        return False
    if not together:
        fours = set(lengths[:-1]) == {4} and lengths[-1] <= 4 and len(lengths) >= 4
        # Amounts one after the other are round.
        rounds = sum(int(digits[i - 1] == "0") for i in _ends(lengths)) == len(lengths)
        if rounds or not (fours or lengths[0] == 6 or lengths[0] + lengths[-1] == len(digits)):
            return False
    # Cards of China begin with 62; one digit may be mistyped.
    return (digits.startswith("62") and len(digits) >= 16) or _luhn(digits)


def _ends(lengths: Sequence[int]) -> Iterator[int]:
    end = 0
    for length in lengths:
        end += length
        yield end


def _hidden(digits: str, before: str) -> str | None:
    """Numbers of which somebody hid digits: what is left still points at a person."""
    if not ("***" in digits or "xxx" in digits):
        return None
    if len(digits) == 11 and _HIDDEN_PHONE.fullmatch(digits):
        return "phone"
    if len(digits) in (15, 18) and _HIDDEN_ID.fullmatch(digits) and not _CARD.search(before):
        return "id"
    if _HIDDEN_CARD.fullmatch(digits):
        return "card"
    return "id" if _HIDDEN_ID.fullmatch(digits) and _ID.search(before) else None


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (sum(doubled) + sum(int(d) for d in digits[-1::-2])) % 10 == 0


def _id_checks(number: str) -> bool:
    """The check character of GB 11643: the weights are powers of two modulo 11."""
    weighted = sum(int(d) * pow(2, 17 - i, 11) for i, d in enumerate(number[:17]))
    return number[17] == "10x98765432"[weighted % 11]


def _is_day(digits: str) -> bool:
    try:
        return len(digits) == 8 and 1900 < date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year < 2100
    except ValueError:
        return False


def _in_han_digits(text: str) -> Iterator[Mask]:
    for match in _HAN_NUMBER.finditer(text):
        kind = _kind([match.group().translate(_FROM_HAN)], text[max(0, match.start() - _CONTEXT) : match.start()])
        if kind:
            yield Mask(*match.span(), kind)


def _with_letters(text: str) -> Iterator[Mask]:
    """Identity cards of Taiwan and Hong Kong, passports where they are called so."""
    for match in _TAIWAN_ID.finditer(text):
        if _taiwan_checks(match.group()) or _ID.search(text[max(0, match.start() - _CONTEXT) : match.start()]):
            yield Mask(*match.span(), "id")
    for match in _HONG_KONG_ID.finditer(text):
        if _hong_kong_checks(match.group()) or _ID.search(text[max(0, match.start() - _CONTEXT) : match.start()]):
            yield Mask(*match.span(), "id")
    for match in _TRAVEL_DOCUMENT.finditer(text):
        if _ID.search(text[max(0, match.start() - _CONTEXT) : match.start()]):
            yield Mask(*match.span(), "id")


def _taiwan_checks(number: str) -> bool:
    letter = _LETTERS[number[0]]
    digits = [letter // 10, letter % 10, *map(int, number[1:])]
    return sum(d * w for d, w in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0


def _hong_kong_checks(number: str) -> bool:
    plain = re.sub("[^a-z0-9]", "", number)
    *values, check = [int(char, 36) for char in plain]
    values = [36, *values] if len(plain) == 8 else values
    return (sum(v * w for v, w in zip(values, range(9, 1, -1), strict=True)) + check) % 11 == 0
