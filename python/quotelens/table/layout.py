"""Values and tables as plain text, in columns of a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

NUMBERS = ("int32", "int64", "float64")
"""Types of columns that are aligned on the right."""
_NARROWEST = 16  # characters of a text that are worth a column
_GAP = 2
_WIDEST_CELL = 60


def cell(value: Any, widest: int = _WIDEST_CELL) -> str:
    """A value on one line: without line breaks, control characters or more length than a reader wants."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if not isinstance(value, str):
        return str(value)
    text = one_line(value[: 4 * widest])
    return text if len(text) <= widest and len(value) <= 4 * widest else _cut(text[: widest - 1])


def _cut(text: str) -> str:
    """The beginning of a text, with the sign that it is one."""
    return text.rstrip(" …") + "…"


def one_line(text: str) -> str:
    """A text without line breaks, control characters or more than one space at a time."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def column_name(text: str) -> str:
    """A text as the name of a column, which Arrow ends at a NUL."""
    return text.replace("\0", "\ufffd")


def width_of(text: str) -> int:
    """Columns of a terminal that a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def padded(text: str, width: int, right: bool) -> str:
    """A text with blanks behind it, or before it where it stands on the `right`."""
    blanks = " " * (width - width_of(text))
    return blanks + text if right else text + blanks


def aligned(names: list[str], rows: list[list[Any]], types: Sequence[str], room: int) -> list[str]:
    """The lines of a table: as many columns as there is room for, and a line that names the others."""
    columns = [[name, *(cell(row[k]) for row in rows)] for k, name in enumerate(names)]
    wanted = [max(map(width_of, column)) for column in columns]
    least = [w if kind in NUMBERS else min(w, _NARROWEST) for w, kind in zip(wanted, types, strict=True)]
    n = 1
    while n < len(names) and sum(least[: n + 1]) + _GAP * n <= room:
        n += 1
    widths = _widened(least[:n], wanted[:n], room - _GAP * (n - 1))
    lines = [
        (" " * _GAP).join(
            padded(shortened(columns[k][r], widths[k]), widths[k], types[k] in NUMBERS) for k in range(n)
        )
        for r in range(len(rows) + 1)
    ]
    lines = [line.rstrip() for line in lines]
    if n < len(names):
        lines.append(f"and {more_columns(names[n:])}")
    return lines


def more_columns(names: list[str]) -> str:
    """The columns that are not shown, in words."""
    return f"{len(names)} more column{'s' if len(names) > 1 else ''}: {', '.join(names)}"


def _widened(widths: list[int], wanted: list[int], room: int) -> list[int]:
    """Widths after what room is left was shared out: evenly, but to none more than it wants."""
    spare = room - sum(widths)
    waiting = sorted((want - have, k) for k, (have, want) in enumerate(zip(widths, wanted, strict=True)))
    for place, (need, k) in enumerate(waiting):
        share = min(need, max(0, spare // (len(waiting) - place)))
        widths[k] += share
        spare -= share
    return widths


def shortened(text: str, width: int) -> str:
    """A text that ends in … where it was wider than `width`."""
    if width_of(text) <= width:
        return text
    text = text[: width - 1]
    while width_of(text) >= width:
        text = text[:-1]
    return _cut(text)
