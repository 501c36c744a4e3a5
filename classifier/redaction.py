"""Personal data in a narrative, replaced by what it was: ［电话］, ［身份证号］, ［银行卡号］, ［账号］, ［账户名］, ［姓名］, ［网址］, ［邮箱］.

Everything else, amounts and dates among it, stays character for character. What counts as what is found on folded text, so traditional
characters, full-width digits and characters that nobody sees make no difference.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable
from functools import cache

from classifier import identifiers, masks, persons
from classifier.masks import Mask
from classifier.normalise import Edit, Normalised, fold
from classifier.resources import read_data

#: What takes the place of each kind of personal data.
PLACEHOLDERS = {
    "phone": "［电话］",
    "id": "［身份证号］",
    "card": "［银行卡号］",
    "account": "［账号］",
    "holder": "［账户名］",
    "name": "［姓名］",
    "url": "［网址］",
    "email": "［邮箱］",
}

# While the text is read each placeholder is one character that is in no pattern.
_MARKS = {kind: chr(0xE100 + i) for i, kind in enumerate(PLACEHOLDERS)}
_KIND_OF = {mark: kind for kind, mark in _MARKS.items()}
_MARK = re.compile("[\ue100-\ue1ff]")
# Characters that nobody sees and that may stand within a number or a name.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u0300-\u036f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ue000-\uf8ff\ufe00-\ufe0f\ufeff]+"
)
_PLACED = re.compile("|".join(map(re.escape, PLACEHOLDERS.values())))


def redact(text: str) -> tuple[str, Counter[str]]:
    """Replace personal data.

    Parameters
    ----------
    text : str
        Any string.

    Returns
    -------
    text : str
        With a placeholder for each piece of personal data; redacting it again changes nothing.
    counts : Counter of str
        How many pieces of which kind, a key of ``PLACEHOLDERS``, were replaced.

    Examples
    --------
    >>> redact("张三丰（男，35岁）向户名：李四、卡号6222021234567890128转账3000元")[0]
    '［姓名］（男，35岁）向户名：［账户名］、卡号［银行卡号］转账3000元'
    """
    placed = {m.start(): (*m.span(), _MARKS[_kind_of(m.group())]) for m in _PLACED.finditer(text)}
    unseen = {m.start(): (*m.span(), "") for m in _UNSEEN.finditer(text)}
    steps = [sorted((placed | unseen).values())]
    now = _applied(fold(text), steps[0])
    # What stands beside a placeholder may only be known by it, so until nothing is found: then a second time finds nothing either.
    changed = True
    while changed:
        changed = False
        for find in _FINDERS:
            edits = [(start, end, _MARKS[kind]) for start, end, kind in _clear(find(now), now)]
            if edits:
                steps.append(edits)
                now = _applied(now, edits)
                changed = True
    return _written(text, Normalised(text, now, steps))


def _kind_of(placeholder: str) -> str:
    return next(kind for kind, written in PLACEHOLDERS.items() if written == placeholder)


def _applied(text: str, edits: list[Edit]) -> str:
    pieces, done = list[str](), 0
    for start, end, replacement in edits:
        pieces += (text[done:start], replacement)
        done = end
    return "".join([*pieces, text[done:]])


def _clear(found: list[Mask], text: str) -> list[Mask]:
    """In the order of the text, none overlapping another, without what is replaced already."""
    clear, done = list[Mask](), 0
    for mask in sorted(found, key=lambda mask: (mask.start, -mask.end)):
        placed = _MARK.search(text, mask.start, mask.end)
        end = placed.start() if placed else mask.end
        if end > mask.start >= done:
            clear.append(mask._replace(end=end))
            done = end
    return clear


def _written(text: str, marked: Normalised) -> tuple[str, Counter[str]]:
    """The given text with placeholders where the marks are."""
    pieces, done, counts = list[str](), 0, Counter[str]()
    for mark in _MARK.finditer(marked.text):
        start, end = marked.original_span(*mark.span())
        kind = _KIND_OF[mark.group()]
        pieces += (text[done:start], PLACEHOLDERS[kind])
        done = end
        counts[kind] += text[start:end] != PLACEHOLDERS[kind]
    return "".join([*pieces, text[done:]]), +counts


@cache
def _labels() -> dict[str, re.Pattern[str]]:
    words = {key: value.split() for key, value in tomllib.loads(read_data("redaction.toml")).items()}
    masked = tomllib.loads(read_data("masks.toml"))["labels"].split()
    accounts, marks, holders, firms = ("|".join(words[key]) for key in ("accounts", "account_marks", "holders", "firms"))
    ends = r"\n,;。、():《》【】\[\]\"“”'<>"
    return {
        # The value of an account: where a colon or 号 says that one follows, or a number and letters at once behind the program's name.
        "account": re.compile(
            rf"(?:(?:{accounts})?(?:{marks})|(?:{accounts})(?:号码?|id)|(?<![a-z])id(?=[:为是])|(?P<bare>{accounts}))"
            r"(?P<told>(?:为|是)?[:=]?|为|是)[ \"(“]{0,2}(?P<value>[a-z0-9_@][a-z0-9_@.+\-]{3,39})"
        ),
        "holder": re.compile(
            rf"(?:{holders})(?:(?:为|是|叫|叫做)?[:]?[ ]?[\"“'《(【\[](?P<quoted>[^{ends}]{{1,30}})[\"”'》)】\]]"
            rf"|(?P<told>(?:为|是|叫做?)?:|为|是|叫做?) ?(?P<value>[^{ends}]{{1,30}})"
            rf"|(?P<firm>(?:(?!的|农商)[\u3400-\u9fff]){{2,24}}?(?:公司|经营部|商行|工作室)))"
        ),
        "firm": re.compile(
            rf"(?:收款|付款|转账)(?:人|方|单位)?(?:为|是)?: ?(?P<value>[\u3400-\u9fff()]{{2,28}}?(?:{firms}))"
            r"(?<!银行)(?<!农商行)(?<!信用社)(?![\u3400-\u9fff])"
        ),
        "link": re.compile(rf"(?:网址|链接|下载地址|域名)(?:为|是)?: ?(?P<value>[a-z0-9][^{ends} \u3400-\u9fff]{{3,}}|[a-z0-9]+(?:点[a-z0-9]+)+)"),
        "next": re.compile(rf" ?(?:{'|'.join([*masked, *words['holders'], *words['account_marks']])})(?:为|是)?$"),
        "nobody": re.compile("|".join(words["nobody"])),
    }


_MAIL = re.compile("[^@/]+@[^@/]+")
# Hosts that masks need not know; numbers as addresses; 点 in place of the dot.
_HOSTS = (
    "link|live|pro|ltd|cfd|ink|buzz|world|store|today|asia|biz|us|uk|jp|kr|mo|sg|my|ph|vn|ru|ai|gg|tv|im|ly|ren|wang|tech|cloud|win|bet|sbs|cyou|one"
    "|group|xin|mobi"
)
_ADDRESSES = re.compile(
    rf"(?<![a-z0-9.@-])(?=[0-9.-]*[a-z])(?:[a-z0-9-]{{1,63}}\.){{1,6}}(?:{_HOSTS})(?![a-z0-9])(?:/[a-z0-9_./?&=%#-]*)?"
    r"|(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:[:/][a-z0-9_./?&=%#:-]*)?(?![0-9])"
    r"|(?<![a-z0-9])[a-z0-9-]{1,63}(?: ?点 ?[a-z0-9-]{1,63}){0,4} ?点 ?(?:com|cn|net|top|xyz|vip|cc)(?![a-z])"
)


def _urls(text: str) -> list[Mask]:
    """Addresses of the net and of mail; what masks know, and hosts that only redaction need know."""
    if not any(letter in text for letter in "./@点"):
        return []
    known = [mask for mask in masks.find(text) if mask.kind == "url"]
    if not known:
        return [Mask(*m.span(), "url") for m in _ADDRESSES.finditer(text)]
    return [mask._replace(kind="email") if _MAIL.fullmatch(text, mask.start, mask.end) else mask for mask in known]


def _links(text: str) -> list[Mask]:
    return [Mask(*m.span("value"), "url") for m in _labels()["link"].finditer(text)]


def _accounts(text: str) -> list[Mask]:
    found = []
    for match in _labels()["account"].finditer(text):
        start, end = match.span("value")
        value = match["value"].rstrip(".-+")
        end = start + len(value)
        if _is_account(value, bare=match["bare"], told=bool(match["told"])) and not identifiers.is_amount(text, end):
            found.append(Mask(start, end, "card" if value.replace("-", "").isdigit() and len(value) >= 12 else "account"))
    return found


def _is_account(value: str, *, bare: str | None, told: bool) -> bool:
    if value.replace("-", "").isdigit():
        # 支付宝:20000 is an amount; QQ123456 has no mark at all.
        return len(value) >= 5 and (bare is None or bare.startswith(("qq", "扣扣", "企鹅")))
    if not re.search("[a-z]", value) or len(value) < 5:
        return False
    return bare is None or told or (len(value) >= 6 and re.search("[0-9_]", value) is not None)


def _holders(text: str) -> list[Mask]:
    """Whose account it is, and what they call themselves."""
    found, labels = [], _labels()
    for match in labels["holder"].finditer(text):
        group = next(name for name in ("quoted", "value", "firm") if match[name] is not None)
        start, end = match.span(group)
        value = match[group]
        if group == "value":
            # The next label may follow without a mark; 昵称为柚子的人 names 柚子.
            follows = labels["next"].search(value) if text[end : end + 1] == ":" else None
            value = value[: follows.start()] if follows else value
            value = re.split(" (?=[0-9])", value)[0]
            if not match["told"].endswith(":") and "的" in value[1:]:
                value = value[: value.index("的", 1)]
        value = value.rstrip()
        if value and not labels["nobody"].match(value):
            found.append(Mask(start, start + len(value), "holder"))
    found += persons.again(text, {text[mask.start : mask.end] for mask in found})
    return found + [Mask(*m.span("value"), "holder") for m in labels["firm"].finditer(text)]


_FINDERS: tuple[Callable[[str], list[Mask]], ...] = (_urls, _links, identifiers.find, _holders, _accounts, persons.find)
