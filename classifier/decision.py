"""From margins to a decision: probabilities, the ranking, candidates, and whether a person should look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.model import Model
from classifier.taxonomy import NOT_A_CASE, Taxonomy
from classifier.verdict import Decision


@dataclass(frozen=True, slots=True)
class Decided:
    """What the margins of a text come to.

    Parameters
    ----------
    order : list of int
        Classes from the likeliest to the least likely.
    probabilities : list of float
        In that order.
    decision : {"accept", "review", "not_a_case"}
        See ``classifier.verdict.Verdict``.
    candidates : tuple of str
        Codes.
    official : str or None
        Official name with the largest summed probability, None if not a case.
    """

    order: list[int]
    probabilities: list[float]
    decision: Decision
    candidates: tuple[str, ...]
    official: str | None


def probabilities(margins: NDArray[np.floating], temperature: float, doubt: float = 0.0) -> NDArray[np.float64]:
    """Calibrated probabilities: the softmax of the margins over one temperature, but for a doubt that is the same for every class.

    Parameters
    ----------
    margins : ndarray, shape (..., n_classes)
        Margins of a linear model.
    temperature : float
        Positive; found on folds that leave a writer's batch out.
    doubt : float
        What is shared out among all classes alike, in [0, 1]: however far a class is ahead, a label or a narrative may be wrong.

    Returns
    -------
    ndarray of float64, same shape
        Each row sums to 1.
    """
    scaled = margins.astype(np.float64) / temperature
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray((1 - doubt) * exponentials / exponentials.sum(axis=-1, keepdims=True) + doubt / margins.shape[-1])


class Decider:
    """Decisions under one model and taxonomy.

    Parameters
    ----------
    model : Model
        Gives classes, temperature, doubt, thresholds and candidate quantiles.
    taxonomy : Taxonomy
        Gives the official names.
    """

    def __init__(self, model: Model, taxonomy: Taxonomy) -> None:
        self._codes = model.codes
        self._temperature, self._doubt = model.temperature, model.doubt
        self._accept = model.thresholds["accept"]
        self._quantiles = np.array([model.candidate_quantiles[code] for code in model.codes])
        self._official = [name for name in taxonomy.official if any(taxonomy[c].official == name for c in model.codes)]
        self._member = np.array([[taxonomy[code].official == name for name in self._official] for code in model.codes], dtype=float)
        self._nothing = model.codes.index(NOT_A_CASE) if NOT_A_CASE in model.codes else None
        #: From which margin on a class may be meant as well; models made before there was such a margin for no case have none.
        self._told = np.full(len(model.codes), model.thresholds["second"])
        if self._nothing is not None:
            self._told[self._nothing] = model.thresholds.get("nothing", np.inf)

    def decide(self, margins: NDArray[np.floating], accept: float | None = None) -> list[Decided]:
        """What the margins of texts come to.

        Parameters
        ----------
        margins : ndarray, shape (n_texts, n_classes)
            One row a text.
        accept : float, optional
            The least probability of a verdict that is accepted, instead of the model's own.

        Returns
        -------
        list of Decided
            ``"not_a_case"`` when that class is the likeliest; else ``"review"`` where a second type is told of as well, or it may be none; else
            ``"accept"`` from the threshold on, or ``"review"``.
        """
        share = probabilities(margins, self._temperature, self._doubt)
        order = np.argsort(-margins, axis=1, kind="stable")
        told = margins >= self._told
        within = ((1 - share <= self._quantiles) | told).tolist()
        official = (share @ self._member).argmax(axis=1).tolist() if self._official else [0] * len(share)
        ranked = np.take_along_axis(share, order, axis=1)
        least = self._accept if accept is None else accept
        rows = zip(order.tolist(), ranked.tolist(), within, told.tolist(), official, strict=True)
        return [self._decided(*row, least) for row in rows]

    def _decided(self, order: list[int], shares: list[float], within: list[bool], told: list[bool], official: int, least: float) -> Decided:
        best = order[0]
        nothing = best == self._nothing
        alone = sum(told) - told[best] == 0
        decision: Decision = "not_a_case" if nothing else "accept" if shares[0] >= least and alone else "review"
        candidates = tuple([self._codes[i] for i in order if within[i] or i == best])
        return Decided(order, shares, decision, candidates, None if nothing or not self._official else self._official[official])

    def nothing(self) -> Decided:
        """The answer to a text without a Chinese word that the model knows: surely not a case."""
        codes = len(self._codes)
        if self._nothing is None:  # a model of types alone knows nothing about such a text
            return Decided(list(range(codes)), [1 / codes] * codes, "not_a_case", self._codes, None)
        order = [self._nothing, *(i for i in range(codes) if i != self._nothing)]
        return Decided(order, [1.0] + [0.0] * (codes - 1), "not_a_case", (self._codes[self._nothing],), None)
