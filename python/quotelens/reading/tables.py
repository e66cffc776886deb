"""Tables: .csv, .tsv, .parquet and .xlsx, one document per row."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from quotelens.reading.base import Budget, Found, Options, Source, TooLargeError, text_lines
from quotelens.reading.records import Problem, Record, encoding_problem, fill_ours, pick_columns, record_of
from quotelens.table.extras import optional

_DELIMITERS = ",;\t|"
_ROWS = 256  # of Parquet at a time
_MOST_SHEET_ROWS = 1 << 20  # of Excel
_LONGEST_CELL = 2**31 - 1  # the csv module stops at 131,072 by itself, and an article may be longer


class NoSuchColumnError(ValueError):
    """A table without the columns that are needed; the message says which it has."""


def read_csv(source: Source, options: Options) -> Iterator[Found]:
    """Comma-separated values with a line of names; the separator may also be ; or a tab or |."""
    return _read_separated(source, options, None)


def read_tsv(source: Source, options: Options) -> Iterator[Found]:
    """Tab-separated values with a line of names."""
    return _read_separated(source, options, "\t")


def _read_separated(source: Source, options: Options, delimiter: str | None) -> Iterator[Found]:
    csv.field_size_limit(_LONGEST_CELL)
    guesses: list[str] = []  # what was said about the lines of the current row
    row = Budget(options.max_member, "max_member")

    def lines(file: Any) -> Iterator[str]:
        for line, how in text_lines(file, options):
            row.spend(len(line))  # inside quotation marks a row may have many lines
            if how:
                guesses.append(how)
            yield line

    with source.open() as file:
        pulled = lines(file)
        first = next(pulled, "")
        if delimiter is None:
            delimiter = max(_DELIMITERS, key=first.count)
        rows = csv.reader(_chained(first, pulled), delimiter=delimiter)
        names = [name.strip() for name in next(rows, [])]
        make = _RowMaker(names, options)
        for cells in rows:
            row.renew()
            if not cells:
                continue
            where = (f"{source.stem}:{rows.line_num}", f"{source.name}:{rows.line_num}")
            yield from _separated_row(make(cells, *where), cells, names, guesses)
            guesses.clear()


def _separated_row(found: Found, cells: list[str], names: list[str], guesses: list[str]) -> Iterator[Found]:
    record, problem = found
    assert record is not None
    if len(cells) != len(names):
        if problem is None:
            problem = Problem(record, record.source, "bad_row", "")
        problem.detail = f"{len(cells)} cells, where the table has {len(names)} columns"
        problem.done = "cells that are missing are null" if len(cells) < len(names) else "cells too many are left out"
    if guesses:
        note = encoding_problem(record, guesses[0])
        if problem is None:
            problem = note
        else:
            yield None, note
    yield record, problem


def _chained(first: str, rest: Iterable[str]) -> Iterator[str]:
    if first:
        yield first
    yield from rest


def read_parquet(source: Source, options: Options) -> Iterator[Found]:
    """Parquet, some rows at a time.  Needs pyarrow."""
    parquet = optional("pyarrow.parquet", "Reading Parquet")
    with source.open_seekable(options.max_member) as file:
        table = parquet.ParquetFile(file, pre_buffer=False)
        make = _RowMaker(list(table.schema_arrow.names), options)
        number = 0
        for batch in table.iter_batches(batch_size=_rows_at_a_time(table.metadata, options), use_threads=False):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                source.spend(_checked_size(row, options))
                yield make(row, f"{source.stem}:{number}", f"{source.name}:{number}")


def _rows_at_a_time(metadata: Any, options: Options) -> int:
    """The number of rows that fit into `max_member` even if each has the longest value that its group can hold.

    A dictionary stores a value once for any number of rows.
    """
    largest = max((metadata.row_group(k).total_byte_size for k in range(metadata.num_row_groups)), default=0)
    return min(_ROWS, max(1, options.max_member // max(1, largest)))


def _checked_size(row: Sequence[Any], options: Options) -> int:
    """The amount of text in a row.  Raises TooLargeError if it is more than a line may have."""
    size = sum(len(cell) for cell in row if isinstance(cell, (str, bytes)))
    if size > options.max_member:
        raise TooLargeError(options.max_member)
    return size


def read_xlsx(source: Source, options: Options) -> Iterator[Found]:
    """Excel's .xlsx: every sheet whose first row names a column of texts; other sheets are named in problems().

    Needs openpyxl.
    """
    openpyxl = optional("openpyxl", "Reading .xlsx")
    with source.open_seekable(options.max_member) as file:
        budget = Budget(options.max_archive, "max_archive")
        _check_parts(file, source, options, budget)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # the size that a sheet states may be wrong
        sheets = [sheet for sheet in book.worksheets if next(sheet.iter_rows(values_only=True), None) is not None]
        for sheet in sheets:
            try:
                yield from _read_sheet(sheet, source, options, budget)
            except NoSuchColumnError as error:
                if len(sheets) == 1:
                    raise
                yield None, Problem(None, f"{source.name}!{sheet.title}", "skipped", str(error))


def _check_parts(file: IO[bytes], source: Source, options: Options, budget: Budget) -> None:
    """Raise TooLargeError if the parts of a workbook, which is a .zip, inflate to more than members of one may.

    zipfile gives no more bytes of a part than the archive says it has.
    """
    with zipfile.ZipFile(file) as archive:
        for part in archive.infolist():
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError(f"{part.filename!r} is packed as no workbook is")
            Budget(options.max_member, "max_member").spend(part.file_size)
            budget.spend(part.file_size)
            source.spend(part.file_size)
    file.seek(0)


def _names_of(sheet: Any) -> list[str]:
    """The cells of the first row, up to the last that holds something."""
    names = ["" if name is None else str(name).strip() for name in next(sheet.iter_rows(values_only=True), ())]
    while names and not names[-1]:
        names.pop()
    return names


def _read_sheet(sheet: Any, source: Source, options: Options, budget: Budget) -> Iterator[Found]:
    names = _names_of(sheet)
    make = _RowMaker(names, options)
    for number, cells in enumerate(sheet.iter_rows(min_row=2, max_col=len(names), values_only=True), start=2):
        if number > _MOST_SHEET_ROWS:
            raise ValueError(f"a row beyond {_MOST_SHEET_ROWS:,}, which no sheet has")
        if any(cell is not None for cell in cells):
            budget.spend(_checked_size(cells, options))  # a text that many cells share is in the file only once
            stem = source.stem if sheet.title.startswith("Sheet") else f"{source.stem}:{sheet.title}"
            yield make(cells, f"{stem}:{number}", f"{source.name}!{sheet.title}:{number}")


class _RowMaker:
    """Makes documents of the rows of one table.  Raises NoSuchColumnError where it has no texts."""

    def __init__(self, names: Sequence[str], options: Options) -> None:
        try:
            self._layout = pick_columns(names, options.text, options.id, options.ours)
        except ValueError as error:
            raise NoSuchColumnError(str(error)) from None
        self._names = names
        self._asked = options.ours

    def __call__(self, cells: Sequence[Any], default_id: str, place: str) -> tuple[Record, Problem | None]:
        row = {name: _value(cell) for name, cell in zip(self._names, cells, strict=False) if name}
        layout = self._layout
        record, problem = record_of(row, text=layout.text, id=layout.id, default_id=default_id, source=place)
        fill_ours(record, layout, self._asked)
        return record, problem


def _value(cell: Any) -> Any:
    """A cell, or None if it is empty."""
    return None if isinstance(cell, str) and not cell else cell
