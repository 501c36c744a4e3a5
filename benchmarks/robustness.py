"""What is lost when a text is disturbed: macro-F1 on the held-out narratives, and on a file of labelled cases if one is named.

``python benchmarks/robustness.py [CASES]`` prints the table. Disturbances are drawn with a fixed seed.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import opencc

from classifier import ScamClassifier
from training.cases import Case, read_cases
from training.corpus import build_corpus, shipped_cases
from training.evaluation import evaluate

LEDGER = "对方账号：6222021234567890，户名：某某，开户行：中国建设银行某某支行，{hour}时{minute}分转账{amount}元；"
EMOJI = {"钱": "💰", "卡": "💳", "车": "🚗", "手机": "📱", "电话": "☎️", "人": "👤", "红包": "🧧", "礼": "🎁", "老师": "👩‍🏫", "游戏": "🎮"}
LOOK_ALIKE = dict(zip("己已末未人入日曰士土贷货微徵账帐款欵刷剧单单银根转传", "已己未末入人曰日土士货贷徵微帐账欵款剧刷单単根银传转", strict=True))


def between(mark: str, share: float) -> Callable[[str, random.Random], str]:
    """Put a mark behind a share of the characters."""
    return lambda text, rng: "".join(char + mark if rng.random() < share else char for char in text)


def swapped(words: dict[str, str], share: float = 1.0) -> Callable[[str, random.Random], str]:
    """Put one word for another, each time with some probability."""

    def disturb(text: str, rng: random.Random) -> str:
        for word, other in words.items():
            parts = text.split(word)
            text = parts[0] + "".join((other if rng.random() < share else word) + part for part in parts[1:])
        return text

    return disturb


def full_width(text: str, _: random.Random) -> str:
    """Digits, letters and punctuation as wide as Chinese characters."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def in_ledger(text: str, rng: random.Random) -> str:
    """The middle sentence in 3,000 characters of ledger."""
    sentences = [sentence for sentence in text.replace("；", "。").split("。") if len(sentence) >= 8] or [text]
    core = max(sentences, key=len)
    entries = [LEDGER.format(hour=rng.randrange(24), minute=rng.randrange(60), amount=rng.randrange(100, 90000)) for _ in range(60)]
    half = "".join(entries)[:1500]
    return f"{half}。{core}。{half}"


def conversion(name: str) -> Callable[[str, random.Random], str]:
    """OpenCC's conversion into traditional characters."""
    converter = opencc.OpenCC(name)
    return lambda text, _: converter.convert(text)


DISTURBANCES: dict[str, Callable[[str, random.Random], str]] = {
    "traditional characters (s2t)": conversion("s2t"),
    "traditional characters, Taiwan (s2tw)": conversion("s2tw"),
    "traditional characters, Hong Kong (s2hk)": conversion("s2hk"),
    "full-width digits, letters, punctuation": full_width,
    "zero-width characters": between("\u200b", 0.3),
    "stray spaces": between(" ", 0.3),
    "a space after every character": between(" ", 1.0),
    "a dot after every character": between(".", 1.0),
    "stray punctuation": between("，", 0.05),
    "薇信, VX, wx for 微信; 刷dan for 刷单": swapped({"微信": "薇信", "加薇信": "加VX", "刷单": "刷dan"}),
    "emoji in place of characters": swapped(EMOJI),
    "one look-alike in three": swapped(LOOK_ALIKE, 0.33),
    "first half only": lambda text, _: text[: len(text) // 2],
    "second half only": lambda text, _: text[len(text) // 2 :],
    "one sentence in 3,000 characters of ledger": in_ledger,
}


def disturbed(cases: Sequence[Case], disturb: Callable[[str, random.Random], str]) -> list[Case]:
    """The cases with disturbed texts."""
    rng = random.Random(0)
    return [replace(case, text=disturb(case.text, rng)) for case in cases]


def main() -> None:
    """Print the table."""
    classifier = ScamClassifier.load()
    sets: list[tuple[str, list[Case], bool]] = [("held-out narratives", build_corpus(shipped_cases()).split(held_out=True), False)]
    if len(sys.argv) > 1:
        sets.append(("given cases", [case for case in read_cases(sys.argv[1]) if case.category], True))

    def score(cases: Sequence[Case], official: bool) -> float:
        evaluation = evaluate(cases, classifier)
        return evaluation.official.macro_f1 if official else evaluation.types.macro_f1

    plain = [score(cases, official) for _, cases, official in sets]
    print("| disturbance | " + " | ".join(f"loss on {len(cases)} {name}" for name, cases, _ in sets) + " |")
    print("|---|" + "---|" * len(sets))
    print("| none (macro-F1) | " + " | ".join(f"{value:.3f}" for value in plain) + " |")
    for name, disturb in DISTURBANCES.items():
        losses = [before - score(disturbed(cases, disturb), official) for before, (_, cases, official) in zip(plain, sets, strict=True)]
        print(f"| {name} | " + " | ".join(f"{loss:+.3f}" for loss in losses) + " |", flush=True)


if __name__ == "__main__":
    main()
