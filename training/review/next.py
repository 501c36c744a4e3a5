"""Which unlabelled cases to label next: those that teach a model most, and groups of a type that it does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from classifier.classifier import ScamClassifier
from classifier.terms import FAMILIES, analyse
from classifier.verdict import Verdict
from training.fitting import count_terms
from training.twins import twin_groups

#: Of so many times as many of the least certain texts as are wanted, the most diverse are taken.
_TIMES = 3
#: So many of the least certain texts are searched for types that nobody listed.
MOST_GROUPED = 3000
#: A group has so many texts of different wording, and at most so many groups are told of.
LEAST_GROUP, MOST_GROUPS = 5, 5
#: Cases of a type that the model does not know seldom get a higher confidence.
_UNSURE = 0.75
#: A word tells of a group if so many of its texts have it, so many times more than one would expect of the cases that the model was trained on,
#: and so many standard deviations more.
_LEAST_WITH, _LEAST_LIFT, _LEAST_DEVIATIONS = 4, 2.0, 3.0
#: Distance (Ward's) at which groups are not joined any more, and in how many dimensions it is measured.
_APART, _DIMENSIONS = 1.5, 40
#: So many words are told of a group, each in such a share of its texts; what shares fewer is none.
_PHRASES, _LEAST_PHRASES, _SHARED = 5, 2, 0.1
_TWINS_AMONG = 20_000


@dataclass(frozen=True)
class Pick:
    """A text to label.

    Parameters
    ----------
    number : int
        Which of the texts.
    verdict : Verdict
        What the model says of it.
    group : int
        Number of the group of texts that may be of one type that nobody listed, from 1; 0 for one that is picked by itself.
    phrases : tuple of str
        What the texts of the group have in common.
    """

    number: int
    verdict: Verdict
    group: int = 0
    phrases: tuple[str, ...] = ()


def next_to_label(texts: Sequence[str], classifier: ScamClassifier, count: int) -> list[Pick]:
    """Pick texts to label.

    Parameters
    ----------
    texts : sequence of str
        Unlabelled narratives.
    classifier : ScamClassifier
        The model that the labels shall make better.
    count : int
        How many at most, besides those of groups.

    Returns
    -------
    list of Pick
        The groups first, then those picked by themselves, the least certain first; of near-twins one.
    """
    verdicts = list(classifier.classify_many(texts, cues=False))
    lead = np.array([verdict.ranking[0][1] - verdict.ranking[1][1] for verdict in verdicts])
    order = np.argsort(lead, kind="stable")[:_TWINS_AMONG]
    order = order[_first_of_twins([texts[i] for i in order])]
    grouped = groups_of_unknown([texts[i] for i in order[:MOST_GROUPED]], [verdicts[i] for i in order[:MOST_GROUPED]], classifier)
    picks = [Pick(int(order[i]), verdicts[order[i]], number, group.phrases) for number, group in enumerate(grouped, start=1) for i in group.members]
    taken = {pick.number for pick in picks}
    rest = np.array([i for i in order if i not in taken], dtype=np.int64)[: _TIMES * count]
    if len(rest):
        counts, _ = count_terms((analyse(texts[i]) for i in rest), np.arange(len(rest)), least=2)
        chosen = choose(lead[rest], counts, count)
        picks += [Pick(int(i), verdicts[i]) for i in rest[chosen]]
    return picks


def choose(lead: NDArray[np.float64], counts: csr_matrix, count: int) -> NDArray[np.int64]:
    """Uncertain and diverse ones: the centres of clusters weighted by uncertainty (Zhdanov, Diverse mini-batch active learning, 2019).

    Parameters
    ----------
    lead : ndarray, shape (n_texts,)
        By how much the first probability exceeds the second: the least certain are those with little.
    counts : csr_matrix, shape (n_texts, n_terms)
        How often each text has each term.
    count : int
        How many.

    Returns
    -------
    ndarray of int64
        Their places, the least certain first; all if there are no more.
    """
    order = np.argsort(lead, kind="stable")[: _TIMES * count]
    if len(order) <= count:
        return order
    vectors = TfidfTransformer(sublinear_tf=True).fit_transform(counts[order])
    clusters = KMeans(count, n_init=1, max_iter=30, random_state=0).fit(vectors, sample_weight=1.0 - lead[order])
    distances = clusters.transform(vectors)
    taken: dict[int, None] = {}
    for centre in range(count):
        nearest = np.argsort(distances[:, centre], kind="stable")
        taken[next(int(i) for i in nearest if int(i) not in taken)] = None
    return np.asarray(order[np.sort(np.array(list(taken)))])


@dataclass(frozen=True)
class Group:
    """Texts that may be of one type that the model does not know.

    Parameters
    ----------
    members : tuple of int
        Which texts.
    phrases : tuple of str
        Words that they have far more often than the cases that the model was trained on.
    strength : float
        By which groups are ordered.
    """

    members: tuple[int, ...]
    phrases: tuple[str, ...]
    strength: float


def groups_of_unknown(texts: Sequence[str], verdicts: Sequence[Verdict], classifier: ScamClassifier) -> list[Group]:
    """Groups among the texts of which the model is least sure.

    What is compared are the words that are frequent here and rare in the cases of which the model was made; common ones bring together what is
    told alike (``benchmarks/campaign.py`` leaves out one type after the other).

    Parameters
    ----------
    texts : sequence of str
        Narratives without near-twins.
    verdicts : sequence of Verdict
        What the model says of them.
    classifier : ScamClassifier
        The model.

    Returns
    -------
    list of Group
        At most ``MOST_GROUPS``, the most telling first.
    """
    unsure = [i for i, verdict in enumerate(verdicts) if verdict.confidence < _UNSURE]
    if len(unsure) < LEAST_GROUP:
        return []
    counts, terms = count_terms((analyse(texts[i]) for i in unsure), np.arange(len(unsure)), least=_LEAST_WITH)
    present = (counts > 0).astype(np.float64).tocsc()
    usual = _usual_shares(terms, classifier)
    found, n = np.asarray(present.sum(axis=0)).ravel(), len(unsure)
    words = np.array([len(term) > 1 and not term.startswith(FAMILIES[1:]) for term in terms], dtype=bool)
    telling = np.flatnonzero(words & (found / n >= _LEAST_LIFT * usual) & (_deviations(found, n, usual) >= _LEAST_DEVIATIONS))
    if len(telling) < 2:
        return []
    weighted = normalize((present[:, telling] @ diags(np.log(found[telling] / n / usual[telling]))).tocsr())
    rows = np.flatnonzero(np.diff(weighted.indptr))
    if len(rows) < LEAST_GROUP:
        return []
    # The solver of arpack begins with a given vector and so gives the same everywhere; it wants fewer dimensions than there are.
    dimensions = min(_DIMENSIONS, len(telling) - 1, len(rows) - 1)
    places = normalize(TruncatedSVD(dimensions, algorithm="arpack", random_state=0).fit_transform(weighted[rows]))
    labels = AgglomerativeClustering(n_clusters=None, linkage="ward", distance_threshold=_APART).fit_predict(places)
    groups = []
    for label in range(labels.max() + 1):
        members = rows[labels == label]
        if len(members) < LEAST_GROUP:
            continue
        within = np.asarray(present[members][:, telling].sum(axis=0)).ravel()
        deviations = _deviations(within, len(members), usual[telling])
        best = [i for i in np.argsort(-deviations, kind="stable") if within[i] >= _SHARED * len(members)][:_PHRASES]
        if len(best) < _LEAST_PHRASES:
            continue  # a chance word or two
        phrases = tuple(terms[telling[i]] for i in best)
        strength = float(deviations[best].mean() * np.sqrt(len(members)))
        groups.append(Group(tuple(unsure[i] for i in members), phrases, strength))
    return sorted(groups, key=lambda group: -group.strength)[:MOST_GROUPS]


def _usual_shares(terms: Sequence[str], classifier: ScamClassifier) -> NDArray[np.float64]:
    """In what share of the cases that the model was trained on each word occurs, as its idf tells; one case of them for a word that it lacks."""
    words = classifier.model.vocabulary[0]
    idf = dict(zip(words, classifier.model.idf[: len(words)].tolist(), strict=True))
    cases = classifier.model.facts["corpus"]["trained_on"]
    return np.array([np.exp(1.0 - idf[term]) if term in idf else 1.0 / (cases + 2) for term in terms])


def _deviations(found: NDArray[np.float64], n: int, usual: NDArray[np.float64]) -> NDArray[np.float64]:
    """By how many standard deviations each number exceeds what would be usual among n texts."""
    return (found - n * usual) / np.sqrt(n * usual * (1 - usual))


def _first_of_twins(texts: Sequence[str]) -> NDArray[np.int64]:
    return np.flatnonzero(np.array(twin_groups(texts), dtype=np.int64) == np.arange(len(texts)))
