"""Narratives and verdicts that the tests of the renderers share."""

from __future__ import annotations

from dataclasses import replace

from classifier.verdict import Contributions, Cue, Verdict

TWO_SCAMS = (
    "王某在网上申请贷款，对方称卡号填错、账户被冻结，要交解冻费6000元，交后仍提不出来。客服又拉其进群做任务抵扣，点关注返佣金，"
    "先返了两单，随后派发连单，说操作失误要再充值补单才能提现，王某又垫付了12000元，发现被骗。"
)
TRADITIONAL = "對方自稱快遞客服，說包裹遺失要理賠，讓我下載會議軟體開啟螢幕共享，把卡裡的錢轉到安全帳戶。"
STORY = "对方自称快递客服说包裹丢失要理赔，让我下载会议软件开屏幕共享，把卡里的钱转到安全账户。"
NO_CASE = "今天天气很好，大家都出门散步，晚上一起吃了饭。"


def cue(text: str, phrase: str, weight: float = 0.5) -> Cue:
    start = text.index(phrase)
    return Cue(phrase, start, start + len(phrase), weight)


def review(text: str, own: dict[str, float], others: dict[str, list[str]]) -> Verdict:
    """A verdict of task_rebate under review, whose further candidates have the phrases given."""
    ranking = (("task_rebate", 0.55), *((code, 0.4 / len(others)) for code in others), ("romance", 0.05))
    return Verdict(
        category="task_rebate",
        name="刷单返利类",
        official="刷单返利类",
        confidence=0.55,
        decision="review",
        candidates=("task_rebate", *others),
        ranking=ranking,
        margin=0.5,
        contributions=Contributions(("刷单", "¹刷", "²刷单", "贷款"), range(4), (0.25, 0.125, 0.25, -0.25)),
        remainder=0.125,
        cues=tuple(cue(text, phrase, weight) for phrase, weight in own.items()),
        candidate_cues=tuple((code, tuple(cue(text, phrase) for phrase in phrases)) for code, phrases in others.items()),
    )


def without_case(verdict: Verdict) -> Verdict:
    return replace(verdict, category=None, official=None, decision="not_a_case", cues=(), candidate_cues=())
