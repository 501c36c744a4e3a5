"""What becomes of texts that tell two scams: how many are put before a person, with both types among the candidates and cues for each.

``python benchmarks/two_scams.py`` prints the figures for ``two_scams.jsonl``, written by someone who had not seen the training narratives. One
half was looked at when the share of single-scam narratives that may seem to tell of two was chosen; the other was not.
"""

from __future__ import annotations

import json
from pathlib import Path

from classifier import ScamClassifier


def main() -> None:
    """Print the figures."""
    records = [json.loads(line) for line in (Path(__file__).parent / "two_scams.jsonl").read_text("utf-8").splitlines()]
    classifier = ScamClassifier.load()
    for name, half in (("looked at", records[::2]), ("not looked at", records[1::2])):
        verdicts = [classifier.classify(record["text"]) for record in half]
        review = both = cues = 0
        for record, verdict in zip(half, verdicts, strict=True):
            told = set(record["types"])
            review += verdict.decision == "review"
            both += verdict.decision == "review" and told <= set(verdict.candidates)
            with_cues = {verdict.category} if verdict.cues else set()
            cues += verdict.decision == "review" and told <= with_cues | {code for code, phrases in verdict.candidate_cues if phrases}
        n = len(half)
        print(f"{n} texts, {name}: review {review / n:.1%}, with both types among the candidates {both / n:.1%}, with cues for both {cues / n:.1%}")


if __name__ == "__main__":
    main()
