"""A corpus with corrections laid over it: its quotes, what was removed, and what did not fit any more."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from quotelens import _core
from quotelens.analysis.annotation import QUOTE_TABLES, annotated_quotes, text_sha1
from quotelens.analysis.filter import Choice, QuoteFilter
from quotelens.analysis.recurrence import analyse
from quotelens.corpus import Corpus
from quotelens.families.quotes import Quotes
from quotelens.quality.applied import Applied
from quotelens.quality.comparison import JOINED
from quotelens.quality.gold import spans_of
from quotelens.reading.records import Record
from quotelens.table.table import Table

_TABLES = (*QUOTE_TABLES, "tokens", "sentences")
_NO_WORDS = ("punct", "mark", "dash", "symbol", "emoji", "clitic")

Rows = list[tuple[Any, ...]]


@dataclass(slots=True)
class _Read:
    """A document that somebody looked at, as it is found now and as it is with the corrections."""

    text: str
    rows: dict[int, dict[str, Any]]  # of quotes, by quote_id
    tokens: Rows  # start, end, class
    sentences: Rows  # sentence_id, start, end, zone
    applied: Applied


class Corrected:
    """What `Corrections.over` gives: the quotes of a corpus with corrections laid over them.

    Only documents that somebody looked at are any different.
    """

    def __init__(
        self,
        corpus: Corpus,
        wanted: Container[str],
        lay: Callable[[Mapping[str, Any]], Applied],
        left_over: Callable[[Sequence[Applied]], Table],
    ) -> None:
        self.corpus: Corpus = corpus
        self._wanted, self._lay, self._left_over = wanted, lay, left_over

    def __repr__(self) -> str:
        counts = self.quotes(acts="all", zones="all").count("correction")
        n = {row["correction"]: row["n"] for row in counts}
        said = ", ".join(f"{n.get(what, 0):,} {what}" for what in ("kept", "changed", "added"))
        return (
            f"<Corrected: {len(self._documents):,} of {len(self.corpus):,} documents were looked at; {said}, "
            f"{len(self.removed()):,} removed, {len(self.unmatched()):,} unmatched>"
        )

    def quotes(
        self,
        *,
        kind: Choice = None,
        acts: Choice = None,
        zones: Choice = None,
        min_confidence: float | None = None,
    ) -> Quotes:
        """The quotes as `Corpus.quotes` gives them, corrected, with one column more: `correction`.

        It is kept (somebody looked at it and let it stand), changed, added, or null: nobody looked at it.  What was
        removed is not here.  Options choose by the corrected values.  What only the analysis can tell is null in what
        a person gave: `confidence` of other spans, kinds or acts (no `min_confidence` leaves these out),
        `source_confidence` of other sources, `rule` and `cue_class` of added quotes; `entity_id` is -1 there.
        Added quotes have ids behind those of their document, and without an act they count as speech.
        """
        choose = QuoteFilter(kind, acts, zones, min_confidence)
        batches = [choose(batch) for batch in self._quotes._batches]
        made = Quotes(batches, self._quotes._empty, self.corpus)
        return made._told(self.corpus._origin("corrected", **choose.options))

    def removed(self) -> Table:
        """What was found and is removed: doc_id, quote_id, kind, act, start, end, text, source, confidence, rule."""
        names = ("doc_id", "quote_id", "kind", "act", "start", "end", "text", "source", "confidence", "rule")
        rows = [
            read.rows[slot.original["quote_id"]]
            for read in self._documents.values()
            for slot in read.applied.slots
            if slot.quote is None and slot.original is not None
        ]
        return _table_of(rows, names)

    def unmatched(self) -> Table:
        """Corrections that found no place here, see `Corrections.unmatched`."""
        return self._left_over([read.applied for read in self._documents.values()])

    @cached_property
    def _documents(self) -> dict[str, _Read]:
        def work(record: Record, engine: _core.Engine, counts: _core.LineCounts | None) -> _Read | None:
            if record.doc_id not in self._wanted:
                return None
            found = analyse(engine, [record], _TABLES, counts)
            document = {"doc_id": record.doc_id, "text": record.text, "text_sha1": text_sha1(record.text)}
            applied = self._lay({**document, "quotes": annotated_quotes(found)})
            rows = Table([found["quotes"]], _core.empty("quotes"))
            return _Read(
                record.text,
                {row["quote_id"]: row for row in rows},
                _columns(found["tokens"], "start", "end", "class"),
                _columns(found["sentences"], "sentence_id", "start", "end", "zone"),
                applied,
            )

        return {read.applied.doc_id: read for read in self.corpus._each(work) if read is not None}

    @cached_property
    def _quotes(self) -> Table:
        names = _core.empty("quotes").names
        found = self.corpus.quotes(acts="all", zones="all")
        ours: dict[str, list[dict[str, Any]]] = {document.id: [] for document in self.corpus}
        for row in found:
            if row["doc_id"] not in self._documents:
                ours[row["doc_id"]].append(row)
        for doc_id, read in self._documents.items():
            ours[doc_id] = _corrected_rows(read)
        return _table_of((row for rows in ours.values() for row in rows), (*names, "correction"))


def _columns(batch: _core.Batch, *names: str) -> Rows:
    return list(zip(*(batch.column(name) for name in names), strict=True))


def _table_of(rows: Iterable[dict[str, Any]], names: Sequence[str]) -> Table:
    empty = _core.empty("quotes")
    types = dict(zip(empty.names, empty.types, strict=True)) | {"correction": "string"}
    held = list(rows)
    return Table.from_columns({name: [row.get(name) for row in held] for name in names}, [types[n] for n in names])


# ------------------------------------------------------------------------------------------------------------ rows


def _corrected_rows(read: _Read) -> list[dict[str, Any]]:
    rows = []
    for quote in read.applied.document["quotes"]:
        row, what = read.rows.get(quote["quote_id"]), quote.get("correction")
        if row is None:
            row = _added_row(read, quote)
        elif what == "changed":
            row = _changed_row(read, row, quote)
        rows.append(row | {"parent_id": quote["parent_id"], "correction": what})
    return rows


def _added_row(read: _Read, quote: dict[str, Any]) -> dict[str, Any]:
    """A row of what a person gave, and of what the place in the text tells."""
    row: dict[str, Any] = {"doc_id": read.applied.doc_id, "quote_id": quote["quote_id"], "continues_id": -1}
    row |= {"kind": quote.get("type"), "act": quote.get("act") or "speech", "n_pieces": 0, "entity_id": -1}
    row |= {"speaker": quote.get("speaker"), "anonymity": quote.get("anonymity"), "hedged": quote.get("hedged")}
    row |= _spans_in_row(read, spans_of(quote))
    row["zone"] = quote.get("zone") or row["zone"]
    row |= {"source_start": -1, "source_end": -1, "cue_start": -1, "cue_end": -1}
    for role in ("source", "cue"):
        row |= _part_in_row(read.text, role, quote.get(role))
    return row


def _changed_row(read: _Read, row: dict[str, Any], quote: dict[str, Any]) -> dict[str, Any]:
    made = row | {"kind": quote.get("type"), "act": quote.get("act")}
    made |= {name: quote.get(name) for name in ("speaker", "anonymity", "hedged", "entity_id")}
    for name in ("confidence", "source_confidence"):
        if quote.get(name) is None:
            made[name] = None
    if list(map(list, spans_of(quote))) != _spans_found(read, row):
        made |= _spans_in_row(read, spans_of(quote)) | {"n_pieces": len(quote["pieces"])}
    made["zone"] = quote["zone"]
    for role in ("source", "cue"):
        part = quote.get(role)
        if (
            (part["start"], part["end"]) != (row[f"{role}_start"], row[f"{role}_end"])
            if part
            else row[role] is not None
        ):
            made |= _part_in_row(read.text, role, part)
    return made


def _spans_found(read: _Read, row: dict[str, Any]) -> list[list[int]]:
    slots = read.applied.slots
    original = next(s.original for s in slots if s.original is not None and s.original["quote_id"] == row["quote_id"])
    return list(map(list, spans_of(original)))


def _spans_in_row(read: _Read, spans: Sequence[Sequence[int]]) -> dict[str, Any]:
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    at = next((s for s in read.sentences if s[1] <= start < s[2]), (-1, 0, 0, None))
    words = [
        token
        for token in read.tokens
        if token[2] not in _NO_WORDS and any(first <= token[0] and token[1] <= last for first, last in spans)
    ]
    return {
        **{"start": start, "end": end, "text": read.text[start:end]},
        "content": JOINED.join(read.text[first:last] for first, last in spans),
        **{"n_spans": len(spans), "n_words": len(words), "sentence_id": at[0], "zone": at[3]},
    }


def _part_in_row(text: str, role: str, part: dict[str, Any] | None) -> dict[str, Any]:
    """Where a source or cue stands; what else was known of another one is not known of it."""
    unknown: dict[str, Any] = dict.fromkeys(("cue_lemma", "cue_class") if role == "cue" else ("resolved_by",))
    start, end = (part["start"], part["end"]) if part else (-1, -1)
    made = unknown | {role: text[start:end] if part else None, f"{role}_start": start, f"{role}_end": end}
    if role == "source":
        made["source_kind"] = part.get("kind") if part else "none"
    return made
