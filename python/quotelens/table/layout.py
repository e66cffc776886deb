"""Values and tables as plain text, in columns of a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

NUMBERS = ("int32", "int64", "float64")
"""Types of columns that are aligned on the right."""
_NARROWEST = 16  # least characters of a text that justify a column
_GAP = 2
_WIDEST_CELL = 60
_LEAST_ENDS = 9  # least characters for showing both ends of a word


def cell(value: Any, widest: int = _WIDEST_CELL) -> str:
    """A value on one line: without line breaks or control characters, and cut if it is long."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if not isinstance(value, str):
        return str(value)
    if len(value) <= 4 * widest:
        text = one_line(value)
        return text if len(text) <= widest else _cut(text, widest)
    return _cut(one_line(value[: 4 * widest]) + " ", widest)  # the blank: its end is not that of the value


def _cut(text: str, width: int) -> str:
    """A text cut to so many characters: its beginning or, if it has no blank (such as an id), both ends."""
    if " " in text or width < _LEAST_ENDS:
        return text[: width - 1].rstrip(" …") + "…"
    first = width // 2
    return f"{text[:first]}…{text[len(text) - (width - 1 - first) :]}"


def one_line(text: str) -> str:
    """A text without line breaks, control characters or more than one space at a time."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def column_name(text: str) -> str:
    """A text as the name of a column; Arrow would end it at a NUL."""
    return text.replace("\0", "\ufffd")


def width_of(text: str) -> int:
    """Columns of a terminal that a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def padded(text: str, width: int, right: bool) -> str:
    """A text padded with blanks after it, or before it if it is on the `right`."""
    blanks = " " * (width - width_of(text))
    return blanks + text if right else text + blanks


def ends(n: int, most: int | None) -> tuple[int, int]:
    """How many of `n` rows are shown at the beginning and at the end, if `most` are shown in all (None: all)."""
    if most is None or n <= most:
        return n, 0
    most = max(most, 0)
    return most - most // 4, most // 4


def aligned(
    names: list[str], rows: list[list[Any]], types: Sequence[str], room: int, *, telling: Sequence[str] = ()
) -> list[str]:
    """The lines of a table: as many columns as there is room for, and a line that names the others.

    If not all fit, those named in `telling` are shown, in this order, if there are any.
    """
    columns = [[name, *(cell(row[k]) for row in rows)] for k, name in enumerate(names)]
    wanted = [max(map(width_of, column)) for column in columns]
    least = [w if kind in NUMBERS else min(w, _NARROWEST) for w, kind in zip(wanted, types, strict=True)]
    shown = _fitting(list(range(len(names))), least, room)
    if telling and len(shown) < len(names):
        shown = _fitting([names.index(name) for name in telling], least, room)
    widths = _widened([least[k] for k in shown], [wanted[k] for k in shown], room - _GAP * (len(shown) - 1))
    lines = [
        (" " * _GAP).join(
            padded(shortened(columns[k][r], width), width, types[k] in NUMBERS)
            for k, width in zip(shown, widths, strict=True)
        )
        for r in range(len(rows) + 1)
    ]
    lines = [line.rstrip() for line in lines]
    if len(shown) < len(names):
        lines.append(f"and {more_columns([name for k, name in enumerate(names) if k not in shown])}")
    return lines


def _fitting(columns: list[int], least: list[int], room: int) -> list[int]:
    """The first of these columns, as many as there is room for, but at least one."""
    n = 1
    while n < len(columns) and sum(least[k] for k in columns[: n + 1]) + _GAP * n <= room:
        n += 1
    return columns[:n]


def more_columns(names: list[str]) -> str:
    """The columns that are not shown, in words."""
    return f"{len(names)} more column{'s' if len(names) > 1 else ''}: {', '.join(names)}"


def _widened(widths: list[int], wanted: list[int], room: int) -> list[int]:
    """Widths after sharing out the remaining room evenly, but to no column more than it needs."""
    spare = room - sum(widths)
    waiting = sorted((want - have, k) for k, (have, want) in enumerate(zip(widths, wanted, strict=True)))
    for place, (need, k) in enumerate(waiting):
        share = min(need, max(0, spare // (len(waiting) - place)))
        widths[k] += share
        spare -= share
    return widths


def shortened(text: str, width: int) -> str:
    """A text cut to `width` with …: at its end or, if it has no blank, in the middle."""
    if width_of(text) <= width:
        return text
    n = width
    while width_of(cut := _cut(text, n)) > width:
        n -= 1
    return cut
