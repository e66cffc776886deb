"""One text at a time: `annotate`, and the `Document` that it returns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from quotelens import _core
from quotelens.analysis.config import Config
from quotelens.analysis.engine import Engine, engine_for
from quotelens.analysis.filter import Choice, QuoteFilter
from quotelens.analysis.naming import names_in, with_speakers
from quotelens.analysis.recurrence import analyse
from quotelens.reading.records import Record
from quotelens.show.article import article
from quotelens.table.columns import gives
from quotelens.table.table import Table
from quotelens.table.view import View
from quotelens.table.wording import counted

if TYPE_CHECKING:
    from quotelens.analysis.explain import Explainer, Explanation


class Document:
    """One text and what was found in it.

    `text` is your unchanged text, `id` its identifier, `meta` its metadata.  Offsets in all tables count code points
    of `text`: `text[start:end]` is the passage that a row describes.

    >>> import quotelens as ql
    >>> doc = ql.annotate("Rain is likely. Stay in.")
    >>> [doc.text[s["start"]:s["end"]] for s in doc.sentences()]
    ['Rain is likely.', 'Stay in.']
    """

    def __init__(
        self,
        text: str,
        *,
        id: str = "0",
        meta: Mapping[str, Any] | None = None,
        config: Config | None = None,
        counts: _core.LineCounts | None = None,
    ) -> None:
        if not isinstance(text, str):
            raise TypeError(f"The text should be a string and is of type {type(text).__name__}.")
        self.text: str = text
        self.id: str = id
        self.meta: dict[str, Any] = dict(meta or {})
        self._engine: Engine = engine_for(config)
        self._counts = counts

    def __reduce__(self) -> tuple[Any, ...]:
        if self._counts is not None:
            raise TypeError(
                f"Document {self.id!r} depends on other pages of its corpus and cannot be pickled alone: pickle the "
                "corpus, and take the document from it."
            )
        return _document, (self.text, self.id, self.meta, self._engine)

    def __repr__(self) -> str:
        return f"<Document {self.id!r}: {len(self.text):,} characters, {counted(len(self.quotes()), 'quote')}>"

    @cached_property
    def _batches(self) -> dict[str, _core.Batch]:
        record = Record(self.id, self.text, self.meta)
        return analyse(self._engine.core, [record], _core.TABLES, self._counts, quotes=True)

    @cached_property
    def _parsed(self) -> _core.Batch:
        record = Record(self.id, self.text, self.meta)
        return analyse(self._engine.core, [record], ("tokens",), self._counts, quotes=True, parse=True)["tokens"]

    def _table(self, name: str) -> Table:
        """A table by its name in the analysis, such as "spans" (of the quotes)."""
        return Table([self._batches[name]], self._engine.empty(name))._told(self._engine.origin(name))

    @cached_property
    def _explainer(self) -> Explainer:
        from quotelens.analysis.explain import TABLES, Explainer  # few need it, and it takes a while

        record = Record(self.id, self.text, self.meta)
        tables = (*TABLES, *_core.EXPLAIN_TABLES)
        return Explainer(self.text, analyse(self._engine.found, [record], tables, self._counts))

    @gives("quotes")
    def quotes(
        self,
        *,
        kind: Choice = None,
        acts: Choice = None,
        zones: Choice = None,
        min_confidence: float | None = None,
    ) -> Table:
        """What was said or shown in this document; options as for `Corpus.quotes`."""
        choose = QuoteFilter(kind, acts, zones, min_confidence)
        origin = self._engine.origin("quotes", **choose.options)
        quotes = choose(self._batches["quotes"])
        if self._engine.claims.own:
            quotes = with_speakers(quotes, names_in(self._batches, self._engine.claims))
        return Table([quotes], self._engine.empty("quotes"))._told(origin)

    def explain(self, quote_id: int) -> Explanation:
        """Explain a quote: its rule and cue, the candidates for its source, and reporting words that gave no quote.

        `speaker` says whose name was found, given or withheld, and how; `choices` has the candidates for the name in
        the source, or for the person that it refers to.

        `quote_id` is that of `quotes`, and the number that `show` prints.  The report has numbers of its own; its
        tooltips show doc_id and quote_id.  For a corrected quote, the original result is explained.

        Raises KeyError, with a list of the ids, for an unknown one.

        >>> told = annotate("“It will rain,” Ann Lee said.").explain(0)
        >>> told.rule, told.rule_in_words
        ('before_subject_verb', 'the words stand before a subject and its verb')
        >>> told.cue.lemma, told.candidates[0].text
        ('say', 'Ann Lee')
        """
        return self._explainer.explain(quote_id)

    @gives("pieces")
    def pieces(self) -> Table:
        """The quoted strings of all quotes."""
        return self._table("pieces")

    @gives("tokens")
    def tokens(self, *, parse: bool = False) -> Table:
        """Words, punctuation and everything else except white space; `parse` as for `Corpus.tokens`.

        >>> for row in annotate("She left.").tokens(parse=True):
        ...     print(row["text"], row["tag"], row["lemma"], row["head"], row["relation"])
        She PRON she 1 nsubj
        left VERB leave -1 root
        . PUNCT . 1 punct
        """
        if not parse:
            return self._table("tokens")
        return Table([self._parsed], _core.empty("tokens"))._told(self._engine.origin("tokens", parse=True))

    @gives("sentences")
    def sentences(self) -> Table:
        """Sentences, without surrounding white space."""
        return self._table("sentences")

    @gives("metadata")
    def metadata(self) -> Table:
        """What the page says about itself: title, date, byline, outlet, agency, place: see `Corpus.metadata`."""
        return self._table("metadata")

    @gives("zones")
    def zones(self) -> Table:
        """Parts of the page: title, byline, body, boilerplate…"""
        return self._table("zones")

    @gives("mentions")
    def mentions(self) -> Table:
        """Mentions of people, organisations, documents and groups."""
        return self._table("mentions")

    @gives("entities")
    def entities(self) -> Table:
        """The people and things that the mentions refer to: see `Corpus.entities`."""
        return self._table("entities")

    @gives("chains")
    def chains(self) -> Table:
        """Who through what through whom, step by step for each quote: see `Corpus.chains`.

        >>> doc = annotate("“It rained,” Ann Lee told Reuters. “It poured,” she said.")
        >>> [(step["quote_id"], step["step"], step["role"], step["name"]) for step in doc.chains()]
        [(0, 0, 'speaker', 'Ann Lee'), (0, 1, 'agency', 'Reuters'), (1, 0, 'speaker', 'Ann Lee')]
        """
        return self._table("chains")

    def show(self) -> View:
        """The article with its quotations, cues and sources marked, to look at in a notebook or write to a file.

        The number beside a quotation is its `quote_id`, as in `quotes` and for `explain`.
        """
        return View(article(self))

    def _repr_html_(self) -> str:
        return self.show()._repr_html_()


def _document(text: str, id: str, meta: dict[str, Any], engine: Engine) -> Document:
    document = Document(text, id=id, meta=meta)
    document._engine = engine
    return document


def annotate(text: str, *, id: str = "0", config: Config | None = None) -> Document:
    """Analyse one text; `config` holds your own options.

    >>> doc = annotate("“It will rain,” Ann Lee said.")
    >>> doc.text
    '“It will rain,” Ann Lee said.'
    """
    return Document(text, id=id, config=config)
