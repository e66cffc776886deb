"""One document as people annotated it and as it was found: where the two agree, and where they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from quotelens.annotations.gold import (
    JOINED,
    LEAST_JACCARD,
    LEAST_OPTIONAL,
    Annotated,
    Letters,
    Quote,
    letters_of,
    paired,
    spans_of,
)

ERRORS = ("missed", "spurious", "wrong source", "wrong edges")
MATCHES = (("exact", 1.0), ("half", LEAST_JACCARD))  # the least Jaccard of contents
_AROUND = 60  # characters of context on either side


class Row(NamedTuple):
    """Which figure: what is compared, what counts as equal, and for which quotes."""

    figure: str  # content, source, cue, joint, speaker, chain
    match: str
    by: str = "all"  # or kind, act
    group: str = "all"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted."""

    kinds: frozenset[str] | None
    acts: frozenset[str] | None
    nested: bool

    def has(self, quote: Quote) -> bool:
        """Is it within the scope?  A missing field counts as within."""
        kind, act, parent = quote.get("type"), quote.get("act"), quote.get("parent_id")
        return (
            quote.get("zone") != "boilerplate"
            and (self.kinds is None or kind is None or kind in self.kinds)
            and (self.acts is None or act is None or act in self.acts)
            and (self.nested or parent is None or parent < 0)
        )


class _Side:
    """The quotes of one side with their letters; scare quotes and empty ones do not count."""

    def __init__(self, document: Annotated, keep: Callable[[Quote], bool]) -> None:
        quotes = [q for q in document.quotes if q.get("type") != "scare" and keep(q)]
        letters = [letters_of(document.text, spans_of(quote)) for quote in quotes]
        held = [k for k, some in enumerate(letters) if some]
        self.quotes: list[Quote] = [quotes[k] for k in held]
        self.letters: list[Letters] = [letters[k] for k in held]


class Compared:
    """One document: its counts by figure, the keys that either side has, and its errors."""

    named: tuple[str, ...] = ERRORS  # errors, in the order in which those of one place are listed

    def __init__(self, gold: Annotated, found: Annotated, scope: Scope) -> None:
        self.doc_id: str = gold.doc_id
        self.text: str | None = gold.text
        self.counts: dict[Row, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self.rows: list[tuple[int, int, dict[str, Any]]] = []
        wanted, answers = _Side(gold, lambda _: True), _Side(found, scope.has)
        self.gold: list[Quote] = wanted.quotes
        self.found: list[Quote] = answers.quotes
        pairs = paired(wanted.letters, answers.letters)
        optional = {i for i, quote in enumerate(self.gold) if quote.get("optional") or not scope.has(quote)}
        free = {j for i, j, jaccard in pairs if i in optional and jaccard >= LEAST_OPTIONAL}
        pairs = [pair for pair in pairs if pair[0] not in optional]
        of_gold = {i: (j, jaccard) for i, j, jaccard in pairs}
        of_found = {j: (i, jaccard) for i, j, jaccard in pairs}
        for i, quote in enumerate(self.gold):
            if i not in optional:
                self._count_gold(quote, *of_gold.get(i, (None, 0.0)))
        for j, quote in enumerate(self.found):
            if j not in free:
                self._count_found(quote, *of_found.get(j, (None, 0.0)))
        for i, j, jaccard in pairs:
            if jaccard >= LEAST_JACCARD:
                self._count_pair(self.gold[i], self.found[j], jaccard)

    @property
    def errors(self) -> Iterator[dict[str, Any]]:
        """Sort the errors into the order of the text."""
        return (row for _, _, row in sorted(self.rows, key=lambda item: item[:2]))

    def _add(self, figure: str, match: str, quote: Quote, place: int, n: int, right: int) -> None:
        """Count for all quotes, for the kind and for the act: at 0 what the gold has, at 2 what was found."""
        if not n:
            return
        rows = [Row(figure, match)]
        rows += [
            Row(figure, match, by, quote[key])
            for by, key in (("kind", "type"), ("act", "act"))
            if quote.get(key) is not None
        ]
        for row in rows:
            self.counts[row][place] += n
            self.counts[row][place + 1] += right

    def _count_gold(self, quote: Quote, partner: int | None, jaccard: float) -> None:
        for match, least in MATCHES:
            self._add("content", match, quote, 0, 1, jaccard >= least)
        other = self.found[partner] if partner is not None and jaccard >= LEAST_JACCARD else None
        if self._has(quote, "source"):
            self._add("joint", "half", quote, 0, 1, other is not None and self._overlap(quote, other, "source"))
        if other is None:
            self._error("missed", quote, None, 0.0)

    def _count_found(self, quote: Quote, partner: int | None, jaccard: float) -> None:
        for match, least in MATCHES:
            self._add("content", match, quote, 2, 1, jaccard >= least)
        other = self.gold[partner] if partner is not None and jaccard >= LEAST_JACCARD else None
        if self._has(quote, "source") and (other is None or "source" in other):
            self._add("joint", "half", quote, 2, 1, other is not None and self._overlap(other, quote, "source"))
        if other is None:
            self._error("spurious", None, quote, 0.0)

    def _count_pair(self, gold: Quote, found: Quote, jaccard: float) -> None:
        for role in ("source", "cue"):
            if role in gold:
                same = self._overlap(gold, found, role)
                self._add(role, "overlap", gold, 0, self._has(gold, role), same)
                self._add(role, "overlap", found, 2, self._has(found, role), same)
        if "speaker" in gold:
            names = [folded(quote.get("speaker")) for quote in (gold, found)]
            for match, is_same in (("exact", _same), ("name", _same_name)):
                self._add("speaker", match, gold, 0, bool(names[0]), is_same(*names))
                self._add("speaker", match, found, 2, bool(names[1]), is_same(*names))
        if isinstance(gold.get("chain"), list):
            steps, others = gold["chain"], found.get("chain") or []
            n_same = _same_steps(steps, others)
            self._add("chain", "step", gold, 0, len(steps), n_same)
            self._add("chain", "step", found, 2, len(others), n_same)
        if self._is_wrong_source(gold, found):
            self._error("wrong source", gold, found, jaccard)
        if jaccard < 1:
            self._error("wrong edges", gold, found, jaccard)

    def _is_wrong_source(self, gold: Quote, found: Quote) -> bool:
        return (
            "source" in gold
            and (self._has(gold, "source") or self._has(found, "source"))
            and not self._overlap(gold, found, "source")
        )

    def _has(self, quote: Quote, role: str) -> bool:
        """Is there a source or cue with letters?"""
        part = quote.get(role)
        return part is not None and self._lettered(part["start"], part["end"])

    def _overlap(self, one: Quote, other: Quote, role: str) -> bool:
        a, b = one.get(role), other.get(role)
        if a is None or b is None:
            return False
        return self._lettered(max(a["start"], b["start"]), min(a["end"], b["end"]))

    def _lettered(self, start: int, end: int) -> bool:
        return start < end if self.text is None else any(c.isalnum() for c in self.text[start:end])

    def _error(self, error: str, gold: Quote | None, found: Quote | None, jaccard: float) -> None:
        start, end = _place(gold)
        found_start, found_end = _place(found)
        first = min(place for place in (start, found_start) if place >= 0)
        last = max(end, found_end)
        told = gold if gold is not None else found or {}
        row = {
            **{"doc_id": self.doc_id, "error": error, "kind": told.get("type"), "act": told.get("act")},
            **{"start": start, "end": end, "gold": self._content(gold), "jaccard": jaccard},
            **{"found_start": found_start, "found_end": found_end, "found": self._content(found)},
            **{"gold_source": self._part(gold, "source"), "found_source": self._part(found, "source")},
            **{"gold_cue": self._part(gold, "cue"), "found_cue": self._part(found, "cue")},
            **{"rule": _text((found or {}).get("rule")), "confidence": _number((found or {}).get("confidence"))},
            "context": None if self.text is None else self.text[max(first - _AROUND, 0) : last + _AROUND],
        }
        self.rows.append((first, self.named.index(error), row))

    def _content(self, quote: Quote | None) -> str | None:
        if quote is None or self.text is None:
            return None
        return JOINED.join(self.text[start:end] for start, end in spans_of(quote))

    def _part(self, quote: Quote | None, role: str) -> str | None:
        part = (quote or {}).get(role)
        if not part:
            return None
        return _text(part.get("text")) if self.text is None else self.text[part["start"] : part["end"]]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _place(quote: Quote | None) -> tuple[int, int]:
    if quote is None:
        return -1, -1
    spans = spans_of(quote)
    return min(start for start, _ in spans), max(end for _, end in spans)


# --------------------------------------------------------------------------------------------- speakers and steps


def folded(name: Any) -> str:
    """A name without differences of case and blanks; "" if there is none."""
    return " ".join(name.casefold().split()) if isinstance(name, str) else ""


def _same(one: str, other: str) -> bool:
    return bool(one) and one == other


def _same_name(one: str, other: str) -> bool:
    """Is each word of one name in the other, and the last of both the same?"""
    a, b = one.split(), other.split()
    return bool(a and b) and a[-1] == b[-1] and (set(a) <= set(b) or set(b) <= set(a))


def _same_steps(steps: Sequence[Quote], others: Sequence[Quote]) -> int:
    """How many steps of two chains are the same, each counted once."""
    left = list(others)
    n = 0
    for step in steps:
        k = next((k for k, other in enumerate(left) if _same_step(step, other)), None)
        if k is not None:
            del left[k]
            n += 1
    return n


def _same_step(step: Quote, other: Quote) -> bool:
    if step.get("role") != other.get("role"):
        return False
    one, two = _extent(step), _extent(other)
    if max(one.start, two.start) < min(one.stop, two.stop):
        return True
    return _same_name(folded(step.get("name")), folded(other.get("name")))


def _extent(step: Quote) -> range:
    start, end = step.get("start"), step.get("end")
    return range(start, end) if isinstance(start, int) and isinstance(end, int) else range(0)
