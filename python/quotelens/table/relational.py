"""What is asked of any table: counts, shares, cross tables, joins, samples, order."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

from quotelens.table.table import Table, column_name, rows_of_frame
from quotelens.table.wording import names_given

By = str | Sequence[str]
Columns = dict[str, tuple[list[Any], str]]
"""Values and type of each column."""


def names_in(by: By, *more: str) -> list[str]:
    """One name or several, one by one or in a list, as a list; TypeError for what is no name.

    >>> names_in("kind", "act"), names_in(["kind", "act"])
    (['kind', 'act'], ['kind', 'act'])
    """
    return names_given("by", [*names_given("by", by, "kind"), *more], "kind")


def counts_of(table: Table, by: By) -> tuple[Columns, list[int]]:
    """Each value, or row of values, that occurs, the most frequent first, and how often."""
    names = names_in(by)
    columns, keys = _keys(table, names)
    counted = Counter(keys).most_common()
    values = {name: [key[k] for key, _ in counted] for k, name in enumerate(names)}
    return {name: (values[name], columns[name][1]) for name in names}, [n for _, n in counted]


def pivoted(table: Table, rows: str, columns: str, values: str | None) -> Columns:
    """A cross table: of counts, or of the sums of `values`."""
    cells: dict[Any, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
    totals: Counter[str] = Counter()
    sides, kind = _raw(table, [rows, columns]), "int64"
    amounts: list[Any] = [1] * len(table)
    if values is not None:
        amounts, kind = _raw(table, [values])[values]
        if kind not in ("int32", "int64", "float64"):
            raise ValueError(
                f"values={values!r} is a column of type {kind}: give one of numbers, or none to count rows."
            )
        kind = "float64" if kind == "float64" else "int64"
    for row, column, amount in zip(sides[rows][0], sides[columns][0], amounts, strict=True):
        name = "null" if column is None else column_name(str(column))
        cells[row][name] += amount or 0
        totals[name] += 1
    made: Columns = {rows: (list(cells), sides[rows][1])}
    for name, _ in totals.most_common():
        made[name if name != rows else f"{name}_"] = ([row[name] for row in cells.values()], kind)
    return made


def joined(left: Table, right: Any, on: By, how: Literal["left", "inner"]) -> Columns:
    """The rows of `left`, each with the columns of the rows of `right` that have the same values of `on`."""
    names = names_in(on)
    other = as_table(right)
    ours, keys = _keys(left, names)
    theirs, their_keys = _keys(other, names)
    for name in names:
        if ours[name][1] != theirs[name][1] and "string" in (ours[name][1], theirs[name][1]):
            raise TypeError(
                f"on={name!r} is {ours[name][1]} on the left and {theirs[name][1]} on the right: make them the same."
            )
    found: dict[tuple[Any, ...], list[int]] = {}
    for k, key in enumerate(their_keys):
        found.setdefault(key, []).append(k)
    nothing: list[int | None] = [None] if how == "left" else []
    pairs = [(k, match) for k, key in enumerate(keys) for match in found.get(key, nothing)]
    made: Columns = {}
    for name, (values, kind) in _raw(left, left.columns).items():
        made[name] = [values[k] for k, _ in pairs], kind
    for name, (values, kind) in _raw(other, [name for name in other.columns if name not in names]).items():
        new = name if name not in made else f"{name}_right"
        made[new] = [None if match is None else values[match] for _, match in pairs], kind
    return made


def sampled(table: Table, n: int, by: By | None, seed: int) -> tuple[list[int], list[float]]:
    """Positions of `n` rows drawn at random, or of `n` for each value of `by`, in their order, and their weights."""
    if not isinstance(n, int) or n < 0:
        raise ValueError(f"n is {n!r}: give a number of rows, from 0 up.")
    chance = random.Random(seed)
    strata: dict[Any, list[int]] = defaultdict(list)
    for k, key in enumerate(_keys(table, names_in(by))[1] if by is not None else [()] * len(table)):
        strata[key].append(k)
    drawn = []
    for rows in strata.values():
        size = min(n, len(rows))
        drawn += [(k, len(rows) / size) for k in chance.sample(rows, size)]
    drawn.sort()
    return [k for k, _ in drawn], [weight for _, weight in drawn]


def bins(values: Sequence[float | None], at: Sequence[float]) -> list[str | None]:
    """Between which of the numbers `at` each value lies."""
    edges = list(at)
    if not edges or any(not low < high for low, high in pairwise(edges)):
        raise ValueError(f"at is {at!r}: give numbers that rise, such as (0.5, 0.8).")
    names = [f"below {edges[0]:g}", *(f"{a:g} to {b:g}" for a, b in pairwise(edges)), f"{edges[-1]:g} and up"]
    return [None if value is None else names[bisect_right(edges, value)] for value in values]


def with_column(table: Table, name: str, values: Sequence[Any], kind: str) -> Columns:
    """The columns of a table, and one more; ValueError where there is one of its name."""
    if name in table.columns:
        raise ValueError(f"The table has a column {name!r} already: leave it out with select.")
    return {**_raw(table, table.columns), name: (list(values), kind)}


def ordered(table: Table, by: By, descending: bool) -> list[int]:
    """Positions of the rows in the order of their values, nulls last; equal ones stay as they are."""
    rows = list(range(len(table)))
    for values, _ in reversed(list(_raw(table, names_in(by)).values())):
        rows.sort(key=lambda k: _rank(values[k], descending), reverse=descending)
    return rows


def _rank(value: Any, descending: bool) -> tuple[bool, Any]:
    return ((value is None) != descending, 0 if value is None else value)


def as_table(rows: Any) -> Table:
    """A table of ours, or a dataframe or rows (dicts) as one.

    Raises TypeError for what is none of these.
    """
    from quotelens.analysis.metadata import typed

    if isinstance(rows, Table):
        return rows
    if hasattr(rows, "__arrow_c_stream__"):
        rows = rows_of_frame(rows)
    if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
        raise TypeError(f"A table, a dataframe or a list of dicts is wanted, not a {type(rows).__name__}.")
    columns = {name: typed([row.get(name) for row in rows]) for name in dict.fromkeys(n for row in rows for n in row)}
    return Table.from_columns({n: v for n, (v, _) in columns.items()}, [kind for _, kind in columns.values()])


def _raw(table: Table, names: Sequence[str]) -> Columns:
    """Columns as the core gives them: a moment is a number of microseconds."""
    return {name: table._stored(name) for name in names}


def _keys(table: Table, names: Sequence[str]) -> tuple[Columns, Iterator[tuple[Any, ...]]]:
    if not names:
        raise ValueError("Name a column, or several.")
    columns = _raw(table, names)
    return columns, zip(*(values for values, _ in columns.values()), strict=True)
