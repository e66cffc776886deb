"""Whom the entities and mentions of a document refer to, for a person who says who spoke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from quotelens import _core
from quotelens.analysis.known import folded

Rows = list[dict[str, Any]]


class Who(NamedTuple):
    """Somebody who said a quote: an entity of the document, or somebody new (-1)."""

    entity_id: int
    name: str | None  # of the entity
    speaker: str | None  # what a person calls them, else that name
    role: str
    start: int  # of the name, both -1 if it is not in the text
    end: int


NOBODY = Who(-1, None, None, "anonymous", -1, -1)


class People:
    """The entities of a document, to look up by name or by place; an unknown name gets an entity of its own."""

    def __init__(self, doc_id: str, text: str, entities: Rows, mentions: Rows) -> None:
        self.rows: Rows = list(entities)
        self._doc_id, self._text = doc_id, text
        self._mentions = {(row["start"], row["end"]): row for row in mentions}

    def by_id(self, entity_id: int) -> Who:
        """An entity by its number; nobody for -1."""
        row = next((row for row in self.rows if row["entity_id"] == entity_id), None)
        if row is None:
            return NOBODY
        start, end = (row["start"], row["end"]) if row["end"] > 0 else (-1, -1)
        return Who(entity_id, row["name"], row["name"], row["role"], start, end)

    def called(self, name: str, role: str) -> Who:
        """The person of this name: the same words, else the only fuller name that it can mean, else somebody new."""
        named = [row for row in self.rows if row["name"]]
        same = [row for row in named if folded(row["name"]) == folded(name)]
        words = set(folded(name).split())
        fuller = [
            row
            for row in named
            if words < set(folded(row["name"]).split()) and _core.link_names([row["name"], name]) == [0, 0]
        ]
        if same or len(fuller) == 1:
            return self.by_id((same or fuller)[0]["entity_id"])._replace(speaker=name)
        number = max((row["entity_id"] for row in self.rows), default=-1) + 1
        start = max(self._text.find(name), 0)
        end = start + len(name) if self._text.startswith(name, start) else 0
        row = {"doc_id": self._doc_id, "entity_id": number, "name": name, "role": role, "gender": None}
        self.rows.append(row | {"start": start, "end": end})
        return self.by_id(number)

    def at(self, source: Mapping[str, Any] | None) -> Who:
        """Whom the words of a source refer to: by their mention, else by their name."""
        if source is None:
            return NOBODY
        mention = self._mentions.get((source["start"], source["end"]))
        if mention is not None and mention["entity_id"] >= 0:
            return self.by_id(mention["entity_id"])
        words = folded(self._text[source["start"] : source["end"]])
        same = [row for row in self.rows if row["name"] and folded(row["name"]) == words]
        return self.by_id(same[0]["entity_id"]) if same else NOBODY

    def kind_at(self, source: Mapping[str, Any]) -> str | None:
        """The kind of the mention at the place of a source."""
        mention = self._mentions.get((source["start"], source["end"]))
        return mention["kind"] if mention is not None else None
