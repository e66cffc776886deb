"""What the keys of a record mean, in JSON, tables and dataframes alike.

Articles as other tools save them are recognised by their keys:

Media Cloud            media_name, publish_date and stories_id or indexed_date; text in text or story_text
newspaper3k, 4k        authors, publish_date and top_image
trafilatura            source-hostname, fingerprint and date; text in text or raw_text

In all others, common names of columns stand for ours where no column has our name: "date" for published, "content"
for text.  Their keys stay as columns of the user's; ours are filled from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Layout:
    """The keys of a kind of record: of its text and id, and our name → theirs for others that we know."""

    text: str = "text"
    id: str | None = None
    ours: dict[str, str] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    """Our name → theirs, for every column that has another name and was not asked for."""


@dataclass(frozen=True, slots=True)
class _Export:
    """How to recognise an export: it has all keys of `needs`, and one of `one_of`."""

    needs: frozenset[str]
    one_of: frozenset[str]
    text: tuple[str, ...]
    id: tuple[str, ...]
    ours: dict[str, tuple[str, ...]]


_EXPORTS = (
    _Export(
        frozenset({"media_name", "publish_date"}),
        frozenset({"stories_id", "indexed_date"}),
        ("text", "story_text"),
        ("stories_id", "id"),
        {"published": ("publish_date",), "outlet": ("media_name",)},
    ),
    _Export(
        frozenset({"authors", "publish_date", "top_image"}),
        frozenset({"text"}),
        ("text",),
        ("id",),
        {
            "published": ("publish_date",),
            "byline": ("authors",),
            "outlet": ("meta_site_name",),
            "url": ("canonical_link",),
        },
    ),
    _Export(
        frozenset({"source-hostname", "fingerprint", "date"}),
        frozenset({"text", "raw_text"}),
        ("text", "raw_text"),
        ("id",),
        {
            "published": ("date",),
            "byline": ("author",),
            "outlet": ("sitename", "source-hostname"),
            "url": ("source",),
        },
    ),
)
_COMMON = {  # by what else a column may be called, the surest name first; case, blanks and _ do not count
    "text": ("text", "content", "body", "fulltext", "articletext", "articlebody", "maintext", "article", "story"),
    "id": ("docid", "id", "articleid", "storyid", "guid"),
    "title": ("title", "headline", "articletitle"),
    "published": (
        *("published", "publishedat", "publicationdate", "publisheddate", "publishdate", "pubdate", "datepublished"),
        *("date", "datetime"),
    ),
    "byline": ("byline", "author", "authors", "creator", "writer"),
    "outlet": ("outlet", "publication", "newspaper", "publisher", "sitename", "medium", "source"),
    "url": ("url", "link", "weburl", "articleurl", "permalink"),
}


@lru_cache(maxsize=64)
def layout_of(names: tuple[str, ...], text: str | None, id: str | None) -> Layout:
    """What the keys of a record mean; `text` and `id` are given by the user."""
    keys = {name for name in names if isinstance(name, str)}
    for export in _EXPORTS:
        if export.needs <= keys and export.one_of & keys:
            ours = {name: key for name, theirs in export.ours.items() if (key := _first(theirs, keys))}
            ours = {name: key for name, key in ours.items() if name not in keys}
            found = {"text": _first(export.text, keys), "id": _first(("doc_id", *export.id), keys)}
            return _layout({**found, **ours}, text, id)
    return _layout(_common(names), text, id)


def _layout(found: Mapping[str, str | None], text: str | None, id: str | None) -> Layout:
    """The layout of what was found, unless the user says otherwise."""
    asked = {"text": text, "id": id}
    known = {name: key for name, key in found.items() if key is not None and asked.get(name) is None}
    taken = {name: key for name, key in known.items() if key not in (name, "doc_id")}
    ours = {name: key for name, key in taken.items() if name not in asked}
    return Layout(text or known.get("text", "text"), id or known.get("id"), ours, taken)


def _common(names: Iterable[object]) -> dict[str, str]:
    """Our names and theirs, by common names of columns."""
    folded: dict[str, str] = {}
    for name in names:
        if isinstance(name, str):
            folded.setdefault(re.sub(r"[\s_-]+", "", name).casefold(), name)
    return {ours: folded[key] for ours, theirs in _COMMON.items() if (key := _first(theirs, set(folded)))}


def value_of(name: str, value: Any) -> Any:
    """What a column with another name says about ours: a source may be an address, or an object with a name."""
    if isinstance(value, Mapping):
        value = value.get("name")
    return None if name == "outlet" and isinstance(value, str) and "://" in value else value


def _first(names: Iterable[str], keys: set[str]) -> str | None:
    return next((name for name in names if name in keys), None)
