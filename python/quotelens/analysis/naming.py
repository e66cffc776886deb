"""The user's own table of sources, applied to the tables of some documents: entities and the speakers of quotes."""

from __future__ import annotations

from collections.abc import Mapping

from quotelens import _core
from quotelens.analysis.known import Claims
from quotelens.analysis.metadata import by_document

TABLES = ("entities", "mentions")
NAMING = ("name", "organisation", "agency", "outlet")
"""Kinds of mention that call somebody by name."""

Names = Mapping[tuple[str, int], str]
"""The canonical name of an entity, by doc_id and entity_id."""


def names_in(found: Mapping[str, _core.Batch], claims: Claims) -> dict[tuple[str, int], str]:
    """The canonical name of each entity that is one of the user's sources, one document at a time."""
    mentions = by_document(found["mentions"], ("entity_id", "text", "kind"))
    names = {}
    for doc_id, entities in by_document(found["entities"], ("entity_id", "name")).items():
        called: dict[int, set[str]] = {}
        for entity_id, text, kind in mentions.get(doc_id, ()):
            if kind in NAMING:
                called.setdefault(entity_id, set()).add(text)
        for entity_id, name in entities:
            if name and (source := claims.of(name, called.get(entity_id, ()))) is not None:
                names[doc_id, entity_id] = source.name
    return names


def with_speakers(quotes: _core.Batch, names: Names) -> _core.Batch:
    """The quotes with these names in `speaker`, for the entities that have one."""
    keys = zip(quotes.column("doc_id"), quotes.column("entity_id"), strict=True)
    said = zip(keys, quotes.column("speaker"), strict=True)
    speakers = [names.get(key, speaker) for key, speaker in said]
    columns = [speakers if name == "speaker" else quotes.column(name) for name in quotes.names]
    return _core.Batch.from_columns(quotes.names, quotes.types, columns)
