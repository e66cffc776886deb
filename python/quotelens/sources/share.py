"""Whose words fill a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from quotelens.sources.sources import Linked, Said, Seen, Sources, is_chosen, kind_of, sortable
from quotelens.table.columns import types_of
from quotelens.table.table import Table, table_of

_WHO = ("source", "source_kind", "anonymity")
_WHERE = ("outlet", "month")
_NOBODY = "none"  # the kind of what has no source at all


def shares(documents: Sequence[Seen], sources: Sources, by: str | Iterable[str]) -> Table:
    """The table of `Corpus.share`."""
    names = dimensions(by)
    divided = divided_by(names)
    quotes: Counter[tuple[Any, ...]] = Counter()
    words: Counter[tuple[Any, ...]] = Counter()
    of_quotes: Counter[tuple[Any, ...]] = Counter()
    of_words: Counter[tuple[Any, ...]] = Counter()
    for of in documents:
        for said in filter(is_chosen, of.said):
            values = values_of(of, said, sources)
            group, whole = tuple(values[name] for name in names), tuple(values[name] for name in divided)
            quotes[group] += 1
            words[group] += said.n_words
            of_quotes[whole] += 1
            of_words[whole] += said.n_words
    rows = []
    for group in sorted(quotes, key=lambda group: (-words[group], -quotes[group], sortable(group))):
        whole = tuple(group[names.index(name)] for name in divided)
        row = dict(zip(names, group, strict=True))
        if "source" in row:
            row["source_id"], row["source"] = row["source"]
        row |= _counts("quotes", quotes[group], of_quotes[whole]) | _counts("words", words[group], of_words[whole])
        rows.append(row)
    return table_of(rows, share_types(names))


def _counts(what: str, n: int, total: int) -> dict[str, Any]:
    return {f"n_{what}": n, f"of_{what}": total, f"share_{what}": n / total if total else 0.0}


def divided_by(names: Sequence[str]) -> list[str]:
    """The groups within which shares are counted: outlet and month, if something else is asked for as well."""
    return [name for name in names if name in _WHERE] if any(name in _WHO for name in names) else []


def dimensions(by: str | Iterable[str]) -> list[str]:
    """The names that shares are counted by.  Raises ValueError for unknown ones."""
    names = list(dict.fromkeys([by] if isinstance(by, str) else by))
    for name in names:
        if name not in (*_WHO, *_WHERE):
            raise ValueError(f"by={name!r} is not one of: {', '.join((*_WHO, *_WHERE))}.")
    if not names:
        raise ValueError(f"by is empty: give one or several of: {', '.join((*_WHO, *_WHERE))}.")
    return names


def share_types(names: Iterable[str]) -> dict[str, str]:
    """The columns of shares by these names."""
    types = types_of("share")
    groups = [column for name in names for column in (("source_id", "source") if name == "source" else (name,))]
    amounts = [column for column in types if column.endswith(("_quotes", "_words"))]
    return {column: types[column] for column in (*groups, *amounts)}


def values_of(of: Seen, said: Said, sources: Linked) -> dict[str, Any]:
    """What a quote is grouped by: the number and name of its source, kind, anonymity, outlet and month."""
    source = sources.get(of, said.entity_id)
    return {
        "source": (source.number, source.name) if source else (-1, None),
        "source_kind": source.kind if source else _kind_of_nobody(said),
        "anonymity": said.anonymity,
        "outlet": of.outlet,
        "month": of.month,
    }


def _kind_of_nobody(said: Said) -> str:
    if said.source_kind == "group":
        return "group"
    return kind_of(said.steps[0].role) if said.steps else _NOBODY
