"""Amounts and dates that a narrative states: what was lost or handled, not what was recovered, frozen, seized or promised."""

from __future__ import annotations

import re
from calendar import monthrange

from classifier.normalise import fold

_DIGITS = {char: i for i, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_POWERS = {"十": 10.0, "百": 100.0, "千": 1000.0}
_CURRENCIES = (
    ("USDT", "usdt|泰达币"), ("USD", r"美元|美金|us\$|usd"), ("HKD", r"港币|港元|hk\$"), ("TWD", r"新?台币|nt\$"), ("EUR", "欧元"), ("GBP", "英镑"),
    ("JPY", "日元"), ("CNY", "人民币|[¥￥]"),
)  # fmt: skip
_NAMED = "|".join(pattern for _, pattern in _CURRENCIES)
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"(?P<prefix>{_NAMED}|\$)?\s?(?P<number>(?:{_NUMBER}|[零一二三四五六七八九两十百千万亿]|(?<=[零一二三四五六七八九两])点(?=[零一二三四五六七八九]))"
    rf"(?:\s?(?:{_NUMBER}(?=\s?[千百万亿余多元])|[零一二三四五六七八九两十百千万亿余多来几]|(?<=[零一二三四五六七八九两])点(?=[零一二三四五六七八九])))*)"
    rf"\s?(?P<currency>{_NAMED}|元|块|圆)?(?P<after>{_NAMED})?"
)
# Counted things: "3万余条" is no money although nobody says of what.
_COUNTED = re.compile(
    r"\s?(?:余|多)?(?:人|名|次|条|张|户|组|部|台|起|件|篇|份|场|个|家|字|粉|套|枚|位|笔|篇|公里|斤|吨|克|年|月|日|天|小时|分|秒|岁|倍|%|号)"
)
# What is said before an amount tells what it is; of several the nearest counts, of those at one place the first.
_KINDS = (
    (
        "not",
        r"(?:挽回|避免|减少)[^,。;]{0,6}损失|(?:缴获|追缴|收缴|追回|返还|冻结|起获)的?赃款|追回|挽回|止付|冻结|扣押|查扣|收缴|缴获|返还|退还|退回|退赃|返款|拦截|避免|查获|追缴|赔偿?|补偿|理赔|补贴|奖励?|提现|到账|返利|佣金|收益|盈利|获利|赚|薪|工资"
        r"|罚金|每年|每月|价值|违法所得|报酬|可得|优惠|原价|单价|承诺|扣费|会被扣|要扣",
    ),
    ("lost", r"损失|骗走|骗取|骗得|骗去|骗了|被骗|诈骗|诈取|盗刷|转走|刷走|划走|卷走|受骗"),
    ("handled", r"涉案(?:资金|金额|流水|总额)?|流水|流入|转移|洗钱|赃款"),
    (
        "paid",
        r"转账?|转了|转给|转入|转出|汇款?|汇了|支付|付款?|付了|交了?|缴纳?|充值|投入|投资|贷款|垫付|购买|刷了|打款|存入|投了|扫码|花了?|给了?|保证金|费用?|押金|货款",
    ),
)
_KIND = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS))
_SUMMED = re.compile(r"共计?|合计|总计|总共|累计|总额|一共|先后")
_REACH = 24
_YEAR = r"(?:(?P<year>\d{4}|[二一][零0一二三四五六七八九]{3})\s?年\s?|(?P<told>今年|去年|前年)\s?)?"
_DATE = re.compile(
    rf"{_YEAR}(?P<month>\d{{1,2}}|十?[一二三四五六七八九]|十)\s?月(?:份)?(?:\s?(?P<day>\d{{1,2}}|[一二三]?十?[一二三四五六七八九]|[二三]?十)\s?[日号])?"
    r"|(?<!\d)(?P<y>\d{4})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})(?!\d)|(?P<only>\d{4}|[二一][零〇0一二三四五六七八九]{3})\s?年"
)


def amount_of(text: str, *, handled: bool = False, currency: str = "CNY") -> tuple[float, str] | None:
    """What a narrative says was lost, or was handled by those who aid fraud.

    Parameters
    ----------
    text : str
        A narrative.
    handled : bool
        Whether money that went through accounts counts, as it does where no victim tells.
    currency : str
        What a bare 元 or 萬 means on this page.

    Returns
    -------
    tuple of (float, str) or None
        The amount and its ISO 4217 code (or USDT): a stated total, else the largest loss, else the largest payment; None if none is stated.
    """
    folded = fold(text)
    found: dict[str, list[tuple[float, str]]] = {}
    for match in _AMOUNT.finditer(folded):
        value = _value(match, folded)
        kind = _kind(folded, match.start()) if value else None
        if value and kind and kind != "not":
            found.setdefault(kind, []).append((value, _currency(match, currency)))
    order = ("handled", "total", "lost", "paid") if handled else ("total", "lost", "handled", "paid")
    return next((max(found[kind]) for kind in order if kind in found), None)


def _kind(folded: str, start: int) -> str | None:
    """What the words before an amount say it is."""
    before = re.split("[。;!?\n]", folded[max(0, start - _REACH) : start])[-1]
    clause = before.rfind(",") + 1
    if _SUMMED.search(before, clause) and not any(m.lastgroup in ("not", "handled") for m in _KIND.finditer(before, clause)):
        return "total"
    said = [(match.end(), str(match.lastgroup)) for match in _KIND.finditer(before)]
    if not said:
        return None
    kind = said[-1][1]
    if kind == "handled" and any(earlier == "not" for _, earlier in said):
        return "not"  # 冻结…涉案资金: frozen, whatever it was before
    return kind


def _value(match: re.Match[str], folded: str) -> float | None:
    number = match["number"]
    named = bool(match["currency"] or match["prefix"])
    if not named and (not re.search("[万亿]", number) or _COUNTED.match(folded, match.end())):
        return None
    value = number_of(number)
    return value if value and value < 1e14 else None


def number_of(number: str) -> float | None:
    """Value of a number in digits, Chinese digits, or both.

    Parameters
    ----------
    number : str
        Such as ``3万5千``, ``1,997``, ``十余万``, ``一万二`` (12,000), ``一万零五`` (10,005) or ``两点五万``.

    Returns
    -------
    float or None
        None if there is no number in it.
    """
    total, section, digit = 0.0, 0.0, None
    last, after_zero, chinese, decimals = 1.0, False, False, 0.0
    seen = False
    for token in re.findall(rf"{_NUMBER}|.", number):
        if token[0].isdigit():
            digit, chinese, seen = float(token.replace(",", "")), False, True
        elif token in _DIGITS:
            seen = True
            if decimals:
                digit, decimals = (digit or 0.0) + _DIGITS[token] * decimals, decimals / 10
            else:
                after_zero = after_zero or token == "零"
                digit, chinese = float(_DIGITS[token]), True
        elif token == "点":
            decimals = 0.1
        elif token in _POWERS:
            seen = True
            section += (1.0 if digit is None else digit) * _POWERS[token]
            digit, last, after_zero, decimals = None, _POWERS[token], False, 0.0
        elif token in "万亿":
            seen = True
            power = 1e4 if token == "万" else 1e8
            part = section + (digit or 0.0)
            total = (total + part) * power if token == "亿" else total + (part or 1.0) * power
            section, digit, last, after_zero, decimals = 0.0, None, power, False, 0.0
    rest = 0.0 if digit is None else digit * (last / 10 if chinese and last >= 100 and not after_zero and not decimals else 1)
    return total + section + rest if seen else None


def _currency(match: re.Match[str], default: str) -> str:
    named = "".join(match[group] or "" for group in ("prefix", "currency", "after"))
    return next((code for code, pattern in _CURRENCIES if re.search(pattern, named)), default)


def date_of(text: str) -> str | None:
    """The first date that a narrative states.

    Parameters
    ----------
    text : str
        A narrative.

    Returns
    -------
    str or None
        ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, or ``--MM`` and ``--MM-DD`` where the year is not stated.
    """
    for match in _DATE.finditer(fold(text)):
        if match["only"]:
            return _year(match["only"])
        month, day = int(number_of(match["month"] or match["m"]) or 0), int(number_of(match["day"] or match["d"] or "零") or 0)
        year = match["year"] or match["y"]
        if 1 <= month <= 12 and day <= monthrange(2024, month)[1]:
            return f"{_year(year) if year else '-'}-{month:02d}" + (f"-{day:02d}" if day else "")
    return None


def _year(year: str) -> str:
    return "".join(char if char.isdigit() else str(_DIGITS[char]) for char in year.replace("〇", "0"))
