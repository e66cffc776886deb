"""Articles as other tools save them, recognised by their keys, in JSON and in tables alike.

Media Cloud            media_name, publish_date and stories_id or indexed_date; text in text or story_text
newspaper3k, 4k        authors, publish_date and top_image
trafilatura            source-hostname, fingerprint and date; text in text or raw_text

Their keys stay as columns of the user's; ours (published, byline, outlet, url) are filled from them where they are
not there under our names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Layout:
    """The keys of a kind of record: of its text and id, and our name → theirs for others that we know."""

    text: str = "text"
    id: str | None = None
    ours: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Export:
    """How to tell an export: it has all keys of `needs`, and one of `one_of`."""

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
_USUAL_IDS = ("doc_id", "id")


@lru_cache(maxsize=64)
def layout_of(names: tuple[str, ...], text: str | None, id: str | None) -> Layout:
    """What the keys of a record mean; `text` and `id` are the user's word on two of them."""
    keys = set(names)
    for export in _EXPORTS:
        if export.needs <= keys and export.one_of & keys:
            ours = {name: key for name, theirs in export.ours.items() if (key := _first(theirs, keys))}
            ours = {name: key for name, key in ours.items() if name not in keys}
            return Layout(
                text or _first(export.text, keys) or "text",
                id or _first(("doc_id", *export.id), keys),
                ours,
            )
    return Layout(text or "text", id or _first(_USUAL_IDS, keys))


def _first(names: Iterable[str], keys: set[str]) -> str | None:
    return next((name for name in names if name in keys), None)
