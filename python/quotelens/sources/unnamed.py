"""Quotes that rest on people whom the text leaves unnamed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quotelens import _core
from quotelens.analysis.known import folded
from quotelens.analysis.metadata import by_document
from quotelens.table.columns import types_of

COLUMNS = types_of("unnamed")
TABLES = ("quotes", "chains", "entities", "unnamed", "mentions", "tokens")


def unnamed(found: Mapping[str, _core.Batch], quotes: _core.Batch, alone: bool) -> list[dict[str, Any]]:
    """Rows of `Corpus.unnamed`, of some documents."""
    chains, claims, nouns = _steps(found), _claims(found["unnamed"]), _nouns(found)
    names = ("doc_id", "quote_id", "source", "anonymity", "start", "end", "text", "source_start", "source_end")
    rows = []
    for values in zip(*map(quotes.column, names), strict=True):
        row = dict(zip(names, values, strict=True))
        key = (row["doc_id"], row["quote_id"])
        if key not in claims or key not in chains:
            continue
        role, is_named = chains[key][0]
        n_claimed = claims[key]["n_claimed"]
        noun = nouns.get((row["doc_id"], row["source_start"], row["source_end"]), "")
        is_somebody = role == "anonymous" or n_claimed == 1  # and no group
        is_alone = len(chains[key]) == 1 and not is_named and is_somebody and _is_one(n_claimed, noun)
        if is_alone or not alone:
            rows.append(row | {"role": role} | claims[key])
    return rows


def _steps(found: Mapping[str, _core.Batch]) -> dict[tuple[str, int], list[tuple[str, bool]]]:
    """The steps of each quote: the role, and whether the entity has a name."""
    entities = by_document(found["entities"], ("entity_id", "name"))
    named = {(doc_id, entity_id) for doc_id, rows in entities.items() for entity_id, name in rows if name}
    steps: dict[tuple[str, int], list[tuple[str, bool]]] = {}
    for doc_id, rows in by_document(found["chains"], ("quote_id", "role", "entity_id")).items():
        for quote_id, role, entity_id in rows:
            steps.setdefault((doc_id, quote_id), []).append((role, (doc_id, entity_id) in named))
    return steps


def _claims(batch: _core.Batch) -> dict[tuple[str, int], dict[str, Any]]:
    """What the text says about the unnamed source of a quote: how many people, and why they are not named."""
    names = ("n_claimed", "reason", "reason_start", "reason_end")
    ids = zip(batch.column("doc_id"), batch.column("quote_id"), strict=True)
    claims = zip(*map(batch.column, names), strict=True)
    return {key: dict(zip(names, claim, strict=True)) for key, claim in zip(ids, claims, strict=True)}


def _nouns(found: Mapping[str, _core.Batch]) -> dict[tuple[str, int, int], str]:
    """The noun of each mention, by its document and place."""
    words = by_document(found["tokens"], ("text",))
    mentions = by_document(found["mentions"], ("start", "end", "head"))
    return {
        (doc_id, start, end): folded(words[doc_id][head][0])
        for doc_id, rows in mentions.items()
        for start, end, head in rows
        if head >= 0
    }


def _is_one(n_claimed: int, noun: str) -> bool:
    """Whether a source is one person, by its number and its noun: "a few lawmakers" are not."""
    return (
        n_claimed in (-1, 1)
        and "SEVERAL" not in _core.word_classes(noun)
        and not (noun.endswith("s") and not noun.endswith("ss"))
    )
