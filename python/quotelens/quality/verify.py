"""Check whether quotations are word for word in a text, and who says them there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from quotelens import _core
from quotelens.corpus import Corpus
from quotelens.families.diff import CHANGED, DROPPED, KEPT, is_same_name, word_diff
from quotelens.table.columns import gives, types_of
from quotelens.table.table import Table, table_of
from quotelens.table.wording import shown

_PLACES = 100  # places with the same words, of which the best is returned
_LEAST_SIMILAR = 0.6
_LEAST_WORDS = 3  # words that a quotation must share with its source if it is not there word for word,
_LEAST_TOLD = 900  # and their least weight, in hundredths of a nat: less may be chance
_LONGEST_GAP = 40  # words that a quotation may omit in one place
_ANYWHERE = -1
_ALL = 2**31
_BETWEEN_SPANS = " … "
_EDGES = " \t\r\n\"'“”‘’„‚«»‹›.,;:!?…-–—"
VERIFIED_COLUMNS = types_of("verified")
UNKNOWN: dict[str, Any] = {name: -1 if kind == "int32" else None for name, kind in VERIFIED_COLUMNS.items()}


@gives("verified")
def verify(quotes: Any, corpus: Corpus) -> Table:
    """Check whether quotations are word for word in the documents of a corpus, and who says them there.

    `quotes` is a list of texts, or of dicts (or a Table) with "text", and "doc_id" and "speaker" if they are known.
    They may come from a person or a language model.  The table has one row for each, in order.  The verdict is one of

    exact       letter for letter, except for marks at its edges
    same_words  the same words with other marks, case or spelling ("US" for "U.S."), or with the attribution between
                them (“It rained,” she said, “all day”)
    shortened   words were left out, none added
    changed     words were added or replaced
    missing not there; or less than three fifths of it; or no more than any two texts share by chance

    All words of all texts are searched, inside and outside quotes: a quotation that is there word for word is always
    found, even if it is short or common.  If it is in several places, one whose speaker agrees is preferred, then an
    exact one, then one in a quote, then the first in the corpus.

    >>> import quotelens as ql
    >>> c = ql.Corpus(["“The cable is older than I am,” Imogen Tarrant said."])
    >>> for row in ql.verify(["the cable is older than I am", "The cable was older than me", "I resign"], c):
    ...     print(row["verdict"], row["speaker"], row["edit"])
    same_words Imogen Tarrant the cable is older than I am
    changed Imogen Tarrant The cable [-is-]{+was+} older than [-I-]{+me+}
    missing None None
    """
    asked = asked_of(quotes)
    _check_corpus(corpus)
    found = {k: row for k, _, row in Finder(corpus).rows(asked)}
    missing = ({"quote": quote["text"], "verdict": "missing"} for quote in asked)
    return table_of((UNKNOWN | found.get(k, row) for k, row in enumerate(missing)), VERIFIED_COLUMNS)


def asked_of(quotes: Any) -> list[Mapping[str, Any]]:
    """The quotations to verify as mappings.  Raises TypeError for anything else."""
    if isinstance(quotes, (str, bytes, Mapping)) or not isinstance(quotes, Iterable):
        raise TypeError(f'quotes is {shown(quotes)}: give a list of quotations, even for one: ["It rained"].')
    return [_asked(quote) for quote in quotes]


def _check_corpus(corpus: object) -> None:
    if not isinstance(corpus, Corpus):
        raise TypeError(f"corpus is {shown(corpus)}: give a Corpus, such as quotelens.Corpus(texts).")


def _asked(quote: Any) -> Mapping[str, Any]:
    if isinstance(quote, str):
        return {"text": quote}
    if isinstance(quote, Mapping) and isinstance(quote.get("text"), str):
        return quote
    raise TypeError(f"A quotation is a str, or a dict with a str as 'text', not {quote!r:.80}.")


def _in_text(spans: list[tuple[int, int]], at: int) -> int:
    """Where a place in a content lies in the text, given the spans of the content."""
    for start, end in spans:
        if at <= end - start:
            return start + at
        at -= end - start + len(_BETWEEN_SPANS)
    return spans[-1][1]


class Finder:
    """The texts of a corpus by their words, and their quotes."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._ids = corpus.ids
        self._numbers = {doc_id: number for number, doc_id in enumerate(self._ids)}
        self._texts = [corpus._text_of(doc_id) for doc_id in self._ids]
        self._passages = _core.Passages()
        self._passages.add(self._texts)
        self._quotes: dict[str, list[dict[str, Any]]] = {}
        for row in corpus.quotes(kind="all", acts="all", zones="all"):
            self._quotes.setdefault(row["doc_id"], []).append(row)
        self._spans: dict[str, list[dict[str, Any]]] = {}
        self._wordless: dict[str, list[tuple[int, int, int]]] = {}

    def rows(self, asked: list[Mapping[str, Any]]) -> Iterator[tuple[int, int, dict[str, Any]]]:
        """The position of each quotation that was found, how literal it is (0 is word for word), and its row."""
        rows: dict[int, tuple[int, dict[str, Any]]] = {}
        waiting = [k for k, quote in enumerate(asked) if quote.get("doc_id") in (None, *self._numbers)]
        for step, look in enumerate((self._literal, self._interrupted, self._similar)):
            if not waiting:
                break
            for k, places in zip(waiting, look([asked[k] for k in waiting]), strict=True):
                if found := [self._row(asked[k], place) for place in places]:
                    rows[k] = step, max(found, key=rank_of)
            waiting = [k for k in waiting if k not in rows]
        for k, (step, row) in rows.items():
            yield k, step, row | {"edit": word_diff(row["found"], asked[k]["text"])}

    def _within(self, asked: list[Mapping[str, Any]]) -> list[int]:
        """The number of the document in which each is looked for."""
        return [_ANYWHERE if quote.get("doc_id") is None else self._numbers[quote["doc_id"]] for quote in asked]

    # ------------------------------------------------------------------------------------------- word for word

    def _literal(self, asked: list[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
        """Where each quotation is word for word in a text."""
        texts, within = [quote["text"] for quote in asked], self._within(asked)
        for quote, number, places in zip(texts, within, self._passages.find(texts, within, _PLACES), strict=True):
            yield [self._literal_place(quote, *place) for place in places or self._without_words(quote, number)]

    def _literal_place(self, quote: str, number: int, start: int, end: int) -> dict[str, Any]:
        text, core = self._texts[number], _core_of(quote)
        more = len(core) - (end - start)  # marks that belong to it, such as a dollar sign before the first word
        at = text.find(core, max(0, start - more), end + more) if more >= 0 else -1
        if at >= 0:
            return self._place("exact", number, at, at + len(core), 1.0, quote)
        return self._place("same_words", number, start, end, 1.0, quote)

    def _without_words(self, quote: str, within: int) -> list[tuple[int, int, int]]:
        """The first place of a quotation that consists of marks only."""
        core = _core_of(quote)
        if not core or any(c.isalnum() for c in core):
            return []
        if core not in self._wordless:
            places = ((number, text.find(core)) for number, text in enumerate(self._texts))
            self._wordless[core] = [(number, at, at + len(core)) for number, at in places if at >= 0]
        return [place for place in self._wordless[core] if within in (_ANYWHERE, place[0])][:1]

    @cached_property
    def _parted(self) -> tuple[_core.Passages, list[dict[str, Any]]]:
        """The quotes that an attribution cuts in parts, and an index of their words."""
        parted = [row for rows in self._quotes.values() for row in rows if row["n_spans"] > 1]
        passages = _core.Passages()
        passages.add([row["content"] for row in parted])
        return passages, parted

    def _interrupted(self, asked: list[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
        """Where each is word for word in a quote that an attribution cuts in parts."""
        passages, parted = self._parted
        texts = [quote["text"] for quote in asked]
        for quote, places in zip(asked, passages.find(texts, [_ANYWHERE] * len(texts), _ALL), strict=True):
            found = ((parted[k], start, end) for k, start, end in places)
            yield [
                self._parted_place(row, start, end, quote["text"])
                for row, start, end in found
                if quote.get("doc_id") in (None, row["doc_id"])
            ]

    def _parted_place(self, row: Mapping[str, Any], start: int, end: int, quote: str) -> dict[str, Any]:
        """The place in the text of a place in the content of a quote."""
        doc_id = row["doc_id"]
        if doc_id not in self._spans:
            self._spans[doc_id] = list(self._corpus[doc_id]._table("spans"))
        own = [(span["start"], span["end"]) for span in self._spans[doc_id] if span["quote_id"] == row["quote_id"]]
        spans = own or [(row["start"], row["end"])]  # of a quote that a person corrected, its edges are known
        number = self._numbers[doc_id]
        return self._place("same_words", number, _in_text(spans, start), _in_text(spans, end), 1.0, quote)

    # ---------------------------------------------------------------------------------------- something like it

    def _similar(self, asked: list[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
        """Where a text has most of the words of each quotation, in order and close together."""
        texts = [quote["text"] for quote in asked]
        for quote, stretches in zip(texts, self._passages.near(texts, self._within(asked)), strict=True):
            places: list[dict[str, Any]] = []
            for number, start, end, told, n_words, similarity in stretches:
                if n_words >= _LEAST_WORDS and told >= _LEAST_TOLD and similarity >= _LEAST_SIMILAR:
                    places.extend(self._similar_places(quote, number, start, end))
            yield places

    def _similar_places(self, quote: str, number: int, start: int, end: int) -> Iterator[dict[str, Any]]:
        text = self._texts[number]
        found = _aligned(text[start:end], quote)
        if found is None:
            return
        start, end = start + found[0], start + found[1]
        similarity, edits = _core.diff(text[start:end], quote)
        if similarity >= _LEAST_SIMILAR:
            yield self._place(_verdict(edits, quote), number, start, end, similarity, quote)

    # -------------------------------------------------------------------------------------------------- places

    def _place(
        self, verdict: str, number: int, start: int, end: int, similarity: float, quote: str
    ) -> dict[str, Any]:
        found = self._texts[number][start:end]
        where = {"doc_id": self._ids[number], "start": start, "end": end, "found": found}
        return {"quote": quote, "verdict": verdict, **where, "similarity": similarity}

    def _row(self, asked: Mapping[str, Any], place: dict[str, Any]) -> dict[str, Any]:
        """A place with the quote that it lies in."""
        around = self._quote_at(place["doc_id"], place["start"], place["end"])
        if around is None:
            return place
        row = place | {name: around[name] for name in ("quote_id", "kind", "speaker", "source")}
        if asked.get("speaker") and around["speaker"]:
            row["speaker_agrees"] = is_same_name(asked["speaker"], around["speaker"])
        return row

    def _quote_at(self, doc_id: str, start: int, end: int) -> dict[str, Any] | None:
        """The quote that has most of the place, the shortest of these."""
        best, most = None, (0, 0)
        for row in self._quotes.get(doc_id, ()):
            shared = min(end, row["end"]) - max(start, row["start"])
            if shared > 0 and (shared, row["start"] - row["end"]) > most:
                best, most = row, (shared, row["start"] - row["end"])
        return best


def _core_of(quote: str) -> str:
    """A quotation without the marks at its edges, unless it is nothing but marks."""
    return quote.strip(_EDGES) or quote.strip()


Edit = tuple[int, int, int, int, int]


def _aligned(text: str, quote: str) -> tuple[int, int] | None:
    """The part of a text that the words of a quotation most likely come from."""
    edits = _densest(text, _core.diff(text, quote)[1])
    return _trimmed(text, quote, edits) if edits else None


def _densest(text: str, edits: list[Edit]) -> list[Edit]:
    """The run of edits that keeps the most words, without gaps longer than a quotation would omit."""
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
    """The place, with no more words before and after the kept ones than the quotation has."""
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


_VERDICTS = ("changed", "shortened", "same_words", "exact")


def rank_of(row: Mapping[str, Any]) -> tuple[bool, int, float, bool]:
    """Which of two places is returned: the one that ranks higher, or else the first."""
    agrees, is_quoted = row.get("speaker_agrees") is True, "quote_id" in row
    return agrees, _VERDICTS.index(row["verdict"]), row["similarity"], is_quoted
