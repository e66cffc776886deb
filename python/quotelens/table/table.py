"""Tables: columns in Arrow's memory layout, and their conversions."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import partial
from html import escape
from itertools import accumulate
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, Self, overload

from quotelens import _core
from quotelens.table.excel import write_sheet
from quotelens.table.extras import optional
from quotelens.table.files import json_line, open_text, replacing
from quotelens.table.layout import NUMBERS, aligned, cell, ends, more_columns
from quotelens.table.relational import (
    By,
    Columns,
    bins,
    counts_of,
    joined,
    keys_of,
    names_in,
    ordered,
    pivoted,
    sampled,
    with_column,
)
from quotelens.table.values import typed
from quotelens.table.wording import counted, names_given, shown

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN_ROWS = 20
_WIDEST_HTML = 160
_MOST_COLUMNS = 14
TELLING = ("doc_id", "speaker", "source", "cue", "kind", "text")
"""The most useful columns of quotes at a glance."""
_TELLING = (
    TELLING,
    ("quote", "verdict", "doc_id", "speaker", "found", "edit"),
    ("doc_id", "outlet", "published", "title", "n_quotes", "status"),
    ("doc_id", "source", "anonymity", "reason", "text"),
    ("canonical", "n_members", "n_outlets", "first_outlet", "first_published", "family_id"),
    ("rank", "outlet", "published", "edit", "doc_id"),
    ("name", "kind", "title", "organisation", "n_quotes", "n_documents", "aliases"),
    ("problem", "source", "detail", "done"),
)
"""The columns to show of a table that has them all, if there is no room for the others, the most useful first."""
_LONGEST_STEP = 80  # characters of a value in a step of `info`
BYTE_ORDER_MARK = "\ufeff"
_SIGN = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"  # what a formula begins with, in any width
_BLANK = r"\0-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
_AT_START = re.compile(rf"[\t\r\n]|[{_BLANK}]*{_SIGN}")
_WITHIN = re.compile(rf'([;|\t\r\n][{_BLANK}"]*)({_SIGN})')
"""Where a spreadsheet that does not split at commas begins a cell; it ignores quotation marks there."""
CONFIDENCES = (0.5, 0.8)
"""The default edges between unsure, likely and sure confidences."""


def rows_of_frame(data: Any) -> list[Any]:
    """The rows of a dataframe as dicts, or the values of a series.

    Raises ValueError for several columns of one name, and for memory that is not valid Arrow.
    """
    arrow = optional("pyarrow", "Reading a dataframe")
    try:
        rows = arrow.table(data)
    except (arrow.ArrowException, TypeError, ValueError):
        rows = arrow.chunked_array(data)
    rows.validate(full=True)  # otherwise offsets outside the memory would be followed
    names = getattr(rows, "column_names", [])
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f"The dataframe has several columns called {', '.join(map(repr, twice))}. Rename all but one."
        )
    return list(rows.to_pylist())


class Table:
    """Rows and named columns, such as the quotes of a corpus.

    A table is immutable.  `len(t)` counts rows; iteration gives rows as dicts; `t["column"]` is a list, `t[0]` a
    dict, `t[10:20]` a table.  `filter`, `join`, `sort`, `sample`, `count`, `share` and `pivot` return tables.
    pyarrow, polars and DuckDB read a table without a copy through the Arrow C stream interface:
    `polars.DataFrame(t)`, `duckdb.sql("select * from t")`.  DuckDB before 1.5 can read it only once per query: to
    join it with itself, or to register it, use `t.to_arrow()`.

    >>> t = Table.from_columns({"doc_id": ["a", "a", "b"], "n_words": [4, 7, 2]}, ["string", "int32"])
    >>> len(t), t.columns
    (3, ['doc_id', 'n_words'])
    >>> t["n_words"]
    [4, 7, 2]
    >>> t[-1]
    {'doc_id': 'b', 'n_words': 2}
    >>> t.filter(doc_id="a")
    doc_id  n_words
    a             4
    a             7
    """

    def __init__(self, batches: Sequence[_core.Batch], empty: _core.Batch) -> None:
        self._info: dict[str, Any] = {}
        self._hold(batches, empty)

    def _hold(self, batches: Sequence[_core.Batch], empty: _core.Batch) -> None:
        self._batches = [batch for batch in batches if len(batch)]
        self._empty = empty
        self._ends = list(accumulate(len(batch) for batch in self._batches))

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[Any]], types: Sequence[str]) -> Table:
        """A table of Python values.

        `types` has one per column: string, int32, int64, float64, bool, or timestamp (microseconds since 1970, UTC).
        None is null.
        """
        names = list(columns)
        batch = _core.Batch.from_columns(names, types, list(columns.values()))
        return cls([batch], _core.Batch.from_columns(names, types, [[] for _ in names]))

    # ------------------------------------------------------------------------------------------------- rows

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self._empty.names)

    @property
    def nbytes(self) -> int:
        """Memory used by the columns, in bytes."""
        return sum(batch.nbytes for batch in self._batches)

    @property
    def info(self) -> dict[str, Any]:
        """How the table was made: everything in `quotelens.info`, its name ("table") and the "options" given.

        With your own `Config`, "config" is its TOML. A table derived from others has the info of the first, and
        "steps" lists what was done since; a table of Python values has no info.  `to_pandas` stores it in
        `attrs["quotelens"]`; Arrow and Parquet store it in the schema, as JSON under the key "quotelens".

        >>> import quotelens as ql
        >>> made_by = ql.sample().quotes(kind="direct").info
        >>> made_by["table"], made_by["options"], made_by["unicode"]
        ('quotes', {'kind': 'direct'}, '17.0.0')
        >>> ql.sample().quotes().filter(act="speech").count("kind").info["steps"]
        ["filter act='speech'", "count by=['kind']"]
        """
        return dict(self._info)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = self.columns
        for batch in self._batches:
            columns = [self._values(batch, name) for name in names]
            for row in zip(*columns, strict=True):
                yield dict(zip(names, row, strict=True))

    @overload
    def __getitem__(self, key: str) -> list[Any]: ...
    @overload
    def __getitem__(self, key: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, key: slice) -> Self: ...
    def __getitem__(self, key: str | int | slice) -> list[Any] | dict[str, Any] | Self:
        if isinstance(key, str):
            return self._column(key)
        if isinstance(key, slice):
            bounds = (key.start, key.stop) if key.step is None else (key.start, key.stop, key.step)
            said = ":".join("" if bound is None else str(bound) for bound in bounds)
            return self._take(range(len(self))[key])._noted(f"rows {said}", {})
        try:
            row = range(len(self))[key]
        except TypeError:
            raise TypeError(
                f"A table is indexed by a column's name, a row's number or a slice, not by {key!r}."
            ) from None
        except IndexError:
            raise IndexError(f"There is no row {key}: the table has {len(self):,} rows.") from None
        batch, local = self._place(row)
        return {name: self._values(batch.take([local]), name)[0] for name in self.columns}

    def head(self, n: int = 5) -> Self:
        """The first `n` rows."""
        if not isinstance(n, int):
            raise TypeError(f"n is {shown(n)}: give a number of rows.")
        return self[: max(n, 0)]

    def filter(self, where: Callable[[dict[str, Any]], Any] | None = None, /, **equal: Any) -> Self:
        """The rows whose columns have these values, or one of several given as a list, tuple or set.

        A function instead of a value is called with each value of the column (None for null), and keeps the rows for
        which it is true.  `where` is such a function of the whole row, a dict.

        Raises KeyError for a column that is not there.

        >>> t = Table.from_columns({"kind": ["direct", "mixed", "indirect"]}, ["string"])
        >>> t.filter(kind=["direct", "mixed"])["kind"]
        ['direct', 'mixed']
        >>> t.filter(kind=lambda kind: kind.startswith("in"))["kind"]
        ['indirect']
        >>> t.filter(lambda row: row["kind"].startswith("in"))["kind"]
        ['indirect']
        """
        if where is not None and not callable(where):
            raise TypeError(
                f"filter() takes values of columns, such as kind='direct', or a function of a row, such as "
                f"lambda row: row['kind'] == 'direct', not {shown(where)}."
            )
        tests = {name: _membership(value) for name, value in equal.items()}
        for name in tests:
            self._check(name)
        table = self._like([_matching(batch, tests, self._values) for batch in self._batches], self._empty)
        if where is not None:
            table = table._take([k for k, row in enumerate(table) if where(row)])
        said = "" if where is None else f" {_name_of(where)}"
        return table._noted(f"filter{said}", equal)

    def count(self, by: By, *more: str) -> Table:
        """How often each value of a column occurs, most frequent first: a table with that column and `n`.

        Several columns, one by one or in a list, are counted together: `count("kind", "act")`.

        >>> Table.from_columns({"kind": ["direct", "mixed", "direct"]}, ["string"]).count(by="kind")
        kind    n
        direct  2
        mixed   1
        """
        names = names_in(by, *more)
        columns, n = counts_of(self._raw(names))
        return self._derived({**columns, "n": (n, "int64")})._noted("count", {"by": names})

    def share(self, by: By, *more: str) -> Table:
        """Like `count`, with `of`, the number of all rows, and `share`, from 0 to 1.

        >>> Table.from_columns({"kind": ["direct", "mixed", "direct", "direct"]}, ["string"]).share(by="kind")
        kind    n  of  share
        direct  3   4   0.75
        mixed   1   4   0.25
        """
        names = names_in(by, *more)
        columns, n = counts_of(self._raw(names))
        shares = [k / len(self) for k in n]
        of = [len(self)] * len(n)
        made = {**columns, "n": (n, "int64"), "of": (of, "int64"), "share": (shares, "float64")}
        return self._derived(made)._noted("share", {"by": names})

    def pivot(self, rows: str, columns: str, *, values: str | None = None) -> Table:
        """A cross table with a row for each value of `rows` and a column for each value of `columns`, most frequent
        first.

        Cells count rows, or sum the column `values`.

        >>> columns = {"who": ["Lee", "Lee", "Holm"], "kind": ["direct", "mixed", "direct"]}
        >>> t = Table.from_columns(columns, ["string", "string"])
        >>> t.pivot("who", "kind")
        who   direct  mixed
        Lee        1      1
        Holm       1      0
        """
        asked = [rows, columns] if values is None else [rows, columns, values]
        made = self._derived(pivoted(self._raw(asked), rows, columns, values))
        return made._noted("pivot", {"rows": rows, "columns": columns} | ({"values": values} if values else {}))

    def join(self, other: Any, *, on: By, how: Literal["left", "inner"] = "left") -> Self:
        """Add the columns of another table, from its rows with the same values in the columns `on`.

        `other` is a table, a dataframe or a list of dicts.  A row with several matches is repeated for each; a row
        without a match gets nulls in the new columns, or is left out if `how` is "inner".  If the name of a new
        column is taken, `_right` is added to it.

        Raises KeyError for an unknown column, ValueError for another `how`, and TypeError if `other` is not a table.

        >>> quotes = Table.from_columns({"doc_id": ["a", "b"], "n_words": [4, 2]}, ["string", "int32"])
        >>> quotes.join([{"doc_id": "a", "country": "Norway"}], on="doc_id")
        doc_id  n_words  country
        a             4  Norway
        b             2
        """
        if how not in ("left", "inner"):
            raise ValueError(f"how={how!r} is not one of: left, inner.")
        names, theirs = names_in(on), _as_table(other)
        for table in (self, theirs):
            for name in names:
                table._check(name)
        made = joined(self._raw(self.columns), theirs._raw(theirs.columns), names, how)
        return self._like(*_batch_of(made))._noted("join", {"on": names, "how": how})

    def sort(self, by: By, *more: str, descending: bool = False) -> Self:
        """The rows sorted by one or several columns.  Nulls come last; equal rows keep their order.

        >>> Table.from_columns({"n": [2, None, 3]}, ["int64"]).sort(by="n", descending=True)["n"]
        [3, 2, None]
        """
        names = names_in(by, *more)
        return self._take(ordered(self._raw(names), len(self), descending))._noted(
            "sort", {"by": names, "descending": descending}
        )

    def sample(self, n: int, *, by: By | None = None, seed: int = 0, weights: bool = False) -> Self:
        """Draw `n` rows at random, without repeats, in their order; with `by`, up to `n` for each of its values.

        The same seed draws the same rows.  With `weights=True`, a new column `weight` says how many rows each one
        stands for: the rows with its value of `by`, divided by how many of them were drawn.  To estimate a sum over
        the table, sum value times weight; to estimate a share, divide one sum of weights by another.

        >>> t = Table.from_columns({"kind": ["direct"] * 9 + ["mixed"]}, ["string"])
        >>> t.sample(2, by="kind")["kind"]
        ['direct', 'direct', 'mixed']
        """
        keys = [()] * len(self) if by is None else keys_of(self._raw(names_in(by)))
        rows, weight = sampled(keys, n, seed)
        taken = self._take(rows)
        if weights:
            taken = self._like(*_batch_of(with_column(taken._raw(taken.columns), "weight", weight, "float64")))
        return taken._noted("sample", {"n": n, "by": by, "seed": seed, "weights": weights})

    def binned(self, column: str, *, at: Sequence[float] = CONFIDENCES) -> Self:
        """Add a column that sorts the numbers of another column into bins.

        It has the column's name with `_bin` added.  `at` lists the edges between bins in order, by default 0.5 and
        0.8, which suit `confidence`.  A number at an edge belongs to the bin above; null stays null.

        Raises KeyError for an unknown column, TypeError for a column without numbers, and ValueError if the edges do
        not increase.

        >>> t = Table.from_columns({"confidence": [0.3, 0.5, 0.9, 0.95]}, ["float64"])
        >>> t.binned("confidence").sample(1, by="confidence_bin", weights=True)
        confidence  confidence_bin  weight
               0.3  below 0.5            1
               0.5  0.5 to 0.8           1
               0.9  0.8 and up           2
        """
        values, kind = self._stored(column)
        if kind not in NUMBERS:
            raise TypeError(f"The column {column!r} holds {kind}: numbers are expected.")
        made = self._like(
            *_batch_of(with_column(self._raw(self.columns), f"{column}_bin", bins(values, at), "string"))
        )
        return made._noted("binned", {"column": column, "at": list(at)})

    def select(self, *columns: str | Iterable[str]) -> Self:
        """Keep these columns, in this order.  Pass names one by one, or in a list.

        Raises KeyError for an unknown column, and ValueError without any.

        >>> Table.from_columns({"kind": ["direct"], "n": [3]}, ["string", "int32"]).select("n").columns
        ['n']
        """
        names = [name for given in columns for name in names_given("columns", given, self.columns[0])]
        if not names:
            raise ValueError(f"Name a column, or several. The columns are: {', '.join(self.columns)}.")
        for name in names:
            self._check(name)
        made = self._like([batch.select(names) for batch in self._batches], self._empty.select(names))
        return made._noted("select", {"columns": names})

    def _like(self, batches: Sequence[_core.Batch], empty: _core.Batch) -> Self:
        """A table of other rows or columns, which keeps everything else that this one knows."""
        table = type(self).__new__(type(self))
        table.__dict__.update(self.__dict__)
        table._hold(batches, empty)
        return table

    def _derived(self, columns: Columns) -> Table:
        """A table derived from this one, with other columns."""
        return Table(*_batch_of(columns))._told(self._info)

    def _told(self, info: Mapping[str, Any]) -> Self:
        """The same table with a record of what made it; only for a table that nobody else has yet."""
        self._info = dict(info)
        return self

    def _noted(self, verb: str, how: Mapping[str, Any]) -> Self:
        """The same table with one more step in its `info`; only for a table that nobody else has yet."""
        if self._info:
            words = [verb, *(f"{name}={_brief(value)}" for name, value in how.items())]
            self._info = self._info | {"steps": [*self._info.get("steps", ()), " ".join(words)]}
        return self

    def _check(self, name: str) -> None:
        if name not in self._empty.names:
            near = get_close_matches(str(name), self.columns, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise KeyError(f"There is no column {name!r}.{hint} The columns are: {', '.join(self.columns)}.")

    def _column(self, name: str) -> list[Any]:
        self._check(name)
        values: list[Any] = []
        for batch in self._batches:
            values.extend(self._values(batch, name))
        return values

    def _stored(self, name: str) -> tuple[list[Any], str]:
        """A column as the batches have it (a moment is a number of microseconds), and its type."""
        self._check(name)
        values = [value for batch in self._batches for value in batch.column(name)]
        return values, self._empty.types[self._empty.names.index(name)]

    def _raw(self, names: Iterable[str]) -> Columns:
        return {name: self._stored(name) for name in names}

    def _values(self, batch: _core.Batch, name: str) -> list[Any]:
        values = batch.column(name)
        if self._empty.types[self._empty.names.index(name)] != "timestamp":
            return values
        return [_EPOCH + timedelta(microseconds=v) if isinstance(v, int) else v for v in values]

    def _place(self, row: int) -> tuple[_core.Batch, int]:
        k = bisect_right(self._ends, row)
        return self._batches[k], row - (self._ends[k - 1] if k else 0)

    def _take(self, rows: Iterable[int]) -> Self:
        """Rows in any order, cut into one piece for each run within one batch."""
        pieces: list[tuple[_core.Batch, list[int]]] = []
        for row in rows:
            batch, local = self._place(row)
            if not pieces or pieces[-1][0] is not batch:
                pieces.append((batch, []))
            pieces[-1][1].append(local)
        return self._like([batch.take(local) for batch, local in pieces], self._empty)

    def __getstate__(self) -> dict[str, Any]:
        columns = [[batch.column(name) for name in self._empty.names] for batch in self._batches]
        held = {"names": self._empty.names, "types": self._empty.types, "columns": columns}
        beside = {name: value for name, value in self.__dict__.items() if name not in ("_batches", "_empty", "_ends")}
        return {"held": held, "beside": beside}

    def __setstate__(self, state: dict[str, Any]) -> None:
        names, types = state["held"]["names"], state["held"]["types"]
        batches = [_core.Batch.from_columns(names, types, columns) for columns in state["held"]["columns"]]
        self.__dict__.update(state["beside"])
        self._hold(batches, _core.Batch.from_columns(names, types, [[] for _ in names]))

    # ---------------------------------------------------------------------------------------------- display

    def __repr__(self) -> str:
        return self.to_text(rows=SHOWN_ROWS)

    def to_text(self, *, rows: int | None = None) -> str:
        """The table as plain text, in columns as wide as the terminal allows.

        If there are more than `rows` rows, only the first and the last are shown (None: all).  If not all columns
        fit, the most useful ones are shown.
        """
        first, last = ends(len(self), rows)
        cells = [list(row.values()) for row in (*self[:first], *self[len(self) - last :])]
        room = shutil.get_terminal_size((118, 24)).columns
        lines = aligned(self.columns, cells, self._empty.types, room, telling=self._told_first())
        if not len(self):
            lines.append("(no rows)")
        if len(self) > len(cells):
            lines.insert(1 + first, "…")
            lines.append(f"showing {len(cells)} of {len(self):,}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        names = self.columns
        if len(names) > _MOST_COLUMNS:
            names = self._told_first() or names[:_MOST_COLUMNS]
        first, last = ends(len(self), SHOWN_ROWS)
        cells = ["<tr>" + "".join(f"<th>{escape(name)}</th>" for name in names) + "</tr>"]
        for row in (*self[:first], *self[len(self) - last :]):
            values = "".join(f"<td>{escape(cell(row[name], _WIDEST_HTML))}</td>" for name in names)
            cells.append(f"<tr>{values}</tr>")
        note = counted(len(self), "row")
        if len(self) > first + last:
            cells.insert(1 + first, f'<tr><td colspan="{len(names)}">…</td></tr>')
            note = f"showing {first + last} of {len(self):,}"
        more = [name for name in self.columns if name not in names]
        if more:
            note += f"; and {more_columns(more)}"
        return f"<table>{''.join(cells)}</table><p>{escape(note)}</p>"

    def _told_first(self) -> list[str]:
        """The most useful columns, if they are known."""
        own = set(self.columns)
        return next((list(names) for names in _TELLING if own.issuperset(names)), [])

    # ------------------------------------------------------------------------------------------------- ways out

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A fresh Arrow stream capsule.  Strings come as plain strings whatever schema is asked for."""
        return _core.export_stream(self._batches, self._empty)

    def __arrow_c_schema__(self) -> object:
        """An Arrow schema capsule."""
        return _core.export_schema(self._empty)

    def to_arrow(self) -> pyarrow.Table:
        """A `pyarrow.Table`, with `info` in its schema's metadata.  Needs pyarrow."""
        table: pyarrow.Table = optional("pyarrow", "to_arrow()").table(self)
        return table.replace_schema_metadata(self._schema_metadata())

    def _schema_metadata(self) -> dict[str, str] | None:
        """`info` as the metadata of an Arrow or Parquet schema; None where there is none."""
        return {"quotelens": json.dumps(self._info, ensure_ascii=False)} if self._info else None

    def to_pandas(self, *, zone: bool = False) -> pandas.DataFrame:
        """A `pandas.DataFrame`, with `info` in its `attrs["quotelens"]`.  Needs pandas and pyarrow.

        Times are UTC, without a zone by default, as Excel and plain dates need it; `zone=True` keeps the zone.
        """
        optional("pandas", "to_pandas()")
        arrow = optional("pyarrow", "to_pandas()")
        table = arrow.table(self)
        if not zone:
            plain = [
                arrow.field(field.name, arrow.timestamp("us")) if arrow.types.is_timestamp(field.type) else field
                for field in table.schema
            ]
            table = table.cast(arrow.schema(plain))
        frame: pandas.DataFrame = table.to_pandas()
        if self._info:
            frame.attrs["quotelens"] = self.info
        return frame

    def to_polars(self) -> polars.DataFrame:
        """A `polars.DataFrame`.  Needs polars."""
        frame: polars.DataFrame = optional("polars", "to_polars()").DataFrame(self)
        return frame

    def write(
        self, path: str | os.PathLike[str], *, escape_formulas: bool = False, byte_order_mark: bool = False
    ) -> None:
        """Write the table to a file: .parquet (needs pyarrow), .xlsx (needs openpyxl), .csv or .jsonl.

        `byte_order_mark` makes a spreadsheet read a .csv file as UTF-8, so that it shows curly marks and accents.  In
        .xlsx, texts stay texts, whatever they begin with, and times are UTC.

        A spreadsheet treats a .csv cell that begins with = + - or @ as a formula, and may run it.  `escape_formulas`
        puts an apostrophe before such texts.  It does the same for texts that begin with a blank and such a sign, a
        full-width sign, a tab or a line break, and for signs after ; | a tab or a line break inside a text, because
        some spreadsheets begin a cell there.  The cell then differs from the article: use this for other people's
        texts that will be opened in a spreadsheet.  Other kinds of file mark texts as texts, and are not changed.

        The file is written under another name and moved into place once it is complete; until then, an old one stays.
        Raises ValueError for another ending, and OSError if there is no space or permission.

        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     t = Table.from_columns({"text": ["=1+1", "1+1"], "n": [-2, 3]}, ["string", "int32"])
        ...     t.write(f"{folder}/t.csv", escape_formulas=True)
        ...     print(pathlib.Path(folder, "t.csv").read_text())
        text,n
        '=1+1,-2
        1+1,3
        <BLANKLINE>
        """
        target = Path(path)
        writers: dict[str, Callable[[Path], None]] = {
            ".parquet": self._write_parquet,
            ".xlsx": self._write_xlsx,
            ".csv": partial(self._write_csv, escape_formulas=escape_formulas, byte_order_mark=byte_order_mark),
            ".jsonl": self._write_jsonl,
        }
        writer = writers.get(target.suffix.lower())
        if writer is None:
            raise ValueError(
                f"Cannot tell from {target.name!r} how to write it: use .parquet, .xlsx, .csv or .jsonl."
            )
        with replacing(target) as temporary:
            writer(temporary)

    def _write_parquet(self, path: Path) -> None:
        parquet = optional("pyarrow.parquet", "Writing Parquet")
        reader = optional("pyarrow", "Writing Parquet").RecordBatchReader.from_stream(self)
        with parquet.ParquetWriter(path, reader.schema.with_metadata(self._schema_metadata())) as writer:
            for batch in reader:
                writer.write_batch(batch)

    def _write_xlsx(self, path: Path) -> None:
        about = json.dumps(self._info, ensure_ascii=False) if self._info else ""
        write_sheet(path, self.columns, (list(row.values()) for row in self), about)

    def _write_csv(self, path: Path, *, escape_formulas: bool, byte_order_mark: bool) -> None:
        with open_text(path, newline="") as file:
            file.write(BYTE_ORDER_MARK if byte_order_mark else "")
            write_rows(self, file, "csv", escape_formulas=escape_formulas)

    def _write_jsonl(self, path: Path) -> None:
        with open_text(path) as file:
            write_rows(self, file, "jsonl")


def _as_table(rows: Any) -> Table:
    """A `Table` from a table, a dataframe or rows (dicts).  Raises TypeError for anything else."""
    if isinstance(rows, Table):
        return rows
    if hasattr(rows, "__arrow_c_stream__"):
        rows = rows_of_frame(rows)
    if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
        raise TypeError(f"A table, a dataframe or a list of dicts is expected, not a {type(rows).__name__}.")
    columns = {name: typed([row.get(name) for row in rows]) for name in dict.fromkeys(n for row in rows for n in row)}
    return Table(*_batch_of(columns))


def table_of(rows: Iterable[Mapping[str, Any]], types: Mapping[str, str]) -> Table:
    """A table from rows as dicts; `types` gives its columns and their types."""
    held = list(rows)
    return Table.from_columns({name: [row[name] for row in held] for name in types}, list(types.values()))


def _brief(value: object) -> str:
    """A value on one line, in no more than a few words."""
    text = _name_of(value) if callable(value) else repr(value)
    return text if len(text) <= _LONGEST_STEP else text[: _LONGEST_STEP - 1] + "…"


def _name_of(function: Callable[..., Any]) -> str:
    """The name of a function, because its repr has only its place in memory."""
    return str(getattr(function, "__name__", type(function).__name__))


def _batch_of(columns: Columns) -> tuple[list[_core.Batch], _core.Batch]:
    names, types = list(columns), [kind for _, kind in columns.values()]
    batch = _core.Batch.from_columns(names, types, [values for values, _ in columns.values()])
    return [batch], _core.Batch.from_columns(names, types, [[] for _ in names])


def _membership(value: Any) -> Callable[[Any], Any]:
    if callable(value):
        return value  # type: ignore[no-any-return]
    if isinstance(value, Collection) and not isinstance(value, (str, bytes)):
        return value.__contains__
    return lambda other: bool(other == value)


def _matching(
    batch: _core.Batch, tests: dict[str, Callable[[Any], Any]], values: Callable[[_core.Batch, str], list[Any]]
) -> _core.Batch:
    keep = list(range(len(batch)))
    for name, is_wanted in tests.items():
        column = values(batch, name)
        keep = [row for row in keep if is_wanted(column[row])]
    return batch if len(keep) == len(batch) else batch.take(keep)


# ------------------------------------------------------------------------------------------------ plain text


# ---------------------------------------------------------------------------------------------------- files


def write_rows(table: Table, file: IO[str], kind: str, *, head: bool = True, escape_formulas: bool = False) -> None:
    """Write a table to an open file as "csv", with the names of columns first (`head`), or as "jsonl"."""
    rows = ({name: _plain(value) for name, value in row.items()} for row in table)
    if kind == "jsonl":
        file.writelines(map(json_line, rows))
        return
    cell = _no_formula if escape_formulas else _as_it_is
    writer = csv.writer(file)
    if head:
        writer.writerow(map(cell, table.columns))
    writer.writerows(map(cell, row.values()) for row in rows)


def _no_formula(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    escaped = _WITHIN.sub(r"\1'\2", value)
    return f"'{escaped}" if _AT_START.match(value) else escaped


def _as_it_is(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
