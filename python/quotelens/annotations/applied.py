"""Checks applied to one document, one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from quotelens.analysis.annotation import TOLD, text_sha1
from quotelens.annotations.checks import FIELDS, Check, Correction, is_same, left_over, place_of, told
from quotelens.annotations.gold import LEAST_JACCARD, Quote, letters_of, paired, spans_of

Spans = Sequence[Sequence[int]]


def matched(wanted: Sequence[Spans], there: Sequence[Spans], text: str | None) -> dict[int, int]:
    """Which quote is which, by position: first those with the same spans, then by half of their letters."""
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


@dataclass(slots=True)
class Slot:
    """A quote of a document to which corrections are applied."""

    original: Quote | None  # as found; None for what a person added
    quote: dict[str, Any] | None  # as it is now; None once removed
    what: str | None = None
    given: dict[str, str | None] = field(default_factory=dict)  # fields that somebody set, and who did


class Applied:
    """One document, with checks applied one after another."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.doc_id: str = str(document.get("doc_id", document.get("id")))
        self.text: str | None = document.get("text")
        sha1: str | None = document.get("text_sha1")
        self.sha1: str | None = sha1 or (None if self.text is None else text_sha1(self.text))
        self.slots: list[Slot] = [Slot(quote, dict(quote)) for quote in document["quotes"]]
        self.unmatched: list[dict[str, Any]] = []
        self.conflicts: list[dict[str, Any]] = []
        self.is_checked: bool = False  # whether a check was of this text
        self._document = document

    @property
    def document(self) -> dict[str, Any]:
        """The document as corrected, its quotes in the order of the text."""
        if not self.is_checked:
            return dict(self._document)
        slots = self.kept_slots()
        for slot in slots:
            assert slot.quote is not None
            slot.quote["correction"] = slot.what
        self._number([slot.quote for slot in slots if slot.quote is not None])
        return {**self._document, "quotes": [slot.quote for slot in slots]}

    def kept_slots(self) -> list[Slot]:
        """The quotes that were not removed, in the order of the text."""
        slots = [slot for slot in self.slots if slot.quote is not None]
        return sorted(slots, key=lambda slot: _outer_first(slot.quote or {}))

    def lay(self, check: Check, *, fill: bool = False) -> None:
        """Apply a check to the document; with `fill`, missing quotes are added."""
        if self.sha1 is not None and check.text_sha1 != self.sha1:
            self.unmatched += [left_over(check, correction, "other text") for correction in check.quotes]
            return
        self.is_checked = True
        seen = [correction for correction in check.quotes if correction.old is not None]
        slots = self._slots_of(seen)
        for correction, slot in zip(seen, slots, strict=True):
            if slot is not None:
                self._set(slot, correction, check)
            elif fill and correction.new is not None:
                self._add(correction.new, check)
            else:
                self.unmatched.append(left_over(check, correction, "not found"))
        added = [correction for correction in check.quotes if correction.old is None]
        taken = {id(slot) for slot in slots}
        free = [slot for slot in self.slots if slot.quote is not None and id(slot) not in taken]
        pairs = matched([spans_of(c.shown) for c in added], [spans_of(s.quote or {}) for s in free], self.text)
        for i, correction in enumerate(added):
            if i in pairs:  # it is found by now, or somebody else added it too
                self._set(free[pairs[i]], correction, check)
            else:
                self._add(correction.shown, check)

    def _slots_of(self, corrections: Sequence[Correction]) -> list[Slot | None]:
        """The slot for each correction: by its quote as it is now, otherwise as it was found."""
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
                first = slot.given.get("quote")
                self._conflict(correction, "quote", first, "removed", check.by, "changed")
                self.unmatched.append(left_over(check, correction, "removed"))
            return
        if new is None:
            for name, by in slot.given.items():
                if not self._knew(slot, correction, name):
                    self._conflict(correction, "quote", by, "changed", check.by, "removed")
                    break
            slot.quote, slot.what, slot.given = None, "removed", {"quote": check.by}
            return
        fields = [name for name in FIELDS if name in new and not is_same(name, slot.quote.get(name), new[name])]
        if correction.old is not None:
            fields = [name for name in fields if name in correction.fields]
        for name in fields:
            if name in slot.given and not self._knew(slot, correction, name):
                value = told(name, slot.quote.get(name))
                self._conflict(correction, name, slot.given[name], value, check.by, told(name, new[name]))
            slot.given[name] = check.by
        _change(slot.quote, {name: new[name] for name in fields}, new)
        if slot.what != "added":
            slot.what = "changed" if fields or slot.what == "changed" else "kept"

    def _knew(self, slot: Slot, correction: Correction, name: str) -> bool:
        """Did the person see the value that somebody else had given?"""
        old = correction.old
        return old is not None and slot.quote is not None and is_same(name, old.get(name), slot.quote.get(name))

    def _conflict(
        self, correction: Correction, name: str, by: str | None, value: Any, other_by: str | None, other: Any
    ) -> None:
        start, end = place_of(correction.shown)
        words = correction.shown.get("content")
        place = {"doc_id": self.doc_id, "start": start, "end": end, "text": words, "field": name}
        self.conflicts.append(place | {"by": by, "value": value, "other_by": other_by, "other": other})

    def _number(self, quotes: list[dict[str, Any]]) -> None:
        """Set ids of added quotes, words of sources and cues, and the enclosing quote where none is given."""
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
                quote["quote_id"], quote["parent_id"] = last, parent_of(quote, quotes)
            for _ in gone:  # one after another, from the quote around it outward
                quote.update({"parent_id": gone[quote["parent_id"]]} if quote.get("parent_id") in gone else {})


def _change(quote: dict[str, Any], fields: Mapping[str, Any], new: Quote) -> None:
    """Give a quote new values, and clear those that depended on the old ones."""
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
        if "speaker" not in new:
            quote.pop("speaker", None)
    if {"source", "speaker"} & fields.keys():
        quote.update(dict.fromkeys({"speaker_confidence", *TOLD} & quote.keys()))
        for name in ("chain", "anonymity"):
            if name not in new:
                quote.pop(name, None)
        if "entity_id" in quote:
            quote["entity_id"] = -1


def _outer_first(quote: Quote) -> tuple[int, int]:
    start, end = place_of(quote)
    return start, -end


def parent_of(quote: Quote, quotes: Sequence[Quote]) -> int:
    """The shortest quote around this one, -1 without."""
    start, end = place_of(quote)
    around = []
    for other in quotes:
        first, last = place_of(other)
        if first <= start and end <= last and last - first > end - start and "quote_id" in other:
            around.append((last - first, other["quote_id"]))
    return int(min(around)[1]) if around else -1
