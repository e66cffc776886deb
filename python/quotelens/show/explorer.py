"""A widget for Jupyter to browse a corpus and correct what was found (the extra `explorer`).

It lists articles and speakers, all quotes of a speaker, and shows each quote in its article.  `Explorer.corrections`
holds the reader's corrections.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quotelens.analysis.annotation import text_sha1
from quotelens.analysis.filter import ACTS, KINDS, Chosen
from quotelens.analysis.metadata import found_metadata
from quotelens.reading.records import SURROGATES
from quotelens.show.article import Article
from quotelens.show.articles import Articles
from quotelens.sources.sources import Sources
from quotelens.table.extras import optional
from quotelens.table.table import Table

if TYPE_CHECKING:

    class _AnyWidget:
        """What is used of `anywidget.AnyWidget`, which has few type hints."""

        def __init__(self, **state: Any) -> None: ...
        def observe(self, handler: Callable[[Mapping[str, Any]], None], names: str) -> None: ...
else:
    _AnyWidget = optional("anywidget", "explore()").AnyWidget
_traits = optional("traitlets", "explore()")

FIELDS = ("doc_id", "text_sha1", "quote_id", "spans", "what", "field", "old", "new")
_LONGEST = 200  # characters of a quote in a list
_SHOWN = ("quote_id", "kind", "act", "source", "speaker", "confidence")


def _synced(trait: Any) -> Any:
    return trait.tag(sync=True)


class Explorer(_AnyWidget):
    """The quotes of a corpus to browse, and to correct.

    quotes       which quotes are shown, as a table; None means those of `Corpus.quotes`
    corrections  the `corrections` of an earlier explorer, to continue from

    `corrections` is a list of dicts in the order in which they were made, one for each field of a quote:

    doc_id, text_sha1, quote_id, spans
                 which quote: spans are its content, in code points; the hash is of the text they were made on
    what         changed, or removed for a false quotation
    field        kind, act, source or speaker; None for removed
    old, new     its values; None for no source or speaker, and for removed

    The quotes are sent to the browser as a list, and each text when it is opened, so opening one needs a running
    kernel.  Nothing is loaded from a network.  Raises ImportError without anywidget, and ValueError for an unknown
    name, an invalid correction, or a correction of another text.

    >>> import quotelens as ql
    >>> explorer = Explorer(ql.Corpus([{"id": "a", "text": "“It rained,” Ann Lee said."}]))
    >>> explorer.article["quotes"][0]["speaker"], explorer.corrections
    ('Ann Lee', [])
    """

    _esm = Path(__file__).with_name("explorer.js")
    _css = Path(__file__).with_name("explorer.css")

    # What the browser sees: only `selected` and `corrections` come back from there.
    _kinds = _synced(_traits.List(list(KINDS)))
    _acts = _synced(_traits.List(list(ACTS)))
    documents: Any = _synced(_traits.List(_traits.Dict()))
    voices: Any = _synced(_traits.List(_traits.Dict()))
    quotes: Any = _synced(_traits.List(_traits.Dict()))
    selected: Any = _synced(_traits.Unicode())
    article: Any = _synced(_traits.Dict())
    corrections: Any = _synced(_traits.List(_traits.Dict()))

    def __init__(
        self,
        corpus: Articles,
        *,
        quotes: Table | None = None,
        corrections: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self._corpus = corpus
        self._choose = Chosen(quotes)
        self._voices = _Voices(corpus)
        listed = [
            {
                "doc_id": quote["doc_id"],
                "quote_id": quote["quote_id"],
                "kind": quote["kind"],
                "voice": self._voices.of(quote),
                "text": _clean(_short(quote["content"])),
            }
            for quote in self._chosen(corpus)
        ]
        documents = _documents(corpus)
        first = [row["doc_id"] for row in listed] or [row["doc_id"] for row in documents] or [""]
        opened = str(first[0])
        super().__init__(
            documents=documents,
            quotes=listed,
            voices=self._voices.names,
            corrections=[_checked(corpus, record) for record in corrections],
            selected=opened,
            article=self._article(opened),
        )
        self.observe(self._open, "selected")

    def _chosen(self, found: Articles | Article) -> Table:
        """The quotes to show of all articles, or of one."""
        everything = found.quotes(kind="all", acts="all", zones="all")
        return everything._like([self._choose(batch) for batch in everything._batches], everything._empty)

    def _open(self, change: Mapping[str, Any]) -> None:
        self.article = self._article(change["new"])

    def _article(self, doc_id: str) -> dict[str, Any]:
        """A text with its quotes in the form for the browser; empty for an unknown id."""
        if doc_id not in self._corpus:
            return {}
        document = self._corpus[doc_id]
        units = _Units(document.text)
        spans: dict[int, list[tuple[int, int]]] = {}
        for span in document._table("spans"):
            spans.setdefault(span["quote_id"], []).append((span["start"], span["end"]))
        return {
            "doc_id": doc_id,
            "text_sha1": text_sha1(document.text),
            "text": _clean(document.text),
            "furniture": [
                units.span(row["start"], row["end"]) for row in document.zones().filter(zone="boilerplate")
            ],
            "quotes": [self._quote(quote, spans, units) for quote in self._chosen(document)],
        }

    def _quote(
        self, quote: dict[str, Any], spans: Mapping[int, list[tuple[int, int]]], units: _Units
    ) -> dict[str, Any]:
        """A quote: `spans` in code points, for corrections; `content`, `by` and `cue` in units of UTF-16."""
        own = spans[quote["quote_id"]]
        return {
            **{name: _clean(quote[name]) for name in _SHOWN},
            "voice": self._voices.of(quote),
            "spans": [list(span) for span in own],
            "content": [units.span(*span) for span in own],
            "by": _place(quote, "source", units),
            "cue": _place(quote, "cue", units),
        }


class _Units:
    """From code points to the units of JavaScript: UTF-16, in which characters above U+FFFF take two."""

    def __init__(self, text: str) -> None:
        self._wide = [] if text.isascii() else [k for k, c in enumerate(text) if c > "\uffff"]

    def span(self, start: int, end: int) -> list[int]:
        return [place + bisect_left(self._wide, place) for place in (start, end)]


class _Voices:
    """Who speaks, numbered: the sources of the corpus, then those that are known in one document only."""

    def __init__(self, corpus: Articles) -> None:
        seen = corpus._seen()
        sources = Sources(seen, corpus._engine.claims)
        self.names = [{"name": _clean(source.name), "kind": source.kind} for source in sources.chosen]
        numbers = {source.number: k for k, source in enumerate(sources.chosen)}
        self._numbers: dict[tuple[str, int], int] = {
            (row["doc_id"], row["entity_id"]): numbers[row["source_id"]] for row in sources.links(seen)
        }

    def of(self, quote: Mapping[str, Any]) -> int:
        """The number of the speaker of a quote; -1 for nobody."""
        key = quote["doc_id"], quote["entity_id"]
        if quote["source"] is None or key[1] < 0:
            return -1
        if key not in self._numbers:
            self._numbers[key] = len(self.names)
            self.names.append({"name": _clean(quote["speaker"] or quote["source"]), "kind": quote["source_kind"]})
        return self._numbers[key]


def _documents(corpus: Articles) -> list[dict[str, Any]]:
    said = defaultdict(list)
    for row in corpus.metadata():
        said[row["doc_id"]].append((row["field"], row["value"], row["zone"], row["confidence"]))
    given = [document.meta.get("title") for document in corpus]
    found = [found_metadata(said[document.id])["title"] for document in corpus]
    titles = [own if isinstance(own, str) else title for own, title in zip(given, found, strict=True)]
    return [
        {
            "doc_id": row["doc_id"],
            "outlet": _clean(row["outlet"]),
            "published": None if row["published"] is None else str(row["published"])[:10],
            "title": _clean(title),
        }
        for row, title in zip(corpus._provenance(), titles, strict=True)
    ]


def _place(quote: Mapping[str, Any], name: str, units: _Units) -> list[int] | None:
    return None if quote[name] is None else units.span(quote[f"{name}_start"], quote[f"{name}_end"])


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _clean(value: Any) -> Any:
    """A text with U+FFFD for lone surrogates, which JSON cannot hold; every offset stays the same."""
    return SURROGATES.sub("\ufffd", value) if isinstance(value, str) else value


def _checked(corpus: Articles, record: Mapping[str, Any]) -> dict[str, Any]:
    """Check a correction: its form and, if its document is in the corpus, its text."""
    if not isinstance(record, Mapping) or set(record) != set(FIELDS):
        raise ValueError(
            f"{record!r} is not a correction: give dicts like those of Explorer.corrections: {', '.join(FIELDS)}."
        )
    doc_id = record["doc_id"]
    if doc_id in corpus and text_sha1(corpus._text_of(doc_id)) != record["text_sha1"]:
        raise ValueError(f"A correction was made on another text of document {doc_id!r}: its text_sha1 differs.")
    return dict(record)
