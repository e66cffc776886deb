"""Corrections by people, kept apart from results: made by comparing, saved as lines, applied to any later results."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol

from quotelens.analysis.annotation import text_sha1
from quotelens.annotations.applied import Applied, matched, parent_of
from quotelens.annotations.checks import FIELDS, WHAT, Check, Correction, head_of, left_over, stated, told
from quotelens.annotations.gold import (
    Annotated,
    Gold,
    agree_on_text,
    checked,
    documents_by_id,
    objects_of,
    spans_of,
)
from quotelens.table.files import json_line, open_text, replacing
from quotelens.table.table import Table, table_of
from quotelens.table.view import introduced
from quotelens.table.wording import counted

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


class Text(Protocol):
    """A document with its id and text, as a corpus gives it."""

    id: str
    text: str


class Corrections:
    """What people changed in documents, and what they checked and left as it was.

    `Corpus.correct` makes one.  `between` makes many, by comparing documents as they were shown to a person with what
    came back.  `save` and `load` store them as JSON Lines; `+` combines those of several people.  `Corpus.corrected`
    applies them to a corpus, and `apply` to documents.  The original results are not changed.

    `len` counts what was changed, added or removed.  A correction belongs to one text, identified by its hash.  It
    finds its quote by position, even if a later version finds the quote with slightly different edges.

    >>> found = [{"doc_id": "a", "text": "“Yes,” said Ann. Bo left.", "quotes": [
    ...     {"spans": [[0, 6]], "type": "direct", "source": {"start": 12, "end": 15}},
    ...     {"spans": [[17, 24]], "type": "indirect", "source": None}]}]
    >>> back = [{**found[0], "quotes": [{"spans": [[0, 6]], "type": "direct", "source": None}]}]
    >>> corrections = Corrections.between(found, back, by="Cy")
    >>> corrections
    <Corrections: 1 document; 0 quotes kept, 1 changed, 0 added, 1 removed; by Cy>
    >>> corrections.table().select("what", "text", "field", "old", "new")
    what     text     field   old    new
    changed  “Yes,”   source  12:15
    removed  Bo left
    >>> [quote["correction"] for quote in corrections.apply(found)[0]["quotes"]]
    ['changed']
    """

    def __init__(self, checks: Iterable[Check] = ()) -> None:
        self._checks: list[Check] = []
        self._by_document: dict[str, list[Check]] = {}
        for check in checks:
            same = self._by_document.setdefault(check.doc_id, [])
            if check not in same:
                same.append(check)
                self._checks.append(check)

    @classmethod
    def between(
        cls, found: Gold, corrected: Gold, *, by: str | None = None, time: str | datetime | None = None
    ) -> Corrections:
        """The corrections that turn what was found into what came back.

        found      documents as `quotelens annotate` writes them: a JSONL file, or the objects.  They must be what the
                   person saw, because a quote that was not shown would count as removed
        corrected  the same documents, or some of them, corrected; missing ones count as not looked at
        by who made the corrections
        time       when, as a datetime or any text, such as "2026-11-25"

        Quotes are paired by equal spans first, then if at least half of their letters agree (as in `evaluate`).
        Their type, act, spans, source, cue, speaker, anonymity, hedged and chain are compared.  A key missing from
        the corrected side says nothing; None says that there is no value.

        Raises ValueError for another format, a document that is not in `found`, or a text that differs.
        """
        wanted = documents_by_id(objects_of(corrected, "corrected"), "corrections")
        before = documents_by_id(objects_of(found, "found"), "found", only=wanted)
        when = time.isoformat() if isinstance(time, datetime) else time
        return cls(_check(before.get(doc_id), document, by, when) for doc_id, document in wanted.items())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Corrections:
        """Read what `save` wrote.  Raises ValueError, naming the line, for anything else."""
        return cls(_read(line, place) for place, line in objects_of(path))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write JSON Lines: one line for each document that somebody went through, and for each single correction.

        A line has doc_id, text_sha1, by, time and quotes; one about single quotes has `"whole": false`.  Each quote
        has `what` (kept, changed, added, removed), and its values before and after: `old` and `new`.  The file
        appears only once it is complete.
        """
        with replacing(Path(path)) as temporary, open_text(temporary) as file:
            for check in self._checks:
                file.write(json_line(check.to_dict()))

    def __add__(self, other: Corrections) -> Corrections:
        """The corrections of both.  If they disagree about a quote, `other` wins: see `conflicts`."""
        if not isinstance(other, Corrections):
            return NotImplemented
        return Corrections([*self._checks, *other._checks])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Corrections) and self._checks == other._checks

    __hash__: ClassVar[None]  # type: ignore[assignment]

    def __len__(self) -> int:
        counts = self.counts()
        return counts["changed"] + counts["added"] + counts["removed"]

    def __repr__(self) -> str:
        counts = self.counts()
        people = ", ".join(dict.fromkeys(check.by for check in self._checks if check.by is not None))
        n = counts["documents"]
        said = ", ".join(
            f"{counts[what]:,} {'quotes ' if what == 'kept' and counts[what] != 1 else ''}{what}" for what in WHAT
        )
        return f"<Corrections: {n:,} document{'' if n == 1 else 's'}; {said}{f'; by {people}' if people else ''}>"

    def _repr_html_(self) -> str:
        return introduced(repr(self), self.table()._repr_html_())

    def counts(self) -> dict[str, int]:
        """How many documents were checked, and how many of their quotes were kept, changed, added and removed.

        If whole documents were checked, the share of found quotes that are quotes at all is (kept + changed) / (kept
        + changed + removed).  A document that two people checked counts twice.
        """
        documents = {(check.doc_id, check.by) for check in self._checks}
        counts = {"documents": len(documents), **dict.fromkeys(WHAT, 0)}
        for check in self._checks:
            for correction in check.quotes:
                counts[correction.what] += 1
        return counts

    def table(self) -> Table:
        """Every correction, one row each: one for each field of a changed quote.

        Columns: doc_id, what (changed, added, removed), start, end, text (of the quote as it was found or added),
        field, old, new (null except for changed quotes), by, time.  Spans, sources and cues are given as `start:end`.
        """
        return table_of((row for check in self._checks for row in _rows(check)), _CORRECTION_TYPES)

    def conflicts(self) -> Table:
        """Quotes about which two checks of a document disagree.

        Columns: doc_id, start, end, text, field (`quote` if one person removed what the other changed), by, value,
        other_by, other.  The later value, `other`, wins; a quote that either removed is gone.  Leaving a value as it
        was contradicts nobody (`quotelens.agreement` counts such differences), and neither does changing another
        person's correction.
        """
        rows = []
        for doc_id, checks in self._by_document.items():
            for same_text in _by(checks, lambda check: check.text_sha1).values():
                done = Applied(_blank(doc_id, same_text[0]))
                for check in same_text:
                    done.lay(check, fill=True)
                rows += done.conflicts
        return table_of(rows, _CONFLICT_TYPES)

    def apply(self, documents: Gold) -> list[dict[str, Any]]:
        """Apply the corrections to documents; documents that nobody checked stay unchanged.

        Each quote of a checked document gets the key "correction": kept, changed or added; None for a quote that
        nobody saw, because a later version found it.  `unmatched` lists corrections that fit no quote.

        >>> found = [{"doc_id": "a", "text": "“Yes,” said Ann.", "quotes": [{"spans": [[0, 6]], "type": "mixed"}]}]
        >>> back = [{**found[0], "quotes": [{"spans": [[0, 6]], "type": "direct"}]}]
        >>> Corrections.between(found, back).apply(found)[0]["quotes"][0]["type"]
        'direct'
        """
        return [self._applied(document).document for _, document in objects_of(documents, "documents")]

    def unmatched(self, documents: Gold) -> Table:
        """Corrections that cannot be applied to these documents.

        Columns: doc_id, what, start, end, text, reason, by, time.  `reason` is "not found" (there is no quote at that
        place, or one with other words), "removed" (by somebody else), "other text" (not the text that was corrected)
        or "no such document".  Quotes that a person kept, and that are no longer found, are listed as kept.
        """
        done = [self._applied(document) for _, document in objects_of(documents, "documents")]
        return self._left_over(done)

    def to_gold(self, texts: Iterable[Text] | Gold | None = None) -> list[dict[str, Any]]:
        """The documents that were checked as a whole, with their corrected quotes: gold for `evaluate` and `train`.

        It holds what the person left, not what was found later.  With `texts`, a corpus or documents with their text,
        each document gets its "text", which `train` needs and `evaluate` does not.

        Documents in which only single quotes were corrected are left out, with a warning, because nobody checked
        their other quotes.  Raises ValueError for a document that is not in `texts`, or has another text there.
        """
        known = None if texts is None else _texts_of(texts)
        whole = {doc_id: checks for doc_id, checks in self._by_document.items() if any(c.whole for c in checks)}
        if n := len(self._by_document) - len(whole):
            said = f"{counted(n, 'document')} had only single quotes corrected, and cannot be gold: left out."
            warnings.warn(said, stacklevel=2)
        return [_with_text(_gold(doc_id, checks), known, checks[-1]) for doc_id, checks in whole.items()]

    # ------------------------------------------------------------------------------------------------ the work

    @property
    def sha1(self) -> str:
        """A hash of the corrections."""
        lines = "".join(json_line(check.to_dict()) for check in self._checks)
        return hashlib.sha1(lines.encode(), usedforsecurity=False).hexdigest()

    def _and(self, check: Check) -> Corrections:
        """These, and one more check."""
        return Corrections([*self._checks, check])

    def _of(self, doc_id: str) -> Sequence[Check]:
        """What people said of one document."""
        return self._by_document.get(doc_id, ())

    def _applied(self, document: Mapping[str, Any]) -> Applied:
        """One document with the corrections applied, and what became of each."""
        done = Applied(document)
        for check in self._of(done.doc_id):
            done.lay(check)
        return done

    def _left_over(self, done: Sequence[Applied]) -> Table:
        """Corrections that fit no place in these documents."""
        there = {applied.doc_id for applied in done}
        rows = [row for applied in done for row in applied.unmatched]
        for check in self._checks:
            if check.doc_id not in there:
                rows += [left_over(check, correction, "no such document") for correction in check.quotes]
        return table_of(rows, _UNMATCHED_TYPES)


def _by(checks: Iterable[Check], key: Callable[[Check], str]) -> dict[str, list[Check]]:
    groups: dict[str, list[Check]] = {}
    for check in checks:
        groups.setdefault(key(check), []).append(check)
    return groups


def _rows(check: Check) -> Iterator[dict[str, Any]]:
    for correction in check.quotes:
        if correction.what == "kept":
            continue
        row = head_of(check, correction) | {"field": None, "old": None, "new": None}
        old, new = correction.old or {}, correction.new or {}
        yield from (
            row | {"field": name, "old": told(name, old.get(name)), "new": told(name, new.get(name))}
            for name in correction.fields
        )
        if not correction.fields:
            yield row


# ------------------------------------------------------------------------------------------------------- comparing


def _check(found: Annotated | None, corrected: Annotated, by: str | None, time: str | None) -> Check:
    if found is None:
        raise ValueError(
            f"{corrected.place}: document {corrected.doc_id!r} is not in `found`: pass the documents that were "
            "shown to the person who corrected it."
        )
    if found.sha1 is None and corrected.sha1 is None:
        raise ValueError(
            f'{corrected.place}: neither side identifies the text of document {corrected.doc_id!r}: "text" or '
            '"text_sha1" is expected.'
        )
    agree_on_text(corrected, found)
    text = corrected.text
    old, new = ([stated(quote, text) for quote in side.quotes] for side in (found, corrected))
    pairs = matched([spans_of(quote) for quote in new], [spans_of(quote) for quote in old], text)
    of_old = {j: i for i, j in pairs.items()}
    quotes = [Correction(quote, new[of_old[j]] if j in of_old else None) for j, quote in enumerate(old)]
    quotes += [Correction(None, quote) for i, quote in enumerate(new) if i not in pairs]
    return Check(corrected.doc_id, str(corrected.sha1 or found.sha1), by, time, tuple(quotes))


# ------------------------------------------------------------------------------------------------------------- gold


def _blank(doc_id: str, check: Check) -> dict[str, Any]:
    """A document as a check found it, with the quotes that the person said something about."""
    quotes = []
    for correction in check.quotes:
        if (old := correction.old) is not None:
            new = correction.new
            quotes.append({name: old[name] for name in old if new is None or name in new or name == "zone"})
    return {"doc_id": doc_id, "text_sha1": check.text_sha1, "quotes": quotes}


def _gold(doc_id: str, checks: Sequence[Check]) -> dict[str, Any]:
    """What the checks of the text that was looked at last make of it."""
    same_text = [check for check in checks if check.text_sha1 == checks[-1].text_sha1]
    done = Applied(_blank(doc_id, same_text[0]))
    for check in same_text:
        done.lay(check, fill=True)
    quotes = [
        {name: slot.quote[name] for name in FIELDS if name in slot.quote} for slot in done.kept_slots() if slot.quote
    ]
    for k, quote in enumerate(quotes):
        quote["quote_id"] = k
    for quote in quotes:
        quote["parent_id"] = parent_of(quote, quotes)
    return {"doc_id": doc_id, "text_sha1": checks[-1].text_sha1, "quotes": quotes}


def _texts_of(texts: Iterable[Text] | Gold) -> dict[str, str]:
    known = {}
    for _, document in objects_of(texts, "texts"):
        if isinstance(document, Mapping):
            doc_id, text = document.get("doc_id", document.get("id")), document.get("text")
        else:
            doc_id, text = document.id, document.text
        if isinstance(text, str):
            known[str(doc_id)] = text
    return known


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
        quotes = tuple(_correction(item, place) for item in line["quotes"])
        by, time = line.get("by"), line.get("time")
        doc_id, sha1 = line["doc_id"], line["text_sha1"]
        whole = line.get("whole", True)
        if not all(isinstance(name, str) for name in (doc_id, sha1)) or not isinstance(whole, bool):
            raise TypeError
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ValueError(
            f'{place}: this is not a line of corrections: an object with "doc_id", "text_sha1" and "quotes" is '
            "expected, as Corrections.save writes it."
        ) from None
    return Check(doc_id, sha1, by, time, quotes, whole)


def _correction(item: Mapping[str, Any], place: str) -> Correction:
    sides = [item.get("old"), item.get("new")]
    if sides == [None, None]:
        raise ValueError
    checked({"quotes": [side for side in sides if side is not None]}, place, needs_text=False)
    old, new = (None if side is None else stated(side) for side in sides)
    return Correction(old, new)
