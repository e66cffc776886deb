"""Which articles are alike, for drawing some of each: by outlet, by what is said, and by how surely it was found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Any

from quotelens.corpus import Corpus
from quotelens.document import KINDS
from quotelens.table.relational import bins, names_in
from quotelens.table.table import Table

_NONE = "none"


def strata(corpus: Corpus, by: str | Iterable[str] | None, at: Sequence[float]) -> Table:
    """The position and the stratum of each document."""
    names = [] if by is None else names_in(by if isinstance(by, str) else list(by))
    documents = corpus.documents() if set(names) - {"kind", "confidence"} else None
    quotes = corpus.quotes() if {"kind", "confidence"} & set(names) else None
    parts: list[list[Any]] = []
    for name in names:
        if quotes is not None and name in ("kind", "confidence"):
            of_document = _by_document(quotes, name)
            values = [of_document.get(document.id, []) for document in corpus]
            parts.append(_kinds(values) if name == "kind" else _confidences(values, at))
        elif documents is not None:
            parts.append(documents[name])
    labels = [" | ".join(_NONE if part is None else str(part) for part in row) for row in zip(*parts, strict=True)]
    columns = {"position": range(len(corpus)), "stratum": labels if names else ["all"] * len(corpus)}
    return Table.from_columns({name: list(values) for name, values in columns.items()}, ["int64", "string"])


def _by_document(quotes: Table, name: str) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = defaultdict(list)
    for doc_id, value in zip(quotes["doc_id"], quotes[name], strict=True):
        values[doc_id].append(value)
    return values


def _kinds(documents: list[list[str]]) -> list[str]:
    """The kind that most of the statements are, the first in their order where several are."""
    counts = [Counter(kinds) for kinds in documents]
    return [max(KINDS, key=lambda kind: n[kind]) if n else _NONE for n in counts]


def _confidences(documents: list[list[float]], at: Sequence[float]) -> list[str | None]:
    return bins([fmean(values) if values else None for values in documents], at)
