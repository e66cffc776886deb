"""One corrected quote: what a person says about it in a line, as a check."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from quotelens import _core
from quotelens.analysis.annotation import QUOTE_TABLES, annotated_quotes, text_sha1
from quotelens.analysis.engine import Core
from quotelens.analysis.filter import ACTS, KINDS
from quotelens.analysis.recurrence import analyse
from quotelens.annotations.checks import Check, Correction, place_of, stated
from quotelens.annotations.gold import Quote, letters_of
from quotelens.reading.records import Record
from quotelens.table.schema import ENUMS
from quotelens.table.wording import is_not_one_of, shown

ANONYMITY = tuple(ENUMS["anonymity"])

Place = str | tuple[int, int]
"""Words of the text, or their start and end."""


class Changes(TypedDict, total=False):
    """What can be corrected of a quote."""

    speaker: str | None
    kind: str
    act: str
    span: Place | Sequence[tuple[int, int]]
    source: Place | None
    cue: Place | None
    anonymity: str
    hedged: bool


_NAMES = {"kind": KINDS, "act": ACTS, "anonymity": ANONYMITY}
_KEYS = {"kind": "type", "span": "spans"}  # in a quote as `annotate` writes it, where it is another


def single_check(
    record: Record,
    engine: Core,
    counts: _core.LineCounts | None,
    quote_id: int | None,
    changes: Mapping[str, Any],
    *,
    remove: bool,
    by: str | None,
    time: str | None,
) -> Check:
    """The check that says one thing of one quote, or adds one (`quote_id` None); see `Corpus.correct`."""
    _check_names(quote_id, changes, remove)
    found = analyse(engine, [record], (*QUOTE_TABLES, "marks"), counts)
    old = None if quote_id is None else _quote(annotated_quotes(found), quote_id, record.doc_id)
    new = None
    if not remove:
        new = _changed(old, changes, record.text)
        if "spans" in new and "kind" not in changes and (old is None or "span" in changes):
            new["type"] = _kind_of(record.text, new["spans"], found["marks"])
    sides = (None if side is None else stated(side, record.text) for side in (old, new))
    return Check(record.doc_id, text_sha1(record.text), by, time, (Correction(*sides),), whole=False)


def explored_check(record: Record, engine: Core, counts: _core.LineCounts | None, given: Mapping[str, Any]) -> Check:
    """The check of one of the dicts in `Explorer.corrections`."""
    quotes = annotated_quotes(analyse(engine, [record], QUOTE_TABLES, counts))
    spans = [tuple(span) for span in given["spans"]]
    quote = next((quote for quote in quotes if [tuple(span) for span in quote["spans"]] == spans), None)
    if quote is None or text_sha1(record.text) != given["text_sha1"]:
        raise ValueError(f"A correction of document {record.doc_id!r} fits no quote of it: {dict(given)!r}")
    remove = given["what"] == "removed"
    changes = {} if remove else {given["field"]: given["new"]}
    return single_check(record, engine, counts, quote["quote_id"], changes, remove=remove, by=None, time=None)


def _check_names(quote_id: int | None, changes: Mapping[str, Any], remove: bool) -> None:
    names = list(Changes.__annotations__)
    for name in changes:
        if name not in names:
            raise TypeError(is_not_one_of(f"{name!r}", name, [*names, "remove"]))
    if remove and (changes or quote_id is None):
        raise ValueError("remove=True removes a quote: give its quote_id and nothing else.")
    if not remove and not changes:
        raise ValueError(f"Say what to correct: {', '.join(names)}, or remove=True.")
    if quote_id is None and "span" not in changes:
        raise ValueError("A quote that is added needs its span: the words, or (start, end).")


def _quote(quotes: Sequence[Quote], quote_id: int, doc_id: str) -> Quote:
    found = next((quote for quote in quotes if quote["quote_id"] == quote_id), None)
    if found is None:
        ids = ", ".join(str(quote["quote_id"]) for quote in quotes[:20]) or "none"
        more = ", …" if len(quotes) > 20 else ""
        raise KeyError(f"There is no quote {quote_id} in document {doc_id!r}. Its quotes are: {ids}{more}.")
    return found


def _changed(old: Quote | None, changes: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The corrected quote; values that depend on the changed ones are left open."""
    made: dict[str, Any] = {"act": "speech", "source": None} if old is None else dict(old)
    near = place_of(old) if old is not None else (0, 0)
    if "span" in changes:
        made["spans"] = _spans(changes["span"], text, near)
        near = place_of(made)
    for name, value in changes.items():
        if name in _NAMES:
            if value not in _NAMES[name]:
                raise ValueError(is_not_one_of(f"{name}={value!r}", str(value), _NAMES[name]))
            made[_KEYS.get(name, name)] = value
        elif name in ("source", "cue"):
            made[name] = None if value is None else _part(name, value, text, near)
        elif name == "speaker":
            if value is not None and (not isinstance(value, str) or not value.strip()):
                raise TypeError(f"speaker is {shown(value)}: give a name, or None for nobody.")
            made[name] = value and " ".join(value.split())
        elif name == "hedged":
            made[name] = bool(value)
    for name, causes in (
        ("speaker", {"source"}),
        ("anonymity", {"source", "speaker"}),
        ("chain", {"source", "speaker"}),
    ):
        if name not in changes and causes & changes.keys():
            made.pop(name, None)
    return made


def _part(name: str, value: Any, text: str, near: tuple[int, int]) -> dict[str, int]:
    [(start, end)] = _places(name, value, text, near)
    return {"start": start, "end": end}


def _spans(value: Any, text: str, near: tuple[int, int]) -> list[list[int]]:
    is_several = isinstance(value, Sequence) and bool(value) and isinstance(value[0], (tuple, list))
    return sorted(
        [*place] for one in (value if is_several else [value]) for place in _places("span", one, text, near)
    )


def _places(name: str, value: Any, text: str, near: tuple[int, int]) -> list[tuple[int, int]]:
    if isinstance(value, str):
        return [_place_of_words(name, value, text, near)]
    if (
        not isinstance(value, (tuple, list))
        or len(value) != 2
        or not all(isinstance(edge, int) for edge in value)
        or not 0 <= value[0] < value[1] <= len(text)
    ):
        raise ValueError(
            f"{name} is {shown(value)}: give words of the text, or (start, end) inside its {len(text):,} characters."
        )
    return [(value[0], value[1])]


def _place_of_words(name: str, words: str, text: str, near: tuple[int, int]) -> tuple[int, int]:
    """Where words are in the text, ignoring white space; of several places the nearest to the quote."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    places = [found.span() for found in re.finditer(pattern, text)] if pattern else []
    if not places:
        raise ValueError(f"{name}={words!r} is not in the text: give its exact words, or (start, end).")
    return min(places, key=lambda place: (max(place[0] - near[1], near[0] - place[1], 0), place[0]))


def _kind_of(text: str, spans: Sequence[Sequence[int]], marks: _core.Batch) -> str:
    """direct where all letters stand in quotation marks, mixed where some do, else indirect."""
    letters = letters_of(text, spans)
    marked = letters_of(text, zip(marks.column("start"), marks.column("end"), strict=True))
    return "direct" if letters and letters <= marked else "mixed" if letters & marked else "indirect"
