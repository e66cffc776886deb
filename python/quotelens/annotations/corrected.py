"""Corrections applied to all tables at once: the engine of a corrected corpus."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from quotelens import _core
from quotelens.analysis.annotation import QUOTE_TABLES, TOLD, annotated_quotes, text_sha1
from quotelens.analysis.engine import Core, Engine, engine_for
from quotelens.analysis.recurrence import analyse
from quotelens.annotations.applied import Applied, Slot
from quotelens.annotations.corrections import Corrections
from quotelens.annotations.gold import JOINED, spans_of
from quotelens.annotations.people import NOBODY, People, Who
from quotelens.reading.records import SURROGATES, Problem, Record
from quotelens.table.table import Table
from quotelens.table.wording import counted

NEEDED = (*QUOTE_TABLES, "tokens", "sentences", "marks", "mentions", "entities", "unnamed")
_NO_WORDS = ("punct", "mark", "dash", "symbol", "emoji", "clitic")
_BODIES = ("agency", "outlet", "organisation")
_LONGEST = 60  # characters of a quote in a message
_REASONS = {
    "not found": "no such quote is found any more",
    "removed": "somebody else removed the quote",
    "other text": "they were made on another text",
}

Row = dict[str, Any]
Rows = list[Row]
Found = Mapping[str, _core.Batch]


class CorrectedEngine(Engine):
    """An engine that applies corrections to what it finds; quotes have a column `correction`."""

    def __init__(self, engine: Engine, corrections: Corrections) -> None:
        self.config = engine.config
        self.found = engine.found
        self.core: Core = _CorrectedCore(engine.found, corrections)
        self.corrections: Corrections = corrections

    def empty(self, table: str) -> _core.Batch:
        """The table of this name without rows; a table of quotes has the column `correction`."""
        return _with_correction(_core.empty(table), []) if table == "quotes" else _core.empty(table)

    def origin(self, table: str, **options: Any) -> dict[str, Any]:
        """What a table says about how it was made, including the corrections."""
        counts = self.corrections.counts() | {"sha1": self.corrections.sha1}
        return super().origin(table, **options) | {"corrections": counts}

    @property
    def doc_ids(self) -> Collection[str]:
        """The documents that somebody looked at."""
        return self.corrections._by_document.keys()

    def unmatched(self, record: Record, counts: _core.LineCounts | None) -> Iterator[Problem]:
        """Corrections of a document that no longer fit it."""
        if not self.corrections._of(record.doc_id):
            return
        found = analyse(self.found, [record], NEEDED, counts)
        lost = _Corrected(record.doc_id, record.text, found, self.corrections).applied.unmatched
        for reason in dict.fromkeys(row["reason"] for row in lost):
            rows = [row for row in lost if row["reason"] == reason]
            words = _short(rows[0]["text"] or "")
            detail = f"{counted(len(rows), 'correction')}: {_REASONS[reason]}: {rows[0]['what']} {words}"
            yield Problem(record, record.source, "unmatched", detail)

    def without_document(self, there: Container[str]) -> Iterator[Problem]:
        """Corrections of documents that are not in the corpus."""
        for doc_id in self.doc_ids:
            if doc_id not in there:
                n = sum(len(check.quotes) for check in self.corrections._of(doc_id))
                detail = f"{counted(n, 'correction')}: there is no document {doc_id!r}"
                yield Problem(None, None, "unmatched", detail, "not applied")

    def __reduce__(self) -> tuple[Any, ...]:
        return CorrectedEngine, (engine_for(self.config), self.corrections)


class _CorrectedCore:
    """Makes the tables of documents, and applies their corrections."""

    def __init__(self, core: Core, corrections: Corrections) -> None:
        self._core, self._corrections = core, corrections

    def analyse(
        self,
        texts: Sequence[str],
        ids: Sequence[str],
        tables: Sequence[str],
        *,
        quotes: bool = False,
        parse: bool = False,
        outlets: Sequence[str] | None = None,
        lines: _core.LineCounts | None = None,
    ) -> dict[str, _core.Batch]:
        """As the core does it."""
        ids = [SURROGATES.sub("\ufffd", doc_id) for doc_id in ids]
        checked = {doc_id: text for doc_id, text in zip(ids, texts, strict=True) if self._corrections._of(doc_id)}
        wanted = list(dict.fromkeys((*tables, *NEEDED))) if checked else tables
        given: dict[str, Any] = {} if lines is None else {"outlets": outlets, "lines": lines}
        found = self._core.analyse(texts, ids, wanted, quotes=quotes, parse=parse, **given)
        places = {name: _places(found[name]) for name in wanted} if checked else {}
        rows: dict[str, dict[str, Rows]] = {name: {} for name in tables}
        for doc_id, text in checked.items():
            own = {name: found[name].take(places[name].get(doc_id, ())) for name in NEEDED}
            made = _Corrected(doc_id, text, own, self._corrections).tables(tokens=quotes and "tokens" in tables)
            for name in rows.keys() & made.keys():
                rows[name][doc_id] = made[name]
        return {name: _laid(name, found[name], ids, rows[name], places.get(name, {})) for name in tables}


def _places(batch: _core.Batch) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for k, doc_id in enumerate(batch.column("doc_id")):
        places.setdefault(doc_id, []).append(k)
    return places


def _laid(
    name: str, batch: _core.Batch, ids: Iterable[str], rows: Mapping[str, Rows], places: Mapping[str, list[int]]
) -> _core.Batch:
    """A batch with the rows of some documents replaced."""
    if not rows:
        return _with_correction(batch, [None] * len(batch)) if name == "quotes" else batch
    empty = _with_correction(_core.empty(name), []) if name == "quotes" else batch
    known = {column: batch.column(column) if column in batch.names else [None] * len(batch) for column in empty.names}
    made: dict[str, list[Any]] = {column: [] for column in empty.names}
    for doc_id in dict.fromkeys(ids):
        if doc_id in rows:
            for column, values in made.items():
                values += [row.get(column) for row in rows[doc_id]]
        else:
            for column, values in made.items():
                values += [known[column][k] for k in places.get(doc_id, ())]
    return _core.Batch.from_columns(empty.names, empty.types, list(made.values()))


def _with_correction(batch: _core.Batch, what: Sequence[str | None]) -> _core.Batch:
    columns = [*map(batch.column, batch.names), what]
    return _core.Batch.from_columns([*batch.names, "correction"], [*batch.types, "string"], columns)


def _rows_of(batch: _core.Batch) -> Rows:
    return list(Table([batch], batch))


def _by_quote(batch: _core.Batch) -> dict[int, Rows]:
    rows: dict[int, Rows] = {}
    for row in _rows_of(batch):
        rows.setdefault(row["quote_id"], []).append(row)
    return rows


# ---------------------------------------------------------------------------------------------------- a document


class _Corrected:
    """One document, as it is found and as it is with the corrections."""

    def __init__(self, doc_id: str, text: str, found: Found, corrections: Corrections) -> None:
        self._doc_id, self._text, self._found = doc_id, text, found
        document = {"doc_id": doc_id, "text": text, "text_sha1": text_sha1(text)}
        self.applied: Applied = corrections._applied({**document, "quotes": annotated_quotes(dict(found))})

    def tables(self, *, tokens: bool) -> dict[str, Rows]:
        """The tables that corrections change, as rows; empty if no correction fits this text."""
        if not self.applied.is_checked:
            return {}
        quotes = self.applied.document["quotes"]
        made: dict[str, Rows] = {name: [] for name in ("quotes", "spans", "pieces", "chains", "unnamed")}
        for slot in self.applied.kept_slots():
            for name, rows in self._quote(slot).items():
                made[name] += rows
        here = {quote["quote_id"] for quote in quotes}
        for row in made["quotes"]:
            row["continues_id"] = row["continues_id"] if row["continues_id"] in here else -1
        made["entities"] = self._people.rows
        if tokens:
            made["tokens"] = self._tokens(made["spans"])
        return made

    @cached_property
    def _rows(self) -> dict[int, Row]:
        return {row["quote_id"]: row for row in _rows_of(self._found["quotes"])}

    @cached_property
    def _parts(self) -> dict[str, dict[int, Rows]]:
        return {name: _by_quote(self._found[name]) for name in ("spans", "pieces", "chains", "unnamed")}

    @cached_property
    def _people(self) -> People:
        return People(self._doc_id, self._text, *(_rows_of(self._found[name]) for name in ("entities", "mentions")))

    @cached_property
    def _words(self) -> tuple[list[int], list[int]]:
        """Where the words begin, and where they end."""
        words = [row for row in _rows_of(self._found["tokens"]) if row["class"] not in _NO_WORDS]
        return [row["start"] for row in words], [row["end"] for row in words]

    @cached_property
    def _marks(self) -> Rows:
        return sorted(_rows_of(self._found["marks"]), key=lambda row: (row["start"], -row["end"]))

    @cached_property
    def _sentences(self) -> Rows:
        return _rows_of(self._found["sentences"])

    # ------------------------------------------------------------------------------------------------- a quote

    def _quote(self, slot: Slot) -> dict[str, Rows]:
        """The rows of a quote in each table."""
        quote = slot.quote or {}
        number, row = quote["quote_id"], self._rows.get(quote["quote_id"])
        parts = {name: rows.get(number, []) for name, rows in self._parts.items()}
        is_new = row is None
        row = {"doc_id": self._doc_id, "quote_id": number, "continues_id": -1} if row is None else dict(row)
        if is_new or slot.what == "changed":
            self._set_values(row, quote, is_new=is_new)
            if is_new or "spans" in slot.given:
                row |= self._in_place(spans_of(quote)) | ({"zone": quote["zone"]} if quote.get("zone") else {})
                parts["spans"] = [self._at(number, start=start, end=end) for start, end in spans_of(quote)]
                parts["pieces"] = self._pieces(number, spans_of(quote))
                row |= {"n_pieces": len(parts["pieces"]), "closed": all(p["close_mark"] for p in parts["pieces"])}
            for role in ("source", "cue"):
                if is_new or role in slot.given:
                    row |= _part_in_row(self._text, role, quote.get(role))
            if is_new or {"source", "speaker", "chain"} & slot.given.keys():
                self._link(row, quote, slot, parts)
        row |= {"parent_id": quote["parent_id"], "correction": slot.what}
        return {"quotes": [row], **parts}

    def _at(self, number: int, **values: Any) -> Row:
        return {"doc_id": self._doc_id, "quote_id": number, **values}

    def _set_values(self, row: Row, quote: Mapping[str, Any], *, is_new: bool) -> None:
        row |= {"kind": quote.get("type"), "act": quote.get("act") or ("speech" if is_new else None)}
        row |= {name: quote.get(name) for name in ("anonymity", "hedged") if is_new or name in quote}
        for name in ("confidence", "source_confidence"):
            if quote.get(name) is None:
                row[name] = None

    def _in_place(self, spans: Sequence[Sequence[int]]) -> Row:
        """The values that follow from the place of a quote."""
        start, end = min(span[0] for span in spans), max(span[1] for span in spans)
        sentence = next((s for s in self._sentences if s["start"] <= start < s["end"]), None)
        starts, ends = self._words
        n_words = sum(max(bisect_right(ends, last) - bisect_left(starts, first), 0) for first, last in spans)
        return {
            **{"start": start, "end": end, "text": self._text[start:end]},
            "content": JOINED.join(self._text[first:last] for first, last in spans),
            **{"n_spans": len(spans), "n_words": n_words},
            **{"sentence_id": sentence["sentence_id"] if sentence else -1, "zone": sentence and sentence["zone"]},
        }

    def _pieces(self, number: int, spans: Sequence[Sequence[int]]) -> Rows:
        """The marked strings inside some spans, those inside others left out."""
        pieces: Rows = []
        reached = -1
        for mark in self._marks:
            start, end = mark["start"], mark["end"]
            if start < reached or not any(first <= start and end <= last for first, last in spans):
                continue
            reached = end
            close = self._text[mark["content_end"] : end] if mark["closed"] else None
            row = self._at(number, piece=len(pieces), start=start, end=end)
            pieces.append(row | {"open_mark": self._text[start : mark["content_start"]], "close_mark": close})
        return pieces

    # ------------------------------------------------------------------------------------------------ who said it

    def _link(self, row: Row, quote: Mapping[str, Any], slot: Slot, parts: dict[str, Rows]) -> None:
        """Work out again who said a quote: entity, speaker and steps, and what is known of an unnamed source."""
        source, chain = quote.get("source"), parts["chains"]
        if "chain" in slot.given:
            steps = [self._given_step(step) for step in quote["chain"] or ()]
            who = self._who(row, quote, slot, chain) if {"source", "speaker"} & slot.given.keys() else None
            who = who or (self._people.by_id(steps[0]["entity_id"]) if steps else NOBODY)
        else:
            who = self._who(row, quote, slot, chain)
            steps = self._steps(who, quote, chain if "source" not in slot.given else [])
        row |= {"entity_id": who.entity_id, "speaker": who.speaker, "speaker_confidence": None}
        row |= {name + edge: None if edge == "" else -1 for name in TOLD for edge in ("", "_start", "_end")}
        if source is not None and row["source_kind"] is None:
            row["source_kind"] = self._people.kind_at(source) or ("name" if who.speaker else None)
        if "anonymity" not in slot.given:
            row["anonymity"] = self._anonymity(row)
        number = quote["quote_id"]
        parts["chains"] = [self._at(number, step=k, **step) for k, step in enumerate(steps)]
        parts["unnamed"] = [self._claim(row)] if source is not None and who.speaker is None else []

    def _who(self, row: Row, quote: Mapping[str, Any], slot: Slot, chain: Rows) -> Who:
        """Who a person said it was; if they only gave the source, whom that refers to."""
        if "speaker" in quote and {"source", "speaker"} & slot.given.keys():
            name = quote["speaker"]
            role = chain[0]["role"] if chain and "source" not in slot.given else row["source_kind"]
            return self._people.called(name, role if role in _BODIES else "speaker") if name else NOBODY
        return self._people.at(quote.get("source"))

    def _steps(self, who: Who, quote: Mapping[str, Any], found: Rows) -> Rows:
        """The steps of a quote with another speaker: the document that it is from and those who passed it on stay."""
        source = quote.get("source")
        if who.name is None and source is None:
            return []
        first = found[0] if found else {"start": -1, "end": -1}
        start, end = (source["start"], source["end"]) if source else (who.start, who.end)
        step = {"role": who.role, "name": who.name or self._text[start:end], "entity_id": who.entity_id}
        keeps_first = first.get("role") == "document" and who.role == "speaker"
        rest = [row for row in (found if keeps_first else found[1:]) if not 0 <= row["entity_id"] == who.entity_id]
        kept = [{key: row[key] for key in ("role", "name", "entity_id", "start", "end", "access")} for row in rest]
        return [{**step, "start": start, "end": end, "access": None}, *kept]

    def _given_step(self, step: Mapping[str, Any]) -> Row:
        role, name = step.get("role") or "speaker", step.get("name")
        start, end = step.get("start"), step.get("end")
        is_placed = isinstance(start, int) and isinstance(end, int)
        who = self._people.called(name, role) if name and name[:1].isupper() else NOBODY
        place = {"start": start, "end": end} if is_placed else {"start": who.start, "end": who.end}
        return {"role": role, "name": name, "entity_id": who.entity_id, **place, "access": step.get("access")}

    def _anonymity(self, row: Row) -> str | None:
        """How openly a source is named now; where another quote has the same source, as there."""
        if row["speaker"] is not None:
            return "named"
        if row["source_start"] < 0:
            return "none"
        same = (other["anonymity"] for other in self._rows.values() if _same_source(row, other))
        return next((anonymity for anonymity in same if anonymity not in ("named", "none")), None)

    def _claim(self, row: Row) -> Row:
        """What the text claims about an unnamed source: as for another quote with the same source, else nothing."""
        number = row["quote_id"]
        for other, claims in self._parts["unnamed"].items():
            if _same_source(row, self._rows[other]):
                return claims[0] | {"quote_id": number}
        return self._at(number, source=row["source"], n_claimed=-1, reason=None, start=-1, end=-1)

    def _tokens(self, spans: Rows) -> Rows:
        """The tokens, each with the innermost quote around it."""
        rows = _rows_of(self._found["tokens"])
        sizes: dict[int, int] = {}
        for span in spans:
            sizes[span["quote_id"]] = sizes.get(span["quote_id"], 0) + span["end"] - span["start"]
        starts, ends = ([row[edge] for row in rows] for edge in ("start", "end"))
        for row in rows:
            row["quote_id"] = -1
        for span in sorted(spans, key=lambda span: -sizes[span["quote_id"]]):  # the smallest one has the last word
            for k in range(bisect_left(starts, span["start"]), bisect_right(ends, span["end"])):
                rows[k]["quote_id"] = span["quote_id"]
        return rows


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _same_source(row: Row, other: Row) -> bool:
    place = (row["source_start"], row["source_end"])
    return place[0] >= 0 and place == (other["source_start"], other["source_end"])


def _part_in_row(text: str, role: str, part: Mapping[str, Any] | None) -> Row:
    """The place of a source or cue; whatever else was known about the old one does not apply to it."""
    unknown: Row = dict.fromkeys(("cue_lemma", "cue_class") if role == "cue" else ("resolved_by",))
    start, end = (part["start"], part["end"]) if part else (-1, -1)
    made = unknown | {role: text[start:end] if part else None, f"{role}_start": start, f"{role}_end": end}
    if role == "source":
        made["source_kind"] = part.get("kind") if part else "none"
    return made
