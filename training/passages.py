"""Passages of a page that tell a case: found sentence by sentence, trimmed of introductions and advice, and joined where one case goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from training.cases import Kind
from training.labels import Label, rule_scores
from training.outline import Block
from training.pages import Line


@dataclass(frozen=True)
class Passage:
    """A stretch of lines that tells one case, or one method.

    Parameters
    ----------
    lines : tuple of Line
        Its lines or parts of lines.
    kind : {"victim", "enforcement", "method"}
        Who tells it.
    heading : Label or None
        The type that its section names.
    section : int
        Its section in the outline.
    """

    lines: tuple[Line, ...]
    kind: Kind
    heading: Label | None
    section: int

    @property
    def text(self) -> str:
        """The cleaned text, lines joined by line ends."""
        return "\n".join(line.text for line in self.lines)

    @property
    def folded(self) -> str:
        """The same, folded."""
        return "\n".join(line.folded for line in self.lines)

    @property
    def span(self) -> tuple[int, int]:
        """Start and end in the page."""
        return self.lines[0].places[0], self.lines[-1].places[-1] + 1


_PERSON = re.compile(
    r"[\u4e00-\u9fff]某|[\u4e00-\u9fff](?:先生|女士|小姐|大爷|大妈|阿姨|奶奶|同学|老伯|老太|老人|师傅)|受害[人者]|被害人|报案人|事主|求职者|当事人|男子|女子|少年|大学生|小学生|(?:居民|市民|村民|网民|女孩)[\u4e00-\u9fff]|小[\u4e00-\u9fff](?:在|接|收|被|是)"
    r"|某(?:公司|单位|企业|学校|地|科技)|(?:公司|企业|单位)(?:财务|法人|经理|工作)"
)
_NAMED = re.compile(
    r"[\u4e00-\u9fff](?:某|先生|女士|小姐|大爷|大妈|阿姨|奶奶|老伯|老太)|(?:居民|市民|村民|网民|女孩)[\u4e00-\u9fff]|男子|女子|少年|\d{4}年|\d{1,2}月\d{1,2}日"
)
_NAME = re.compile(r"[\u4e00-\u9fff](?:某{1,2}|先生|女士|小姐|大爷|大妈|阿姨|奶奶|老伯|老太)|(?:一[名位]|这[名位])?老人")
_TIME = re.compile(
    r"\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号]|份|初|底|中旬|上旬|下旬|间|至|,|,)?|\d{4}年|今年|去年|日前|近日|近期|不久前|前不久|凌晨|当天|昨[天日]|几天前|年初"
)
#: So many paragraphs that tell nothing may stand inside the report of one investigation.
_LONGEST_GAP = 2
_MONTH = re.compile(r"\d{1,2}\s?月")
_EVENTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"接到|收到|看到|刷到|浏览|点击|添加|认识|结识|拉(?:入|进)|进入|扫描?|下载|加(?:了|入)|联系",
        r"自称|冒充|谎称|称其|声称|以.{1,20}为(?:由|名|诱饵|借口)|诱(?:导|骗|使)|要求|承诺|对方",
        r"转(?:账|款|了|给|走|入|到|钱)|汇(?:款|了|出)|充值|支付|付款|缴纳|交(?:了|纳)|投(?:资|入|了)|垫|购买|贷款|面交|匯",
        r"被骗|骗(?:走|取|得|了)|诈骗|损失|盗刷|转走|受骗|上当|拉黑|失联|联系不上|无法(?:提现|登录|出金)|醒悟|察觉|发觉|不对劲|报(?:警|案|了警)|惊觉|消失|不见",
    )
)
_POLICE = re.compile(r"抓获|打掉|破获|侦破|捣毁|摧毁|端掉|收网|落网|归案|刑事拘留|批准逮捕|公诉|判处|铲除|查获")
_VICTIM = re.compile(
    r"(?<!嫌疑人)(?:[\u4e00-\u9fff]某{1,2}|先生|女士|小姐|大爷|大妈|阿姨|老板|财务(?:人员|总监)?|出纳|会计|公司)[^。]{0,60}(?:被.{0,24}(?:骗|诈骗)|受骗|上当|报警|报案|转账|汇款|汇了)"
)
_GANG = re.compile(r"团伙|窝点|犯罪嫌疑人|嫌疑人|被告人|犯罪集团|伙同|招募|组织.{0,6}人员")
_FRESH_RESULT = re.compile(r"(?:打掉|端掉|摧毁|捣毁|破获|侦破|查获|收网|抓获)")
_ANAPHORA = re.compile(
    r"^.{0,24}(?:该案|该团伙|该犯罪|这一(?:异常|线索)|获取该|上述|指挥部的|经(?:查|审讯?|审查|讯问|了解|侦查)|据(?:了解|悉|查|介绍|交代)|目前|随后|截[止至]|通过(?:对|工作)|专案组(?:民警|摸|赴|对)|案件侦办中|案发后|接(?:报|警)后|之后|后来|原来)"
)
_STATISTICS = re.compile(
    r"同比|环比|(?:上升|下降|增长)[\d.]|[\d.]%|累计|今年以来|\d月至\d+月|1(?:至|-|~)\d{1,2}月|全[省市区县州](?:公安|共|各|电|打|范围|累计|立案|抓|破)|总数|分别|人次|占比|类型(?:多|主要)为|高危群体|共(?:破获|抓获|打掉|捣毁|立案|处置|推送|拦截)[^,。]{0,20}\d{2,}|\d{2,}余?起"
)
_GENERIC = re.compile(
    r"^[^,。]{0,12}(?:诈骗分子|不法分子|骗子|犯罪分子|嫌疑人|此类|这类|该类|这种|这一类|诈骗团伙|网络刷单)|近年来|往往|通常|一般(?:会|先|以|要|南)|主要(?:是|以|针对|采取)|套路|此类|这类|首先|其次|最后一步|(?:案件|诈骗|类型|骗局).{0,8}(?:高发|多发)|各地不法分子|层出不穷|受害人(?:多|群体|往往)|被骗类型|(?:类型|年龄段?)看"
)
_ADVICE = re.compile(
    r"提醒|提示|切勿|切记|谨防|警惕|不要|务必|(?<![申邀])请(?!求|其|他|她|我|了|假|客|问对)|应当|建议|一定要|凡是|(?:及时|立即|马上|请|可).{0,4}拨打|不会(?:通过|要求|让)|牢记|注意|慎重|需谨慎|擦亮|捂紧|不轻信|勿|核实.{0,6}身份|都是诈骗|就是诈骗|教训|防范|选择有|绝不|官方渠道|在看|点赞|转发|扩散|小心"
)
_SENTENCE = re.compile(r"[^。!?\n]*(?:[。!?]+[\"'”’」』)]*|$)", re.DOTALL)


def passages(blocks: Iterable[Block]) -> Iterator[Passage]:
    """Find the cases and methods of an article.

    Parameters
    ----------
    blocks : iterable of Block
        The outlined page.

    Yields
    ------
    Passage
        In the order of the page.
    """
    current: Passage | None = None
    gap: list[Block] = []
    lead: Block | None = None  # introduces somebody, and tells too little yet
    for block in blocks:
        found = None if block.role == "advice" else _method(block) if block.role == "method" else _case(block)
        if current is not None and _goes_on(current, block, found):
            between = [line for skipped in gap for line in skipped.lines]
            current = Passage((*current.lines, *between, *_body(block, found)), current.kind, current.heading, block.section)
            gap = []
            continue
        if current is not None and found is None and len(gap) < _LONGEST_GAP and _may_bridge(current, block):
            gap.append(block)
            continue
        if current is not None and (found is not None or block.section != current.section or block.role == "advice" or _introduces(block)):
            yield current
            current, gap = None, []
        if found is not None:
            if current is not None:
                yield current
            current, gap = _led_by(lead, found), []
        lead = block if found is None and _introduces(block) else None
    if current is not None:
        yield current


def _introduces(block: Block) -> bool:
    """Whether a block names somebody at some time, as the beginning of a story does."""
    text = block.folded
    return block.role in ("open", "case") and len(text) <= 160 and bool(_names(text) and _TIME.search(text)) and not _ADVICE.search(text)


def _led_by(lead: Block | None, found: Passage) -> Passage:
    """A passage with the block that introduced its people, if one did."""
    if lead is None or lead.section != found.section or not _names(lead.folded) & _names(found.folded):
        return found
    return Passage((*lead.lines, *found.lines), found.kind, found.heading, found.section)


def _names(text: str) -> set[str]:
    return set(_NAME.findall(text))


def _may_bridge(current: Passage, block: Block) -> bool:
    """Whether a block that tells nothing may stand inside the report of one investigation."""
    return (
        current.kind == "enforcement"
        and block.role == "open"
        and block.heading is None
        and not (_is_statistics(block.folded) or _ADVICE.search(block.folded))
    )


def _body(block: Block, found: Passage | None) -> tuple[Line, ...]:
    return found.lines if found is not None else _without_advice(block.lines)


def _goes_on(current: Passage, block: Block, found: Passage | None) -> bool:
    """Whether a block tells more of the case before it."""
    if block.role == "advice" or (block.role == "method") != (current.kind == "method"):
        return False
    if current.kind == "method":
        return block.section == current.section and found is not None
    if not _body(block, found):
        return False
    opening = _body(block, found)[0].folded
    same = block.section == current.section
    anaphoric = _ANAPHORA.match(opening) is not None
    if current.kind == "enforcement" and block.role == "open" and block.heading is None:
        # A report of one investigation runs through several sections; a new den with its own date is a new case.
        return (found is None or found.kind != "victim") and (anaphoric or (not _is_fresh(block) and _about_a_case(block)))
    if not same or _is_statistics(block.folded):
        return False
    if block.heading is not None or block.role == "case":
        return found is not None or anaphoric or _narrates(block.folded)
    before, now = _names(current.folded), _names(opening[:40])
    if now - before or (_TIME.search(opening[:16]) and not now):
        return anaphoric
    return anaphoric or found is not None or bool(before & _names(block.folded) and _narrates(block.folded))


def _is_fresh(block: Block) -> bool:
    opening = block.lines[0].folded
    dated = _MONTH.search(opening[:20]) is not None
    return bool(dated and _FRESH_RESULT.search(block.folded) and re.search("团伙|窝点", block.folded)) or (
        not dated and bool(_MONTH.search(block.folded)) and bool(re.search(r"成功(?:捣毁|打掉|破获|端掉|摧毁)", block.folded))
    )


def _about_a_case(block: Block) -> bool:
    text = block.folded
    return (
        len(text) >= 30
        and not _is_statistics(text)
        and len(re.findall(r"专案组|民警|嫌疑人|公安|警方|收网|抓捕|涉案|诈骗", text)) >= 2
        and not _ADVICE.search(text)
    )


def _narrates(text: str) -> bool:
    return sum(bool(event.search(text)) for event in _EVENTS) >= 1 and not _GENERIC.search(text)


def _is_statistics(text: str) -> bool:
    return len(_STATISTICS.findall(text)) >= 2


def _method(block: Block) -> Passage | None:
    if block.heading is None or len(block.folded) < 30 or re.search("提醒", block.folded):
        return None
    return Passage(block.lines, "method", block.heading, block.section)


def _case(block: Block) -> Passage | None:
    lines = _without_advice(_without_introduction(block))
    text = "\n".join(line.folded for line in lines)
    if len(text) < 20:
        return None
    events = sum(bool(event.search(text)) for event in _EVENTS)
    person, time, police = (bool(pattern.search(text)) for pattern in (_PERSON, _TIME, _POLICE))
    first_person = len(re.findall("我(?!市|省|县|区|国|局|院|们公安)", text)) >= 2
    told_by_police = police and bool(_GANG.search(text))
    statistics = _is_statistics(text)
    if block.role == "case":
        accepted = events >= 1 or told_by_police or bool(_GANG.search(text))
    elif block.heading is not None and "我" in text and not _only_generic(lines):
        accepted = True  # a victim's own words under the name of a type
    elif block.heading is not None:
        accepted = ((person or first_person) and events >= 2 and not statistics) or (told_by_police and time and not statistics)
    else:
        victim = (person or first_person) and events >= 3 and bool(_EVENTS[3].search(text)) and (time or first_person or events == 4)
        method = next(iter(rule_scores(text).values()), (0.0, []))[0] >= 2
        accepted = not statistics and (
            (victim and not _only_generic(lines)) or (told_by_police and time and method) or (told_by_police and _is_fresh(block))
        )
    if not accepted or (_only_generic(lines) and block.role != "case"):
        return None
    victim_told = first_person or bool(_VICTIM.search(text)) or (not told_by_police and person and bool(_EVENTS[3].search(text)))
    return Passage(lines, "victim" if victim_told else "enforcement", block.heading, block.section)


def _only_generic(lines: tuple[Line, ...]) -> bool:
    sentences = [s for line in lines for s in _SENTENCE.findall(line.folded) if s.strip()]
    return sum(bool(_GENERIC.search(s)) and not _NAMED.search(s) for s in sentences) * 2 > len(sentences)


def _without_introduction(block: Block) -> tuple[Line, ...]:
    """Drop the sentences before the first that tells of somebody or some time; all are kept where none does."""
    sentences = _sentences(block.lines)
    for i, (_, sentence) in enumerate(sentences):
        text = sentence.folded
        happens = any(event.search(text) for event in (*_EVENTS[:1], *_EVENTS[2:], _POLICE))
        specific = _PERSON.search(text) or (_TIME.search(text) and happens) or text.startswith("我")
        if specific and not _is_statistics(text) and not (_GENERIC.search(text) and not _TIME.search(text)):
            return _joined(sentences[i:]) if i else block.lines
    return block.lines


def _without_advice(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Drop what follows the last sentence that tells something."""
    sentences = _sentences(lines)
    while sentences:
        last = sentences[-1][1].folded
        idle = _ADVICE.search(last) or _GENERIC.search(last)
        if not idle or (_PERSON.search(last) and _EVENTS[3].search(last)):
            break
        sentences.pop()
    return _joined(sentences)


def _sentences(lines: tuple[Line, ...]) -> list[tuple[int, Line]]:
    """Sentences with the number of the line that they stand in."""
    return [(i, line.part(*match.span())) for i, line in enumerate(lines) for match in _SENTENCE.finditer(line.folded) if match.group().strip()]


def _joined(sentences: list[tuple[int, Line]]) -> tuple[Line, ...]:
    """Sentences of one line become one line again."""
    joined: dict[int, Line] = {}
    for i, sentence in sentences:
        last = joined.get(i)
        joined[i] = Line(last.text + sentence.text, last.places + sentence.places, last.strong) if last else sentence
    return tuple(joined.values())
