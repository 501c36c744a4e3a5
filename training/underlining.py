"""``python -m training.underlining``: find the weights by which ``classifier.underlining`` tells which words a reader would underline.

A model that has seen none of the underlined narratives reads them; what their terms tell is counted on the other nine tenths of them. Run it
again when narratives were underlined or the features changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifier.model import Model
from classifier.normalise import letters_of, normalise
from classifier.scoring import Scorer
from classifier.underlining import FEATURES, Reader, Words
from training.corpus import build_corpus, seeds_folder, shipped_cases
from training.fitting import fit
from training.underlined import Underlined, read_underlined, telling

TARGET = Path(__file__).parents[1] / "classifier" / "data" / "underlining.toml"
_PARTS = 10


def words_of(narratives: Sequence[Underlined], model: Model) -> tuple[Words, NDArray[np.bool_]]:
    """The words of underlined narratives, read for the type that the model gives them.

    Parameters
    ----------
    narratives : sequence of Underlined
        Narratives.
    model : Model
        Reads them.

    Returns
    -------
    words : Words
        Of all narratives.
    underlined : ndarray of bool, shape (n_words,)
        Which the first reader underlined by more than half.
    """
    scorer = Scorer(model)
    normalised = [normalise(narrative.text) for narrative in narratives]
    scored = [scorer.score(text.text) for text in normalised]
    support = [s.values * (s.weights[:, s.margins.argmax()] - s.weights.mean(axis=1)) for s in scored]
    words = Reader(model.telling, model.vocabulary[0]).read([text.text for text in normalised], scored, support)
    underlined = []
    for narrative, text, each in zip(narratives, normalised, scored, strict=True):
        marks, start = narrative.marks(0), 0
        for word in each.words:
            underlined.append(marks[slice(*text.original_span(start, start + len(word)))].mean() > 0.5)
            start += len(word)
    return words, np.array(underlined)


def find_weights(narratives: Sequence[Underlined], model: Model) -> tuple[dict[str, float], float]:
    """Weights of the features and the intercept, by logistic regression.

    Parameters
    ----------
    narratives : sequence of Underlined
        Narratives that the model was not trained on.
    model : Model
        Reads them.

    Returns
    -------
    weights : dict of str to float
        By feature.
    intercept : float
        Of the log odds.
    """
    terms, features, underlined = Scorer(model).names, [], []
    for part in range(_PARTS):
        rest = [narrative for i, narrative in enumerate(narratives) if i % _PARTS != part]
        words, marks = words_of(narratives[part::_PARTS], replace(model, telling=telling(terms, rest)))
        features.append(words.features[~words.breaks])
        underlined.append(marks[~words.breaks])
    linear = LogisticRegression(C=1.0, max_iter=5000).fit(np.concatenate(features), np.concatenate(underlined))
    return dict(zip(FEATURES, linear.coef_[0].tolist(), strict=True)), float(linear.intercept_[0])


def main() -> None:
    """Write the weights."""
    narratives = read_underlined(seeds_folder() / "underlined" / "telling.jsonl")
    corpus = build_corpus(shipped_cases())
    seen = {letters_of(narrative.text) for narrative in narratives}
    groups = {group for case, group in zip(corpus.cases, corpus.groups, strict=True) if letters_of(case.text) in seen}
    unseen = [case for case, group in zip(corpus.cases, corpus.groups, strict=True) if group not in groups]
    weights, intercept = find_weights(narratives, fit(unseen))
    lines = ["# Found by python -m training.underlining on seeds/underlined/telling.jsonl; log odds of a word's being underlined.", ""]
    lines += [f"intercept = {intercept:.3f}", "", "[weights]", *(f"{name} = {weight:.3f}" for name, weight in weights.items())]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
