"""Key words in context: what to look for, where, and the table of what was found."""

from __future__ import annotations

import re
import shutil
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from html import escape
from typing import Any, Literal

from quotelens import _core
from quotelens.analysis.engine import Engine
from quotelens.analysis.filter import ZONES, Choose
from quotelens.analysis.recurrence import analyse
from quotelens.reading.records import Record
from quotelens.table.columns import types_of
from quotelens.table.layout import ends, one_line, padded, shortened, width_of
from quotelens.table.table import Table, table_of

Sort = Literal["position", "left", "right", "match"]
Unit = Literal["words", "chars"]
Span = tuple[int, int]

COLUMNS = types_of("kwic")
_UNITS = ("words", "chars")
_SORTS = ("position", "left", "right", "match")
_WORD_ROOM = 40  # characters of context for a word of it: a text without white space costs no more than others
_SHOWN_ROWS = 20
_WIDEST_ID = 20
_GAP = 2

# ------------------------------------------------------------------------------------------------ patterns

_LETTER = r"[\w\p{M}]"
_JOINS = "-‐‑'’."
_EQUAL = {"'": "['’]", "’": "['’]", "-": "[-‐‑]", "‐": "[-‐‑]", "‑": "[-‐‑]"}

# Possessive and atomic groups keep matching linear: a word read once is not read again in pieces, and "any word"
# begins where no word goes on, neither in a letter nor after a hyphen.
_ANY_WORD = rf"(?<!{_LETTER}[{_JOINS}])(?:{_LETTER}++(?:[{_JOINS}](?={_LETTER}))?+)++"
_REST_OF_WORD = rf"{_LETTER}*+(?:['’]{_LETTER}++)?+"


def word_pattern(words: str) -> str:
    """The regular expression for a search of words; `*` stands for any letters, or alone for any word.

    >>> word_pattern("3.5 %")
    '(?<![\\\\w\\\\p{M}])3\\\\.5(?![\\\\w\\\\p{M}])\\\\s++\\\\%'
    """
    return r"\s++".join(_one_word(word) for word in words.split())


def _one_word(word: str) -> str:
    if not word.strip("*"):
        return rf"(?<!{_LETTER}){_ANY_WORD}"
    before = rf"(?<!{_LETTER})" if word[0] == "*" or _is_letter(word[0]) else ""
    after = rf"(?!{_LETTER})" if _is_letter(word[-1]) else ""
    first, *others = re.split(r"\*+", word)
    if not others:
        return before + _literal(first) + after
    *middle, last = others
    # The leftmost place of each part but the last is as good as any other.
    inner = "".join(rf"(?>{_LETTER}*?{_literal(part)})" for part in middle)
    return before + _literal(first) + inner + (rf"{_LETTER}*{_literal(last)}{after}" if last else _REST_OF_WORD)


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_" or unicodedata.category(char)[0] == "M"


def _literal(text: str) -> str:
    return "".join(_EQUAL.get(char) or _escaped(char) for char in text)


def _escaped(char: str) -> str:
    if char == "\0":
        return r"\x00"
    return char if char.isalnum() or not char.isascii() else "\\" + char


# ------------------------------------------------------------------------------------------------- finding


class Search:
    """What to look for, checked: `rows` finds it in some documents.  Immutable, so that threads can share it."""

    def __init__(
        self,
        pattern: str,
        window: int,
        unit: str,
        within: str,
        sort: str,
        regex: bool,
        ignore_case: bool,
        choose: Choose,
    ) -> None:
        if not isinstance(pattern, str):
            raise TypeError(f"The pattern is of type {type(pattern).__name__}, not str.")
        if not pattern or (not regex and not pattern.strip()):
            raise ValueError("The pattern is empty: give words such as 'climate*', or a regular expression.")
        if not isinstance(window, int) or isinstance(window, bool) or window < 0:
            raise ValueError(f"window is {window!r}: give a whole number of {unit}, from 0 up.")
        _check("unit", unit, _UNITS)
        _check("sort", sort, _SORTS)
        _check("within", within, ("text", "quotes", *ZONES))
        self._pattern = _core.Pattern(pattern if regex else word_pattern(pattern), ignore_case=ignore_case)
        self._context = _Context(window, unit)
        self._within, self._sort, self._choose = within, sort, choose

    def rows(
        self, records: list[Record], engine: Engine, counts: _core.LineCounts | None = None
    ) -> list[dict[str, Any]]:
        """A row for each match, in the order of documents and places.  Only documents with a match are analysed."""
        hits = [(record, spans) for record, spans in zip(records, self._find(records), strict=True) if spans]
        found = analyse(engine.core, [record for record, _ in hits], ("zones", "quotes", "spans"), counts)
        places = _Places(found, self._choose)
        return [row for record, spans in hits for row in self._rows_of(record, spans, places)]

    def _find(self, records: list[Record]) -> list[list[Span]]:
        """Matches in each document, except empty ones."""
        try:
            found = self._pattern.find_all([record.text for record in records])
        except ValueError:
            found = [self._find_one(record) for record in records]
        return [[span for span in spans if span[0] < span[1]] for spans in found]

    def _find_one(self, record: Record) -> list[Span]:
        try:
            return self._pattern.find_all([record.text])[0]
        except ValueError as error:
            raise ValueError(f"document {record.doc_id!r}: {str(error).removeprefix('texts[0]: ')}") from None

    def _rows_of(self, record: Record, spans: list[Span], places: _Places) -> Iterator[dict[str, Any]]:
        text, doc_id = record.text, record.doc_id
        zones, quotes = places.zones_of(doc_id), _Innermost(places.spans_of(doc_id))
        for start, end in spans:
            zone = _zone_at(zones, start)
            quote_id = quotes.around(start, end)
            if self._within == "quotes" and quote_id < 0:
                continue
            if self._within not in ("text", "quotes") and zone != self._within:
                continue
            source, kind = places.quotes.get((doc_id, quote_id), (None, None))
            left, right = self._context.around(text, start, end)
            yield {
                **{
                    "doc_id": doc_id,
                    "start": start,
                    "end": end,
                    "left": left,
                    "match": text[start:end],
                    "right": right,
                },
                **{"zone": zone, "quote_id": quote_id, "source": source, "kind": kind},
            }

    def table(self, rows: list[dict[str, Any]]) -> Concordance:
        """The rows, sorted, as a table."""
        if self._sort != "position":
            rows = sorted(rows, key=_SORT_KEYS[self._sort])
        table = table_of(rows, COLUMNS)
        return Concordance(table._batches, table._empty)


def _check(option: str, given: str, names: tuple[str, ...]) -> None:
    if given not in names:
        raise ValueError(f"{option}={given!r} is not one of: {', '.join(names)}.")


def _words_left(row: dict[str, Any]) -> list[str]:
    return _words(row["left"])[::-1]


def _words_right(row: dict[str, Any]) -> list[str]:
    return _words(row["right"])


def _words_match(row: dict[str, Any]) -> list[str]:
    return _words(row["match"]) or [row["match"]]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


_SORT_KEYS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "left": _words_left,  # the nearest word first, as concordances do
    "right": _words_right,
    "match": _words_match,
}


class _Context:
    """How much of the text stands on either side of a match."""

    def __init__(self, window: int, unit: str) -> None:
        self._window = window
        self._most = window if unit == "chars" else _WORD_ROOM * (window + 1)
        self._words = unit == "words"

    def around(self, text: str, start: int, end: int) -> tuple[str, str]:
        left, right = text[max(0, start - self._most) : start], text[end : end + self._most]
        if self._words:
            # Whatever touches the match without white space ("’s", an opening mark) is not counted as a word.
            left = _first_words(left[::-1], self._window)[::-1]
            right = _first_words(right, self._window)
        return left, right


def _first_words(text: str, n: int) -> str:
    if n == 0:
        return ""
    for k, gap in enumerate(re.finditer(r"\s+", text)):
        if k == n:
            return text[: gap.start()]
    return text


# --------------------------------------------------------------------------------------- zones and quotes


class _Places:
    """Zones and quotes of some documents, by document."""

    def __init__(self, found: dict[str, _core.Batch], choose: Choose) -> None:
        quotes = choose(found["quotes"])
        keys = zip(quotes.column("doc_id"), quotes.column("quote_id"), strict=True)
        self.quotes = dict(zip(keys, zip(quotes.column("source"), quotes.column("kind"), strict=True), strict=True))
        self._zones = _by_document(found["zones"], "zone")
        self._spans = _by_document(found["spans"], "quote_id")

    def zones_of(self, doc_id: str) -> list[tuple[int, int, str]]:
        return self._zones.get(doc_id, [])

    def spans_of(self, doc_id: str) -> list[tuple[int, int, int]]:
        """Spans of the quotes asked for, in order."""
        return sorted(span for span in self._spans.get(doc_id, []) if (doc_id, span[2]) in self.quotes)


def _by_document(batch: _core.Batch, value: str) -> dict[str, list[tuple[int, int, Any]]]:
    rows: dict[str, list[tuple[int, int, Any]]] = {}
    columns = (batch.column(name) for name in ("doc_id", "start", "end", value))
    for doc_id, start, end, what in zip(*columns, strict=True):
        rows.setdefault(doc_id, []).append((start, end, what))
    return rows


def _zone_at(zones: list[tuple[int, int, str]], at: int) -> str | None:
    k = bisect_right(zones, at, key=lambda zone: zone[0]) - 1
    return zones[k][2] if k >= 0 and at < zones[k][1] else None


class _Innermost:
    """The shortest span around a place.  If places come in order, it passes over the spans once."""

    def __init__(self, spans: list[tuple[int, int, int]]) -> None:
        self._spans = spans
        self._next = 0
        self._open: list[tuple[int, int, int]] = []

    def around(self, start: int, end: int) -> int:
        """The id of the quote whose span has all of start:end in it, or -1."""
        while self._next < len(self._spans) and self._spans[self._next][0] <= start:
            self._open.append(self._spans[self._next])
            self._next += 1
        self._open = [span for span in self._open if span[1] > start]
        around = [(span[1] - span[0], -span[2]) for span in self._open if span[1] >= end]
        return -min(around)[1] if around else -1


# ------------------------------------------------------------------------------------------------- display


class Concordance(Table):
    """A table of matches, shown with the matches aligned."""

    def _has_context(self) -> bool:
        return {"doc_id", "left", "match", "right"} <= set(self.columns)

    def to_text(self, *, rows: int | None = None) -> str:
        """As `Table.to_text`, with the matches aligned."""
        if not self._has_context():
            return super().to_text(rows=rows)
        first, last = ends(len(self), rows)
        cells = [_cells(row) for row in (*self[:first], *self[len(self) - last :])]
        lines = _below_one_another(cells, shutil.get_terminal_size((118, 24)).columns)
        if not len(self):
            lines.append("(no rows)")
        if len(self) > len(cells):
            lines.insert(1 + first, "…")
            lines.append(f"showing {len(cells)} of {len(self):,}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        if not self._has_context():
            return super()._repr_html_()
        first, last = ends(len(self), _SHOWN_ROWS)
        rows = [_html_row(*_cells(row)) for row in (*self[:first], *self[len(self) - last :])]
        note = f"{len(self):,} rows"
        if len(self) > first + last:
            rows.insert(first, f'<tr><td colspan="4" {_LEFT}>…</td></tr>')
            note = f"showing {first + last} of {len(self):,}"
        return f"<table>{_HTML_HEAD}{''.join(rows)}</table><p>{note}</p>"


_LEFT, _RIGHT, _CENTRE = (f'style="text-align:{side}"' for side in ("left", "right", "center"))
_HTML_HEAD = f"<tr><th {_LEFT}>doc_id</th><th {_RIGHT}>left</th><th {_CENTRE}>match</th><th {_LEFT}>right</th></tr>"


def _cells(row: dict[str, Any]) -> tuple[str, str, str, str]:
    doc_id, left, match, right = (one_line(row[name] or "") for name in ("doc_id", "left", "match", "right"))
    return doc_id, left, match, right


def _html_row(doc_id: str, left: str, match: str, right: str) -> str:
    return (
        f"<tr><td {_LEFT}>{escape(doc_id)}</td><td {_RIGHT}>{escape(left)}</td>"
        f"<td {_CENTRE}><b>{escape(match)}</b></td><td {_LEFT}>{escape(right)}</td></tr>"
    )


def _below_one_another(cells: list[tuple[str, str, str, str]], room: int) -> list[str]:
    """Lines with a heading.  Contexts share the width left by ids and matches, and are cut far from the match."""
    rows = [("doc_id", "left", "match", "right"), *cells]
    ids, lefts, matches, rights = (max(width_of(row[k]) for row in rows) for k in range(4))
    ids = min(ids, _WIDEST_ID)
    matches = min(matches, max(room // 3, 5))
    spare = max(room - ids - matches - 3 * _GAP, 20)
    left = min(lefts, max(spare // 2, spare - rights))
    right = min(rights, spare - left)
    gap = " " * _GAP
    return [
        gap.join(
            (
                padded(shortened(row[0], ids), ids, right=False),
                padded(shortened(row[1][::-1], left)[::-1], left, right=True),
                padded(shortened(row[2], matches), matches, right=False),
                shortened(row[3], right),
            )
        ).rstrip()
        for row in rows
    ]
