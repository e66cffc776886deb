"""The first pass: lines that recur on pages of one outlet are hardly ever part of an article."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from quotelens import _core
from quotelens.analysis.engine import Core
from quotelens.reading.records import Record, outlet_of

_AT_ONCE = 64  # pages handed over in one call

Pages = Callable[[], Iterable[tuple[str | None, str]]]


class Recurrence:
    """Counts of lines over pages that can be read before the analysis; counted once, when first needed.

    `pages` gives (outlet or None, text) of every document; without it nothing is counted.
    """

    def __init__(self, pages: Pages | None = None) -> None:
        self._pages = pages
        self._counts: _core.LineCounts | None = None
        self._is_done = pages is None

    @classmethod
    def known(cls, recurring: bytes | None) -> Recurrence:
        """The lines that `LineCounts.recurring` gave elsewhere; None if nothing was counted."""
        made = cls()
        if recurring is not None:
            made._counts = _core.LineCounts()
            made._counts.take(recurring)
        return made

    def counts(self) -> _core.LineCounts | None:
        """The counts, or None where no outlet has a page."""
        if not self._is_done and self._pages is not None:
            self._counts, self._is_done = _counted(self._pages()), True
        return self._counts

    def __reduce__(self) -> tuple[Any, ...]:
        return Recurrence, (self._pages,)  # which counts again


def _counted(pages: Iterable[tuple[str | None, str]]) -> _core.LineCounts | None:
    counts, used = _core.LineCounts(), False
    for outlet, texts in _by_outlet(pages):
        counts.add(outlet, texts)
        used = True
    return counts if used else None


def _by_outlet(pages: Iterable[tuple[str | None, str]]) -> Iterator[tuple[str, list[str]]]:
    """Texts of one outlet after another as they come, a few in one go."""
    waiting: dict[str, list[str]] = {}
    for outlet, text in pages:
        if not outlet:
            continue
        texts = waiting.setdefault(outlet, [])
        texts.append(text)
        if len(texts) == _AT_ONCE:
            yield outlet, waiting.pop(outlet)
    yield from waiting.items()


def analyse(
    engine: Core,
    records: Sequence[Record],
    tables: Sequence[str],
    counts: _core.LineCounts | None,
    *,
    quotes: bool = False,
    parse: bool = False,
) -> dict[str, _core.Batch]:
    """The tables of some documents, with the lines counted before taken into account."""
    texts, ids = [record.text for record in records], [record.doc_id for record in records]
    if counts is None:
        return engine.analyse(texts, ids, tables, quotes=quotes, parse=parse)
    outlets = [outlet_of(record) or "" for record in records]
    return engine.analyse(texts, ids, tables, quotes=quotes, parse=parse, outlets=outlets, lines=counts)
