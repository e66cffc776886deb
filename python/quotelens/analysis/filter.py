"""Which quotes a caller asks for: by kind, act, zone and confidence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from types import NoneType
from typing import Any

from quotelens import _core
from quotelens.table.schema import ENUMS
from quotelens.table.table import Table
from quotelens.table.wording import names_given, shown

KINDS = tuple(ENUMS["quote_kind"])
ACTS = (*_core.ACTS, "none")
ZONES = tuple(ENUMS["zone"])
SAID = ("speech", "evidence")


Choice = str | Collection[str] | None
Choose = Callable[[_core.Batch], _core.Batch]
"""Takes some of the quotes of a batch."""


class QuoteFilter:
    """Which quotes a caller asked for.

    `kind`, `acts` and `zones` are one name or several.  By default, quotes of all kinds with the acts speech and
    evidence, outside boilerplate.  Asking for the kind "scare" includes scare quotes, although they have no act.
    `min_confidence` leaves out less certain quotes; corrections by a person have no confidence, and stay.
    """

    __slots__ = ("_acts", "_kinds", "_least", "_zones", "options")

    def __init__(self, kind: Choice, acts: Choice, zones: Choice, min_confidence: float | None = None) -> None:
        if not isinstance(min_confidence, (int, float, NoneType)):
            raise TypeError(f"min_confidence is {shown(min_confidence)}: give a number between 0 and 1.")
        if min_confidence is not None and not 0 <= min_confidence <= 1:
            raise ValueError(f"min_confidence is {min_confidence!r}: give a number between 0 and 1.")
        self.options: dict[str, Any] = {"kind": kind, "acts": acts, "zones": zones, "min_confidence": min_confidence}
        self._least = min_confidence or 0.0
        self._kinds = _choice("kind", kind, KINDS, KINDS)
        self._acts = _choice("acts", acts, ACTS, SAID)
        self._zones = _choice("zones", zones, ZONES, tuple(zone for zone in ZONES if zone != "boilerplate"))
        if kind is None or kind == "all":
            self._kinds |= {None}

    def __call__(self, batch: _core.Batch) -> _core.Batch:
        """The quotes asked for among those of `batch`."""
        columns = zip(*(batch.column(name) for name in ("kind", "act", "zone", "confidence")), strict=True)
        rows = [
            row
            for row, (kind, act, zone, confidence) in enumerate(columns)
            if (confidence is None or confidence >= self._least) and self._wants(kind, act, zone)
        ]
        return batch if len(rows) == len(batch) else batch.take(rows)

    def __repr__(self) -> str:
        names = [sorted(map(str, chosen)) for chosen in (self._kinds, self._acts, self._zones)]
        return f"QuoteFilter({names}, {self._least})"

    def _wants(self, kind: str, act: str, zone: str | None) -> bool:
        asked_scare = kind == "scare" and None not in self._kinds
        return kind in self._kinds and (act in self._acts or asked_scare) and (zone or "body") in self._zones


def _choice(option: str, given: Choice, names: Sequence[str], default: Sequence[str]) -> set[str | None]:
    if given is None:
        return set(default)
    return set(names if given == "all" else chosen(option, given, names))


def chosen(option: str, given: str | Collection[str], names: Sequence[str]) -> set[str]:
    """One or several of these names, as a set; ValueError for any other."""
    wanted = set(names_given(option, given, names[0]))
    unknown = sorted(wanted - set(names))
    if unknown:
        raise ValueError(f"{option}={unknown[0]!r} is not one of: {', '.join(names)}, or 'all'.")
    return wanted


USUAL = QuoteFilter(None, None, None)
"""What `quotes()` gives by itself."""


class Chosen:
    """The quotes of a table, known by their ids; for None, those of `quotes()` with its defaults."""

    __slots__ = ("_ids", "options")

    def __init__(self, quotes: Table | None) -> None:
        self._ids: set[tuple[str, int]] | None = None
        self.options: dict[str, Any] = {}
        if quotes is None:
            return
        if not isinstance(quotes, Table) or not {"doc_id", "quote_id"} <= set(quotes.columns):
            raise TypeError(
                f"quotes is {shown(quotes)}: give a table of quotes, such as corpus.quotes(kind='direct')."
            )
        self._ids = set(zip(quotes["doc_id"], quotes["quote_id"], strict=True))
        self.options = {"quotes": {name: quotes.info[name] for name in ("options", "steps") if name in quotes.info}}

    def __call__(self, batch: _core.Batch) -> _core.Batch:
        """The quotes chosen among those of `batch`."""
        if self._ids is None:
            return USUAL(batch)
        keys = zip(batch.column("doc_id"), batch.column("quote_id"), strict=True)
        return batch.take([row for row, key in enumerate(keys) if key in self._ids])
