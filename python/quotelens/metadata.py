"""The table of documents, and what an article says about itself: title, byline, date and place.

The latter is read off the zones that the analysis found, and cautiously: a wrong value is worse than none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from quotelens import _core
from quotelens.api import QuoteFilter
from quotelens.records import Record
from quotelens.table import Table

# Columns of the table of documents, in order; the user's own come behind them.
DOCUMENT_COLUMNS = {
    "doc_id": "string",
    "title": "string",
    "published": "timestamp",
    "date_source": "string",
    "byline": "string",
    "outlet": "string",
    "agency": "string",
    "place": "string",
    "url": "string",
    "n_chars": "int32",
    "n_tokens": "int32",
    "n_sentences": "int32",
    "n_quotes": "int32",
    "status": "string",
}

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<month>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATES = (
    re.compile(r"\b(?P<year>\d{4})-(?P<m>\d{2})-(?P<day>\d{2})(?!\d)"),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
)
_BYLINE_START = re.compile(r"^\s*(?:written\s+|reported\s+)?by:?\s+", re.IGNORECASE)
_BYLINE_END = re.compile(
    r"[|•·–—(@\d]|\s-\s|\b(?:in|for|at|of|staff|special|updated|published|posted)\b", re.IGNORECASE
)
_BYLINE_JOINTS = re.compile(r",\s*and\s+|\s+and\s+|\s*&\s*|,\s*", re.IGNORECASE)
_PERSON = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,3}")
_LONGEST_TITLE = 300
_LONGEST_DATE = 8  # words of a line that says when and no more
_LONGEST_LINE = 400  # what is longer is a paragraph, whatever its zone


def found_metadata(text: str, zones: Iterable[tuple[int, int, str]]) -> dict[str, Any]:
    """What the zones (start, end, name) show of title, byline (a list of names), published (an ISO date), place."""
    found: dict[str, Any] = {"title": None, "byline": None, "published": None, "place": None}
    for start, end, zone in zones:
        line = text[start : min(end, start + _LONGEST_LINE)].strip()
        if zone == "title" and found["title"] is None:
            found["title"] = line if _is_title(line) else None
        elif zone == "byline" and found["byline"] is None:
            found["byline"] = byline_names(line.partition("\n")[0])
        elif zone == "dateline" and found["place"] is None:
            found["place"] = _place_in(line)
        if zone in ("date", "byline") and found["published"] is None:
            found["published"] = date_in(line)
    return found


def _is_title(line: str) -> bool:
    """Whether a line can be a title: not empty, not a paragraph, and not the date that stands under one."""
    is_dated = date_in(line) is not None and len(line.split()) <= _LONGEST_DATE
    return 0 < len(line) <= _LONGEST_TITLE and "\n" not in line and not is_dated


def byline_names(line: str) -> list[str] | None:
    """The people of a byline, or None where it is not plainly one.

    >>> byline_names("By Ann Lee and Bo O'Hara, staff writers")
    ['Ann Lee', "Bo O'Hara"]
    >>> byline_names("About the newsroom") is None
    True
    """
    start = _BYLINE_START.match(line)
    if start is None:
        return None
    rest = line[start.end() :]
    end = _BYLINE_END.search(rest)
    parts = [part.strip() for part in _BYLINE_JOINTS.split(rest[: end.start()] if end else rest)]
    return [part for part in parts if _PERSON.fullmatch(part) and part[0].isupper()] or None


def date_in(line: str) -> str | None:
    """The day a line names, as an ISO date; None where it names none, several, or one that can be read two ways.

    >>> date_in("Published March 3, 2021, 9 a.m."), date_in("03/04/2021")
    ('2021-03-03', None)
    """
    days = {day for pattern in _DATES for match in pattern.finditer(line) if (day := _day(match.groupdict()))}
    return days.pop() if len(days) == 1 else None


def _day(parts: dict[str, str]) -> str | None:
    month = int(parts["m"]) if "m" in parts else _MONTHS.index(parts["month"][:3].lower()) + 1
    try:
        return datetime(int(parts["year"]), month, int(parts["day"])).date().isoformat()
    except ValueError:
        return None


def _place_in(dateline: str) -> str | None:
    """The place of a dateline such as "OSLO, Norway (Wire) — "."""
    place = re.split(r"\s*[(–—]|\s-", dateline, maxsplit=1)[0].strip(" ,")
    return place if 0 < len(place) <= 60 and place[0].isupper() else None


def timestamp_of(value: Any) -> int | None:
    """Microseconds since 1970, UTC, of a datetime, a date or an ISO 8601 string; None for anything else.

    A time that names no zone is taken as UTC.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    elif hasattr(value, "year") and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime) or value != value:
        return None
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    since: timedelta = value - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


# ------------------------------------------------------------------------------------------ table of documents


def by_document(batch: _core.Batch, names: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of a batch as tuples of these columns, gathered by document."""
    ids = batch.column("doc_id")
    rows = zip(ids, zip(*(batch.column(name) for name in names), strict=True), strict=True)
    return {doc_id: [row for _, row in group] for doc_id, group in groupby(rows, key=lambda pair: pair[0])}


def document_rows(records: list[Record], found: dict[str, _core.Batch]) -> list[dict[str, Any]]:
    """Rows of the table of documents, without the user's own columns."""
    counted = found["documents"]
    quotes = by_document(QuoteFilter(None, None, None)(found["quotes"]), ["quote_id"])
    zones = by_document(found["zones"], ["start", "end", "zone"])
    malformed = counted.column("n_malformed")
    columns = {name: counted.column(name) for name in ("n_chars", "n_tokens", "n_sentences")}
    rows = []
    for k, record in enumerate(records):
        row: dict[str, Any] = {name: column[k] for name, column in columns.items()}
        row["doc_id"] = record.doc_id
        row["n_quotes"] = len(quotes.get(record.doc_id, ()))
        row["status"] = _status(record, malformed[k])
        row.update(found_metadata(record.text, zones.get(record.doc_id, ())))
        row["date_source"] = "text" if row["published"] else None
        rows.append(row)
    return rows


def _status(record: Record, n_malformed: int) -> str:
    if not record.text.strip():
        return "empty"
    return "bad_encoding" if record.bad_encoding or n_malformed else "ok"


def documents_table(rows: list[dict[str, Any]], metas: list[dict[str, Any]]) -> Table:
    """The table of documents: our columns, with the user's in place of those of the same name, then the others."""
    given = dict.fromkeys(name for meta in metas for name in meta)
    columns: dict[str, list[Any]] = {}
    types = []
    for name, kind in DOCUMENT_COLUMNS.items():
        own = [meta.get(name) for meta in metas] if name in given else None
        columns[name], kind = _merged(name, kind, own, [row.get(name) for row in rows])
        types.append(kind)
    for name in given:
        if name not in columns:
            columns[name], kind = typed([meta.get(name) for meta in metas])
            types.append(kind)
    if "published" in given and "date_source" not in given:
        for k, meta in enumerate(metas):
            if meta.get("published") is not None:
                columns["date_source"][k] = "given"
    return Table.from_columns(columns, types)


def _merged(name: str, kind: str, own: list[Any] | None, ours: list[Any]) -> tuple[list[Any], str]:
    """A column of ours: with the user's values where there are any, and ours where they left a gap."""
    if own is not None:
        ours = [value if value is not None else mine for value, mine in zip(own, ours, strict=True)]
    if kind == "timestamp":
        moments = [timestamp_of(value) for value in ours]
        if all(moment is not None or value is None for moment, value in zip(moments, ours, strict=True)):
            return moments, kind
    elif kind == "string" or own is None:
        return [_text_of(value) if kind == "string" else value for value in ours], kind
    return typed(ours)


def typed(values: list[Any]) -> tuple[list[Any], str]:
    """Values of a user's column with the narrowest type that holds them all; what fits none becomes text.

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
    return [_text_of(value) for value in values], "string"


def _text_of(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
