"""Annotated documents, and how quotes of two readings are paired, for `train` and `evaluate`."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import NoneType
from typing import Any

from quotelens.analysis.annotation import text_sha1
from quotelens.analysis.filter import ACTS, KINDS
from quotelens.table.wording import is_not_one_of, shown

LEAST_JACCARD = 0.5  # of letters, for a quote to be found
LEAST_OPTIONAL = 0.3
JOINED = " … "  # between the spans of a content

Gold = str | os.PathLike[str] | Iterable[Mapping[str, Any]]
Letters = frozenset[int]
Quote = Mapping[str, Any]

_NAMES = {"type": KINDS, "act": ACTS}
_KEYS = {True: 'the keys "text" and "quotes"', False: 'the keys "doc_id" and "quotes"'}


@dataclass(slots=True)
class Annotated:
    """A document with its quotes, of one side."""

    doc_id: str
    place: str
    quotes: Sequence[Quote]
    text: str | None = None
    sha1: str | None = None
    outlet: str | None = None


# --------------------------------------------------------------------------------------------------------- reading


def objects_of(gold: Gold | Iterable[Any], name: str = "gold") -> Iterator[tuple[str, Any]]:
    """(place, object) for each line of a JSONL file, or each object given; ValueError for a line that is not JSON."""
    if not isinstance(gold, (str, os.PathLike)):
        if not isinstance(gold, Iterable) or isinstance(gold, Mapping):
            raise TypeError(
                f"{name} is {shown(gold)}: give the name of a JSONL file, or a list of documents as dicts."
            )
        yield from ((f"{name}[{number}]", document) for number, document in enumerate(gold))
        return
    with open(gold, "rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                place = f"{os.fspath(gold)}:{number}"
                yield place, _parsed(line, place)


def _parsed(line: bytes, place: str) -> Any:
    try:
        return json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{place}: this is not UTF-8: {error.reason} at byte {error.start + 1}.") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{place}: this is not JSON: {error}.") from None


def read_gold(gold: Gold) -> Iterator[dict[str, Any]]:
    """The documents of annotations that have their texts."""
    return (checked(document, place) for place, document in objects_of(gold))


def checked(document: Any, place: str, *, needs_text: bool = True) -> dict[str, Any]:
    """The document, where text, quotes and spans have the form that `quotelens annotate` gives; else ValueError."""
    if not isinstance(document, Mapping):
        raise ValueError(f"{place}: an object with {_KEYS[needs_text]} is expected, not {type(document).__name__}.")
    text, quotes = document.get("text"), document.get("quotes")
    if not isinstance(text, str) and (needs_text or text is not None):
        raise ValueError(f"{place}: an object with {_KEYS[needs_text]} is expected: annotations with their text.")
    if quotes is None and document.get("error") is not None:
        raise ValueError(f"{place}: this document could not be read when it was annotated: {document['error']}")
    if not isinstance(quotes, list) or not all(isinstance(quote, dict) for quote in quotes):
        raise ValueError(f'{place}: "quotes" should be a list of objects with "type", "spans", "source".')
    length = None if text is None else len(text)
    for number, quote in enumerate(quotes):
        _check_has_spans(quote, f"{place}: quotes[{number}]")
        if not all(_is_span(span, length) for span in _spans_in(quote)):
            raise ValueError(f"{place}: quotes[{number}] has a span that is not a [start, end] inside the text.")
        for key in ("type", "act", "zone"):
            if not isinstance(quote.get(key), (str, NoneType)):
                raise ValueError(f'{place}: quotes[{number}] has the "{key}" {quote[key]!r}: a string is expected.')
            if key in _NAMES and quote.get(key) not in (None, *_NAMES[key]):
                what = f'{place}: quotes[{number}] has the "{key}" {quote[key]!r}, which'
                raise ValueError(is_not_one_of(what, quote[key], _NAMES[key]))
        if not isinstance(quote.get("parent_id"), (int, NoneType)):
            raise ValueError(f'{place}: quotes[{number}] has a "parent_id" that is not a whole number.')
        chain = quote.get("chain") or []
        if not isinstance(chain, list) or not all(isinstance(step, dict) for step in chain):
            raise ValueError(
                f'{place}: quotes[{number}] has a "chain" that is not a list of objects with "role", "name".'
            )
    return dict(document)


def _check_has_spans(quote: Mapping[str, Any], place: str) -> None:
    if quote.get("spans") or "start" in quote:
        return
    near = get_close_matches("spans", [key for key in map(str, quote) if key != "spans"], n=1)
    hint = f" Is {near[0]!r} to be 'spans'?" if near else ""
    raise ValueError(
        f'{place} has neither "spans", such as [[0, 12]], nor "start" and "end"; '
        f"its keys are: {', '.join(map(repr, quote)) or 'none'}.{hint}"
    )


def _spans_in(quote: Mapping[str, Any]) -> Iterator[Any]:
    spans = spans_of(quote)
    yield from spans if isinstance(spans, (list, tuple)) else [None]
    for role in ("source", "cue"):
        part = quote.get(role)
        if part is not None:
            yield [part.get("start"), part.get("end")] if isinstance(part, dict) else None


def spans_of(quote: Mapping[str, Any]) -> Any:
    """The spans of a quote, which may be written as one `start` and `end`."""
    return quote.get("spans") or [[quote.get("start"), quote.get("end")]]


def _is_span(span: Any, length: int | None) -> bool:
    return (
        isinstance(span, (list, tuple))
        and len(span) == 2
        and all(isinstance(end, int) for end in span)
        and 0 <= span[0] <= span[1]
        and (length is None or span[1] <= length)
    )


# ---------------------------------------------------------------------------------------------------- documents


def documents_by_id(
    objects: Iterable[tuple[str, Any]],
    side: str,
    *,
    numbered: bool = False,
    needs_text: bool = False,
    only: Mapping[str, Any] | None = None,
) -> dict[str, Annotated]:
    """Documents by their doc_id; those that are not in `only` keep nothing but their id."""
    documents: dict[str, Annotated] = {}
    for number, (place, given) in enumerate(objects):
        doc_id = given.get("doc_id", given.get("id")) if isinstance(given, Mapping) else None
        if doc_id is None and numbered:
            doc_id = number
        skipped = only is not None and doc_id is not None and str(doc_id) not in only
        document = given if skipped else checked(given, place, needs_text=needs_text)
        if doc_id is None:
            raise ValueError(f'{place}: "doc_id" is missing: documents are compared by it.')
        doc_id = str(doc_id)
        if doc_id in documents:
            raise ValueError(
                f"{place}: document {doc_id!r} is in the {side} twice, first at {documents[doc_id].place}."
            )
        if skipped:
            documents[doc_id] = Annotated(doc_id, place, [])
            continue
        documents[doc_id] = Annotated(
            doc_id, place, document["quotes"], document.get("text"), document.get("text_sha1")
        )
        documents[doc_id].outlet = _outlet_of(document)
        _check_own_text(documents[doc_id])
    return documents


def _outlet_of(document: Mapping[str, Any]) -> str | None:
    """As `annotate` reads it, or as it wrote it: the lines that pages of one outlet share are not news."""
    meta = document.get("meta")
    outlet = document.get("outlet") or (meta.get("outlet") if isinstance(meta, Mapping) else None)
    return outlet if isinstance(outlet, str) else None


def _check_own_text(document: Annotated) -> None:
    if document.text is None:
        return
    actual = text_sha1(document.text)
    if document.sha1 is not None and document.sha1 != actual:
        raise ValueError(
            f'{document.place}: the text of document {document.doc_id!r} does not match its "text_sha1" '
            f"({document.sha1}; the text has {actual}), so its spans may point elsewhere. Restore the text."
        )
    document.sha1 = actual


def agree_on_text(gold: Annotated, found: Annotated) -> None:
    """Give both the text that either has; ValueError if their texts differ."""
    if gold.sha1 is not None and found.sha1 is not None and gold.sha1 != found.sha1:
        raise ValueError(
            f"{gold.place}: the text of document {gold.doc_id!r} is not the one that was analysed (text_sha1 "
            f"{gold.sha1} and {found.sha1}), so offsets do not compare. "
            "Analyse the text of the gold, or annotate the other text again."
        )
    text = gold.text if gold.text is not None else found.text
    for side in (gold, found):
        if side.text is None and text is not None:
            side.text = text
            checked({"text": text, "quotes": side.quotes}, f"{side.place}, document {side.doc_id!r}")


# ------------------------------------------------------------------------------------------------------- comparing


def letters_of(text: str | None, spans: Iterable[Sequence[int]]) -> Letters:
    """Places of letters and digits; a leading "that" does not count.  Without a text, all places."""
    if text is None:
        return frozenset(i for start, end in spans for i in range(start, end))
    parts = [list(span) for span in spans]
    if parts:
        start, end = parts[0]
        while start < end and not text[start].isalnum():
            start += 1
        if text[start : start + 5].lower() == "that ":
            parts[0][0] = start + 5
    return frozenset(i for start, end in parts for i in range(start, end) if text[i].isalnum())


def paired(gold: Sequence[Letters], found: Sequence[Letters]) -> list[tuple[int, int, float]]:
    """(gold, found, Jaccard), each at most once, best first."""
    where: dict[int, list[int]] = defaultdict(list)
    for j, letters in enumerate(found):
        for letter in letters:
            where[letter].append(j)
    close = []
    for i, letters in enumerate(gold):
        shared: dict[int, int] = defaultdict(int)
        for letter in letters:
            for j in where.get(letter, ()):
                shared[j] += 1
        close += [(n / (len(letters) + len(found[j]) - n), i, j) for j, n in shared.items()]
    close.sort(key=lambda c: (-c[0], c[1], c[2]))
    used_gold, used_found, pairs = set(), set(), []
    for jaccard, i, j in close:
        if i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            pairs.append((i, j, jaccard))
    return pairs
