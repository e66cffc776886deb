"""One text at a time: `annotate`, and the `Document` it gives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from types import NoneType
from typing import TYPE_CHECKING, Any

from quotelens import _core
from quotelens.analysis.config import Config
from quotelens.analysis.engine import engine_for
from quotelens.table.table import Table
from quotelens.table.wording import counted, names_given, shown

if TYPE_CHECKING:
    from quotelens.analysis.explain import Explainer, Explanation
    from quotelens.show.display import View

KINDS = ("direct", "mixed", "indirect", "scare")
ACTS = (*_core.ACTS, "none")
ZONES = ("title", "deck", "byline", "date", "dateline", "caption", "body", "boilerplate")
SAID = ("speech", "evidence")

Choice = str | Collection[str] | None


class QuoteFilter:
    """Which quotes a caller asked for.

    `kind`, `acts` and `zones` are one name or several.  By default: what was said or shown (acts speech and
    evidence), of any kind, outside boilerplate.  Asking for kind "scare" brings those in although they are no act.
    `min_confidence` leaves out what is less sure; what a person wrote has no confidence, and stays.
    """

    __slots__ = ("_acts", "_kinds", "_least", "_zones", "options")

    def __init__(self, kind: Choice, acts: Choice, zones: Choice, min_confidence: float | None = None) -> None:
        if not isinstance(min_confidence, (int, float, NoneType)):
            raise TypeError(f"min_confidence is {shown(min_confidence)}: give a number between 0 and 1.")
        if min_confidence is not None and not 0 <= min_confidence <= 1:
            raise ValueError(f"min_confidence is {min_confidence!r}: give a number between 0 and 1.")
        self.options: dict[str, Any] = {"kind": kind, "acts": acts, "zones": zones, "min_confidence": min_confidence}
        self._least = min_confidence or 0.0
        self._kinds = _choice("kind", kind, KINDS, KINDS)
        self._acts = _choice("acts", acts, ACTS, SAID)
        self._zones = _choice("zones", zones, ZONES, tuple(zone for zone in ZONES if zone != "boilerplate"))
        if kind is None or kind == "all":
            self._kinds |= {None}

    def __call__(self, batch: _core.Batch) -> _core.Batch:
        """The quotes asked for among those of `batch`."""
        columns = zip(*(batch.column(name) for name in ("kind", "act", "zone", "confidence")), strict=True)
        rows = [
            row
            for row, (kind, act, zone, confidence) in enumerate(columns)
            if (confidence is None or confidence >= self._least) and self._wants(kind, act, zone)
        ]
        return batch if len(rows) == len(batch) else batch.take(rows)

    def __repr__(self) -> str:
        names = [sorted(map(str, chosen)) for chosen in (self._kinds, self._acts, self._zones)]
        return f"QuoteFilter({names}, {self._least})"

    def _wants(self, kind: str, act: str, zone: str | None) -> bool:
        asked_scare = kind == "scare" and None not in self._kinds
        return kind in self._kinds and (act in self._acts or asked_scare) and (zone or "body") in self._zones


def _choice(option: str, given: Choice, names: Sequence[str], default: Sequence[str]) -> set[str | None]:
    if given is None:
        return set(default)
    return set(names if given == "all" else chosen(option, given, names))


def chosen(option: str, given: str | Collection[str], names: Sequence[str]) -> set[str]:
    """One name or several of those there are, as a set; ValueError for another."""
    wanted = set(names_given(option, given, names[0]))
    unknown = sorted(wanted - set(names))
    if unknown:
        raise ValueError(f"{option}={unknown[0]!r} is not one of: {', '.join(names)}, or 'all'.")
    return wanted


class Document:
    """One text and what was found in it.

    `text` is the text as it came in, `id` its identifier, `meta` what else is known of it.
    Offsets in all tables are code points into `text`: `text[start:end]` is what a row is about.

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
        self._engine, self._counts = engine_for(config), counts

    def __reduce__(self) -> tuple[Any, ...]:
        if self._counts is not None:
            raise TypeError(
                f"Document {self.id!r} depends on other pages of its corpus and cannot be pickled alone: pickle the "
                "corpus, and take the document from it."
            )
        return _document, (self.text, self.id, self.meta, self._engine.config)

    def __repr__(self) -> str:
        return f"<Document {self.id!r}: {len(self.text):,} characters, {counted(len(self.quotes()), 'quote')}>"

    @cached_property
    def _batches(self) -> dict[str, _core.Batch]:
        from quotelens.analysis.recurrence import analyse
        from quotelens.reading.records import Record

        record = Record(self.id, self.text, self.meta)
        return analyse(self._engine.core, [record], _core.TABLES, self._counts, quotes=True)

    @cached_property
    def _parsed(self) -> _core.Batch:
        from quotelens.analysis.recurrence import analyse
        from quotelens.reading.records import Record

        record = Record(self.id, self.text, self.meta)
        return analyse(self._engine.core, [record], ("tokens",), self._counts, quotes=True, parse=True)["tokens"]

    def table(self, name: str) -> Table:
        """A table by its name in the analysis, such as "spans" (of the quotes)."""
        return Table([self._batches[name]], _core.empty(name))._told(self._engine.origin(name))

    @cached_property
    def _explainer(self) -> Explainer:
        from quotelens.analysis.explain import TABLES, Explainer
        from quotelens.analysis.recurrence import analyse
        from quotelens.reading.records import Record

        record = Record(self.id, self.text, self.meta)
        tables = (*TABLES, *_core.EXPLAIN_TABLES)
        return Explainer(self, analyse(self._engine.core, [record], tables, self._counts))

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
        return Table([choose(self._batches["quotes"])], _core.empty("quotes"))._told(origin)

    def explain(self, quote_id: int) -> Explanation:
        """Why a statement is what it is: its rule and cue, the candidates for its source, and what was not taken.

        `quote_id` is that of `quotes`, which is the number that `show` prints; the report has numbers of its own, and
        says the doc_id and quote_id where the mouse rests on a statement.

        Raises KeyError, with the ids there are, for one that there is not.

        >>> told = annotate("“It will rain,” Ann Lee said.").explain(0)
        >>> told.rule, told.rule_in_words
        ('QSV', 'the words stand before a subject and its verb')
        >>> told.cue.lemma, told.candidates[0].text
        ('say', 'Ann Lee')
        """
        return self._explainer.explain(quote_id)

    def pieces(self) -> Table:
        """The marked strings of all quotes."""
        return self.table("pieces")

    def tokens(self, *, parse: bool = False) -> Table:
        """Words, punctuation and everything else that is not a blank; `parse` as for `Corpus.tokens`.

        >>> for row in annotate("She left.").tokens(parse=True):
        ...     print(row["text"], row["tag"], row["lemma"], row["head"], row["relation"])
        She PRON she 1 nsubj
        left VERB leave -1 root
        . PUNCT . 1 punct
        """
        if not parse:
            return self.table("tokens")
        return Table([self._parsed], _core.empty("tokens"))._told(self._engine.origin("tokens", parse=True))

    def sentences(self) -> Table:
        """Sentences, without blanks at their edges."""
        return self.table("sentences")

    def metadata(self) -> Table:
        """What the page says of itself: title, date, byline, outlet, agency, place: see `Corpus.metadata`."""
        return self.table("metadata")

    def zones(self) -> Table:
        """Parts of the page: title, byline, body, boilerplate…"""
        return self.table("zones")

    def mentions(self) -> Table:
        """Mentions of people, bodies, documents and groups."""
        return self.table("mentions")

    def entities(self) -> Table:
        """Whom and what the mentions stand for: see `Corpus.entities`."""
        return self.table("entities")

    def chains(self) -> Table:
        """Who through what through whom, step by step for each statement: see `Corpus.chains`.

        >>> doc = annotate("“It rained,” Ann Lee told Reuters. “It poured,” she said.")
        >>> [(step["quote_id"], step["step"], step["role"], step["name"]) for step in doc.chains()]
        [(0, 0, 'speaker', 'Ann Lee'), (0, 1, 'agency', 'Reuters'), (1, 0, 'speaker', 'Ann Lee')]
        """
        return self.table("chains")

    def show(self) -> View:
        """The article with its quotations, cues and sources marked, to look at in a notebook or write to a file.

        The number of a quotation is its `quote_id`, as `quotes` has it and `explain` takes it.
        """
        from quotelens.show.display import View, article

        return View(article(self))

    def _repr_html_(self) -> str:
        return self.show()._repr_html_()


def _document(text: str, id: str, meta: dict[str, Any], config: Config) -> Document:
    return Document(text, id=id, meta=meta, config=config)


def annotate(text: str, *, id: str = "0", config: Config | None = None) -> Document:
    """Analyse one text, with options of your own if a `config` is given.

    >>> doc = annotate("“It will rain,” Ann Lee said.")
    >>> doc.text
    '“It will rain,” Ann Lee said.'
    """
    return Document(text, id=id, config=config)


def word_boundaries(text: str) -> list[int]:
    """Positions of Unicode's word boundaries (UAX #29) in code points, 0 and `len(text)` included.

    An empty text has none.

    >>> word_boundaries("So, 3.5")
    [0, 2, 3, 4, 7]
    """
    return _core.word_boundaries(text)


def sentence_boundaries(text: str, *, tailored: bool = True) -> list[int]:
    """Positions of sentence boundaries in code points, 0 and `len(text)` included.

    With `tailored=False` exactly Unicode's (UAX #29); otherwise with rules for news on top, for abbreviations and
    quotations.  An empty text has none.

    >>> sentence_boundaries("Go. Stay.", tailored=False)
    [0, 4, 9]
    """
    return _core.sentence_boundaries(text, tailored=tailored)


def parse_words(words: list[str] | tuple[str, ...]) -> list[tuple[str, int, str]]:
    """Part of speech, head and relation of each word of one sentence, as in Universal Dependencies.

    The words are split as the treebanks of English do it: "do", "n't"; "Ann", "'s".  A head is counted from 1, and
    that of the root is 0.  More than 1,000 words are parsed a thousand at a time, each with a root of its own.
    Any strings have an answer.  Raises TypeError for what is not a list or tuple of str.

    >>> parse_words(["She", "said", "so"])
    [('PRON', 2, 'nsubj'), ('VERB', 0, 'root'), ('ADV', 2, 'advmod')]
    """
    return engine_for(None).core.parse_words(words)


def link_names(mentions: list[str] | tuple[str, ...]) -> list[int]:
    """Which mentions of one document are of one person or body: the number of each one's cluster.

    The mentions stand in their order, as written: "Ren Zhengfei", "Mr Ren", "Sen. Ann Lee (R-Texas)", "NATO", "he".
    All are seen at once, so that a short form may stand before the full one.  Clusters are numbered from 0 in order
    of first appearance, and equal mentions have equal numbers.  Where nothing tells, mentions stay apart.
    Any strings have an answer.  Raises TypeError for what is not a list or tuple of str.

    >>> link_names(["Ren Zhengfei", "Ren", "Mr Ren", "Huawei"])
    [0, 0, 0, 1]
    """
    return _core.link_names(mentions)


def info(config: Config | None = None) -> dict[str, str]:
    """Versions of the package, of its Unicode data and libraries, and hashes of its lexicons and trained weights.

    "model" is the hash of the weights of tagger and parser, "scores" that of the weights behind the confidences.
    With a `config`, "lexicon" and "scores" are hashes of what is in force with its changes.

    >>> info()["unicode"]
    '17.0.0'
    """
    return dict(engine_for(config).info)
