"""What a person said about a document: each quote as it was, and as it should be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from quotelens.annotations.gold import JOINED, Quote, spans_of

FIELDS = ("type", "act", "spans", "source", "cue", "speaker", "anonymity", "hedged", "chain", "zone", "optional")


WHAT = ("kept", "changed", "added", "removed")


def stated(quote: Quote, text: str | None = None) -> dict[str, Any]:
    """What a person can correct in a quote: those of `FIELDS` that it has, and its words."""
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


def is_same(name: str, one: Any, other: Any) -> bool:
    """Are two values of a field the same?  The kind of a source counts only if both sides give it."""
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
    """One quote as it was found and as a person left it; None if that side does not have it."""

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
        """The names of the changed fields; a field missing from the corrected side was not changed."""
        if self.old is None or self.new is None:
            return []
        new = self.new
        return [name for name in FIELDS if name in new and not is_same(name, self.old.get(name), new[name])]

    @property
    def shown(self) -> Quote:
        """The quote by which the correction is known: as found, or as added."""
        quote = self.old if self.old is not None else self.new
        assert quote is not None
        return quote

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"what": self.what, "old": self.old, "new": self.new}


@dataclass(frozen=True, slots=True)
class Check:
    """One document as one person checked it, with all its quotes, including unchanged ones.

    A check that is not `whole` has some quotes that a person picked, and says nothing about the others.
    """

    doc_id: str
    text_sha1: str
    by: str | None
    time: str | None
    quotes: tuple[Correction, ...]
    whole: bool = True

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        facts = {"doc_id": self.doc_id, "text_sha1": self.text_sha1, "by": self.by, "time": self.time}
        part = {} if self.whole else {"whole": False}
        return {**facts, **part, "quotes": [correction.to_dict() for correction in self.quotes]}


def place_of(quote: Quote) -> tuple[int, int]:
    """The start and the end of a quote."""
    spans = spans_of(quote)
    return min(start for start, _ in spans), max(end for _, end in spans)


def told(name: str, value: Any) -> str | None:
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


def head_of(check: Check, correction: Correction) -> dict[str, Any]:
    """The first values of a row in every table of corrections."""
    start, end = place_of(correction.shown)
    facts = {"doc_id": check.doc_id, "what": correction.what, "by": check.by, "time": check.time}
    return facts | {"start": start, "end": end, "text": correction.shown.get("content")}


def left_over(check: Check, correction: Correction, reason: str) -> dict[str, Any]:
    """The row of a correction that found no place."""
    return head_of(check, correction) | {"reason": reason}
