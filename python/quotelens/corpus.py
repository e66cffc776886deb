"""Many texts at a time: `Corpus`, its tables, and its threads.

Modules that are slow to import and not always needed (files, streams, the report) are imported where used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from quotelens import _core
from quotelens.analysis.config import Config
from quotelens.analysis.engine import Core, Engine, engine_for
from quotelens.analysis.filter import USUAL, Choice, Choose, Chosen, QuoteFilter
from quotelens.analysis.kwic import Search, Sort, Unit
from quotelens.analysis.metadata import by_document, document_rows, documents_table, found_metadata, published_of
from quotelens.analysis.naming import with_speakers
from quotelens.analysis.parallel import check_threads, cut, in_order
from quotelens.analysis.recurrence import Recurrence, analyse
from quotelens.document import Document
from quotelens.families.quotes import Quotes
from quotelens.reading.given import records_of
from quotelens.reading.progress import Progress
from quotelens.reading.records import (
    Names,
    Problem,
    Record,
    Taken,
    date_problem,
    outlet_of,
    problems_table,
    text_problem,
)
from quotelens.sources import unnamed as unnamed_sources
from quotelens.sources.network import Network, network
from quotelens.sources.share import shares
from quotelens.sources.sources import TABLES as SOURCE_TABLES
from quotelens.sources.sources import Seen, Sources, seen_in
from quotelens.table.columns import gives
from quotelens.table.dates import day_of, given_date, moment_of, timestamp_of
from quotelens.table.files import replacing
from quotelens.table.relational import names_in
from quotelens.table.table import CONFIDENCES, Table, table_of
from quotelens.table.view import introduced
from quotelens.table.wording import counted, names_given, shown

if TYPE_CHECKING:
    from typing import Unpack

    from quotelens.analysis.stream import Stream
    from quotelens.annotations.corrections import Corrections
    from quotelens.annotations.single import Changes
    from quotelens.reading.inputs import Inputs
    from quotelens.show.explorer import Explorer

_SHOWN_CHARS = 160  # of a text, where a notebook lists the documents

Done = TypeVar("Done")
AnyTable = TypeVar("AnyTable", bound=Table)


class Corpus:
    """Documents, and the tables of what is found in them.

    `data` is a list of texts (str, or bytes, which are decoded), a list of dicts, or a dataframe: anything with
    `__arrow_c_stream__`, such as a pandas, polars, pyarrow or DuckDB table (needs pyarrow).

    text, id    names of the columns with the text and the identifier, if they have other names than below
    outlet, published
                the same for the outlet and the date
    threads     None or -1 for all processors, or a positive number; results never depend on it
    progress    None shows a bar on a terminal when work lasts more than a second, True always, False never
    config      a `Config` with your own options

    A table is computed when its method is called.  Offsets are code points into the document's own text, half-open.
    `corpus["id"]` and `corpus[0]` are documents, `corpus[:10]` is a corpus.  In all tables doc_id is a string:
    to join a dataframe whose ids are numbers, use `frame.assign(doc_id=frame["id"].astype(str))`.

    Raises TypeError if no text at all is given.

    These columns are recognised, and override what the page says: text, doc_id, title, published, byline (a string or
    a list), outlet, agency, place, and url, whose host is the outlet if nothing else names it.  If a column is
    missing, one with a common name takes its place, and the corpus says so when it is shown (`taken`): content, body,
    full_text or article for text; id; headline; date, published_at, pub_date and the like; author or authors; source,
    publication or publisher; link.  All other columns stay in `documents()`, including those used in this way.

    `published` is a datetime or a date, or 2024-01-02 and 20240102, also with a time (ISO 8601); 2024/01/02;
    "2 January 2024", "Jan 2, 2024", "Tue, 02 Jan 2024 10:00:00 GMT" (RFC 822); 02.01.2024, the day first; 2024-01 and
    "January 2024", the first of it; or seconds or milliseconds since 1970, from 1973 to 2033.  A time without a zone
    is read as UTC; a time in an unknown zone is left out.  02/01/2024, which may be either of two days, and
    everything else that is not understood becomes null, and is listed in `problems()`.

    >>> c = Corpus(["It rained.", "It poured. Then it stopped."])
    >>> len(c), c[1].text
    (2, 'It poured. Then it stopped.')
    >>> c.sentences()["doc_id"]
    ['0', '1', '1']
    """

    def __init__(
        self,
        data: Any,
        *,
        text: str | None = None,
        id: str | None = None,
        outlet: str | None = None,
        published: str | None = None,
        threads: int | None = None,
        progress: bool | None = None,
        config: Config | None = None,
    ) -> None:
        problems: list[Problem] = []
        self._set_up(threads, progress, config)
        asked = {"outlet": outlet, "published": published}
        ours = {name: key for name, key in asked.items() if key is not None}
        self._keep(records_of(data, text, id, ours, problems), problems)

    @classmethod
    def _of_records(
        cls,
        records: list[Record],
        problems: list[Problem],
        *,
        threads: int | None = None,
        progress: bool | None = None,
        config: Config | None = None,
    ) -> Corpus:
        """A corpus of documents that a reader has prepared."""
        corpus = cls.__new__(cls)
        corpus._set_up(threads, progress, config)
        corpus._keep(records, problems)
        return corpus

    @classmethod
    def _of_inputs(
        cls, inputs: Inputs, *, threads: int | None = None, progress: bool | None = None, config: Config | None = None
    ) -> Corpus:
        """A corpus of files that are read when a method needs their texts; `stream` never holds them all."""
        corpus = cls.__new__(cls)
        corpus._set_up(threads, progress, config)
        corpus._inputs = inputs
        return corpus

    def _set_up(self, threads: int | None, progress: bool | None, config: Config | None) -> None:
        self._threads = check_threads(threads)
        self._progress = progress
        self._engine: Engine = engine_for(config)
        self._recurrence = Recurrence(self._pages)
        self._inputs: Inputs | None = None
        self._analysed: list[dict[str, _core.Batch]] | None = None
        self._loaded: tuple[list[Record], list[Problem]] | None = None

    def _keep(self, records: list[Record], problems: list[Problem]) -> None:
        names = Names()
        problems += [renamed for record in records if (renamed := names.give(record)) is not None]
        self._loaded = records, problems

    def _load(self) -> Corpus:
        """Read the files now, where that has not been done; the corpus itself."""
        if self._loaded is None:
            from quotelens.reading.inputs import load

            assert self._inputs is not None
            self._loaded = load(self._inputs, self._progress)
        return self

    @property
    def _held(self) -> tuple[list[Record], list[Problem]]:
        self._load()
        assert self._loaded is not None
        return self._loaded

    @property
    def _records(self) -> list[Record]:
        return self._held[0]

    @property
    def _problems(self) -> list[Problem]:
        return self._held[1]

    @cached_property
    def _index(self) -> dict[str, int]:
        return {record.doc_id: k for k, record in enumerate(self._records)}

    def _pages(self) -> Iterator[tuple[str | None, str]]:
        """Outlet (null if unknown) and text of every document, for a pass before the analysis.

        Files that are not in memory are read for this pass, and again later; standard input gives none.
        """
        if self._loaded is None and self._inputs is not None and self._inputs.can_be_read_again:
            yield from self._inputs.pages()
        else:
            for record in self._records:
                yield outlet_of(record), record.text

    # -------------------------------------------------------------------------------------------- documents

    def __len__(self) -> int:
        return len(self._records)

    @property
    def ids(self) -> list[str]:
        """The doc_id of each document, in order."""
        return [record.doc_id for record in self._records]

    def __iter__(self) -> Iterator[Document]:
        return map(self._document, self._records)

    @overload
    def __getitem__(self, key: str | int) -> Document: ...
    @overload
    def __getitem__(self, key: slice) -> Corpus: ...
    def __getitem__(self, key: str | int | slice) -> Document | Corpus:
        """The document with this id or at this position; a slice gives a corpus, analysed as it is here."""
        if isinstance(key, str):
            return self._document(self._record(key))
        if isinstance(key, slice):
            return self._part(self._records[key])
        try:
            return self._document(self._records[key])
        except TypeError:
            raise TypeError(
                f"A corpus is indexed by a document's id, its position or a slice of positions, not by {shown(key)}."
            ) from None
        except IndexError:
            raise IndexError(f"There is no document {key}: the corpus has {len(self):,}.") from None

    def sample_articles(
        self, n: int, *, by: str | Iterable[str] | None = None, seed: int = 0, at: Sequence[float] = CONFIDENCES
    ) -> Corpus:
        """A corpus of `n` articles drawn at random, or of up to `n` per stratum, for people to check.

        by    what the strata are, one or several of: kind (which most of an article's quotes are), confidence
              (of its quotes, on average, cut at `at`), or a column of `documents()`, such as outlet; "none" where
              an article has no value.  Quotes are those of `quotes()`
        seed  the same seed draws the same articles
        at    where confidence is cut

        Whole articles are drawn, so that missed quotes can be seen, too.  They are analysed as in the whole corpus.
        `documents()` gets two columns: stratum, and weight, the number of articles of its stratum that each stands
        for.  To estimate a count over the corpus, sum the weights: for quotes, join the weight by doc_id and sum it.
        A share is one such sum divided by another (Horvitz and Thompson, A generalization of sampling
        without replacement from a finite universe, J. Am. Statist. Ass. 47, 1952).  Unweighted shares describe
        the sample only, unless all strata were drawn in proportion.

        Not to be confused with `quotelens.sample`, the articles that come with the package.

        Raises KeyError for an unknown column, and ValueError for a wrong number, or if the documents already have a
        column stratum or weight.

        >>> import quotelens as ql
        >>> drawn = ql.sample().sample_articles(2, by="outlet")
        >>> drawn.documents().select("doc_id", "stratum", "weight").head(2)
        doc_id             stratum                 weight
        funicular-gazette  Saltby Harbour Gazette       1
        goats-clarion      Meridian Clarion           1.5
        >>> quotes = drawn.quotes().join(drawn.documents().select("doc_id", "weight"), on="doc_id")
        >>> sum(quotes["weight"]), len(ql.sample().quotes())  # as estimated, and as they are
        (185.0, 191)
        """
        from quotelens.analysis.sampling import strata

        names = [] if by is None else names_in(by if isinstance(by, str) else list(by))
        table = strata(self.ids, names, self.documents, self.quotes, at).sample(
            n, by="stratum", seed=seed, weights=True
        )
        taken = {"stratum", "weight"} & {name for record in self._records for name in record.meta}
        if taken:
            raise ValueError(
                f"The documents already have a column {min(taken)!r}, which sample_articles adds: rename yours."
            )
        records = []
        for row in table:
            record = self._records[row["position"]]
            records.append(replace(record, meta={**record.meta, "stratum": row["stratum"], "weight": row["weight"]}))
        return self._part(records)

    def _part(self, records: list[Record]) -> Corpus:
        """A corpus of some of the documents, with the recurring lines of all."""
        options: dict[str, Any] = {"threads": self._threads, "progress": self._progress}
        part = Corpus._of_records(records, [], **options)
        part._engine, part._recurrence = self._engine, self._recurrence
        return part

    def _record(self, doc_id: str) -> Record:
        if doc_id not in self._index:
            raise KeyError(f"There is no document {doc_id!r}. {_some_ids(self._records)}")
        return self._records[self._index[doc_id]]

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._index

    def _document(self, record: Record) -> Document:
        counts = self._recurrence.counts()
        document = Document(record.text, id=record.doc_id, meta=record.meta, counts=counts)
        document._engine = self._engine
        if self._analysed is not None:
            document._batches = self._analysed[self._index[record.doc_id]]
        return document

    @contextmanager
    def _analysed_once(self) -> Generator[None, None, None]:
        """Analyse all documents now, and keep their tables for the duration of the block."""
        counts = self._recurrence.counts()

        def work(part: list[Record]) -> list[dict[str, _core.Batch]]:
            return [analyse(self._engine.core, [record], _core.TABLES, counts, quotes=True) for record in part]

        self._analysed = [tables for part in self._in_batches(work, self._records) for tables in part]
        try:
            yield
        finally:
            self._analysed = None

    def __repr__(self) -> str:
        if self._loaded is None and self._inputs is not None:
            size = f"{self._inputs.n_bytes / 1e6:,.1f} MB"
            return (
                f"<Corpus: {counted(len(self._inputs.files), 'file')} of {size}, not read yet{self._corrected_by()}>"
            )
        outlets = {outlet_of(record) for record in self._records} - {None}
        of = f" of {counted(len(outlets), 'outlet')}" if outlets else ""
        chars = sum(len(record.text) for record in self._records)
        dates = sorted(moment.start for record in self._records if (moment := moment_of(given_date(record.meta))))
        days = dict.fromkeys(day_of(date) for date in (*dates[:1], *dates[-1:]))
        facts = [
            f"{counted(len(self), 'document')}{of}",
            counted(chars, "character"),
            *filter(None, [" to ".join(days)]),
        ]
        n = sum(1 for _ in self._all_problems())
        known = f"; {counted(n, 'problem')}, see .problems()" if n else ""
        told = f"; {taken}" if (taken := str(self.taken)) else ""
        return f"<Corpus: {', '.join(facts)}{told}{self._corrected_by()}{known}>"

    @property
    def taken(self) -> Taken:
        """Which columns were taken for ours, such as "date as published"; as a string, and as a dict."""
        taken = Taken()
        for record in self._records:
            taken.note(record)
        return taken

    def _corrected_by(self) -> str:
        return f"; {counted(len(self.corrections), 'correction')}" if self._is_corrected else ""

    def _repr_html_(self) -> str:
        if self._loaded is None and self._inputs is not None:
            files = self._inputs.files
            columns: dict[str, Sequence[Any]] = {"file": [f.name for f in files], "bytes": [f.size for f in files]}
            return introduced(repr(self), Table.from_columns(columns, ["string", "int64"])._repr_html_())
        records = self._records
        columns = {
            "doc_id": self.ids,
            "outlet": list(map(outlet_of, records)),
            "published": [timestamp_of(given_date(record.meta)) for record in records],
            "characters": [len(record.text) for record in records],
            "text": [record.text[:_SHOWN_CHARS] for record in records],
        }
        shown = Table.from_columns(columns, ["string", "string", "timestamp", "int64", "string"])
        return introduced(repr(self), shown._repr_html_())

    # ----------------------------------------------------------------------------------------------- tables

    @gives("documents")
    def documents(self) -> Table:
        """One row per document, including those without quotes: you need them as the denominator.

        Your own columns follow these, and replace ours of the same name.  Unknown values are null.  A page that is
        not in English has the status `not_english`, and no quotes unless `Config.keep_all_languages` asks for them.
        """
        parts = self._analyse(("documents", "metadata", "quotes"), document_rows)
        rows = [row for part in parts for row in part]
        for row, record in zip(rows, self._records, strict=True):
            row["outlet"] = outlet_of(record) or row.get("outlet")
        for k in self._duplicates():
            if rows[k]["status"] == "ok":
                rows[k]["status"] = "duplicate"
        return self._told(documents_table(rows, [record.meta for record in self._records]), "documents")

    @gives("metadata")
    def metadata(self) -> Table:
        """What the pages say about themselves: title, date, byline, outlet, agency, place."""
        return self._table("metadata")

    @gives("zones")
    def zones(self) -> Table:
        """Parts of each page; together they cover its text without overlap."""
        return self._table("zones")

    @gives("sentences")
    def sentences(self) -> Table:
        """Sentences, without surrounding white space."""
        return self._table("sentences")

    @gives("tokens")
    def tokens(self, *, quotes: bool = False, parse: bool = False) -> Table:
        """Words, punctuation and everything else except white space.

        `quote_id` is the innermost quote around the token, and -1 everywhere unless `quotes=True`.

        With `parse=True`, `tag` is a part of speech and `relation` one to the token whose token_id is `head`, as in
        Universal Dependencies; the head of a root is -1.  Without it tag, lemma and relation are null, and head is
        -1.  A sentence has one root, unless it has more than 1,000 tokens and is parsed in pieces.

        >>> tokens = Corpus(["It rained. She said so."]).tokens(parse=True)
        >>> list(zip(tokens["token_id"], tokens["lemma"], tokens["head"], tokens["relation"]))[3:]
        [(3, 'she', 4, 'nsubj'), (4, 'say', -1, 'root'), (5, 'so', 4, 'advmod'), (6, '.', 4, 'punct')]
        """
        return self._table("tokens", quotes=quotes, parse=parse)

    @gives("pieces")
    def pieces(self) -> Table:
        """The quoted strings of all quotes."""
        return self._table("pieces")

    @gives("mentions")
    def mentions(self) -> Table:
        """Mentions of people, organisations, documents and groups."""
        return self._table("mentions")

    @gives("chains")
    def chains(self) -> Table:
        """Who through what through whom: the steps of each quote, from the speaker outward.

        The words from `start` to `end` may be a pronoun or an earlier mention.  A quote without a source has no
        steps.  The quotes that `quotes` leaves out by default are included.

        >>> for step in Corpus(["“It rained,” Ann Lee said in a memo seen by Reuters."]).chains():
        ...     print(step["step"], step["role"], step["name"], step["access"])
        0 speaker Ann Lee None
        1 document memo None
        2 agency Reuters seen
        """
        return self._table("chains")

    @gives("entities")
    def entities(self) -> Table:
        """The people and things that the mentions of each document refer to.

        Those that only menus, teasers and other boilerplate mention are left out.  An entity_id is valid within one
        document; `sources` and `source_links` connect entities across documents.

        >>> Corpus(["Ms Lee said so. It was Ann Lee."]).entities().select("name", "role", "gender")
        name     role     gender
        Ann Lee  speaker  female
        """
        return self._table("entities")

    @gives("quotes")
    def quotes(
        self,
        *,
        kind: Choice = None,
        acts: Choice = None,
        zones: Choice = None,
        min_confidence: float | None = None,
    ) -> Quotes:
        """What was said or shown, one row per quote.

        kind    direct, mixed, indirect, scare: one or several; None means all but scare
        acts    speech, evidence, thought, intention, attitude, seeming, other, none: one or several; None means
                speech and evidence, "all" includes even scare quotes (act none)
        zones   title, deck, byline, date, dateline, caption, body, boilerplate: one or several; None means all
                but boilerplate, "all" every zone.  Quotes in boilerplate have a source, but no speaker
        min_confidence
                leaves out quotes whose `confidence`, the chance that they are right, is lower

        `quotes().families()` finds the same quotes elsewhere: see `Quotes.families`.  Raises ValueError for any
        other name.

        >>> c = Corpus(["“It will rain,” Ann Lee said."])
        >>> c.quotes(kind=["direct", "mixed"]).columns[:4]
        ['doc_id', 'quote_id', 'kind', 'act']
        """
        choose = QuoteFilter(kind, acts, zones, min_confidence)
        return self._told(
            Quotes(self._quotes(choose), self._engine.empty("quotes"), self), "quotes", **choose.options
        )

    def _quotes(self, choose: Choose) -> list[_core.Batch]:
        """The chosen quotes; the user's own sources have their canonical names, as in `sources`."""
        if not self._engine.claims.own:
            return list(self._analyse(("quotes",), lambda _, found: choose(found["quotes"])))
        parts = list(
            self._analyse(SOURCE_TABLES, lambda records, found: (seen_in(records, found), choose(found["quotes"])))
        )
        names = self._sources([seen for documents, _ in parts for seen in documents]).names
        return [with_speakers(quotes, names) for _, quotes in parts]

    def _origin(self, name: str, **options: Any) -> dict[str, Any]:
        """What a table made of this corpus says about itself, see `Table.info`."""
        return self._engine.origin(name, **options)

    def _provenance(self) -> list[dict[str, Any]]:
        """doc_id, outlet and published of every document, as dicts; a date is as exact as it was written."""

        def finish(records: list[Record], found: dict[str, _core.Batch]) -> list[dict[str, Any]]:
            said = by_document(found["metadata"], ["field", "value", "zone", "confidence"])
            rows = []
            for record in records:
                page = found_metadata(said.get(record.doc_id, ()))
                outlet = outlet_of(record) or page["outlet"]
                published = published_of(record.meta, page)
                rows.append({"doc_id": record.doc_id, "outlet": outlet, "published": published})
            return rows

        return [row for part in self._analyse(("metadata",), finish) for row in part]

    def _text_of(self, doc_id: str) -> str:
        """The text of a document; KeyError if there is no such id."""
        return self._record(doc_id).text

    def stream(
        self,
        *,
        batch: int = 2000,
        kind: Choice = None,
        acts: Choice = None,
        zones: Choice = None,
        min_confidence: float | None = None,
    ) -> Stream:
        """The quotes of `batch` documents at a time, as pyarrow record batches, for collections larger than memory.

        Options as for `quotes`.  `read(path, lazy=True).stream()` keeps only the texts of the current batch in
        memory.  `Stream.write` writes a file, `Stream.problems` lists what was wrong so far.
        """
        from quotelens.analysis.stream import Stream
        from quotelens.reading.inputs import Held

        choose = QuoteFilter(kind, acts, zones, min_confidence)
        options: dict[str, Any] = {"batch": batch, "threads": self._threads, "progress": self._progress}
        if self._loaded is None and self._inputs is not None:
            return Stream(self._inputs, choose, engine=self._engine, **options)
        held = Held(self._records, self._problems)
        return Stream(held, choose, engine=self._engine, recurrence=self._recurrence, **options)

    @gives("kwic")
    def kwic(
        self,
        pattern: str,
        *,
        quotes: Table | None = None,
        window: int = 8,
        unit: Unit = "words",
        within: str = "text",
        sort: Sort = "position",
        regex: bool = False,
        ignore_case: bool = True,
    ) -> Table:
        """Key words in context: each place where a pattern matches, with the text around it.

        pattern      words: `climate`; `climate*` for any ending; `*` alone for any word; several with white space
                     between.  They match whole words; apostrophes and hyphens match those of any form
        quotes       which quotes count, as a table; None means those of `quotes()`
        window       words on either side (cut at 40 characters per word on average), or characters if `unit="chars"`
        within       text for everything, quotes, or a zone: title, deck, byline, date, dateline, caption, body,
                     boilerplate
        sort         position; left (the word before the match, then the one before that); right; match
        regex        the pattern is a regular expression as PCRE2 reads it; matches of no characters give no row
        ignore_case  upper and lower case are the same

        Raises ValueError for an invalid option or pattern, and for a regular expression that takes too long.

        >>> import quotelens as ql
        >>> row = ql.sample().kwic("no * findings", window=3)[0]
        >>> row["left"], row["match"], row["right"]
        ('said it had “', 'no open findings', '” against the operator.')
        """
        choose = Chosen(quotes)
        search = Search(pattern, window, unit, within, sort, regex, ignore_case, choose)
        counts = self._recurrence.counts()
        parts = self._in_batches(lambda part: search.rows(part, self._engine, counts), self._records)
        table = search.table([row for rows in parts for row in rows])
        options = {"within": within, "sort": sort, "regex": regex, "ignore_case": ignore_case}
        return self._told(table, "kwic", pattern=pattern, window=window, unit=unit, **options, **choose.options)

    # ------------------------------------------------------------------------------------------ corrections

    def correct(
        self,
        doc_id: str,
        quote_id: int | None,
        /,
        *,
        remove: bool = False,
        by: str | None = None,
        time: str | None = None,
        **changes: Unpack[Changes],
    ) -> Corpus:
        """Correct one quote, from now on in every table, figure and file.  Returns the corpus itself.

        quote_id   its number in `quotes()` of the document; None adds a quote that was missed, and needs `span`
        remove     True to remove a false quote
        speaker    the name of the person or body; None if the text names nobody
        kind, act, anonymity, hedged
                   as in `quotes()`
        span, source, cue
                   their place: words of the text (the nearest, if there are several places), or (start, end); `span`
                   may be a list of these.  The kind of a quote follows its new span unless it is given
        by, time   who made the correction, and when, in your own words

        A quote with a new source or speaker gets a new entity, chain and anonymity.  Tables, documents and corpora
        that you made before do not change.  `corrections` holds all corrections so far; save them, and apply them
        another day with `corrected`.

        Raises KeyError for an unknown document or quote, ValueError or TypeError for an invalid value.

        >>> c = Corpus([{"id": "a", "text": "“It rained,” Ann Lee said. “So what?” she asked."}])
        >>> c.correct("a", 1, speaker="Bo Ek")
        <Corpus: 1 document, 48 characters; 1 correction>
        >>> c.quotes().select("text", "source", "speaker", "correction")
        text           source   speaker  correction
        “It rained,”   Ann Lee  Ann Lee
        “So what?”     she      Bo Ek    changed
        >>> c.sources()["name"]
        ['Ann Lee', 'Bo Ek']
        """
        from quotelens.annotations.single import single_check

        record, counts = self._record(doc_id), self._recurrence.counts()
        said: dict[str, Any] = {"remove": remove, "by": by, "time": time}
        check = single_check(record, self._engine.core, counts, quote_id, changes, **said)
        self._correct_by(self.corrections._and(check))
        return self

    def corrected(self, corrections: Corrections | str | os.PathLike[str] | Iterable[Mapping[str, Any]], /) -> Corpus:
        """A corpus of the same documents with corrections applied to everything that is found in them.

        `corrections` is a `quotelens.Corrections`, the name of a file that `Corrections.save` or `quotelens
        corrections` wrote, or the `corrections` of an explorer.  They replace those that this corpus has; to
        keep both, pass `corpus.corrections + more`.

        `quotes()` gets a column `correction`: kept (somebody checked it), changed, added, or null (nobody
        checked it).  Values that only the analysis can give are null in what a person gave: `confidence` of other
        spans, kinds or acts (no `min_confidence` leaves these out), `source_confidence` of other sources, `rule` of
        added quotes.  Added quotes have the highest ids of their document.  Corrections that no longer fit,
        because the text or what is found in it has changed, are listed in `problems()`.

        >>> c = Corpus([{"id": "a", "text": "“It rained,” Ann Lee said."}]).correct("a", 0, remove=True)
        >>> again = Corpus([{"id": "a", "text": "“It rained,” Ann Lee said."}]).corrected(c.corrections)
        >>> len(again.quotes()), len(again.corrections)
        (0, 1)
        """
        from quotelens.annotations.corrections import Corrections
        from quotelens.annotations.single import explored_check

        made = copy(self)
        if isinstance(corrections, (str, os.PathLike)):
            corrections = Corrections.load(corrections)
        if isinstance(corrections, Corrections):
            made._correct_by(corrections)
            return made
        if not isinstance(corrections, Iterable) or isinstance(corrections, Mapping):
            raise TypeError(
                f"corrections is {shown(corrections)}: give a quotelens.Corrections, or the name of a file of them."
            )
        made._correct_by(Corrections())
        for given in corrections:
            record, counts = made._record(given["doc_id"]), made._recurrence.counts()
            made._correct_by(made.corrections._and(explored_check(record, made._engine.core, counts, given)))
        return made

    @property
    def corrections(self) -> Corrections:
        """The corrections of this corpus, made by `correct` or `corrected`."""
        from quotelens.annotations.corrected import CorrectedEngine
        from quotelens.annotations.corrections import Corrections

        return self._engine.corrections if isinstance(self._engine, CorrectedEngine) else Corrections()

    @property
    def _is_corrected(self) -> bool:
        return self._engine.core is not self._engine.found

    def _correct_by(self, corrections: Corrections) -> None:
        from quotelens.annotations.corrected import CorrectedEngine

        self._engine = CorrectedEngine(engine_for(self._engine.config), corrections)

    def _unmatched(self) -> Iterator[Problem]:
        """Corrections that find no place in the documents."""
        there = [doc_id for doc_id in self._engine.doc_ids if doc_id in self._index]
        for doc_id in there:
            yield from self._engine.unmatched(self._record(doc_id), self._recurrence.counts())
        yield from self._engine.without_document(self._index)

    # ---------------------------------------------------------------------------------------------- sources

    @gives("sources")
    def sources(self, *, quotes: Table | None = None) -> Table:
        """Every named source that speaks or passes words on, those with most quotes first.

        `quotes` says which quotes count, as a table such as `corpus.quotes(kind="direct")`; None means
        those of `quotes()`.  A source keeps its source_id whichever quotes count.

        Names are joined across documents as `link_names` would join them, with care: a wrong name is worse than two.

        - A last name alone joins Ada Holm only on evidence: the same title or organisation, people in both documents
          and in few others, dates within two weeks.  It joins the likeliest of all Holms if that is likely enough,
          or none.  "Bob Holm" joins Robert Holm in the same way.  In a corpus of up to 20 documents the last name is
          enough if only one person has it.  `source_links` says what the evidence was.
        - An acronym joins a body if a document uses both names for it.  Any other longer or shorter name of a body is
          another body, except for words such as "Inc." and "News".
        - Bodies that every town or state has ("Police", "Supreme Court") and documents ("Gallup poll") are joined
          only if both articles name two others that few articles name, or one such name within two weeks.  In a
          corpus of up to 20 documents they are always joined.
        - A person, a body (organisation, agency, outlet) and a document are never joined.  The exception is the same
          full name, read as a person in one document and as a body in another: it gets the kind of the majority.
        - Groups of people ("A and B") are joined if they have the same name.  A document without a name of its own
          ("company report") is never joined across articles.
        - Two people with the same full name become one: only a table of your own can separate them.

        `Config.add_sources` takes that table.  Its names and aliases override these rules, and its other columns
        follow ours; `quotes()` and `source_links()` use it, too.  An alias never takes somebody with a fuller name of
        their own: "Holm" for Ada Holm takes "Ms Holm", but not Bo Holm.  Rows and numbers do not depend on the order
        of documents.

        >>> c = Corpus(["Ada Holm said it rained.", "Mayor Ada Holm said it poured.", "Ms Holm said it snowed."])
        >>> c.sources().select("source_id", "name", "title", "n_documents", "n_quotes")
        source_id  name      title  n_documents  n_quotes
                0  Ada Holm  Mayor            3         3
        """
        choose = Chosen(quotes)
        return self._told(self._sources(self._seen(choose)).table(), "sources", **choose.options)

    @gives("source_links")
    def source_links(self) -> Table:
        """Which entity of which document is which source; other entities are not listed.

        Join `quotes` and `chains` to it by doc_id and entity_id.

        >>> Corpus(["Ada Holm said it rained.", "Ms Holm said it poured."]).source_links()["source_id"]
        [0, 0]
        """
        documents = self._seen()
        return self._told(self._sources(documents).links(documents), "source_links")

    @gives("share")
    def share(self, by: str | Iterable[str] = "source", *, quotes: Table | None = None) -> Table:
        """Who fills the coverage: shares of quotes and of their words, most words first.

        by      one or several of source; source_kind; anonymity; outlet; month (such as 2026-11)
        quotes  which quotes count, as a table: `corpus.quotes(kind="direct")` for words in quotation marks; None
                means those of `quotes()`

        The columns of `by` come first, `source` with its source_id.  Shares are of all quotes.  If you group by
        outlet or month and something else, they are within the outlet and month.  A quote inside another counts
        separately.

        Raises ValueError for another `by`.

        >>> c = Corpus(["“It rained,” Ada Holm said. Sources said it poured."])
        >>> c.share("anonymity").select("anonymity", "n_quotes", "of_quotes", "share_quotes")
        anonymity  n_quotes  of_quotes  share_quotes
        bare              1          2           0.5
        named             1          2           0.5
        """
        choose, names = Chosen(quotes), names_given("by", by, "source")
        documents = self._seen(choose)
        table = shares(documents, self._sources(documents), names)
        return self._told(table, "share", by=by, **choose.options)

    @gives("network")
    def network(self, *, quotes: Table | None = None) -> Network:
        """Who is quoted through whom: a row for each two steps that follow each other in a chain, most common first.

        Ids are those of `sources`; a step without a name is null, with the id -1 and its kind.  `to_networkx` makes a
        graph.  `quotes` says which quotes count, as a table; None means those of `quotes()`.

        >>> c = Corpus(["“It rained,” Ada Holm told Reuters."])
        >>> c.network().select("quoted", "through", "through_kind", "n_quotes")
        quoted    through  through_kind  n_quotes
        Ada Holm  Reuters  agency               1
        """
        choose = Chosen(quotes)
        documents = self._seen(choose)
        return self._told(network(documents, self._sources(documents)), "network", **choose.options)

    @gives("unnamed")
    def unnamed(self, *, quotes: Table | None = None, alone: bool = True) -> Table:
        """The quotes that rest on one person whom the text leaves unnamed, and on nothing else.

        Such a quote has no other step in its chain, and claims one person only ("two officials" and "sources" are
        more).  `alone=False` gives every quote of unnamed people, including groups and quotes passed on by somebody.

        Polls, reports, data and bodies are not people.  People identified in other words are not unnamed either: "the
        senator" or "his father" is somebody whom the text names, or whom readers know.  "A senator", "the official"
        and "the mayor's lawyer" are unnamed.  All of these are described or bare in `anonymity` of `quotes()`.
        `quotes` says which quotes count, as a table; None means those of `quotes()`.

        >>> texts = ["A senior official said it rained. Officials said it poured. A source told CNN it snowed."]
        >>> Corpus(texts).unnamed()["source"], Corpus(texts).unnamed(alone=False)["n_claimed"]
        (['A senior official'], [1, -1, 1])
        """

        choose = Chosen(quotes)

        def work(_: list[Record], found: dict[str, _core.Batch]) -> list[dict[str, Any]]:
            return unnamed_sources.unnamed(found, choose(found["quotes"]), alone)

        table = table_of(
            [row for rows in self._analyse(unnamed_sources.TABLES, work) for row in rows], unnamed_sources.COLUMNS
        )
        return self._told(table, "unnamed", alone=alone, **choose.options)

    def report(
        self, path: str | os.PathLike[str], *, title: str | None = None, full_text: bool | None = None
    ) -> None:
        """Write one HTML page about the corpus, to read, filter and print; it needs no network and no other file.

        It shows who is quoted, the shares of outlets and of kinds of source, how openly sources are named, who is
        quoted through whom, what rests on one unnamed source, which words several quotes share, and the articles.
        Quotes are those of `quotes`, numbered over the page.  Figures link to the numbers, and numbers to the
        sentence in its article; a tooltip shows its doc_id and quote_id.

        title       the heading (default: "Who is quoted")
        full_text   True shows whole articles, False only their paragraphs with quotes, and the page says so; None
                    shows whole articles if they have no more than 400,000 characters together

        Raises OSError if the file cannot be written.

        >>> import tempfile
        >>> from pathlib import Path
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "report.html"
        ...     Corpus(["“It rained,” Ada Holm said."]).report(path, title="Rain")
        ...     "<h1>Rain</h1>" in path.read_text("utf-8")
        True
        """
        from quotelens.show.report import page

        with replacing(Path(path)) as temporary:
            temporary.write_text(page(self, title=title, full_text=full_text), encoding="utf-8", errors="replace")

    def explore(self, *, quotes: Table | None = None, corrections: Iterable[Mapping[str, Any]] = ()) -> Explorer:
        """A widget for Jupyter to browse articles, speakers and quotes, and to correct them.

        `quotes` says which are shown, as a table; None means those of `quotes()`.  The corrections of a reader are in
        its `corrections`, a list of dicts.  Pass them to another explorer to continue (see
        `quotelens.show.explorer.Explorer`), or to `corrected` to apply them.  Needs anywidget.

        >>> Corpus(["“It rained,” Ann Lee said."]).explore().corrections  # doctest: +SKIP
        []
        """
        from quotelens.show.explorer import Explorer

        return Explorer(self, quotes=quotes, corrections=corrections)

    def _seen(self, choose: Choose = USUAL) -> list[Seen]:
        parts = self._analyse(SOURCE_TABLES, lambda records, found: seen_in(records, found, choose))
        return [seen for part in parts for seen in part]

    def _sources(self, documents: list[Seen]) -> Sources:
        return Sources(documents, self._engine.claims)

    @gives("problems")
    def problems(self) -> Table:
        """What could not be read or is doubtful: look here before you trust the other tables."""
        problems = [*self._all_problems(), *self._unmatched()]
        return self._told(problems_table([problem.row() for problem in problems]), "problems")

    def _all_problems(self) -> Iterator[Problem]:
        """Problems of reading, then those of the texts, which need no analysis."""
        told = {id(problem.record) for problem in self._problems if problem.problem != "duplicate_id"}
        yield from self._problems
        yield from self._text_problems(told)

    def _text_problems(self, told: set[int]) -> Iterator[Problem]:
        """What is wrong with dates and texts, except texts (by `id()`) that were reported already."""
        for record in self._records:
            if (problem := date_problem(record)) is not None:
                yield problem
            if id(record) in told:
                continue
            if (problem := text_problem(record)) is not None:
                yield problem
        for k, first in self._duplicates().items():
            record = self._records[k]
            detail = f"the same text as {self._records[first].doc_id!r}"
            yield Problem(record, record.source, "duplicate", detail)

    def _repeated(self) -> set[str]:
        """The doc_id of each document that repeats an earlier text."""
        return {self._records[k].doc_id for k in self._duplicates()}

    def _duplicates(self) -> dict[int, int]:
        """Positions of documents that repeat an earlier text, and the first position of each such text."""
        first: dict[str, int] = {}
        again = {}
        for k, record in enumerate(self._records):
            if record.text.strip() and first.setdefault(record.text, k) != k:
                again[k] = first[record.text]
        return again

    # --------------------------------------------------------------------------------------------- the work

    def _told(self, table: AnyTable, name: str, **options: Any) -> AnyTable:
        """The table, with a record of what made it."""
        return table._told(self._engine.origin(name, **options))

    def _table(self, name: str, *, quotes: bool = False, parse: bool = False) -> Table:
        parts = self._analyse((name,), lambda _, found: found[name], quotes=quotes, parse=parse)
        options = {"quotes": quotes or None, "parse": parse or None}
        return self._told(Table(list(parts), self._engine.empty(name)), name, **options)

    def _analyse(
        self,
        tables: tuple[str, ...],
        finish: Callable[[list[Record], dict[str, _core.Batch]], Done],
        *,
        records: list[Record] | None = None,
        quotes: bool = False,
        parse: bool = False,
    ) -> Iterator[Done]:
        """What `finish` makes of each batch of documents and its tables, in order."""
        if records is None:
            records = self._records

        if self._analysed is not None and records is self._records and not parse:
            return (finish([record], batches) for record, batches in zip(records, self._analysed, strict=True))
        counts = self._recurrence.counts()

        def work(part: list[Record]) -> Done:
            return finish(part, analyse(self._engine.core, part, tables, counts, quotes=quotes, parse=parse))

        return self._in_batches(work, records)

    def _each(self, work: Callable[[Record, Core, _core.LineCounts | None], Done], /) -> Iterator[Done]:
        """What `work` makes of each document, in order, if no table of all is needed."""
        engine, counts = self._engine.core, self._recurrence.counts()
        for part in self._in_batches(lambda part: [work(record, engine, counts) for record in part], self._records):
            yield from part

    def _in_batches(self, work: Callable[[list[Record]], Done], records: list[Record]) -> Iterator[Done]:
        """What `work` makes of each batch of documents, in order."""
        with Progress(len(records), unit="documents", show=self._progress) as progress:
            for part, done in in_order(cut(records), work, self._threads):
                progress.update(len(part))
                yield done


def _some_ids(records: list[Record], most: int = 5) -> str:
    shown = ", ".join(repr(record.doc_id) for record in records[:most])
    return f"Ids here: {shown}{', …' if len(records) > most else ''}." if records else "The corpus is empty."
