"""Amounts and dates that a narrative states: what was lost or handled, not what was recovered, frozen, seized or promised."""

from __future__ import annotations

import re

from classifier.normalise import fold

_UNITS = {"": 1.0, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "百": 1e2, "十万": 1e5}
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "0": 0}
_CURRENCIES = (
    ("USD", "美元|美金|usd(?!t)"), ("HKD", "港币|港元"), ("TWD", "新台币|台币"), ("USDT", "usdt|泰达币"), ("EUR", "欧元"),
    ("GBP", "英镑"), ("JPY", "日元"),
)  # fmt: skip
_AMOUNT = re.compile(
    r"(?P<prefix>新台币|台币|人民币|港币|美元|[¥$])?\s?(?P<number>\d[\d,]*(?:\.\d+)?|[一二三四五六七八九两][一二三四五六七八九十百千万两零]*)\s?(?:多|余|来|几)?\s?"
    r"(?P<unit>百万|千万|十万|[千百万亿])?\s?(?:多|余|来|几)?\s?(?P<currency>元|块钱?|圆|美元|美金|港币|港元|新台币|台币|欧元|英镑|日元|usdt)?"
)
# What stands before an amount decides what it is; the nearest words count.
_TOTAL = re.compile(
    r"(?:共计?|合计|总计|总共|累计|先后|一共)[^,。;]{0,12}$|(?:损失|被骗走?|骗走|骗取|诈骗|骗得|骗了|被盗刷?|转走|刷走|诈取|损失慘重)[^,。;]{0,14}$|损失[^,。;]{0,10}$"
)
_HANDLED = re.compile(r"(?:涉案(?:资金|金额|流水)?|流水|流入|诈骗资金|转移|洗钱|被诈骗金额)[^,。;]{0,16}$")
_PAID = re.compile(
    r"(?:转账?|转了|转给|汇款?|汇了|支付|付款?|付了|交了?|缴纳?|充值|投入|投资|贷款|垫付|购买|刷了|打款|存入|投了|扫码|保证金|费用?|花了?)[^,。;]{0,16}$"
)
_NOT_LOST = re.compile(
    r"(?:追回|挽回|止付|冻结|扣押|查扣|收缴|缴获|返还|退还|退回|退赃|返款|拦截|避免|查获|追缴|赔偿?|补偿|理赔|补贴|奖励?|提现|到账|返利|佣金|收益|盈利|获利|赚|薪|工资|罚金|每年|每月|价值|违法所得|报酬|可得|扣|优惠|原价|单价|名下存款)[^,。;]{0,10}$"
)
_DATE = re.compile(r"(?:(?P<year>\d{4}|今|去|前)年)?\s?(?P<month>\d{1,2})\s?月(?:份)?(?:\s?(?P<day>\d{1,2})\s?[日号])?|(?P<only>\d{4})年")


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
        The amount and its ISO 4217 code: a stated total, else the largest loss, else the largest payment; None if none is stated.
    """
    folded = fold(text)
    found: dict[str, list[tuple[float, str]]] = {"total": [], "handled": [], "paid": []}
    for match in _AMOUNT.finditer(folded):
        value = _value(match)
        if value is None:
            continue
        before = folded[max(0, match.start() - 20) : match.start()]
        kind = next((k for k, p in (("not", _NOT_LOST), ("total", _TOTAL), ("handled", _HANDLED), ("paid", _PAID)) if p.search(before)), None)
        if kind in found:
            found[kind].append((value, _currency(match, currency)))
    for kind in ("total", "handled", "paid") if not handled else ("handled", "total", "paid"):
        if found[kind]:
            return max(found[kind])
    return None


def _value(match: re.Match[str]) -> float | None:
    number, unit = match["number"].replace(",", ""), match["unit"] or ""
    named = bool(match["currency"] or match["prefix"])
    if not named and not unit.endswith(("万", "亿")):
        return None
    if number[0].isdigit():
        return float(number) * _UNITS[unit]
    value = _chinese(number)
    return None if value is None or not named else value * _UNITS[unit]


def _chinese(number: str) -> float | None:
    """Value of a number in Chinese digits, 一万二 and 三千五 among them."""
    total, section, digit, last = 0.0, 0.0, 0, 1.0
    for char in number:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "万":
            total, section, digit, last = (total + section + digit) * 1e4, 0.0, 0, 1e4
        else:
            power = {"十": 10.0, "百": 100.0, "千": 1000.0}[char]
            section, digit, last = section + (digit or 1) * power, 0, power
    return total + section + digit * (last / 10 if last > 10 and digit else 1) or None


def _currency(match: re.Match[str], default: str) -> str:
    named = f"{match['prefix'] or ''}{match['currency'] or ''}"
    return next((code for code, pattern in _CURRENCIES if re.search(pattern, named)), "CNY" if "人民币" in named else default)


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
            return match["only"]
        month, day = int(match["month"]), match["day"]
        if 1 <= month <= 12:
            year = match["year"] if match["year"] and match["year"].isdigit() else "-"
            return f"{year}-{month:02d}" + (f"-{int(day):02d}" if day else "")
    return None
