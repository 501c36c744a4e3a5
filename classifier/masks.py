"""What may not vote: amounts, dates, numbers, accounts, names, ledgers and officers' tags, found in folded text.

The same spans serve normalising, which blots them out, and redaction, which replaces them by their kind.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import NamedTuple

from classifier.resources import read_data


class Mask(NamedTuple):
    """A span that may not vote, and what it is.

    Parameters
    ----------
    start, end : int
        The span in the folded text.
    kind : str
        One of ``KINDS``.
    """

    start: int
    end: int
    kind: str


KINDS = ("tag", "details", "url", "account", "amount", "date", "number", "bank", "report", "person", "holder")

#: Stands for every masked character. No text has it and no term contains it.
MARK = "\ue000"

_COUNT = "(?:多|余|来|几)?"
_CURRENCY = "元整?|块钱?|圆|美元|美金|港币|台币|人民币|usdt"
_HAN_DIGITS = "一二三四五六七八九十两几百千万"

# Each begins behind a first digit; a pattern that begins with one set of characters is soon looked for.
_MONEY = rf"[0-9,.]*{_COUNT}[百千万亿]*{_COUNT}(?:{_CURRENCY}|万|千|百)(?:人民币|整|左右)?"
_DATE = r"[0-9]{0,3}(?:年度?|月份?|[日号](?!码)|时|点|分(?!钟)|秒)(?:[0-9]{1,2}(?:月份?|[日号](?!码)|时|点|分|秒))*(?:许|左右|前后)?"
# Three hundred and eighty thousand with or without a currency; but 百万保障, 千万别 and 万一 name no amount.
_HAN_MONEY = (
    rf"[{_HAN_DIGITS}]{{0,7}}{_COUNT}(?:万|千|百)?(?:元|块钱|块(?![儿头]))"
    r"|(?<=[一二三四五六七八九两几十])[一二三四五六七八九两几零十]{0,4}(?:[百千]?万|[百千])[一二三四五六七八九两几零十百千]{0,6}[多余]?[万亿]?"
)
_HOSTS = "com|cn|net|org|top|xyz|vip|cc|app|tw|hk|info|shop|club|site|online|icu|fun|me|io|co"

_HAN = r"[\u3400-\u9fff]"
# The particulars of a person, in parentheses: (女,41岁,身份证号:…).
_DETAILS = (
    r"\((?:(?:姓名|性别|男性?|女性?|汉族|[0-9]{1,3}岁|身份证|证件|公民身份|居民身份|联系电话|电话|手机号?码?|户籍|户口|现住|住址|家住|年龄|出生|民族"
    r"|学历|文化)(?=[,:;、/.0-9)*号地])|,)[^()]{0,250}\)"
)
# Who took the report and where: 某派出所接到报警, 到派出所报案称, 接指挥中心指令. What an impostor calls himself (自称, 冒充) is not that.
_CLAUSE = rf"(?:(?![称冒充说是的骗让]){_HAN}){{0,%d}}?"
_OFFICES = (
    "公安局|分局|派出所|公安处|公安机关|刑侦大队|刑警大队|刑警队|反诈大队|大队|中队|警务站|警务室|指挥中心|反诈中心|警方|民警"
    "|我所|我局|本所|本局|我队|市局|县局|区局"
)
_OFFICE = f"(?=[{''.join(sorted({word[0] for word in _OFFICES.split('|')}))}])(?:{_OFFICES})"
_REPORTER = "辖区|群众|居民|村民|市民|被害人|受害人|事主|报警人|报案人|当事人|家属"
#: Whom or what an office takes a report from, besides what 接报 and 接警 say.
_TAKEN = rf"获|{_REPORTER}|[本市县分区]局|上级|指挥中心|反诈|预警|断卡|亲临|网上|[一两二三四五多数]名|学生|某|银行"
_REPORTED = "报警|报案|报称|求助|反映"
_REPORT = (
    rf"(?<!{_HAN}){_CLAUSE % 24}{_OFFICE}{_CLAUSE % 8}"
    rf"接(?:(?:到|报|警|辖区)+(?:{_CLAUSE % 12}(?:{_REPORTED}|指令|警情|报)称?)?|(?:{_TAKEN}){_CLAUSE % 12}(?:{_REPORTED}|指令|警情)称?)"
    rf"|[到来往至向]{_CLAUSE % 20}{_OFFICE}{_HAN}{{0,2}}(?:报告|{_REPORTED})称?"
    rf"|(?<!{_HAN})接到?(?![^,。]{{0,20}}(?:电话|短信|来电|转接)){_CLAUSE % 20}{_OFFICE}{_CLAUSE % 4}(?:移交|推送|转来|转递)的?(?:案件|线索|警情)"
    r"|接到?(?:(?:本|市|分|县|我)?局|上级)?指挥中心(?:指令|派警)?称?"
    rf"|(?<!{_HAN})接到?(?:{_REPORTER}){_CLAUSE % 6}(?:报警|报案|报称|求助)称?"
    rf"|(?<!{_HAN}){_CLAUSE % 16}{_OFFICE}辖区(?:{_REPORTER}){_CLAUSE % 6}(?:{_REPORTED})称?"
    rf"|(?:(?<=[。\n])|(?<={MARK})|(?<={MARK},)){_CLAUSE % 16}(?:派出所|警务站|中队)(?=:)"
)
# The same from the police's own number, which goes before numbers are masked: 我所接110指令称.
_DISPATCHED = (
    rf"(?:(?<!{_HAN}){_CLAUSE % 24}{_OFFICE}{_CLAUSE % 8}接到?|(?:(?<!{_HAN})|(?<=[日时分许晚午]))接到?|(?<![0-9\u3400-\u9fff]))"
    r"(?:(?:本|市|分|县|我)?局|上级)?110(?:指挥中心(?:指令|派警)?|(?:下发|下达)?的?(?:指令|派警))称?"
)

_COMPANIES = ("公司", "商行", "经营部", "工作室", "合作社", "个体工商户")

# What a text with one of these has in it: an office or who reports, and what was done soon after; sooner looked for than the whole.
_REPORT_SIGN = re.compile(
    rf"{_OFFICE}(?:{_HAN}{{0,8}}?接|{_HAN}{{0,2}}(?:报|求助|反映)|辖区|:|{_HAN}{{0,4}}(?:移交|推送|转来|转递))"
    rf"|接到?(?:.{{0,6}}指挥中心|{_REPORTER})"
)


@cache
def _word_lists() -> dict[str, list[str]]:
    return {name: value.split() for name, value in tomllib.loads(read_data("masks.toml")).items()}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The patterns, to be tried one after the other, each on what the ones before it left; the group that matched names the kind.

    Each goes with letters of which a text must have one for it to be tried at all; without letters nearly all texts have one. These
    letters, and the look-aheads at the beginnings, are there for speed.
    """
    words = _word_lists()
    surnames = "".join(words["surnames"])
    ahead, behind = ("".join(sorted(set(half))) for half in zip(*words["double_surnames"], strict=True))
    familiar = "".join(name for name in surnames if name not in words["no_familiar_names"][0])
    title = "(?:某{1,2}|先生|女士|小姐|大爷|大妈|阿姨|奶奶|爷爷|老太|大姐|大哥)"
    banks, labels, owners = ("|".join(words[name]) for name in ("banks", "labels", "owners"))
    banking, labelling = ("".join(sorted({word[0] for word in group})) for group in (words["banks"], words["labels"] + words["owners"]))
    owner = f"(?:(?:{owners})的?){{0,3}}"
    patterns = (
        ("([【", r"(?P<tag>[(\[【][^()\[\]【】,。]{2,24}(?:类|诈骗|案件?|盗刷|帮信|敲诈)[)\]】])"),
        ("1", f"(?P<report>{_DISPATCHED})"),
        ("(", f"(?P<details>{_DETAILS})"),
        (
            "./@",
            r"(?P<url>(?:https?://|www\.)[^\s\u4e00-\u9fff,;。、)】>]+|(?<![a-z0-9.@+_-])[a-z0-9][a-z0-9_.+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
            rf"|(?<![a-z0-9.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:{_HOSTS})(?![a-z])(?:/[^\s\u4e00-\u9fff,;。、)】]*)?)",
        ),
        (
            ":",
            rf"(?P<account>(?=[{labelling}]){owner}(?:{labels})(?:为|是)?:[^,;。、()\n:【】\[\]《》]{{0,30}}(?:(?<=[导恋物款])、[^,;。、()\n]{{0,12}}类)?)",
        ),
        ("", rf"[0-9](?:(?P<amount>{_MONEY})|(?P<date>{_DATE})|(?P<number>[0-9*.,:/\-x%~]*(?:周?岁)?))"),
        ("", rf"[{_HAN_DIGITS}](?P<amount>{_HAN_MONEY})"),
        (
            "行",
            rf"(?P<bank>(?=[{banking}])(?:中国)?(?:{banks})(?:商业)?银行(?:股份有限公司)?(?:手机银行|网上银行|储蓄卡|信用卡|银行卡|卡|账户|账号)?"
            r"|[工农建中交招]行卡)",
        ),
        ("信商", "(?P<bank>农村信用社(?:联合社)?|信用联社|农商银?行|农信社)"),
        ("局所处关队站心方警接", f"(?P<report>{_REPORT})"),
        # A company that stands in a ledger as the holder of an account: 2、某某化工有限公司，某银行：.
        (
            "司行部室社户",
            rf"(?P<holder>(?<=[、;:(]){_HAN}{{2,24}}(?:{'|'.join(_COMPANIES)})(?=[(,;:、]{{0,2}}(?:{banks})?{MARK}))",
        ),
        ("小老阿", rf"(?P<person>[小老阿][{familiar}](?=[在接收被是看和说的,。、;:把给向到一发点加以想报信打听拿找付转买卖做玩通认]|$))"),
        ("", f"(?P<person>[{ahead}{surnames}](?:(?<=[{ahead}])[{behind}]{title}|(?<=[{surnames}]){title}))"),
    )
    return tuple((letters, re.compile(pattern)) for letters, pattern in patterns)


def _may_match(folded: str, letters: str, pattern: re.Pattern[str]) -> bool:
    """Whether it is worth while to try a pattern."""
    if letters and not any(letter in folded for letter in letters):
        return False
    if "account" in pattern.groupindex:
        return _account_sign().search(folded) is not None
    if letters == "1":
        return "110" in folded
    if "holder" in pattern.groupindex:
        return any(company in folded for company in _COMPANIES)
    return "report" not in pattern.groupindex or _REPORT_SIGN.search(folded) is not None


@cache
def _account_sign() -> re.Pattern[str]:
    """What a text with an account's label has in it."""
    return re.compile(f"(?:{'|'.join(_word_lists()['labels'])})(?:为|是)?:")


def blot(folded: str) -> str:
    """Overwrite what may not vote.

    Parameters
    ----------
    folded : str
        A text after ``classifier.normalise.fold``.

    Returns
    -------
    str
        Of the same length, every masked character replaced by ``MARK``.
    """
    for letters, pattern in _patterns():
        if _may_match(folded, letters, pattern):
            folded = pattern.sub(_marked, folded)
    return folded


def find(folded: str) -> list[Mask]:
    """The spans of a folded text that may not vote, with their kinds.

    Parameters
    ----------
    folded : str
        A text after ``classifier.normalise.fold``.

    Returns
    -------
    list of Mask
        In the order of the text, none overlapping another; together they are what ``blot`` overwrites.
    """
    found = []
    for letters, pattern in _patterns():
        if _may_match(folded, letters, pattern):
            found += [Mask(*m.span(), m.lastgroup or "") for m in pattern.finditer(folded)]
            folded = pattern.sub(_marked, folded)
    return sorted(found)


def _marked(match: re.Match[str]) -> str:
    return MARK * (match.end() - match.start())
