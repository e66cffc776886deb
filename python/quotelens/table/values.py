"""Python values as columns: finding a type that holds them all."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from quotelens.table.dates import timestamp_of


def typed(values: list[Any]) -> tuple[list[Any], str]:
    """Values of a user's column with the narrowest type that holds them all, or as text.

    >>> typed([1, None]), typed([1, 2.5]), typed(["a", 3])
    (([1, None], 'int64'), ([1.0, 2.5], 'float64'), (['a', '3'], 'string'))
    """
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return values, "bool"
    if kinds == {int} and all(value is None or -(2**63) <= value < 2**63 for value in values):
        return values, "int64"
    if float in kinds and kinds <= {int, float}:
        return [None if value is None else float(value) for value in values], "float64"
    if kinds and all(issubclass(kind, date) for kind in kinds):
        return [timestamp_of(value) for value in values], "timestamp"
    return [as_text(value) for value in values], "string"


def as_text(value: Any) -> str | None:
    """A value as the text of a cell: lists of texts separated by commas, nested values as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
