"""The corpus: cases of the bulletins and narratives, without doubles, with their near-twin groups and what is held out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from classifier.errors import InputError
from classifier.normalise import letters_of
from classifier.reading import read_text
from training.bulletins import segment
from training.cases import Case, read_cases, write_cases
from training.heldout import held_out
from training.twins import twin_groups


@dataclass(frozen=True)
class Corpus:
    """Labelled cases in a fixed order.

    Parameters
    ----------
    cases : tuple of Case
        Each with a category; no text twice.
    groups : tuple of int
        Near-twin group of each: the index of its first member.
    out : tuple of bool
        Which are held out.
    own : tuple of bool
        Which are the user's, and no shipped ones.
    """

    cases: tuple[Case, ...]
    groups: tuple[int, ...]
    out: tuple[bool, ...]
    own: tuple[bool, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of all cases as they are written."""
        return sha256("".join(write_cases(self.cases)).encode("utf-8", "surrogatepass")).hexdigest()

    def split(self, *, held_out: bool, own: bool | None = None) -> list[Case]:
        """The cases that are held out, or those that are not; of these the user's own, or the shipped ones."""
        every = zip(self.cases, self.out, self.own, strict=True)
        return [case for case, out, mine in every if out == held_out and own in (None, mine)]


def seeds_folder() -> Path:
    """Where the bulletins and narratives stand that the shipped model was made of.

    Returns
    -------
    Path
        Inside the installed package, or ``seeds`` of the source tree.
    """
    package = Path(__file__).parent
    installed = package / "seeds"
    return installed if installed.is_dir() else package.parent / "seeds"


def shipped_cases(seeds: Path | None = None) -> list[Case]:
    """All labelled cases of the seeds: those of the bulletins, then the narratives by file.

    Parameters
    ----------
    seeds : Path, optional
        A folder with ``bulletins`` and ``narratives``; the shipped one by default.

    Returns
    -------
    list of Case
        Methods are left out: they are advice and tell of no case.
    """
    folder = seeds or seeds_folder()
    if not (folder / "narratives").is_dir():
        raise InputError("seeds_missing", path=folder)
    cases = []
    for page in sorted((folder / "bulletins").glob("*.txt")):
        cases += [case for case in segment(read_text(page), source=page.name) if case.kind != "method" and case.category]
    for file in sorted((folder / "narratives").glob("*.jsonl")):
        cases += read_cases(file)
    return cases


def build_corpus(cases: Iterable[Case], own: Iterable[Case] = ()) -> Corpus:
    """Sort cases into a corpus.

    Parameters
    ----------
    cases : iterable of Case
        Unlabelled ones are left out, and of cases with the same letters all but the first.
    own : iterable of Case
        The user's. One with the letters of a shipped case takes its place: the user's label counts.

    Returns
    -------
    Corpus
        In the same order, the user's at the end.
    """
    mine = _without_doubles(own)
    shipped = {letters: case for letters, case in _without_doubles(cases).items() if letters not in mine}
    kept = (*shipped.values(), *mine.values())
    texts = [case.text for case in kept]
    groups = twin_groups(texts)
    return Corpus(kept, tuple(groups), tuple(held_out(texts, groups)), (False,) * len(shipped) + (True,) * len(mine))


def _without_doubles(cases: Iterable[Case]) -> dict[str, Case]:
    unique: dict[str, Case] = {}
    for case in cases:
        if case.category is not None:
            unique.setdefault(letters_of(case.text), case)
    return unique


def contradictions(cases: Sequence[Case]) -> list[tuple[Case, Case]]:
    """Pairs of cases with the same letters and different labels.

    Parameters
    ----------
    cases : sequence of Case
        Labelled cases.

    Returns
    -------
    list of (Case, Case)
        The first with that text, and the one that contradicts it.
    """
    first: dict[str, Case] = {}
    pairs = []
    for case in cases:
        earlier = first.setdefault(letters_of(case.text), case)
        if earlier.category != case.category:
            pairs.append((earlier, case))
    return pairs
