"""The one way to open a table, whatever its kind."""

from __future__ import annotations

from classifier.errors import InputError
from classifier.tables.delimited import DelimitedTable, open_delimited
from classifier.tables.encodings import judge, named
from classifier.tables.excel import ExcelTable, open_excel
from classifier.tables.files import TEXTUAL, Source
from classifier.tables.json_lines import JsonTable, open_json
from classifier.tables.parquet import ParquetTable, open_parquet

AnyTable = DelimitedTable | JsonTable | ExcelTable | ParquetTable

#: Messages for people, with the values they name.
Remarks = list[tuple[str, dict[str, object]]]


def open_table(source: Source, *, encoding: str | None = None, delimiter: str | None = None, sheet: str | None = None) -> tuple[AnyTable, Remarks]:
    """Open a table.

    Parameters
    ----------
    source : Source
        The file.
    encoding, delimiter, sheet : str, optional
        What somebody knows of it; the rest is found.

    Returns
    -------
    table : DelimitedTable, JsonTable, ExcelTable or ParquetTable
        Ready to be read.
    remarks : list of (str, dict)
        What a person should know of how it is read: names of messages with their values.

    Raises
    ------
    InputError
        If it cannot be read, or holds nothing.
    """
    if source.kind == "parquet":
        return open_parquet(source), []
    if source.kind not in TEXTUAL:
        workbook = open_excel(source, sheet)
        remarks: Remarks = (
            [("sheet_chosen", {"path": source.name, "sheet": workbook.sheet, "others": ", ".join(workbook.others)})] if workbook.others else []
        )
        if workbook.formulas:
            remarks.append(("formulas_read", {"path": source.name}))
        return workbook, remarks
    codec = None
    if encoding is not None and (codec := named(encoding)) is None:
        raise InputError("encoding_unknown", encoding=encoding)
    judged = judge(source.chunks, codec)
    if judged is None:
        raise InputError("file_undecodable", path=source.name)
    remarks = []
    shown = judged.codec.removesuffix("-sig").upper()
    if not judged.exact:
        remarks.append(("encoding_damaged", {"path": source.name, "encoding": shown}))
    elif judged.doubtful:
        remarks.append(("encoding_doubtful", {"path": source.name, "encoding": shown}))
    table = open_json(source, judged) if source.kind in ("json", "jsonl") else open_delimited(source, judged, delimiter)
    return table, remarks
