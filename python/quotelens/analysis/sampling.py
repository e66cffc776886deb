"""Strata of articles to draw from: by outlet, by kind of quotes, and by their confidence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import Any

from quotelens.analysis.filter import KINDS
from quotelens.table.relational import bins
from quotelens.table.table import Table

_NONE = "none"


def strata(
    ids: Sequence[str],
    names: Sequence[str],
    documents: Callable[[], Table],
    quotes: Callable[[], Table],
    at: Sequence[float],
) -> Table:
    """The position and the stratum of each document; tables are asked for where a stratum needs them."""
    of_quotes = quotes() if {"kind", "confidence"} & set(names) else None
    of_documents = documents() if set(names) - {"kind", "confidence"} else None
    parts: list[list[Any]] = []
    for name in names:
        if of_quotes is not None and name in ("kind", "confidence"):
            of_document = _by_document(of_quotes, name)
            values = [of_document.get(doc_id, []) for doc_id in ids]
            parts.append(_kinds(values) if name == "kind" else _confidences(values, at))
        elif of_documents is not None:
            parts.append(of_documents[name])
    labels = [" | ".join(_NONE if part is None else str(part) for part in row) for row in zip(*parts, strict=True)]
    columns = {"position": range(len(ids)), "stratum": labels if names else ["all"] * len(ids)}
    return Table.from_columns({name: list(values) for name, values in columns.items()}, ["int64", "string"])


def _by_document(quotes: Table, name: str) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = defaultdict(list)
    for doc_id, value in zip(quotes["doc_id"], quotes[name], strict=True):
        values[doc_id].append(value)
    return values


def _kinds(documents: list[list[str]]) -> list[str]:
    """The most common kind of the quotes; of equally common kinds the first in their order."""
    counts = [Counter(kinds) for kinds in documents]
    return [max(KINDS, key=lambda kind: n[kind]) if n else _NONE for n in counts]


def _confidences(documents: list[list[float]], at: Sequence[float]) -> list[str | None]:
    return bins([fmean(values) if values else None for values in documents], at)
