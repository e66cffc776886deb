"""What people corrected, kept apart from results: made by comparing, saved as lines, and laid over results anew."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from quotelens.analysis.annotation import text_sha1
from quotelens.corpus import Corpus
from quotelens.quality.comparison import JOINED, Annotated, Quote
from quotelens.quality.evaluate import agree_on_text, documents_by_id
from quotelens.quality.gold import LEAST_JACCARD, Gold, checked, letters_of, objects_of, paired, spans_of
from quotelens.table.files import json_line, open_text, replacing
from quotelens.table.table import Table

FIELDS = ("type", "act", "spans", "source", "cue", "speaker", "anonymity", "hedged", "chain", "zone", "optional")
WHAT = ("kept", "changed", "added", "removed")

_CORRECTION_TYPES = {
    **{"doc_id": "string", "what": "string", "start": "int32", "end": "int32", "text": "string"},
    **{"field": "string", "old": "string", "new": "string", "by": "string", "time": "string"},
}
_UNMATCHED_TYPES = {
    **{"doc_id": "string", "what": "string", "start": "int32", "end": "int32", "text": "string"},
    **{"reason": "string", "by": "string", "time": "string"},
}
_CONFLICT_TYPES = {
    **{"doc_id": "string", "start": "int32", "end": "int32", "text": "string", "field": "string"},
    **{"by": "string", "value": "string", "other_by": "string", "other": "string"},
}


# ----------------------------------------------------------------------------------------------------- statements


def stated(quote: Quote, text: str | None = None) -> dict[str, Any]:
    """What a person can correct of a statement: those of `FIELDS` that it has, and its words."""
    has: dict[str, Any] = {name: quote[name] for name in FIELDS if name in quote}
    has["spans"] = [list(span) for span in spans_of(quote)]
    for role in ("source", "cue"):
        if has.get(role) is not None:
            has[role] = {key: has[role][key] for key in ("start", "end", "kind") if has[role].get(key) is not None}
    if text is not None:
        has["content"] = _words(text, has["spans"])
    elif "content" in quote:
        has["content"] = quote["content"]
    return has


def _words(text: str, spans: Iterable[Sequence[int]]) -> str:
    return JOINED.join(text[start:end] for start, end in spans)


def _same(name: str, one: Any, other: Any) -> bool:
    """Are two values of a field one?  The kind of a source counts where both sides say it."""
    if name == "spans":
        return [list(span) for span in one or ()] == [list(span) for span in other or ()]
    if name in ("source", "cue") and one is not None and other is not None:
        kinds = {part["kind"] for part in (one, other) if part.get("kind") is not None}
        return (one["start"], one["end"]) == (other["start"], other["end"]) and len(kinds) < 2
    if name == "chain":
        return [_step(step) for step in one or ()] == [_step(step) for step in other or ()]
    return bool(one == other)


def _step(step: Quote) -> tuple[Any, ...]:
    return tuple(step.get(key) for key in ("role", "name", "start", "end"))


@dataclass(frozen=True, slots=True)
class Correction:
    """One statement as it was found and as a person left it; None where it is not on that side."""

    old: Quote | None
    new: Quote | None

    @property
    def what(self) -> str:
        """kept, changed, added or removed."""
        if self.old is None or self.new is None:
            return "added" if self.old is None else "removed"
        return "changed" if self.fields else "kept"

    @property
    def fields(self) -> list[str]:
        """The names of what was changed; what the corrected side does not say at all was not."""
        if self.old is None or self.new is None:
            return []
        new = self.new
        return [name for name in FIELDS if name in new and not _same(name, self.old.get(name), new[name])]

    @property
    def shown(self) -> Quote:
        """The statement by which the correction is known: as found, or as added."""
        quote = self.old if self.old is not None else self.new
        assert quote is not None
        return quote

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"what": self.what, "old": self.old, "new": self.new}


@dataclass(frozen=True, slots=True)
class Check:
    """One document as one person went through it: all its statements, those that stayed as they were as well."""

    doc_id: str
    text_sha1: str
    by: str | None
    time: str | None
    statements: tuple[Correction, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        facts = {"doc_id": self.doc_id, "text_sha1": self.text_sha1, "by": self.by, "time": self.time}
        return {**facts, "statements": [correction.to_dict() for correction in self.statements]}


def _place(quote: Quote) -> tuple[int, int]:
    spans = spans_of(quote)
    return min(start for start, _ in spans), max(end for _, end in spans)


def _told(name: str, value: Any) -> str | None:
    """A value of a field for a cell of a table."""
    if value is None or isinstance(value, str):
        return value
    if name == "spans":
        return " ".join(f"{start}:{end}" for start, end in value)
    if name in ("source", "cue"):
        return f"{value['start']}:{value['end']}" + (f" {value['kind']}" if value.get("kind") else "")
    if name == "chain":
        return " → ".join(str(step.get("name")) for step in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _table(rows: Iterable[Mapping[str, Any]], types: Mapping[str, str]) -> Table:
    held = list(rows)
    return Table.from_columns({name: [row[name] for row in held] for name in types}, list(types.values()))


# -------------------------------------------------------------------------------------------------------- the set


class Corrections:
    """What people corrected in documents, and what they looked at and let stand.

    `between` makes them from documents as they were shown to a person and as they came back; `save` and `load` keep
    them as JSON Lines, a document a line; `+` puts those of several people together.  `apply` lays them over
    documents, and `Corpus.corrected` over a corpus.  Results themselves stay as they were.

    `len` counts what was changed, added or removed.  Corrections hold for one text alone, known by its hash, and find
    their statements again by their place: those that rules find anew tomorrow, with somewhat other edges, as well.

    >>> found = [{"doc_id": "a", "text": "“Yes,” said Ann. Bo left.", "quotes": [
    ...     {"spans": [[0, 6]], "type": "direct", "source": {"start": 12, "end": 15}},
    ...     {"spans": [[17, 24]], "type": "indirect", "source": None}]}]
    >>> back = [{**found[0], "quotes": [{"spans": [[0, 6]], "type": "direct", "source": None}]}]
    >>> corrections = Corrections.between(found, back, by="Cy")
    >>> corrections
    <Corrections: 1 document; 0 statements kept, 1 changed, 0 added, 1 removed; by Cy>
    >>> corrections.table().select("what", "text", "field", "old", "new")
    what     text     field   old    new
    changed  “Yes,”   source  12:15
    removed  Bo left
    >>> [quote["correction"] for quote in corrections.apply(found)[0]["quotes"]]
    ['changed']
    """

    def __init__(self, checks: Iterable[Check] = ()) -> None:
        self.checks: list[Check] = []
        of_document: dict[str, list[Check]] = {}
        for check in checks:
            same = of_document.setdefault(check.doc_id, [])
            if check not in same:
                same.append(check)
                self.checks.append(check)

    @classmethod
    def between(
        cls, found: Gold, corrected: Gold, *, by: str | None = None, time: str | datetime | None = None
    ) -> Corrections:
        """The corrections that lead from what was found to what came back.

        found      documents as `quotelens annotate` writes them: a JSONL file, or the objects.  They have to be what
                   the person saw: a statement that was not shown would count as removed
        corrected  the same documents, or some of them, put right; those that are not there were not looked at
        by         who did so
        time       when, as a datetime or in words of your own, such as "2026-11-25"

        Statements are the same where their spans are, else where half of their letters are (as in `evaluate`).  Of
        each, type, act, spans, source, cue, speaker, anonymity, hedged and chain are compared; a key that the
        corrected side does not have says nothing, and None says that there is none.

        Raises ValueError for another form, a document that was not in `found`, and text that is not the same.
        """
        wanted = documents_by_id(objects_of(corrected, "corrected"), "corrections")
        before = documents_by_id(objects_of(found, "found"), "found", only=wanted)
        when = time.isoformat() if isinstance(time, datetime) else time
        return cls(_check(before.get(doc_id), document, by, when) for doc_id, document in wanted.items())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Corrections:
        """Read what `save` wrote; ValueError, with the line, for what it did not."""
        return cls(_read(line, place) for place, line in objects_of(path))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write JSON Lines: a document a line, with doc_id, text_sha1, by, time and statements.

        Each statement has `what` (kept, changed, added, removed), and what it was before and after: `old` and `new`.
        The file is complete or not there at all.
        """
        with replacing(Path(path)) as temporary, open_text(temporary) as file:
            for check in self.checks:
                file.write(json_line(check.to_dict()))

    def __add__(self, other: Corrections) -> Corrections:
        """Those of both.  Where they say different things of one statement, `other` wins: see `conflicts`."""
        if not isinstance(other, Corrections):
            return NotImplemented
        return Corrections([*self.checks, *other.checks])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Corrections) and self.checks == other.checks

    __hash__: ClassVar[None]  # type: ignore[assignment]

    def __len__(self) -> int:
        counts = self.counts()
        return counts["changed"] + counts["added"] + counts["removed"]

    def __repr__(self) -> str:
        counts = self.counts()
        people = ", ".join(dict.fromkeys(check.by for check in self.checks if check.by is not None))
        n = counts["documents"]
        said = ", ".join(
            f"{counts[what]:,} {'statements ' if what == 'kept' and counts[what] != 1 else ''}{what}" for what in WHAT
        )
        return f"<Corrections: {n:,} document{'' if n == 1 else 's'}; {said}{f'; by {people}' if people else ''}>"

    def counts(self) -> dict[str, int]:
        """How many documents were looked at, and how many of their statements kept, changed, added and removed.

        Kept and changed by all that were found is the share of statements that are some: (kept + changed) / (kept +
        changed + removed).  A document that two people went through counts twice.
        """
        counts = {"documents": len(self.checks), **dict.fromkeys(WHAT, 0)}
        for check in self.checks:
            for correction in check.statements:
                counts[correction.what] += 1
        return counts

    def table(self) -> Table:
        """Every correction, one row each: one for each field of a changed statement.

        doc_id, what (changed, added, removed), start, end, text (of the statement as it was found, or as it was
        added), field, old, new (null but for changed ones), by, time.  Spans, sources and cues are given as places,
        `start:end`.
        """
        return _table((row for check in self.checks for row in _rows(check)), _CORRECTION_TYPES)

    def conflicts(self) -> Table:
        """Where two checks of one document say different things of one statement.

        doc_id, start, end, text, field (`statement` where one removed what the other changed), by, value, other_by,
        other.  Of two values of a field the later one, `other`, holds; what one of them removed is gone.  Whoever let
        something stand says nothing against who changed it: `quotelens.agreement` counts those.  Nor is it a conflict
        to change what another person's correction gave.
        """
        rows = []
        for doc_id, checks in self._by_document().items():
            for same_text in _by(checks, lambda check: check.text_sha1).values():
                done = _Applied(_blank(doc_id, same_text[0]))
                for check in same_text:
                    done.lay(check, fill=True)
                rows += done.conflicts
        return _table(rows, _CONFLICT_TYPES)

    def apply(self, documents: Gold) -> list[dict[str, Any]]:
        """Documents with the corrections laid over them; those that nobody looked at are as they were.

        Each statement of a document that somebody looked at gets the key "correction": kept, changed or added; None
        for one that nobody saw, as better rules may find.  `unmatched` lists corrections that found no statement.

        >>> found = [{"doc_id": "a", "text": "“Yes,” said Ann.", "quotes": [{"spans": [[0, 6]], "type": "mixed"}]}]
        >>> back = [{**found[0], "quotes": [{"spans": [[0, 6]], "type": "direct"}]}]
        >>> Corrections.between(found, back).apply(found)[0]["quotes"][0]["type"]
        'direct'
        """
        return [self.applied(document).document for _, document in objects_of(documents, "documents")]

    def unmatched(self, documents: Gold) -> Table:
        """Corrections that cannot be laid over these documents; none of them is lost.

        doc_id, what, start, end, text, reason, by, time.  `reason` is "not found" (no statement stands there, or one
        with other words), "removed" (by somebody else), "other text" (than the one that was corrected) or "no such
        document".  Statements that a person let stand and that are not found any more are here too, as kept.
        """
        done = [self.applied(document) for _, document in objects_of(documents, "documents")]
        return self.left_over(done)

    def to_gold(self, texts: Corpus | Gold | None = None) -> list[dict[str, Any]]:
        """The documents that were looked at, with all their statements as corrected: gold for `evaluate` and `train`.

        It has what the corrected side said, not what was found later.  With `texts`, a corpus or documents with
        their text, each gets its "text", without which `train` cannot do and `evaluate` can.

        Raises ValueError for a document that is not in `texts`, or has another text there.
        """
        known = None if texts is None else _texts_of(texts)
        return [
            _with_text(_gold(doc_id, checks), known, checks[-1]) for doc_id, checks in self._by_document().items()
        ]

    # ------------------------------------------------------------------------------------------------ the work

    def _by_document(self) -> dict[str, list[Check]]:
        return _by(self.checks, lambda check: check.doc_id)

    def doc_ids(self) -> set[str]:
        """The documents that somebody looked at."""
        return {check.doc_id for check in self.checks}

    def applied(self, document: Mapping[str, Any]) -> _Applied:
        """One document with the corrections laid over it, and what became of each."""
        done = _Applied(document)
        for check in self.checks:
            if check.doc_id == done.doc_id:
                done.lay(check)
        return done

    def left_over(self, done: Sequence[_Applied]) -> Table:
        """What of the corrections found no place in some documents."""
        there = {applied.doc_id for applied in done}
        rows = [row for applied in done for row in applied.unmatched]
        for check in self.checks:
            if check.doc_id not in there:
                rows += [_left(check, correction, "no such document") for correction in check.statements]
        return _table(rows, _UNMATCHED_TYPES)


def _by(checks: Iterable[Check], key: Callable[[Check], str]) -> dict[str, list[Check]]:
    groups: dict[str, list[Check]] = {}
    for check in checks:
        groups.setdefault(key(check), []).append(check)
    return groups


def _rows(check: Check) -> Iterator[dict[str, Any]]:
    for correction in check.statements:
        if correction.what == "kept":
            continue
        row = _head(check, correction) | {"field": None, "old": None, "new": None}
        old, new = correction.old or {}, correction.new or {}
        yield from (
            row | {"field": name, "old": _told(name, old.get(name)), "new": _told(name, new.get(name))}
            for name in correction.fields
        )
        if not correction.fields:
            yield row


def _head(check: Check, correction: Correction) -> dict[str, Any]:
    start, end = _place(correction.shown)
    facts = {"doc_id": check.doc_id, "what": correction.what, "by": check.by, "time": check.time}
    return facts | {"start": start, "end": end, "text": correction.shown.get("content")}


def _left(check: Check, correction: Correction, reason: str) -> dict[str, Any]:
    return _head(check, correction) | {"reason": reason}


# ------------------------------------------------------------------------------------------------------- comparing


def _check(found: Annotated | None, corrected: Annotated, by: str | None, time: str | None) -> Check:
    if found is None:
        raise ValueError(
            f"{corrected.place}: document {corrected.doc_id!r} is not among those found: give what was shown to the "
            "person who corrected it."
        )
    if found.sha1 is None and corrected.sha1 is None:
        raise ValueError(
            f'{corrected.place}: neither side says of which text document {corrected.doc_id!r} is: "text" or '
            '"text_sha1" is wanted.'
        )
    agree_on_text(corrected, found)
    text = corrected.text
    old, new = ([stated(quote, text) for quote in side.quotes] for side in (found, corrected))
    pairs = matched([spans_of(quote) for quote in new], [spans_of(quote) for quote in old], text)
    of_old = {j: i for i, j in pairs.items()}
    statements = [Correction(quote, new[of_old[j]] if j in of_old else None) for j, quote in enumerate(old)]
    statements += [Correction(None, quote) for i, quote in enumerate(new) if i not in pairs]
    return Check(corrected.doc_id, str(corrected.sha1 or found.sha1), by, time, tuple(statements))


Spans = Sequence[Sequence[int]]


def matched(wanted: Sequence[Spans], there: Sequence[Spans], text: str | None) -> dict[int, int]:
    """Which statement is which, by position: first those with the same spans, then by half of their letters."""
    waiting: dict[tuple[tuple[int, ...], ...], list[int]] = {}
    for j, spans in reversed(list(enumerate(there))):
        waiting.setdefault(tuple(map(tuple, spans)), []).append(j)
    pairs = {}
    for i, spans in enumerate(wanted):
        if same := waiting.get(tuple(map(tuple, spans))):
            pairs[i] = same.pop()
    left = [i for i in range(len(wanted)) if i not in pairs]
    taken = set(pairs.values())
    free = [j for j in range(len(there)) if j not in taken]
    if left and free:
        letters = [[letters_of(text, side[k]) for k in some] for side, some in ((wanted, left), (there, free))]
        pairs |= {left[i]: free[j] for i, j, jaccard in paired(*letters) if jaccard >= LEAST_JACCARD}
    return pairs


# ------------------------------------------------------------------------------------------------------- laying over


@dataclass(slots=True)
class Slot:
    """A statement of a document that corrections are laid over."""

    original: Quote | None  # as found; None for what a person added
    quote: dict[str, Any] | None  # as it is now; None once removed
    what: str | None = None
    given: dict[str, str | None] = field(default_factory=dict)  # fields that somebody set, and who did


class _Applied:
    """One document, with checks laid over it one after another."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.doc_id: str = str(document.get("doc_id", document.get("id")))
        self.text: str | None = document.get("text")
        sha1: str | None = document.get("text_sha1")
        self.sha1: str | None = sha1 or (None if self.text is None else text_sha1(self.text))
        self.slots: list[Slot] = [Slot(quote, dict(quote)) for quote in document["quotes"]]
        self.unmatched: list[dict[str, Any]] = []
        self.conflicts: list[dict[str, Any]] = []
        self._document = document
        self._is_checked = False

    @property
    def document(self) -> dict[str, Any]:
        """The document as corrected, its statements in the order of the text."""
        if not self._is_checked:
            return dict(self._document)
        slots = self.kept_slots()
        for slot in slots:
            assert slot.quote is not None
            slot.quote["correction"] = slot.what
        self._number([slot.quote for slot in slots if slot.quote is not None])
        return {**self._document, "quotes": [slot.quote for slot in slots]}

    def kept_slots(self) -> list[Slot]:
        """The statements that were not removed, in the order of the text."""
        slots = [slot for slot in self.slots if slot.quote is not None]
        return sorted(slots, key=lambda slot: _outer_first(slot.quote or {}))

    def lay(self, check: Check, *, fill: bool = False) -> None:
        """Lay a check over the document; with `fill`, its statements that are not there are put in."""
        if self.sha1 is not None and check.text_sha1 != self.sha1:
            self.unmatched += [_left(check, correction, "other text") for correction in check.statements]
            return
        self._is_checked = True
        seen = [correction for correction in check.statements if correction.old is not None]
        slots = self._slots_of(seen)
        for correction, slot in zip(seen, slots, strict=True):
            if slot is not None:
                self._set(slot, correction, check)
            elif fill and correction.new is not None:
                self._add(correction.new, check)
            else:
                self.unmatched.append(_left(check, correction, "not found"))
        added = [correction for correction in check.statements if correction.old is None]
        taken = {id(slot) for slot in slots}
        free = [slot for slot in self.slots if slot.quote is not None and id(slot) not in taken]
        pairs = matched([spans_of(c.shown) for c in added], [spans_of(s.quote or {}) for s in free], self.text)
        for i, correction in enumerate(added):
            if i in pairs:  # it is found by now, or somebody else added it too
                self._set(free[pairs[i]], correction, check)
            else:
                self._add(correction.shown, check)

    def _slots_of(self, corrections: Sequence[Correction]) -> list[Slot | None]:
        """The slot that each correction is about: by its statement as it is now, else as it was found."""
        found: list[Slot | None] = [None] * len(corrections)
        for now in (True, False):
            left = [k for k, slot in enumerate(found) if slot is None]
            taken = {id(slot) for slot in found}
            free = [
                (slot, quote)
                for slot in self.slots
                if id(slot) not in taken and (quote := slot.quote if now else slot.original) is not None
            ]
            wanted = [spans_of(corrections[k].shown) for k in left]
            for i, j in matched(wanted, [spans_of(quote) for _, quote in free], self.text).items():
                found[left[i]] = free[j][0]
        return found

    def _add(self, new: Quote, check: Check) -> None:
        quote = {name: new[name] for name in FIELDS if name in new}
        self.slots.append(Slot(None, quote, "added", dict.fromkeys(quote, check.by)))

    def _set(self, slot: Slot, correction: Correction, check: Check) -> None:
        new = correction.new
        if slot.quote is None:
            if correction.fields:
                first = slot.given.get("statement")
                self._conflict(correction, "statement", first, "removed", check.by, "changed")
                self.unmatched.append(_left(check, correction, "removed"))
            return
        if new is None:
            for name, by in slot.given.items():
                if not self._knew(slot, correction, name):
                    self._conflict(correction, "statement", by, "changed", check.by, "removed")
                    break
            slot.quote, slot.what, slot.given = None, "removed", {"statement": check.by}
            return
        fields = [name for name in FIELDS if name in new and not _same(name, slot.quote.get(name), new[name])]
        if correction.old is not None:
            fields = [name for name in fields if name in correction.fields]
        for name in fields:
            if name in slot.given and not self._knew(slot, correction, name):
                value = _told(name, slot.quote.get(name))
                self._conflict(correction, name, slot.given[name], value, check.by, _told(name, new[name]))
            slot.given[name] = check.by
        _change(slot.quote, {name: new[name] for name in fields}, new)
        if slot.what != "added":
            slot.what = "changed" if fields or slot.what == "changed" else "kept"

    def _knew(self, slot: Slot, correction: Correction, name: str) -> bool:
        """Had the person the value before them that somebody else had given?"""
        old = correction.old
        return old is not None and slot.quote is not None and _same(name, old.get(name), slot.quote.get(name))

    def _conflict(
        self, correction: Correction, name: str, by: str | None, value: Any, other_by: str | None, other: Any
    ) -> None:
        start, end = _place(correction.shown)
        words = correction.shown.get("content")
        place = {"doc_id": self.doc_id, "start": start, "end": end, "text": words, "field": name}
        self.conflicts.append(place | {"by": by, "value": value, "other_by": other_by, "other": other})

    def _number(self, quotes: list[dict[str, Any]]) -> None:
        """Ids for what was added, words for sources and cues, and the statements around those that have none."""
        last = max((quote.get("quote_id", -1) for quote in self._document["quotes"]), default=-1)
        gone = {
            slot.original["quote_id"]: slot.original.get("parent_id", -1)
            for slot in self.slots
            if slot.quote is None and slot.original is not None and "quote_id" in slot.original
        }
        is_numbered = last >= 0 or not self._document["quotes"]
        for quote in quotes:
            for role in ("source", "cue"):
                part = quote.get(role)
                if part is not None and self.text is not None:
                    quote[role] = part | {"text": self.text[part["start"] : part["end"]]}
            if is_numbered and "quote_id" not in quote:
                last += 1
                quote["quote_id"], quote["parent_id"] = last, _parent(quote, quotes)
            for _ in gone:  # one after another, from the statement around it outward
                quote.update({"parent_id": gone[quote["parent_id"]]} if quote.get("parent_id") in gone else {})


def _change(quote: dict[str, Any], fields: Mapping[str, Any], new: Quote) -> None:
    """Give a statement other values, and take from it what was true of the old ones alone."""
    quote.update(fields)
    if "spans" in fields and "pieces" in quote:
        spans = fields["spans"]
        cut = ([max(a, start), min(b, end)] for a, b in quote["pieces"] for start, end in spans)
        quote["pieces"] = [piece for piece in cut if piece[0] < piece[1]]
    if {"spans", "type", "act"} & fields.keys() and "confidence" in quote:
        quote["confidence"] = None
    if "source" in fields:
        if "source_confidence" in quote:
            quote["source_confidence"] = None
        for name in ("speaker", "chain", "anonymity"):
            if name not in new:
                quote.pop(name, None)
    if {"source", "speaker"} & fields.keys() and "entity_id" in quote:
        quote["entity_id"] = -1


def _outer_first(quote: Quote) -> tuple[int, int]:
    start, end = _place(quote)
    return start, -end


def _parent(quote: Quote, quotes: Sequence[Quote]) -> int:
    """The shortest statement around this one, -1 without."""
    start, end = _place(quote)
    around = []
    for other in quotes:
        first, last = _place(other)
        if first <= start and end <= last and last - first > end - start and "quote_id" in other:
            around.append((last - first, other["quote_id"]))
    return int(min(around)[1]) if around else -1


# ------------------------------------------------------------------------------------------------------------- gold


def _blank(doc_id: str, check: Check) -> dict[str, Any]:
    """A document as a check found it, with as much of its statements as the person said something about."""
    quotes = []
    for correction in check.statements:
        if (old := correction.old) is not None:
            new = correction.new
            quotes.append({name: old[name] for name in old if new is None or name in new or name == "zone"})
    return {"doc_id": doc_id, "text_sha1": check.text_sha1, "quotes": quotes}


def _gold(doc_id: str, checks: Sequence[Check]) -> dict[str, Any]:
    """What the checks of the text that was looked at last make of it."""
    same_text = [check for check in checks if check.text_sha1 == checks[-1].text_sha1]
    done = _Applied(_blank(doc_id, same_text[0]))
    for check in same_text:
        done.lay(check, fill=True)
    quotes = [
        {name: slot.quote[name] for name in FIELDS if name in slot.quote} for slot in done.kept_slots() if slot.quote
    ]
    for k, quote in enumerate(quotes):
        quote["quote_id"] = k
    for quote in quotes:
        quote["parent_id"] = _parent(quote, quotes)
    return {"doc_id": doc_id, "text_sha1": checks[-1].text_sha1, "quotes": quotes}


def _texts_of(texts: Corpus | Gold) -> dict[str, str]:
    if isinstance(texts, Corpus):
        return {document.id: document.text for document in texts}
    documents = (document for _, document in objects_of(texts, "texts"))
    return {str(d.get("doc_id", d.get("id"))): d["text"] for d in documents if isinstance(d.get("text"), str)}


def _with_text(document: dict[str, Any], texts: Mapping[str, str] | None, check: Check) -> dict[str, Any]:
    if texts is None:
        return document
    doc_id = document["doc_id"]
    text = texts.get(doc_id)
    if text is None or text_sha1(text) != check.text_sha1:
        wrong = "not there" if text is None else f"another one than was corrected (text_sha1 {check.text_sha1})"
        raise ValueError(f"texts: the text of document {doc_id!r} is {wrong}: give the text that the person saw.")
    return {**document, "text": text}


# ---------------------------------------------------------------------------------------------------------- reading


def _read(line: Any, place: str) -> Check:
    try:
        statements = tuple(_correction(item, place) for item in line["statements"])
        by, time = line.get("by"), line.get("time")
        doc_id, sha1 = line["doc_id"], line["text_sha1"]
        if not all(isinstance(name, str) for name in (doc_id, sha1)):
            raise TypeError
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ValueError(
            f'{place}: this is no line of corrections: an object with "doc_id", "text_sha1" and "statements" is '
            "wanted, as Corrections.save writes it."
        ) from None
    return Check(doc_id, sha1, by, time, statements)


def _correction(item: Mapping[str, Any], place: str) -> Correction:
    sides = [item.get("old"), item.get("new")]
    if sides == [None, None]:
        raise ValueError
    checked({"quotes": [side for side in sides if side is not None]}, place, needs_text=False)
    old, new = (None if side is None else stated(side) for side in sides)
    return Correction(old, new)
