"""A quotation as an index has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quotelens.families.quotes import Quotes, compared_words
from quotelens.table.columns import types_of

_CONTEXT = 120  # characters to either side
FOUND_COLUMNS = types_of("search")


@dataclass(slots=True)
class Entry:
    """A quotation of the index."""

    text: str
    doc_id: str
    quote_id: int
    speaker: str | None = None
    outlet: str | None = None
    published: str | None = None
    context: str | None = None
    marked: str | None = None  # the words that it is grouped by, where these are not all
    kind: str | None = None
    start: int | None = None
    end: int | None = None

    @property
    def grouped_by(self) -> str:
        return self.text if self.marked is None else self.marked


def entries_of(table: Quotes) -> Iterator[Entry]:
    """The quotations of a table as an index has them."""
    corpus = table._corpus
    known = {row["doc_id"]: row for row in corpus._provenance()} if corpus is not None else {}
    for row, compared in zip(table, compared_words(table, corpus), strict=True):
        text = row["content"] or ""
        facts = known.get(row["doc_id"], {})
        published = facts.get("published")
        if published is not None and not isinstance(published, str):
            published = published.isoformat() if hasattr(published, "isoformat") else str(published)
        whole = corpus._text_of(row["doc_id"]) if corpus is not None else None
        context = whole[max(0, row["start"] - _CONTEXT) : row["end"] + _CONTEXT] if whole is not None else None
        yield Entry(
            text,
            row["doc_id"],
            row["quote_id"],
            row.get("speaker"),
            facts.get("outlet"),
            published,
            context,
            None if compared == text else compared,
            *(row.get(name) for name in ("kind", "start", "end")),
        )
