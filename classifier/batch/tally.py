"""What the report on a batch shows: counts that take the same memory however many rows there are; never a narrative."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, NamedTuple, get_args

from classifier import messages
from classifier.batch.frequent import Frequent
from classifier.batch.months import month_of
from classifier.columns import COLUMNS
from classifier.taxonomy import NOT_A_CASE, Taxonomy, load_taxonomy
from classifier.verdict import Decision

#: Bars of the histogram of confidence.
BINS = 20
#: Rows to review that are kept.
MOST_REVIEWED = 100

_CODE, _CONFIDENCE, _SECOND, _DECISION, _CUES = (COLUMNS.index(f"column_{name}") for name in ("code", "confidence", "second", "decision", "cues"))


class Reviewed(NamedTuple):
    """A row that a person should look at.

    Parameters
    ----------
    confidence : float
        Of the verdict.
    source : str
        Name of the input.
    number : int
        Where the row stands in it.
    code, second : str
        Codes of the type and of the second.
    """

    confidence: float
    source: str
    number: int
    code: str
    second: str


@dataclass(frozen=True)
class Telling:
    """A cue that tells of a type.

    Parameters
    ----------
    phrase : str
        As it stands in narratives.
    count : int
        In how many rows of the type, at least.
    share : float
        Which part of all rows with this cue is of the type.
    """

    phrase: str
    count: int
    share: float


class Tally:
    """Counts over the rows of a batch, added in their order.

    Parameters
    ----------
    lang : {"zh", "en"}
        The language that the cells are in.
    taxonomy : Taxonomy, optional
        That of the model; the shipped one by default.
    """

    def __init__(self, lang: str = "zh", taxonomy: Taxonomy | None = None) -> None:
        self.lang = lang
        self.taxonomy = taxonomy = taxonomy or load_taxonomy()
        self._codes = {taxonomy[code].names[lang]: code for code in (*taxonomy.categories, NOT_A_CASE)}
        self._decisions = {messages.text_in(lang, f"decision_{decision}"): decision for decision in get_args(Decision)}
        self.decisions: Counter[str] = Counter()
        self.confidences: dict[str, list[int]] = {decision: [0] * BINS for decision in get_args(Decision)}
        self.months: dict[str, Counter[str]] = {}
        self.undated = 0
        self.cues: dict[str, Frequent] = {}
        self.reviewed: list[Reviewed] = []

    def add(self, verdicts: Sequence[Sequence[Any]], dates: Sequence[str | None], numbers: Sequence[int], source: str = "") -> None:
        """Count rows.

        Parameters
        ----------
        verdicts : sequence of sequence
            Their new cells, as ``classifier.columns`` makes them.
        dates : sequence of str or None
            Their dates, None without such a column.
        numbers : sequence of int
            Where each stands in its input.
        source : str
            Name of that input.
        """
        cues: defaultdict[str, list[str]] = defaultdict(list)
        reviewed = []
        for cells, day, number in zip(verdicts, dates, numbers, strict=True):
            code = cells[_CODE]
            if not code:
                continue
            decision, confidence = self._decisions[cells[_DECISION]], cells[_CONFIDENCE]
            self.decisions[decision] += 1
            self.confidences[decision][min(int(confidence * BINS), BINS - 1)] += 1
            if cells[_CUES]:
                cues[code] += cells[_CUES].split("；")
            if day is not None:
                self._date(day, code)
            if decision == "review":
                reviewed.append(Reviewed(confidence, source, number, code, self._codes[cells[_SECOND]]))
        for code, phrases in cues.items():
            self.cues.setdefault(code, Frequent()).add(phrases)
        self._review(reviewed)

    def _date(self, day: str, code: str) -> None:
        month = month_of(day)
        if month is None:
            self.undated += 1
        else:
            self.months.setdefault(month, Counter())[code] += 1

    def _review(self, more: list[Reviewed]) -> None:
        if more:
            self.reviewed = nsmallest(MOST_REVIEWED, [*self.reviewed, *more], key=lambda row: row.confidence)

    def merge(self, other: Tally) -> None:
        """Take in what was counted over the rows that follow.

        Parameters
        ----------
        other : Tally
            It stays as it is.
        """
        self.decisions.update(other.decisions)
        for decision, bins in other.confidences.items():
            self.confidences[decision] = [mine + theirs for mine, theirs in zip(self.confidences[decision], bins, strict=True)]
        for month, types in other.months.items():
            self.months.setdefault(month, Counter()).update(types)
        self.undated += other.undated
        for code, phrases in other.cues.items():
            self.cues.setdefault(code, Frequent()).merge(phrases)
        self._review(other.reviewed)

    def telling(self, code: str, most: int = 20) -> list[Telling]:
        """The cues that tell most of a type: frequent in it, rare elsewhere.

        Parameters
        ----------
        code : str
            Of the type.
        most : int
            So many at most.

        Returns
        -------
        list of Telling
            By count times share, the largest first.
        """
        if code not in self.cues:
            return []
        found = []
        for phrase, count in self.cues[code].counts.items():
            everywhere = sum(frequent.counts.get(phrase, 0) for frequent in self.cues.values())
            found.append(Telling(phrase, count, count / everywhere))
        # What was said once tells of one row, not of a type.
        found = [cue for cue in found if cue.count > 1] or found
        return sorted(found, key=lambda cue: (-cue.count * cue.share, cue.phrase))[:most]

    def to_json(self) -> dict[str, Any]:
        """What ``from_json`` takes.

        Returns
        -------
        dict
            Plain values.
        """
        return {
            "lang": self.lang,
            "decisions": dict(self.decisions),
            "confidences": self.confidences,
            "months": {month: dict(types) for month, types in self.months.items()},
            "undated": self.undated,
            "cues": {code: frequent.to_json() for code, frequent in self.cues.items()},
            "reviewed": [list(row) for row in self.reviewed],
        }

    @classmethod
    def from_json(cls, written: dict[str, Any], taxonomy: Taxonomy | None = None) -> Tally:
        """The counts as they were.

        Parameters
        ----------
        written : dict
            As ``to_json`` gave it.
        taxonomy : Taxonomy, optional
            That of the model; the shipped one by default.

        Returns
        -------
        Tally
            Counting goes on from there.
        """
        tally = cls(written["lang"], taxonomy)
        tally.decisions = Counter(written["decisions"])
        tally.confidences = {decision: list(bins) for decision, bins in written["confidences"].items()}
        tally.months = {month: Counter(types) for month, types in written["months"].items()}
        tally.undated = written["undated"]
        tally.cues = {code: Frequent.from_json(cues) for code, cues in written["cues"].items()}
        tally.reviewed = [Reviewed(*row) for row in written["reviewed"]]
        return tally
