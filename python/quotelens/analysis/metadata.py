"""The table of documents, and what an article says about itself: title, byline, date and place.

The latter is what the core found, which is cautious: a wrong value is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from quotelens import _core
from quotelens.analysis.filter import QuoteFilter
from quotelens.reading.records import Record
from quotelens.table.columns import types_of
from quotelens.table.dates import given_date, moment_of, timestamp_of
from quotelens.table.layout import column_name
from quotelens.table.table import Table
from quotelens.table.values import as_text, typed

# Columns of the table of documents, in order; the user's own follow.
DOCUMENT_COLUMNS = types_of("documents")

LEAST_CONFIDENCE = 0.7
"""What the page says less surely than this stays in `metadata()` and out of `documents()`."""


def found_metadata(rows: Iterable[tuple[str, str, str, float]]) -> dict[str, Any]:
    """What the page says, from one document's rows (field, value, zone, confidence) in the core's `metadata`.

    Title, published (ISO 8601, as exact as written), outlet, agency and place are text, byline is a list of names.
    What the page does not say is None.  date_source is the zone that the date came from.
    """
    found: dict[str, Any] = dict.fromkeys(
        ("title", "published", "date_source", "byline", "outlet", "agency", "place")
    )
    for field, value, zone, confidence in rows:
        if confidence < LEAST_CONFIDENCE:
            continue
        if field == "byline":
            found[field] = [*(found[field] or []), value]
        elif found[field] is None:
            found[field] = value
            if field == "published":
                found["date_source"] = zone
    return found


def published_of(meta: Mapping[str, Any], page: Mapping[str, Any]) -> Any:
    """When a document was published: what its metadata say, understood or not, otherwise what the page says."""
    given = given_date(meta)
    return page.get("published") if given is None else given


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
    said = by_document(found["metadata"], ["field", "value", "zone", "confidence"])
    malformed, english = counted.column("n_malformed"), counted.column("is_english")
    columns = {name: counted.column(name) for name in ("n_chars", "n_tokens", "n_sentences")}
    rows = []
    for k, record in enumerate(records):
        row: dict[str, Any] = {name: column[k] for name, column in columns.items()}
        row["doc_id"] = record.doc_id
        row["n_quotes"] = len(quotes.get(record.doc_id, ()))
        row["status"] = _status(record, malformed[k], english[k])
        row.update(found_metadata(said.get(record.doc_id, ())))
        rows.append(row)
    return rows


def _status(record: Record, n_malformed: int, is_english: bool) -> str:
    if not record.text.strip():
        return "empty"
    if record.bad_encoding or n_malformed:
        return "bad_encoding"
    return "ok" if is_english else "not_english"


def documents_table(rows: list[dict[str, Any]], metas: list[dict[str, Any]]) -> Table:
    """The table of documents: our columns, replaced by the user's if the name is the same, then the user's others."""
    given = dict.fromkeys(name for meta in metas for name in meta)
    if any("\0" in name for name in given):
        return documents_table(rows, [{column_name(name): value for name, value in meta.items()} for meta in metas])
    columns: dict[str, list[Any]] = {}
    types = []
    for name, kind in DOCUMENT_COLUMNS.items():
        own = (
            [given_date(meta) if name == "published" else meta.get(name) for meta in metas] if name in given else None
        )
        columns[name], kind = _merged(name, kind, own, [row.get(name) for row in rows])
        types.append(kind)
    for name in given:
        if name not in columns:
            columns[name], kind = typed([meta.get(name) for meta in metas])
            types.append(kind)
    for k, meta in enumerate(metas):
        if (day := given_date(meta)) is not None:
            if moment_of(day) is None:
                columns["date_source"][k] = None
            elif meta.get("date_source") is None:
                columns["date_source"][k] = "given"
    return Table.from_columns(columns, types)


def _merged(name: str, kind: str, own: list[Any] | None, ours: list[Any]) -> tuple[list[Any], str]:
    """A column of ours: with the user's values where there are any, and ours where they left a gap."""
    if own is not None:
        ours = [value if value is not None else mine for value, mine in zip(own, ours, strict=True)]
    if kind == "timestamp":
        return [timestamp_of(value) for value in ours], kind
    if kind == "string" or own is None:
        return [as_text(value) if kind == "string" else value for value in ours], kind
    return typed(ours)
