"""Operations on any table: counts, shares, cross tables, joins, samples, sorting."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

from quotelens.table.layout import NUMBERS, column_name
from quotelens.table.wording import names_given

By = str | Sequence[str]
Columns = dict[str, tuple[list[Any], str]]
"""Values and type of each column, as the core gives them: a moment is a number of microseconds."""


def names_in(by: By, *more: str) -> list[str]:
    """One name or several, one by one or in a list, as a list; TypeError if it is not a name.

    >>> names_in("kind", "act"), names_in(["kind", "act"])
    (['kind', 'act'], ['kind', 'act'])
    """
    return names_given("by", [*names_given("by", by, "kind"), *more], "kind")


def counts_of(columns: Columns) -> tuple[Columns, list[int]]:
    """Each value, or row of values, and how often it occurs, the most frequent first."""
    counted = Counter(keys_of(columns)).most_common()
    values = {name: ([key[k] for key, _ in counted], kind) for k, (name, (_, kind)) in enumerate(columns.items())}
    return values, [n for _, n in counted]


def pivoted(table: Columns, rows: str, columns: str, values: str | None) -> Columns:
    """A cross table: of counts, or of the sums of `values`."""
    cells: dict[Any, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
    totals: Counter[str] = Counter()
    amounts, kind = table[values] if values is not None else ([1] * len(table[rows][0]), "int64")
    if kind not in NUMBERS:
        raise ValueError(
            f"values={values!r} is a column of type {kind}: give a column of numbers, or leave it out to count rows."
        )
    for row, column, amount in zip(table[rows][0], table[columns][0], amounts, strict=True):
        name = "null" if column is None else column_name(str(column))
        cells[row][name] += amount or 0
        totals[name] += 1
    made: Columns = {rows: (list(cells), table[rows][1])}
    for name, _ in totals.most_common():
        sums = [row[name] for row in cells.values()]
        made[name if name != rows else f"{name}_"] = (sums, "float64" if kind == "float64" else "int64")
    return made


def joined(left: Columns, right: Columns, names: Sequence[str], how: Literal["left", "inner"]) -> Columns:
    """The rows of `left`, each with the columns of the rows of `right` that have the same values of `names`."""
    ours, theirs = ({name: side[name] for name in names} for side in (left, right))
    for name in names:
        if ours[name][1] != theirs[name][1] and "string" in (ours[name][1], theirs[name][1]):
            raise TypeError(
                f"on={name!r} is {ours[name][1]} on the left and {theirs[name][1]} on the right: make them the same."
            )
    found: dict[tuple[Any, ...], list[int]] = {}
    for k, key in enumerate(keys_of(theirs)):
        found.setdefault(key, []).append(k)
    nothing: list[int | None] = [None] if how == "left" else []
    pairs = [(k, match) for k, key in enumerate(keys_of(ours)) for match in found.get(key, nothing)]
    made: Columns = {name: ([values[k] for k, _ in pairs], kind) for name, (values, kind) in left.items()}
    for name, (values, kind) in right.items():
        if name not in names:
            new = name if name not in made else f"{name}_right"
            made[new] = [None if match is None else values[match] for _, match in pairs], kind
    return made


def sampled(keys: Sequence[Any], n: int, seed: int) -> tuple[list[int], list[float]]:
    """Positions of `n` rows drawn at random for each of the `keys`, in their order, and their weights."""
    if not isinstance(n, int) or n < 0:
        raise ValueError(f"n is {n!r}: give a number of rows, from 0 up.")
    chance = random.Random(seed)
    strata: dict[Any, list[int]] = defaultdict(list)
    for k, key in enumerate(keys):
        strata[key].append(k)
    drawn = []
    for rows in strata.values():
        size = min(n, len(rows))
        drawn += [(k, len(rows) / size) for k in chance.sample(rows, size)]
    drawn.sort()
    return [k for k, _ in drawn], [weight for _, weight in drawn]


def bins(values: Sequence[float | None], at: Sequence[float]) -> list[str | None]:
    """The bin of each value, between the numbers `at`."""
    edges = list(at)
    if not edges or any(not low < high for low, high in pairwise(edges)):
        raise ValueError(f"at is {at!r}: give increasing numbers, such as (0.5, 0.8).")
    names = [f"below {edges[0]:g}", *(f"{a:g} to {b:g}" for a, b in pairwise(edges)), f"{edges[-1]:g} and up"]
    return [None if value is None else names[bisect_right(edges, value)] for value in values]


def with_column(table: Columns, name: str, values: Sequence[Any], kind: str) -> Columns:
    """The columns of a table, and one more; ValueError if the name is taken."""
    if name in table:
        raise ValueError(f"The table already has a column {name!r}: leave it out with select.")
    return {**table, name: (list(values), kind)}


def ordered(columns: Columns, n: int, descending: bool) -> list[int]:
    """Positions of the `n` rows in the order of their values, nulls last; equal ones stay as they are."""
    rows = list(range(n))
    for values, _ in reversed(list(columns.values())):
        rows.sort(key=lambda k: _rank(values[k], descending), reverse=descending)
    return rows


def _rank(value: Any, descending: bool) -> tuple[bool, Any]:
    return ((value is None) != descending, 0 if value is None else value)


def keys_of(columns: Columns) -> list[tuple[Any, ...]]:
    """The values of each row.  Raises ValueError without a column."""
    if not columns:
        raise ValueError("Name a column, or several.")
    return list(zip(*(values for values, _ in columns.values()), strict=True))
