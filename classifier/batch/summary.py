"""What a batch came to: counts while it runs, and the lines that a person reads at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from classifier import messages
from classifier.columns import COLUMNS
from classifier.taxonomy import Taxonomy, load_taxonomy

_CODE, _DECISION, _ERROR = (COLUMNS.index(name) for name in ("column_code", "column_decision", "column_error"))


@dataclass(slots=True)
class Totals:
    """Counts over the rows of a batch.

    Parameters
    ----------
    rows, errors : int
        All rows, and those with something in the column of errors.
    types : Counter of str
        Rows by the code of their type; those that could not be classified are not among them.
    decisions : Counter of str
        Rows by decision, as the column names it.
    redacted : Counter of str
        Personal data that were replaced, by kind.
    """

    rows: int = 0
    errors: int = 0
    types: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    redacted: Counter[str] = field(default_factory=Counter)

    def add(self, verdicts: Sequence[Sequence[Any]], redacted: Counter[str]) -> None:
        """Count rows.

        Parameters
        ----------
        verdicts : sequence of sequence
            Their new cells.
        redacted : Counter of str
            What was replaced in them.
        """
        self.rows += len(verdicts)
        self.errors += sum(1 for cells in verdicts if cells[_ERROR])
        self.types.update(cells[_CODE] for cells in verdicts if cells[_CODE])
        self.decisions.update(cells[_DECISION] for cells in verdicts if cells[_DECISION])
        self.redacted.update(redacted)

    def merge(self, other: Totals) -> None:
        """Take in what was counted over other rows.

        Parameters
        ----------
        other : Totals
            It stays as it is.
        """
        self.rows += other.rows
        self.errors += other.errors
        self.types.update(other.types)
        self.decisions.update(other.decisions)
        self.redacted.update(other.redacted)

    def to_json(self) -> dict[str, Any]:
        """What ``from_json`` takes.

        Returns
        -------
        dict
            Plain values.
        """
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in ((n, getattr(self, n)) for n in self.__slots__)}

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> Totals:
        """The counts as they were.

        Parameters
        ----------
        written : dict
            As ``to_json`` gave it.

        Returns
        -------
        Totals
            Counting goes on from there.
        """
        counters = {name: Counter(value) for name, value in written.items() if isinstance(value, dict)}
        return cls(rows=written["rows"], errors=written["errors"], **counters)


@dataclass(frozen=True)
class Summary:
    """What one output came to.

    Parameters
    ----------
    output : str
        Where it stands.
    totals : Totals
        Its counts.
    lang : {"zh", "en"}
        Language of its columns.
    seconds : float
        How long it took.
    failure : str
        Why there is no output.
    taxonomy : Taxonomy
        That of the model.
    """

    output: str
    totals: Totals
    lang: str
    seconds: float
    failure: str = ""
    taxonomy: Taxonomy = field(default_factory=load_taxonomy, repr=False, compare=False)

    def lines(self) -> list[str]:
        """What a person reads.

        Returns
        -------
        list of str
            Rows and seconds, then a line a type, most frequent first, then decisions and what was replaced.
        """
        if self.failure:
            return [self.failure]
        totals = self.totals
        review = totals.decisions[messages.text_in(self.lang, "decision_review")]
        lines = [
            messages.text(
                "batch_done",
                rows=f"{totals.rows:,}",
                path=self.output,
                seconds=f"{self.seconds:,.1f}",
                rate=f"{totals.rows / max(self.seconds, 1e-9):,.0f}",
                review=f"{review:,}",
                errors=f"{totals.errors:,}",
            )
        ]
        taxonomy, language = self.taxonomy, messages.language()
        for code, count in sorted(totals.types.items(), key=lambda item: (-item[1], item[0])):
            lines.append(f"  {count:>9,}  {count / totals.rows:6.1%}  {taxonomy[code].names[language]}")
        if totals.redacted:
            kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(totals.redacted.items(), key=lambda item: (-item[1], item[0])))
            lines.append(messages.text("batch_redacted", kinds=kinds))
        return lines
