"""Tables as .xlsx, for spreadsheets.  Needs openpyxl."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from quotelens.table.extras import optional
from quotelens.table.wording import counted

MOST_ROWS = 1_048_575  # of a sheet, below the line of names
_LONGEST = 32_767  # characters of a cell
_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number
_FIRST_DAY = datetime(1900, 3, 1)  # spreadsheets disagree about earlier days
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def check() -> None:
    """Raise ImportError, with what to install, without openpyxl."""
    optional("openpyxl", "Writing .xlsx")


def write_sheet(path: Path, names: Sequence[str], rows: Iterable[Sequence[Any]], about: str = "") -> None:
    """Write a sheet with a header row that stays in view; `about` becomes the description of the file.

    Texts stay texts, even if they look like formulas.  Times are UTC, and numbers that a spreadsheet would round
    become texts.  Raises ValueError for more rows than a sheet holds; texts that are too long for a cell are cut,
    with a warning.
    """
    openpyxl = optional("openpyxl", "Writing .xlsx")
    cells = optional("openpyxl.cell", "Writing .xlsx")
    book = openpyxl.Workbook(write_only=True)
    book.properties.description = about[:_LONGEST]
    sheet = book.create_sheet("quotelens")
    sheet.freeze_panes = "A2"
    n_cut = 0
    for number, row in enumerate(chain([names], rows)):
        if number > MOST_ROWS:
            raise ValueError(f"A sheet holds {MOST_ROWS:,} rows: write .parquet or .csv.")
        made = []
        for value in row:
            known = _value(value)
            n_cut += isinstance(value, str) and len(value) > _LONGEST
            made.append(_text_cell(cells, sheet, known) if isinstance(known, str) else known)
        sheet.append(made)
    book.save(path)
    if n_cut:
        warnings.warn(f"{counted(n_cut, 'text')} too long for a cell of .xlsx: cut at {_LONGEST:,}", stacklevel=4)


def _text_cell(cells: Any, sheet: Any, text: str) -> Any:
    cell = cells.WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # not a formula, whatever it begins with
    return cell


def _value(value: Any) -> Any:
    """A value as a cell can hold it."""
    if isinstance(value, str):
        return _NO_TEXT.sub("\ufffd", value)[:_LONGEST]
    if isinstance(value, datetime):
        moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo is not None else value
        return moment if moment >= _FIRST_DAY else moment.isoformat(sep=" ")
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _EXACT:
        return str(value)
    return value
