"""The classifier that users load: text in, verdict out, one at a time, many, or a data frame."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from classifier.cues import CueFinder
from classifier.decision import Decided, Decider
from classifier.errors import InputError
from classifier.loading import model_folder
from classifier.model import Model, read
from classifier.normalise import Normalised, normalise
from classifier.scoring import Scored, Scorer
from classifier.taxonomy import NOT_A_CASE, Taxonomy
from classifier.verdict import Contributions, Cue, Verdict

if TYPE_CHECKING:
    import pandas as pd

_CHINESE = re.compile("[\u3400-\u9fff]")

_NO_CONTRIBUTIONS = Contributions()

#: So many texts are done in this process before others are started; a pool takes longer to start than these take.
_ALONE = 4000
#: Texts handed to a worker at a time.
_CHUNK = 512
#: Texts that go through a step together.
_BLOCK = 128


class _Chosen(TypedDict):
    """What of a verdict is asked for."""

    cues: bool
    candidate_cues: bool
    accept: float | None


class ScamClassifier:
    """A model that answers with verdicts.

    Parameters
    ----------
    model : Model
        As ``load`` reads it or ``training.fit`` makes it.

    Examples
    --------
    >>> from classifier import ScamClassifier
    >>> verdict = ScamClassifier.load().classify("对方让我刷单返利，做完三单后说操作失误，要再充值才能提现")
    >>> verdict.category
    'task_rebate'
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.taxonomy: Taxonomy = model.taxonomy
        self._folder: str | None = None
        self._scorer = Scorer(model)
        self._decider = Decider(model, self.taxonomy)
        self._mean: NDArray[np.float32] = model.coef.mean(axis=1)
        self._cue_finder = CueFinder(model.telling, model.vocabulary[0])

    @classmethod
    def load(cls, folder: str | os.PathLike[str] | None = None) -> ScamClassifier:
        """Load a model.

        Parameters
        ----------
        folder : path, optional
            A model folder; without it the one in ``SCAMTYPE_MODEL``, the one that the user promoted, or the shipped one.

        Returns
        -------
        ScamClassifier
            Ready to classify.

        Raises
        ------
        ModelError
            If there is no model, or it is damaged or too new.
        """
        path = model_folder(folder)
        classifier = cls(read(path))
        classifier._folder = str(path)
        return classifier

    def classify(self, text: str, *, against: str | None = None, accept: float | None = None) -> Verdict:
        """Classify one narrative.

        Parameters
        ----------
        text : str
            Of any length; blank text is not a case.
        against : str, optional
            Code of a type: why this and not that. Margin, contributions and cues are then those of the first of the ranking against this type
            instead of against the second.
        accept : float, optional
            The least confidence of a verdict that is accepted without a person's look; the model's own threshold by default.

        Returns
        -------
        Verdict
            With contributions and cues.

        Raises
        ------
        InputError
            If the text is not a string, the model does not know the type, or it is the first of the ranking itself.
        """
        if against is None:
            return self._verdicts([text], cues=True, accept=accept)[0]
        if against not in self.model.codes:
            raise InputError("against_unknown", code=against, known=", ".join(self.model.codes))
        verdict = self._verdicts([text], cues=True, accept=accept, against=self.model.codes.index(against))[0]
        if verdict.ranking[0][0] == against:
            raise InputError("against_itself", code=against)
        return verdict

    def classify_many(
        self,
        texts: Iterable[str],
        *,
        cues: bool = True,
        candidate_cues: bool = False,
        accept: float | None = None,
        workers: int | None = None,
    ) -> Iterator[Verdict]:
        """Classify narratives one after the other, as they are asked for.

        Parameters
        ----------
        texts : iterable of str
            May be endless; only a little more of it is read than is asked for.
        cues : bool
            Also find contributions and cues.
        candidate_cues : bool
            And the cues of the further candidates, as ``classify`` does; in bulk they are seldom looked at.
        accept : float, optional
            The least confidence of a verdict that is accepted without a person's look; the model's own threshold by default.
        workers : int, optional
            Processes for long inputs; by default one for each core. 1 stays in this process.

        Yields
        ------
        Verdict
            In the order of the texts.

        Raises
        ------
        InputError
            If one of them is not a string.
        """
        source = iter(texts)
        chosen = _Chosen(cues=cues, candidate_cues=candidate_cues, accept=accept)
        if workers != 1 and self._folder is not None:
            yield from self._in_blocks(islice(source, _ALONE), **chosen)
            first = list(islice(source, _CHUNK))
            if len(first) == _CHUNK:
                yield from self._in_parallel(chain(first, source), workers, **chosen)
                return
            source = iter(first)
        yield from self._in_blocks(source, **chosen)

    def cues_of(self, text: str, codes: Iterable[str]) -> dict[str, tuple[Cue, ...]]:
        """The phrases of a text that speak for types, whatever its verdict is: what one sees who looks at another type of the ranking.

        Parameters
        ----------
        text : str
            A narrative.
        codes : iterable of str
            Types that the model knows, or ``"not_a_case"``.

        Returns
        -------
        dict of str to tuple of Cue
            By type, in the order in which they were named; none where nothing speaks for one, or the text has nothing that the model knows.

        Raises
        ------
        InputError
            If the text is not a string, or the model does not know a type.
        """
        wanted = list(dict.fromkeys(codes))
        for code in wanted:
            if code not in self.model.codes:
                raise InputError("against_unknown", code=code, known=", ".join(self.model.codes))
        [read] = self._read([text], None)
        if read is None:
            return dict.fromkeys(wanted, ())
        support = [read.support(self.model.codes.index(code), self._mean) for code in wanted]
        found = self._cue_finder.find([read.normalised] * len(wanted), [read.scored] * len(wanted), support)
        return dict(zip(wanted, found, strict=True))

    def label_frame(
        self,
        frame: pd.DataFrame,
        text: str,
        *,
        cues: bool = True,
        accept: float | None = None,
        lang: str = "zh",
        workers: int | None = None,
    ) -> pd.DataFrame:
        """Label a data frame.

        Parameters
        ----------
        frame : pandas.DataFrame
            Is not changed.
        text : str
            Name of the column with the narratives; missing values are not a case.
        cues : bool
            Also give the cue phrases.
        accept : float, optional
            The least confidence of a verdict that is accepted without a person's look; the model's own threshold by default.
        lang : {"zh", "en"}
            Language of the new columns.
        workers : int, optional
            Processes; 1 within a worker of a cluster. By default as many as there are cores, once there are enough rows.

        Returns
        -------
        pandas.DataFrame
            A copy with the same index and the columns of ``classifier.columns`` added at the end.

        Raises
        ------
        InputError
            If there is no such column, or more than one.
        """
        from classifier.columns import verdict_columns

        if list(frame.columns).count(text) != 1:
            raise InputError("no_column", column=text)
        narratives = ("" if missing else str(value) for value, missing in zip(frame[text], frame[text].isna(), strict=True))
        verdicts = self.classify_many(narratives, cues=cues, accept=accept, workers=workers)
        added = verdict_columns(verdicts, lang=lang, taken=list(frame.columns), taxonomy=self.taxonomy)
        return frame.assign(**added)  # type: ignore[arg-type]  # the stubs know no lists of objects

    def _in_parallel(self, texts: Iterator[str], workers: int | None, **chosen: Unpack[_Chosen]) -> Iterator[Verdict]:
        from classifier.parallel import cores, ordered

        chunks = iter(lambda: list(islice(texts, _CHUNK)), [])
        jobs = ((self._folder, chunk, chosen) for chunk in chunks)
        yield from chain.from_iterable(ordered(_classify_chunk, jobs, workers=workers or cores()))

    def classify_block(self, texts: Sequence[str], *, cues: bool = True, candidate_cues: bool = False, accept: float | None = None) -> list[Verdict]:
        """Classify some narratives at once, in this process: what a worker does.

        Parameters
        ----------
        texts : sequence of str
            As many as can be held with their verdicts.
        cues : bool
            Also find contributions and cues.
        candidate_cues : bool
            And those of the further candidates, where a person has to decide.
        accept : float, optional
            The least confidence of a verdict that is accepted without a person's look; the model's own threshold by default.

        Returns
        -------
        list of Verdict
            One a text.

        Raises
        ------
        InputError
            If one of them is not a string.
        """
        blocks = (list(texts[start : start + _BLOCK]) for start in range(0, len(texts), _BLOCK))
        return [verdict for block in blocks for verdict in self._verdicts(block, cues=cues, candidate_cues=candidate_cues, accept=accept)]

    def _in_blocks(self, texts: Iterator[str], **chosen: Unpack[_Chosen]) -> Iterator[Verdict]:
        # Small blocks first: whoever feeds texts one by one gets the first answers at once.
        size = 1
        while block := list(islice(texts, size)):
            yield from self._verdicts(block, **chosen)
            size = min(2 * size, _BLOCK)

    def _verdicts(
        self, texts: list[str], *, cues: bool, accept: float | None = None, against: int | None = None, candidate_cues: bool = True
    ) -> list[Verdict]:
        read = self._read(texts, accept)
        explained = self._explain([r for r in read if r is not None], against, candidate_cues=candidate_cues) if cues else None
        nothing = self._decider.nothing()
        return [
            self._compose(nothing, 0.0) if r is None else self._compose(r.decided, r.margin(against), next(explained) if explained else None)
            for r in read
        ]

    def _read(self, texts: list[str], accept: float | None) -> list[_Read | None]:
        """Step by step for all texts: each step keeps its tables in the processor's caches. None where there is nothing to go by."""
        for text in texts:
            if not isinstance(text, str):
                raise InputError("not_a_string", kind=type(text).__name__)
        normalised = [normalise(text) for text in texts]
        scored = self._scorer.score_block([text.text for text in normalised])
        known = [bool(len(s.rows)) and _CHINESE.search(n.text) is not None for n, s in zip(normalised, scored, strict=True)]
        decided = self._decider.decide(np.stack([s.margins for s in scored]), accept) if scored else []
        return [_Read(n, s, d) if k else None for k, n, s, d in zip(known, normalised, scored, decided, strict=True)]

    def _explain(self, read: list[_Read], against: int | None, *, candidate_cues: bool) -> Iterator[_Explained]:
        """Contributions of each text, and the cues of its type and of the further candidates."""
        shares = [r.shares(against) for r in read]
        sides = [(i, code) for i, r in enumerate(read) for code in self._sides(r.decided, candidate_cues=candidate_cues and against is None)]
        support = [read[i].support(code, self._mean) if against is None else shares[i] for i, code in sides]
        texts = [read[i] for i, _ in sides]
        found = iter(self._cue_finder.find([r.normalised for r in texts], [r.scored for r in texts], support))
        phrases: list[dict[int, tuple[Cue, ...]]] = [{} for _ in read]
        for i, code in sides:
            phrases[i][code] = next(found)
        for r, share, of_codes in zip(read, shares, phrases, strict=True):
            mine = of_codes.pop(r.decided.order[0], ())
            others = tuple((self.model.codes[code], cues) for code, cues in of_codes.items())
            yield _Explained(Contributions(self._scorer.names, r.scored.rows, share), float(share.sum(dtype=float)), mine, others)

    def _sides(self, decided: Decided, *, candidate_cues: bool) -> list[int]:
        """The classes whose cues are shown: that of the verdict, and where a person has to decide, the types that it may be instead."""
        if decided.decision == "not_a_case":
            return []
        if decided.decision == "accept" or not candidate_cues:
            return decided.order[:1]
        return [i for i in decided.order if self.model.codes[i] in decided.candidates and self.model.codes[i] != NOT_A_CASE]

    def _compose(self, decided: Decided, margin: float, explained: _Explained | None = None) -> Verdict:
        codes, order, shares = self.model.codes, decided.order, decided.probabilities
        return Verdict(
            category=None if decided.decision == "not_a_case" else codes[order[0]],
            name=self.taxonomy[codes[order[0]]].names["zh"],
            official=decided.official,
            confidence=shares[0],
            decision=decided.decision,
            candidates=decided.candidates,
            ranking=tuple(zip([codes[i] for i in order], shares, strict=True)),
            margin=margin,
            contributions=explained.contributions if explained else _NO_CONTRIBUTIONS,
            remainder=margin - (explained.sum if explained else 0.0),
            cues=explained.cues if explained else (),
            candidate_cues=explained.candidate_cues if explained else (),
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """A text with what was found of it."""

    normalised: Normalised
    scored: Scored
    decided: Decided

    def margin(self, against: int | None) -> float:
        """How far the first of the ranking is ahead of the second, or of the class named."""
        first, second = self.decided.order[:2]
        return float(self.scored.margins[first]) - float(self.scored.margins[second if against is None else against])

    def shares(self, against: int | None) -> NDArray[np.float32]:
        """What each known term adds to that margin, shape (n_known,)."""
        (first, second), weights = self.decided.order[:2], self.scored.weights
        return self.scored.values * (weights[:, first] - weights[:, second if against is None else against])

    def support(self, code: int, mean: NDArray[np.float32]) -> NDArray[np.float32]:
        """What each known term adds to the lead of a class over the mean of all, shape (n_known,)."""
        return self.scored.values * (self.scored.weights[:, code] - mean.take(self.scored.rows))


@dataclass(frozen=True, slots=True)
class _Explained:
    """What explains a verdict: the contributions and their sum, its cues, and those of the further candidates."""

    contributions: Contributions
    sum: float
    cues: tuple[Cue, ...]
    candidate_cues: tuple[tuple[str, tuple[Cue, ...]], ...]


@cache
def loaded(folder: str) -> ScamClassifier:
    """A classifier that a process loads once and keeps.

    Parameters
    ----------
    folder : str
        A model folder.

    Returns
    -------
    ScamClassifier
        Always the same for the same folder.
    """
    return ScamClassifier.load(folder)


def _classify_chunk(folder: str, texts: list[str], chosen: _Chosen) -> list[Verdict]:
    """What a worker process does."""
    return loaded(folder).classify_block(texts, **chosen)
