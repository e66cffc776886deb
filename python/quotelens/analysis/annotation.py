"""Everything about a document as one JSON object: the exchange format of `quotelens annotate`."""

from __future__ import annotations

import hashlib
from typing import Any

from quotelens import _core
from quotelens.analysis.engine import Engine
from quotelens.analysis.metadata import found_metadata
from quotelens.analysis.naming import names_in, with_speakers
from quotelens.analysis.recurrence import analyse
from quotelens.reading.records import Record

QUOTE_TABLES = ("quotes", "spans", "pieces", "chains")
TABLES = ("zones", "metadata", "sentences", "tokens", "mentions", *QUOTE_TABLES)

TOLD = ("source_title", "source_organisation", "credential")
_EDGES = ("", "_start", "_end")

_QUOTE = (
    *(
        "quote_id",
        "kind",
        "act",
        "parent_id",
        "zone",
        "closed",
        "source",
        "source_start",
        "source_end",
        "source_kind",
    ),
    *("cue", "cue_start", "cue_end", "cue_lemma", "speaker", "entity_id", "anonymity", "hedged", "confidence"),
    *("source_confidence", "speaker_confidence", "rule"),
    *(told + edge for told in TOLD for edge in _EDGES),
)
_STEP = ("role", "name", "start", "end")
_MENTION = ("start", "end", "text", "kind", "entity_id")


def annotate_record(
    engine: Engine, record: Record, counts: _core.LineCounts | None = None, *, parse: bool = False
) -> dict[str, Any]:
    """The object of one document, with all kinds, acts and zones.  `parse` adds tag, lemma, head and relation."""
    tables = (*TABLES, "entities") if engine.claims.own else TABLES
    found = analyse(engine.core, [record], tables, counts, quotes=True, parse=parse)
    if engine.claims.own:
        found["quotes"] = with_speakers(found["quotes"], names_in(found, engine.claims))
    zones = _rows(found["zones"], "start", "end", "zone")
    mentions = _rows(found["mentions"], *_MENTION)
    return {
        "doc_id": record.doc_id,
        "text_sha1": text_sha1(record.text),
        "meta": document_meta(record, found["metadata"]),
        "zones": [{"start": start, "end": end, "zone": zone} for start, end, zone in zones],
        "sentences": _rows(found["sentences"], "start", "end"),
        "tokens": _rows(found["tokens"], "start", "end"),
        **({"tags": _rows(found["tokens"], "tag", "lemma", "head", "relation")} if parse else {}),
        "quotes": annotated_quotes(found),
        "mentions": [dict(zip(_MENTION, row, strict=True)) for row in mentions],
    }


def text_sha1(text: str) -> str:
    """The SHA-1 of the text in UTF-8, which ties an annotation to its text."""
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def annotated_quotes(found: dict[str, _core.Batch]) -> list[dict[str, Any]]:
    """The quotes of one document's object, from its tables quotes, spans, pieces and chains."""
    spans = _by_quote(_rows(found["spans"], "quote_id", "start", "end"))
    pieces = _by_quote(_rows(found["pieces"], "quote_id", "start", "end"))
    chains: dict[int, list[dict[str, Any]]] = {}
    for quote_id, *step in _rows(found["chains"], "quote_id", *_STEP):
        chains.setdefault(quote_id, []).append(dict(zip(_STEP, step, strict=True)))
    quotes = [dict(zip(_QUOTE, row, strict=True)) for row in _rows(found["quotes"], *_QUOTE)]
    return [
        _quote(q, spans.get(q["quote_id"], []), pieces.get(q["quote_id"], []), chains.get(q["quote_id"], []))
        for q in quotes
    ]


def _rows(batch: _core.Batch, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(batch.column(name) for name in names), strict=True))


def _by_quote(rows: list[tuple[Any, ...]]) -> dict[int, list[tuple[int, int]]]:
    spans: dict[int, list[tuple[int, int]]] = {}
    for quote_id, start, end in rows:
        spans.setdefault(quote_id, []).append((start, end))
    return spans


def _quote(
    row: dict[str, Any],
    spans: list[tuple[int, int]],
    pieces: list[tuple[int, int]],
    chain: list[dict[str, Any]],
) -> dict[str, Any]:
    kept = ("quote_id", "act", "parent_id", "zone", "closed", "speaker", "entity_id", "anonymity", "hedged")
    return {
        **{name: row[name] for name in kept},
        "type": row["kind"],
        "spans": spans,
        "pieces": pieces,
        "source": _part(row, "source", "kind", row["source_kind"]),
        "cue": _part(row, "cue", "lemma", row["cue_lemma"]),
        "confidence": _rounded(row["confidence"]),
        "source_confidence": _rounded(row["source_confidence"]),
        "speaker_confidence": _rounded(row["speaker_confidence"]),
        **{name: _words(row, name) for name in TOLD},
        "rule": row["rule"],
        "chain": chain,
    }


def _part(row: dict[str, Any], name: str, detail: str, value: str | None) -> dict[str, Any] | None:
    if row[name] is None:
        return None
    return {"start": row[f"{name}_start"], "end": row[f"{name}_end"], "text": row[name], detail: value}


def _words(row: dict[str, Any], name: str) -> dict[str, Any] | None:
    if row[name] is None:
        return None
    return {"start": row[f"{name}_start"], "end": row[f"{name}_end"], "text": row[name]}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def document_meta(record: Record, said: _core.Batch) -> dict[str, Any]:
    """The document's metadata: what the user gave, then what the page says (from its table `metadata`)."""
    meta = found_metadata(_rows(said, "field", "value", "zone", "confidence"))
    names = ("title", "published", "byline", "outlet", "agency", "place")
    meta = {name: record.meta[name] if record.meta.get(name) is not None else meta.get(name) for name in names}
    if isinstance(meta["byline"], str):
        meta["byline"] = [meta["byline"]]
    return meta
