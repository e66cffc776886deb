"""The columns of public tables: their types, and what docstrings say about them."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc
from typing import Any, TypeVar

from quotelens.table.schema import COLUMNS, TOLD

Method = TypeVar("Method", bound=Callable[..., Any])


def types_of(table: str) -> dict[str, str]:
    """{column: type} of a table, in order."""
    return dict(COLUMNS[table])


def gives(table: str) -> Callable[[Method], Method]:
    """Add the columns of the table that a function gives to its docstring."""

    def describe(function: Method) -> Method:
        if function.__doc__ is not None:  # as under python -OO
            function.__doc__ = f"{cleandoc(function.__doc__)}\n\nColumns:\n\n{TOLD[table]}\n"
        return function

    return describe
