"""Is this word for word in that text, and whose words are they there?"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from quotelens import _core
from quotelens.corpus import Corpus
from quotelens.families.diff import CHANGED, DROPPED, KEPT, is_same_name, word_diff, words_of
from quotelens.table.table import Table, table_of
from quotelens.table.wording import shown

_CANDIDATES = 5  # documents that a quotation is looked for in, where it does not say which
_LEAST_SIMILAR = 0.6
_LONGEST_GAP = 40  # words that a quotation may leave out in one place
_EDGES = " \t\r\n\"'“”‘’„‚«»‹›.,;:!?…-–—"
_VERIFIED = {
    "quote": "string",
    "verdict": "string",
    "doc_id": "string",
    "start": "int32",
    "end": "int32",
    "found": "string",
    "similarity": "float64",
    "edit": "string",
    "quote_id": "int32",
    "kind": "string",
    "speaker": "string",
    "source": "string",
    "speaker_agrees": "bool",
}


def verify(quotes: Any, corpus: Corpus) -> Table:
    """Whether quotations are word for word in the documents of a corpus, and whose words they are there.

    `quotes` is a list of texts, or of dicts (or a Table) with "text", and "doc_id" and "speaker" if they are known:
    quotations that somebody, or a language model, says are there.  A row for each, in order: quote; verdict; doc_id,
    start, end, found: the place, `text[start:end]`; similarity, how much of its words is there, the rarer the more;
    edit, what differs; quote_id, kind, speaker, source of the quote it stands in (-1 and null: in none);
    speaker_agrees (null where either is not known).  The verdict is one of

    exact       letter for letter, but for marks at its edges
    same_words  the same words with other marks, case or spelling ("US" for "U.S.")
    shortened   nothing but words left out
    changed     words put in or exchanged as well
    missing     not there, or less than three fifths of it

    >>> import quotelens as ql
    >>> c = ql.Corpus(["“The cable is older than I am,” Imogen Tarrant said."])
    >>> for row in ql.verify(["the cable is older than I am", "The cable was older than me", "I resign"], c):
    ...     print(row["verdict"], row["speaker"], row["edit"])
    same_words Imogen Tarrant the cable is older than I am
    changed Imogen Tarrant The cable [-is-]{+was+} older than [-I-]{+me+}
    missing None None
    """
    if isinstance(quotes, (str, bytes, Mapping)) or not isinstance(quotes, Iterable):
        raise TypeError(f'quotes is {shown(quotes)}: give a list of quotations, be it of one: ["It rained"].')
    _check_corpus(corpus)
    finder = _Finder(corpus)
    unknown = {name: -1 if kind == "int32" else None for name, kind in _VERIFIED.items()}
    return table_of((unknown | finder.row(_asked(quote)) for quote in quotes), _VERIFIED)


def _check_corpus(corpus: object) -> None:
    if not isinstance(corpus, Corpus):
        raise TypeError(f"corpus is {shown(corpus)}: give a Corpus, such as quotelens.Corpus(texts).")


def _asked(quote: Any) -> Mapping[str, Any]:
    if isinstance(quote, str):
        return {"text": quote}
    if isinstance(quote, Mapping) and isinstance(quote.get("text"), str):
        return quote
    raise TypeError(f"A quotation is a str, or a dict with a str as 'text', not {quote!r:.80}.")


class _Finder:
    """The documents of a corpus by their words, and their quotes."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._documents: dict[str, list[str]] = {}
        for document in corpus:
            for word in set(words_of(document.text)):
                self._documents.setdefault(word, []).append(document.id)
        self._quotes: dict[str, list[dict[str, Any]]] = {}
        for row in corpus.quotes(kind="all", acts="all", zones="all"):
            self._quotes.setdefault(row["doc_id"], []).append(row)

    def row(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        quote = asked["text"]
        places = [self._place(quote, doc_id) for doc_id in self._candidates(asked)]
        best = max((place for place in places if place), key=lambda place: _rank_of(place), default=None)
        if best is None:
            return {"quote": quote, "verdict": "missing"}
        row = {"quote": quote, **best}
        around = self._quote_at(best["doc_id"], best["start"], best["end"])
        if around is not None:
            row |= {name: around[name] for name in ("quote_id", "kind", "speaker", "source")}
            if asked.get("speaker") and around["speaker"]:
                row["speaker_agrees"] = is_same_name(asked["speaker"], around["speaker"])
        return row

    def _candidates(self, asked: Mapping[str, Any]) -> list[str]:
        if asked.get("doc_id") is not None:
            return [asked["doc_id"]] if asked["doc_id"] in self._corpus else []
        votes: Counter[str] = Counter()
        n = len(self._corpus)
        for word in set(words_of(asked["text"])):
            where = self._documents.get(word, ())
            for doc_id in where:
                votes[doc_id] += math.log(1 + n / len(where))  # type: ignore[assignment]
        return [doc_id for doc_id, _ in sorted(votes.items(), key=lambda item: (-item[1], item[0]))[:_CANDIDATES]]

    def _place(self, quote: str, doc_id: str) -> dict[str, Any] | None:
        """Where a document has the quotation, and how."""
        text, core = self._corpus._text_of(doc_id), quote.strip(_EDGES)
        at = text.find(core) if core else -1
        if at >= 0 and _is_whole(text, at, at + len(core)):
            return _found("exact", doc_id, text, at, at + len(core), 1.0, quote)
        edits = _densest(text, _core.diff(text, quote)[1])
        if not edits:
            return None
        start, end = _trimmed(text, quote, edits)
        similarity, edits = _core.diff(text[start:end], quote)
        if similarity < _LEAST_SIMILAR:
            return None
        return _found(_verdict(edits, quote), doc_id, text, start, end, similarity, quote)

    def _quote_at(self, doc_id: str, start: int, end: int) -> dict[str, Any] | None:
        """The quote that has most of the place, the shortest of these."""
        best, most = None, (0, 0)
        for row in self._quotes.get(doc_id, ()):
            shared = min(end, row["end"]) - max(start, row["start"])
            if shared > 0 and (shared, row["start"] - row["end"]) > most:
                best, most = row, (shared, row["start"] - row["end"])
        return best


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (start > 0 and text[start - 1].isalnum() and text[start].isalnum()) and not (
        end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    )


Edit = tuple[int, int, int, int, int]


def _densest(text: str, edits: list[Edit]) -> list[Edit]:
    """The run of edits that keeps most, between such stretches of the document as no quotation leaves out."""
    best: list[Edit] = []
    part: list[Edit] = []
    for edit in edits:
        step, start, end, *_ = edit
        if step == KEPT or (part and len(text[start:end].split()) <= _LONGEST_GAP):
            part.append(edit)
        elif part:
            best, part = max(best, [*part, edit] if step == CHANGED else part, key=_kept_chars), []
    best = max(best, part, key=_kept_chars)
    while best and best[-1][0] == DROPPED:
        best = best[:-1]
    at = edits.index(best[0]) if best else 0
    return [edits[at - 1], *best] if at > 0 and edits[at - 1][0] not in (KEPT, DROPPED) else best


def _kept_chars(edits: list[Edit]) -> int:
    return sum(end - start for step, _, _, start, end in edits if step == KEPT)


def _trimmed(text: str, quote: str, edits: list[Edit]) -> tuple[int, int]:
    """The place, with no more words before and behind those that are kept than the quotation has there."""
    (first, start, before, *put_first), (last, behind, end, *put_last) = edits[0], edits[-1]
    if first != KEPT:
        words = list(re.finditer(r"\S+", text[start:before]))
        n = len(quote[slice(*put_first)].split())
        start = start + words[-n].start() if 0 < n <= len(words) else start
    if last != KEPT:
        words = list(re.finditer(r"\S+", text[behind:end]))
        n = len(quote[slice(*put_last)].split())
        end = behind + words[n - 1].end() if 0 < n <= len(words) else end
    return start, end


def _verdict(edits: list[Edit], quote: str) -> str:
    steps = {step for step, *_ in edits}
    if steps == {KEPT}:
        return "same_words"
    put_in = [quote[c:d] for step, _, _, c, d in edits if step not in (KEPT, DROPPED)]
    return "shortened" if all(not words.strip(_EDGES + "[]()") for words in put_in) else "changed"


def _found(
    verdict: str, doc_id: str, text: str, start: int, end: int, similarity: float, quote: str
) -> dict[str, Any]:
    place = {"verdict": verdict, "doc_id": doc_id, "start": start, "end": end, "found": text[start:end]}
    return {**place, "similarity": similarity, "edit": word_diff(text[start:end], quote)}


_VERDICTS = ("changed", "shortened", "same_words", "exact")


def _rank_of(place: Mapping[str, Any]) -> tuple[int, float]:
    return _VERDICTS.index(place["verdict"]), place["similarity"]
