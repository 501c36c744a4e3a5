"""The plain recipe: what anybody would write in ten lines. The baseline of every ratio; it must not be slowed.

``python benchmarks/plain_recipe.py MODEL.joblib TEXT`` answers for one text, as a cold script does.
"""

import sys

import jieba
import joblib
import pandas as pd  # noqa: F401  (such a script reads its table with it)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC


def words(text: str) -> list[str]:
    """Words of a text; jieba.lcut itself is bound to a lock and cannot be dumped."""
    return list(jieba.lcut(text))


def train(texts: list[str], labels: list[str], path: str) -> Pipeline:
    """Fit and save."""
    model = make_pipeline(TfidfVectorizer(analyzer=words), LinearSVC())
    model.fit(texts, labels)
    joblib.dump(model, path)
    return model


if __name__ == "__main__":
    print(joblib.load(sys.argv[1]).predict([sys.argv[2]])[0])
