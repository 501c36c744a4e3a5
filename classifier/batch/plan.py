"""What a batch is to do: which inputs go to which output, checked before anything is read or written."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from classifier import messages
from classifier.errors import InputError, OutputError
from classifier.tables.files import COMPRESSIONS, KINDS, Source
from classifier.tables.rows import BLOCK_ROWS
from classifier.tables.writing import kind_of


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a user may choose.

    Parameters
    ----------
    column : str or None
        Name or number of the column with the narrative.
    encoding, sheet : str or None
        How the inputs are read, where that cannot be found.
    model : str or None
        A model folder.
    lang : {"zh", "en"}
        Of the new columns.
    cues : bool
        Find cues.
    accept : float or None
        The least confidence of a verdict that is accepted, instead of the model's own.
    redact : bool
        Replace personal data in the narratives.
    defuse : bool
        Let nothing that passes through csv and tsv be run as a formula.
    report : str or None
        Where a page about the results goes.
    force, resume : bool
        Replace what stands there, or take up what an earlier run left.
    workers : int or None
        Processes; by default one for each core.
    block_rows : int
        Rows in a part.
    commit_every : float
        Seconds between entries in the journal.
    """

    column: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    model: str | None = None
    lang: str = "zh"
    cues: bool = True
    accept: float | None = None
    redact: bool = False
    defuse: bool = False
    report: str | None = None
    force: bool = False
    resume: bool = False
    workers: int | None = None
    block_rows: int = BLOCK_ROWS
    commit_every: float = 2.0


def expanded(inputs: Sequence[str]) -> list[str]:
    """Inputs with their patterns resolved, for shells that do not.

    Parameters
    ----------
    inputs : sequence of str
        Paths, patterns, folders' patterns, ``-``.

    Returns
    -------
    list of str
        In the order given, those of a pattern sorted, none twice.

    Raises
    ------
    InputError
        If nothing fits a pattern.
    """
    found: list[str] = []
    for given in inputs:
        if given == "-" or Path(given).exists() or not glob.has_magic(given):
            found.append(given)
            continue
        matching = sorted(path for path in glob.glob(given, recursive=True) if Path(path).is_file())
        if not matching:
            raise InputError("nothing_matches", pattern=given)
        found += matching
    return list(dict.fromkeys(found))


def is_folder(output: str) -> bool:
    """Whether an output is a folder, for one file an input.

    Parameters
    ----------
    output : str
        As given.

    Returns
    -------
    bool
        It is one, or its name ends like one.
    """
    return output != "-" and (output.endswith(("/", "\\")) or Path(output).is_dir())


def outputs(inputs: Sequence[str], output: str) -> list[tuple[list[str], str]]:
    """Which inputs go to which output.

    Parameters
    ----------
    inputs : sequence of str
        As ``expanded`` gives them.
    output : str
        A file, ``-``, or a folder.

    Returns
    -------
    list of (list of str, str)
        One entry an output.

    Raises
    ------
    OutputError
        If an output is one of the inputs, or two inputs would have the same.
    """
    pairs = [(list(inputs), output)]
    if is_folder(output):
        pairs = [([given], str(Path(output) / ("stdin" if given == "-" else Path(given).name))) for given in inputs]
    names: set[str] = set()
    for sources, target in pairs:
        if target != "-" and any(_is_same(source, target) for source in inputs):
            raise OutputError("output_is_input", path=target)
        if target in names:
            raise OutputError("output_twice", path=target)
        names.add(target)
        if not sources:
            raise InputError("nothing_matches", pattern=output)
    return pairs


def _is_same(source: str, target: str) -> bool:
    one, other = Path(source), Path(target)
    try:
        return source != "-" and (one.resolve() == other.resolve() or (other.exists() and one.samefile(other)))
    except OSError:
        return False


def target_of(source: Source, output: str, *, folder: bool) -> tuple[str, str, str]:
    """The output's path, kind and compression.

    Parameters
    ----------
    source : Source
        The (first) input.
    output : str
        As ``outputs`` gives it.
    folder : bool
        Whether it is named after the input.

    Returns
    -------
    path, kind, compression : str
        In a folder and on standard output the kind is that of the input, where that can be written.

    Raises
    ------
    OutputError
        If nothing of that name can be written.
    """
    same = {"xls": "xlsx", "txt": "csv"}.get(source.kind, source.kind)
    if output == "-":
        return "-", "csv" if same in ("xlsx", "parquet") else same, ""
    if not folder:
        return output, *kind_of(output)
    try:
        kind, compression = kind_of(output)
        if kind == same:
            return output, kind, compression
    except OutputError:
        pass
    stem = Path(output)
    while stem.suffix.lower() in COMPRESSIONS or stem.suffix.lower() in KINDS:
        stem = stem.with_suffix("")
    return f"{stem}.{same}", same, ""


def how_found(path: str, columns: Sequence[str], index: int, how: str) -> str:
    """What a person is told of the column with the narrative.

    Parameters
    ----------
    path : str
        The input.
    columns : sequence of str
        Names of all.
    index : int
        Its place.
    how : {"given", "name", "content"}
        How it was found.

    Returns
    -------
    str
        One line.
    """
    if how == "content":
        return messages.text("column_by_content", path=path, column=columns[index], number=index + 1)
    return messages.text("column_by_name", path=path, column=columns[index], number=index + 1)
