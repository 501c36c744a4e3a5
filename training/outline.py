"""The outline of a page: which lines are headings and markers, what each line is about, and which type the section names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from classifier.taxonomy import Taxonomy
from training.labels import Label, heading_label
from training.pages import Line

Role = Literal["case", "open", "method", "advice"]


@dataclass(frozen=True)
class Block:
    """A paragraph with its place in the outline.

    Parameters
    ----------
    lines : tuple of Line
        One, or several short ones without full stops that make a paragraph together.
    role : {"case", "open", "method", "advice"}
        What the markers before it say it is; open where none did.
    heading : Label or None
        The type that its section names.
    section : int
        Changes where a new section begins.
    """

    lines: tuple[Line, ...]
    role: Role
    heading: Label | None
    section: int

    @property
    def folded(self) -> str:
        """The text of all lines, folded."""
        return "\n".join(line.folded for line in self.lines)


_ORDINAL = r"(?:第?[一二三四五六七八九十百\d]{1,3}[、.,)]?|[壹贰叁肆伍陆柒捌玖拾]|\([一二三四五六七八九十\d]{1,3}\)|[①-⑳]|no\.?\s?\d{1,2})"
_NUMBER = r"[一二三四五六七八九十百\d]{1,3}"
# What opens a case: 案例一, 【案例1】, 典型案例三:, 案情简介, 第一骗, 骗局2, 破获「5·03」…案.
_CASE = re.compile(
    rf"^[【\[(《]?\s*(?:(?:(?:典型|真实|真人|身边|警情|最新)?案[例件情][之\s]?{_NUMBER}|(?:事例|实例|骗局|骗术|套路|陷阱|警情)[之\s]?{_NUMBER}|第{_NUMBER}(?:骗|案|起|例|类|招))\s*[】\])》]?\s*[:、.\s]?"
    r"|(?:(?:典型|真实|真人|身边|警情|最新|相关)?案[例件情](?:回顾|简介|介绍|回放|详情|重现|分析|再现|直击)?|基本案情|简要案情|案件事实)\s*(?:[】\])》:]+|\s|$)\s*)"
)
_METHOD = re.compile(
    r"^[【\[(]?\s*(?:常见(?:的)?)?(?:作案|诈骗|行骗|犯罪)?(?:手法|手段|套路|骗术|伎俩|步骤|流程|话术|剧本)(?:解[剖析密读]|描述|揭[秘露]|分析|特点|详解|拆解|一|二|三|四)?\s*[】\])]?\s*(?:[:：.。]|$)"
    r"|^[【\[(]?(?:手法|骗术|骗局|套路|案件)(?:解[剖析密读]|揭[秘露]|分析|拆解|剖析)|^(?:惯用|主要)(?:手法|手段|套路)|^[【\[(]?(?:解析|揭秘|剖析)[】\]):：]|骗子是如何|如何(?:行骗|实施)|^引流方式"
)
_ADVICE = re.compile(
    r"^.{0,14}(?:(?:警方|民警|防骗|反诈|防诈|温馨|法官|检察官|律师|专家|银行|安全|公安机关|郑重|特别|网警|友情|防范|风险|预防)(?:提醒|提示|支招|建议|贴士|说法|寄语|释法|宝典|警示)|防范(?:建议|措施|要点|知识|指南)"
    r"|典型意义|诉讼(?:过程|经过)|裁判(?:结果|要旨)|处理结果|检察履职|案件办理|法律(?:规定|链接|依据)|以案(?:说法|释法)|牢记|切记|如何防范|(?:怎么|如何)(?:识别|辨别|应对)|识骗|敲黑板|划重点|反诈箴言|请收好)"
)
_MARKERS: tuple[tuple[Role, re.Pattern[str]], ...] = (("method", _METHOD), ("advice", _ADVICE), ("case", _CASE))
#: A page of which so many lines are short and without full stops is set like a poem; bold lines in it are mostly emphasis, not headings.
_POEM = 0.6
_NAMES_A_TYPE = re.compile(r"(?:诈骗|骗局)$")
_CALLS_OUT = re.compile(r"[!?]\W*$|警惕|骗局|揭秘|↓")
_ENDS_SENTENCE = re.compile(r"[。!?;][\"'”’」』)]*$")


def outline(lines: list[Line], taxonomy: Taxonomy) -> Iterator[Block]:
    """Read the outline of a page.

    Parameters
    ----------
    lines : list of Line
        As ``training.pages.lines_of`` gives them.
    taxonomy : Taxonomy
        Gives the names that a heading may bear.

    Yields
    ------
    Block
        In the order of the page, without the headings and markers themselves.
    """
    role: Role = "open"
    heading: Label | None = None
    section = 0
    verse: list[Line] = []
    numbered = any(_CASE.match(line.folded) for line in lines)
    poem = sum(_is_verse(line) for line in lines) > _POEM * len(lines)
    counted = False

    def flush() -> Iterator[Block]:
        nonlocal section
        if len(verse) > 1 or (verse and role == "case"):
            yield Block(tuple(verse), role, heading, section)
        elif verse:  # one short line between paragraphs heads what follows
            section += 1
        verse.clear()

    for line in lines:
        marked = _marker(line)
        named = heading_label(line.folded, taxonomy) if _is_heading(line) else None
        unknown_type = not marked and not named and _is_heading(line) and _NAMES_A_TYPE.search(line.folded)
        if marked or named or unknown_type or _is_ordinal(line):
            yield from flush()
            section += 1
        if marked:
            kind, length = marked
            rest = line.part(length, len(line.text))
            if kind == "case" and (len(rest.text) <= 12 or _is_title(rest)):
                heading = heading_label(line.folded, taxonomy) or (None if numbered and rest.text else heading)
                role = kind
                continue
            role = kind
            if len(rest.text) > 12:
                yield Block((rest,), role, heading, section)
            continue
        if named or unknown_type:
            heading, role = named, "open"
        elif _is_ordinal(line):
            role = "open" if role != "method" else role
        elif _is_heading(line) and line.strong and not (poem and not _CALLS_OUT.search(line.folded)):
            yield from flush()
            section += 1
            role = "method" if role == "method" and counted else "open"
        elif _is_verse(line):
            verse.append(line)
        else:
            yield from flush()
            yield Block((line,), role, heading, section)
        counted = _is_ordinal(line)
    yield from flush()


def _marker(line: Line) -> tuple[Role, int] | None:
    """What a line's beginning says of it, and how long that beginning is."""
    for role, pattern in _MARKERS:
        match = pattern.match(line.folded)
        if match and (role == "case" or _stands_alone(line, match.end())):
            return role, match.end()
    return None


def _stands_alone(line: Line, end: int) -> bool:
    """Whether words that end there head the line, and are not the beginning of a sentence."""
    return _is_heading(line) or line.folded[end - 1] in ":.。" or re.match(r"[^,。]{0,6}[:】\])]|[.。\s]", line.folded[end:]) is not None


def _is_ordinal(line: Line) -> bool:
    return re.fullmatch(rf"\W*(?:{_ORDINAL}|[0\s]{{0,3}}\d{{1,2}})\W*", line.folded) is not None


def _is_heading(line: Line) -> bool:
    return len(line.text) <= 42 and not _ENDS_SENTENCE.search(line.folded) and line.folded.count(",") <= 1


def _is_title(line: Line) -> bool:
    return (
        len(line.text) <= 100
        and not _ENDS_SENTENCE.search(line.folded)
        and "。" not in line.text
        and line.folded.count(",") <= (len(line.text) <= 42)
    )


def _is_verse(line: Line) -> bool:
    return len(line.text) <= 45 and not _ENDS_SENTENCE.search(line.folded)
