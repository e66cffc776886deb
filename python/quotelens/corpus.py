"""Many texts at a time: `Corpus`, its tables, and the threads behind them."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from quotelens import _core
from quotelens.api import Choice, Document, QuoteFilter
from quotelens.concordance import Search, Sort, Unit
from quotelens.config import Config
from quotelens.engine import engine_for
from quotelens.families import Quotes
from quotelens.metadata import by_document, document_rows, documents_table, found_metadata, published_of
from quotelens.parallel import check_threads, cut, in_order
from quotelens.progress import Progress
from quotelens.records import (
    Names,
    Problem,
    Record,
    check_texts,
    date_problem,
    fill_ours,
    outlet_of,
    pick_columns,
    problems_table,
    record_of,
    text_problem,
    text_record,
)
from quotelens.recurrence import Recurrence, analyse
from quotelens.sources import TABLES as SOURCE_TABLES
from quotelens.sources import USUAL, Seen, Sources, seen_in, table_of
from quotelens.table import CONFIDENCES, Table, optional, replacing, rows_of_frame
from quotelens.views import UNNAMED, UNNAMED_TABLES, Network, network, shares, unnamed
from quotelens.wording import counted, names_given, shown

if TYPE_CHECKING:
    import pyarrow

    from quotelens.corrected import Corrected
    from quotelens.corrections import Corrections
    from quotelens.explorer import Explorer
    from quotelens.inputs import Inputs

Done = TypeVar("Done")
AnyTable = TypeVar("AnyTable", bound=Table)


class Corpus:
    """Documents, and the tables of what is found in them.

    `data` is a list of texts (str, or bytes, which are decoded), a list of dicts, or a dataframe: anything with
    `__arrow_c_stream__`, such as a pandas, polars, pyarrow or DuckDB table (needs pyarrow).

    text, id    names of the columns with the text (default "text") and the identifier (default "doc_id" or "id");
                other columns become metadata, see below
    outlet, published
                names of the columns with the outlet and the date, where they are called otherwise
    threads     None or -1 for all processors, or a number from 1 up; results never depend on it
    progress    None shows a bar on a terminal when work lasts more than a second, True always, False never
    config      a `Config` with options of your own

    A table is computed when its method is called.  Offsets are code points into the document's own text, half-open.
    `corpus["id"]` and `corpus[0]` are documents, `corpus[:10]` a corpus of some.  In all tables doc_id is a string:
    a dataframe whose ids are numbers joins by `frame.assign(doc_id=frame["id"].astype(str))`.

    Raises TypeError where what is to hold the texts holds no text at all.

    Columns that are known, and win over what the page says: title, published, byline (a string or a list), outlet,
    agency, place, and url, whose host is the outlet where nothing else says it.  All others stay in `documents()`.

    `published` is a datetime or a date, or 2024-01-02 and 20240102, also with a time (ISO 8601); 2024/01/02;
    "2 January 2024", "Jan 2, 2024", "Tue, 02 Jan 2024 10:00:00 GMT" (RFC 822); 02.01.2024, the day first; 2024-01 and
    "January 2024", the first of it; or seconds or milliseconds since 1970, from 1973 to 2033.  A time without a zone
    is taken as UTC, and one in a zone that is not known left out.  02/01/2024, which may be two days, and whatever
    else is not understood is null, and named in `problems()`.

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
        self._keep(_records_of(data, text, id, ours, problems), problems)

    @classmethod
    def from_records(
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
    def from_inputs(
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
        self._engine = engine_for(config)
        self._recurrence = Recurrence(self.pages)
        self._inputs: Inputs | None = None
        self._analysed: list[dict[str, _core.Batch]] | None = None
        self._loaded: tuple[list[Record], list[Problem]] | None = None

    def _keep(self, records: list[Record], problems: list[Problem]) -> None:
        names = Names()
        problems += [renamed for record in records if (renamed := names.give(record)) is not None]
        self._loaded = records, problems

    def load(self) -> Corpus:
        """Read the files now, where that has not been done; the corpus itself."""
        if self._loaded is None:
            from quotelens.inputs import load

            assert self._inputs is not None
            self._loaded = load(self._inputs, self._progress)
        return self

    @property
    def _held(self) -> tuple[list[Record], list[Problem]]:
        self.load()
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

    def pages(self) -> Iterator[tuple[str | None, str]]:
        """Outlet (null where it is not known) and text of every document, for a pass before the analysis.

        Of files not held in memory they are read for it, and again behind it; of standard input there are none.
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
        """The document of this id, or at this position; of a slice a corpus, analysed as it is here."""
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

    def draw(
        self, n: int, *, by: str | Iterable[str] | None = None, seed: int = 0, at: Sequence[float] = CONFIDENCES
    ) -> Corpus:
        """A corpus of `n` articles drawn at random, or of up to `n` of each stratum, for people to go through.

        by    what strata are made by, one or several of: kind (which most of an article's statements are), confidence
              (of its statements, on average, cut at `at`), or a column of `documents()`, such as outlet; "none" where
              an article has no value.  Statements are those of `quotes()`
        seed  the same seed draws the same articles
        at    where confidence is cut

        Articles are drawn whole, so that what was overlooked is seen too, and are analysed as they are in all of the
        corpus.  Two columns come into `documents()`: stratum, and weight, by how many articles of its stratum each
        stands for.  A count over the corpus is estimated by the sum of weights: of statements, join the weight by
        doc_id, and sum it; a share is one such sum by another (Horvitz and Thompson, A generalization of sampling
        without replacement from a finite universe, J. Am. Statist. Ass. 47, 1952).  Shares that are not weighted are
        of the sample alone, where strata are not drawn from alike.

        Not to be confused with `quotelens.sample`, the articles that come with the package.

        Raises KeyError for a column that is not there, and ValueError for other numbers, or where the documents have
        a column stratum or weight of their own.

        >>> import quotelens as ql
        >>> drawn = ql.sample().draw(2, by="outlet")
        >>> drawn.documents().select("doc_id", "stratum", "weight").head(2)
        doc_id             stratum                 weight
        funicular-gazette  Saltby Harbour Gazette       1
        goats-clarion      Meridian Clarion           1.5
        >>> statements = drawn.quotes().join(drawn.documents().select("doc_id", "weight"), on="doc_id")
        >>> sum(statements["weight"]), len(ql.sample().quotes())  # as estimated, and as they are
        (186.5, 191)
        """
        from quotelens.sampling import strata

        table = strata(self, by, at).sample(n, by="stratum", seed=seed, weights=True)
        taken = {"stratum", "weight"} & {name for record in self._records for name in record.meta}
        if taken:
            raise ValueError(f"The documents have a column {min(taken)!r} already, which draw makes: rename it.")
        records = []
        for row in table:
            record = self._records[row["position"]]
            records.append(replace(record, meta={**record.meta, "stratum": row["stratum"], "weight": row["weight"]}))
        return self._part(records)

    def _part(self, records: list[Record]) -> Corpus:
        """A corpus of some of the documents, with what the pages of all have in common."""
        options: dict[str, Any] = {"threads": self._threads, "progress": self._progress}
        part = Corpus.from_records(records, [], config=self._engine.config, **options)
        part._recurrence = self._recurrence
        return part

    def _record(self, doc_id: str) -> Record:
        if doc_id not in self._index:
            raise KeyError(f"There is no document {doc_id!r}. {_some_ids(self._records)}")
        return self._records[self._index[doc_id]]

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._index

    def _document(self, record: Record) -> Document:
        document = Document(
            record.text,
            id=record.doc_id,
            meta=record.meta,
            config=self._engine.config,
            counts=self._recurrence.counts(),
        )
        if self._analysed is not None:
            document._batches = self._analysed[self._index[record.doc_id]]
        return document

    @contextmanager
    def _analysed_once(self) -> Generator[None, None, None]:
        """Analyse all documents now, for whatever is asked inside the block, which holds all of their tables."""
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
            return f"<Corpus: {counted(len(self._inputs.files), 'file')} of {size}, not read yet>"
        chars = sum(len(record.text) for record in self._records)
        n = sum(1 for _ in self._all_problems())
        known = f"; {counted(n, 'problem')}, see .problems()" if n else ""
        return f"<Corpus: {counted(len(self), 'document')}, {counted(chars, 'character')}{known}>"

    # ----------------------------------------------------------------------------------------------- tables

    def documents(self) -> Table:
        """One row a document, those without a quote as well: they are the denominator.

        doc_id, title, published, date_source, byline, outlet, agency, place, url, n_chars, n_tokens, n_sentences,
        n_quotes, status (`ok`, `empty`, `bad_encoding`, `duplicate`), then your own columns, which win over ours of
        the same name.  `n_quotes` counts what `quotes()` gives.  What is not known is null.
        """
        parts = self._analyse(("documents", "metadata", "quotes"), document_rows)
        rows = [row for part in parts for row in part]
        for row, record in zip(rows, self._records, strict=True):
            row["outlet"] = outlet_of(record) or row.get("outlet")
        for k in self._duplicates():
            if rows[k]["status"] == "ok":
                rows[k]["status"] = "duplicate"
        return self._told(documents_table(rows, [record.meta for record in self._records]), "documents")

    def metadata(self) -> Table:
        """What the pages say of themselves: doc_id, field, value, start, end, zone, confidence.

        Fields are title, published, byline (a row for each name), outlet, agency and place.  A date is ISO 8601, as
        exact as written; every other value is `text[start:end]`.  `documents()` takes what is surer than 0.7.
        """
        return self._table("metadata")

    def zones(self) -> Table:
        """Parts of each page: doc_id, zone_id, start, end, zone."""
        return self._table("zones")

    def sentences(self) -> Table:
        """doc_id, sentence_id, paragraph_id, zone, start, end."""
        return self._table("sentences")

    def tokens(self, *, quotes: bool = False, parse: bool = False) -> Table:
        """doc_id, token_id, sentence_id, start, end, text, norm, class, tag, lemma, head, relation, quote_id.

        `quote_id` is the innermost quote around the token, and -1 everywhere unless `quotes=True`.

        With `parse=True`, `tag` is a part of speech and `relation` one to the token whose token_id is `head`, as in
        Universal Dependencies; the head of a root is -1.  Without it tag, lemma and relation are null, and head is
        -1.  A sentence has one root, but for one of more than 1,000 tokens, which is parsed a thousand at a time.

        >>> tokens = Corpus(["It rained. She said so."]).tokens(parse=True)
        >>> list(zip(tokens["token_id"], tokens["lemma"], tokens["head"], tokens["relation"]))[3:]
        [(3, 'she', 4, 'nsubj'), (4, 'say', -1, 'root'), (5, 'so', 4, 'advmod'), (6, '.', 4, 'punct')]
        """
        return self._table("tokens", quotes=quotes, parse=parse)

    def pieces(self) -> Table:
        """The marked strings of all quotes: doc_id, quote_id, piece, start, end, open_mark, close_mark."""
        return self._table("pieces")

    def mentions(self) -> Table:
        """Mentions of people, bodies, documents and groups.

        doc_id, mention_id, entity_id, start, end, text, kind, head.
        """
        return self._table("mentions")

    def chains(self) -> Table:
        """Who through what through whom: the steps of each statement, from whoever spoke outward.

        doc_id, quote_id, step (0 spoke), role, name, entity_id, start, end, access.

        `role` is speaker (a person or a group), document, agency, outlet, organisation or anonymous.  `name` is the
        fullest that the document gives; of a step without one, the words that stand for it.  Those are from `start`
        to `end`, and may be a pronoun or an earlier mention.  A statement with no source has no steps, and those
        of kinds and acts that `quotes` leaves out by itself are here too.  `access` is the word that says how whoever
        passed a document on came by it, null elsewhere.

        >>> for step in Corpus(["“It rained,” Ann Lee said in a memo seen by Reuters."]).chains():
        ...     print(step["step"], step["role"], step["name"], step["access"])
        0 speaker Ann Lee None
        1 document memo None
        2 agency Reuters seen
        """
        return self._table("chains")

    def entities(self) -> Table:
        """Whom and what the mentions of each document stand for: doc_id, entity_id, name, role, gender, start, end.

        `name` is the fullest form without titles, null for those without one; `start` and `end` are its place, both
        0 without.  `role` is as in `chains`, `gender` female, male or null.  The same entity_id in two documents
        means nothing: `sources` and `source_links` join them.

        >>> Corpus(["Ms Lee said so. It was Ann Lee."]).entities().select("name", "role", "gender")
        name     role     gender
        Ann Lee  speaker  female
        """
        return self._table("entities")

    def quotes(
        self,
        *,
        kind: Choice = None,
        acts: Choice = None,
        zones: Choice = None,
        min_confidence: float | None = None,
    ) -> Quotes:
        """What was said or shown, one row a statement.

        kind    direct, mixed, indirect, scare: one or several; None all but scare
        acts    speech, evidence, thought, intention, attitude, seeming, other, none: one or several; None speech and
                evidence, "all" every one, words in scare quotes (act none) included
        zones   title, deck, byline, date, dateline, caption, body, boilerplate: one or several; None all but
                boilerplate, "all" every one
        min_confidence
                leaves out statements whose `confidence`, the chance that they are right, is lower

        `quotes().families()` finds the same quotes elsewhere: see `Quotes.families`.  Raises ValueError for a name
        that is none of these.

        >>> c = Corpus(["“It will rain,” Ann Lee said."])
        >>> c.quotes(kind=["direct", "mixed"]).columns[:4]
        ['doc_id', 'quote_id', 'kind', 'act']
        """
        choose = QuoteFilter(kind, acts, zones, min_confidence)
        found = self._analyse(("quotes",), lambda _, found: choose(found["quotes"]))
        return self._told(Quotes(list(found), _core.empty("quotes"), self), "quotes", **choose.options)

    def corrected(self, corrections: Corrections) -> Corrected:
        """The corpus with what people corrected laid over its results, which themselves stay as they are.

        `Corrected.quotes` has the column `correction` (kept, changed, added, or null where nobody looked);
        `Corrected.removed` lists what was taken out, and `Corrected.unmatched` corrections that found no statement:
        those of other texts, or of statements that are not found any more.

        >>> import quotelens as ql
        >>> text = "“It will rain,” Ann Lee said. “So what?” Bo Ek asked."
        >>> ann, bo = {"start": 16, "end": 23}, {"start": 41, "end": 46}
        >>> found = [{"doc_id": "a", "text": text, "quotes": [{"spans": [[0, 15]], "source": ann}]}]
        >>> back = [{**found[0], "quotes": [{"spans": [[0, 15]], "source": bo}]}]
        >>> done = ql.Corpus([{"id": "a", "text": text}]).corrected(ql.Corrections.between(found, back))
        >>> done.quotes().select("text", "source", "correction")
        text             source  correction
        “It will rain,”  Bo Ek   changed
        “So what?”       Bo Ek
        """
        from quotelens.corrected import Corrected

        return Corrected(self, corrections)

    def quotes_origin(self, name: str, **options: Any) -> dict[str, Any]:
        """What a table made of this corpus says of itself, see `Table.info`."""
        return self._engine.origin(name, **options)

    def provenance(self) -> list[dict[str, Any]]:
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

    def text_of(self, doc_id: str) -> str:
        """The text of a document; KeyError where there is none of this id."""
        return self._record(doc_id).text

    def stream(
        self,
        *,
        batch: int = 2000,
        kind: Choice = None,
        acts: Choice = None,
        zones: Choice = None,
        min_confidence: float | None = None,
    ) -> Iterator[pyarrow.RecordBatch]:
        """The quotes of `batch` documents at a time, as pyarrow record batches, in constant memory.

        Options as for `quotes`.  Needs pyarrow.
        """
        if not isinstance(batch, int) or batch < 1:
            raise ValueError(f"batch is {batch!r}: give the number of documents at a time, from 1 up.")
        arrow, choose = optional("pyarrow", "stream()"), QuoteFilter(kind, acts, zones, min_confidence)
        if self._loaded is None and self._inputs is not None:
            from quotelens.streaming import Stream

            options: dict[str, Any] = {
                "threads": self._threads,
                "progress": self._progress,
                "config": self._engine.config,
            }
            return Stream(self._inputs, choose, batch=batch, **options)
        return self._streamed(arrow, batch, choose)

    def _streamed(self, arrow: Any, size: int, choose: QuoteFilter) -> Iterator[pyarrow.RecordBatch]:
        from quotelens.streaming import record_batches

        for first in range(0, len(self), size):
            part = self._records[first : first + size]
            found = list(self._analyse(("quotes",), lambda _, found: choose(found["quotes"]), records=part))
            table = Table(found, _core.empty("quotes"))
            yield from record_batches(arrow, self._told(table, "quotes", **choose.options))

    def kwic(
        self,
        pattern: str,
        *,
        window: int = 8,
        unit: Unit = "words",
        within: str = "text",
        sort: Sort = "position",
        regex: bool = False,
        ignore_case: bool = True,
    ) -> Table:
        """Key words in context: each place where a pattern matches, with what stands around it.

        doc_id, start, end, left, match, right, zone, quote_id (the innermost of `quotes()` with all of the match in
        its words, -1 outside), source, kind (both null outside).

        pattern      words: `climate`; `climate*` for any ending; `*` alone for any word; several with white space
                     between.  They match whole words; apostrophes and hyphens match those of any form
        window       words on either side, of 40 characters at most on average, or characters if `unit="chars"`
        within       text for everything, quotes, or a zone: title, deck, byline, date, dateline, caption, body,
                     boilerplate
        sort         position; left (the word before the match, then the one before that); right; match
        regex        the pattern is a regular expression as PCRE2 reads it; matches of no characters give no row
        ignore_case  upper and lower case are the same

        Raises ValueError for an option or a pattern that cannot be used, and where a regular expression would take
        too long.

        >>> import quotelens as ql
        >>> row = ql.sample().kwic("no * findings", window=3)[0]
        >>> row["left"], row["match"], row["right"]
        ('said it had “', 'no open findings', '” against the operator.')
        """
        search = Search(pattern, window, unit, within, sort, regex, ignore_case)
        counts = self._recurrence.counts()
        parts = self._in_batches(lambda part: search.rows(part, self._engine, counts), self._records)
        table = search.table([row for rows in parts for row in rows])
        options = {"within": within, "sort": sort, "regex": regex, "ignore_case": ignore_case}
        return self._told(table, "kwic", pattern=pattern, window=window, unit=unit, **options)

    # ---------------------------------------------------------------------------------------------- sources

    def sources(self) -> Table:
        """Everybody named who speaks in a document, or through whom somebody does: those with most statements first.

        source_id, name, aliases (with " | " between), kind (person, group, document, agency, outlet, organisation),
        title, organisation (null where no mention says them), n_documents, n_quotes, n_words (statements given to
        them as `quotes` gives them, and their words), first_seen, last_seen (published, of their documents; null
        where not known), then the columns of your own table.

        Names of documents are joined as `link_names` would join them, and with care: a wrong name is worse than two.

        - A name that fits several sources is joined to none: "Holm" becomes Ada Holm where no other Holm is in the
          corpus, and "A. Holm" where no other A. Holm is.  So does a part of a company's name, or an acronym; but
          "Tarrant" the company stays alone where a Tarrant speaks.
        - A person, a body (organisation, agency, outlet) and a document are never one; but the same whole name, read
          as a person in one document and as a body in another, is one, of the kind that more documents have.
        - Documents ("Gallup poll") and groups of people ("A and B") are one where they are called the same, and a
          document without a name in it ("company report") is one in its document alone.
        - Two people of the same whole name become one: only a table of your own can tell them apart.

        `Config.add_sources` takes that table.  Its names and aliases win over all of this.  Rows and numbers do not
        depend on the order of documents.

        >>> c = Corpus(["Ada Holm said it rained.", "Mayor Ada Holm said it poured.", "Ms Holm said it snowed."])
        >>> c.sources().select("source_id", "name", "title", "n_documents", "n_quotes")
        source_id  name      title  n_documents  n_quotes
                0  Ada Holm  Mayor            3         3
        """
        return self._told(self._sources(self._seen()).table(), "sources")

    def source_links(self) -> Table:
        """Which entity of which document is which source: doc_id, entity_id, source_id; others are no source.

        Join `quotes` and `chains` to it by doc_id and entity_id.

        >>> Corpus(["Ada Holm said it rained.", "Ms Holm said it poured."]).source_links()["source_id"]
        [0, 0]
        """
        documents = self._seen()
        return self._told(self._sources(documents).links(documents), "source_links")

    def share(
        self, by: str | Iterable[str] = "source", *, kind: Choice = None, acts: Choice = None, zones: Choice = None
    ) -> Table:
        """Whose words fill the corpus: shares of statements and of their words, the largest first.

        by                 one or several of source; kind (of the source); anonymity; outlet; month (such as 2026-11)
        kind, acts, zones  which statements count, as for `quotes`: kind="direct" for words in quotation marks

        The columns of `by` (a source with its source_id, -1 where nobody is named), then n_quotes, of_quotes,
        share_quotes, n_words, of_words, share_words: how many, of how many, and the share.  That is of all
        statements; where outlet or month stands beside source, kind or anonymity, of those of the outlet and month.
        A statement inside another counts for itself too.

        Raises ValueError for what statements cannot be grouped by.

        >>> c = Corpus(["“It rained,” Ada Holm said. Sources said it poured."])
        >>> c.share("anonymity").select("anonymity", "n_quotes", "of_quotes", "share_quotes")
        anonymity  n_quotes  of_quotes  share_quotes
        bare              1          2           0.5
        named             1          2           0.5
        """
        choose, names = QuoteFilter(kind, acts, zones), names_given("by", by, "source")
        documents = self._seen(choose)
        table = shares(documents, self._sources(documents), names)
        return self._told(table, "share", by=by, **choose.options)

    def network(self) -> Network:
        """Who is quoted through whom: a row for each two steps that follow each other in a chain, most common first.

        quoted_id, quoted, quoted_kind, through_id, through, through_kind, n_quotes, n_documents.  Ids are those of
        `sources`; what has no name is a null with the id -1 and its kind.  `to_networkx` makes a graph of it.

        >>> c = Corpus(["“It rained,” Ada Holm told Reuters."])
        >>> c.network().select("quoted", "through", "through_kind", "n_quotes")
        quoted    through  through_kind  n_quotes
        Ada Holm  Reuters  agency               1
        """
        documents = self._seen()
        return self._told(network(documents, self._sources(documents)), "network")

    def unnamed(self, *, alone: bool = True) -> Table:
        """The statements of `quotes` that rest on one unnamed source, and on nothing else.

        That is one person whose name is withheld, or one document that nobody is said to have written: no other
        step in the chain, and no more than one by the words ("two officials" and "sources" are more).  With
        `alone=False` every statement whose source is given but not named: groups, and those passed on, as well.

        doc_id, quote_id, role (of who spoke, as in `chains`), source, anonymity, n_claimed (how many they are said to
        be, -1 where no number stands there), reason, reason_start, reason_end (why they are not named, where the
        text says it; null and -1 else), start, end, text.

        >>> texts = ["A senior official said it rained. Officials said it poured. A source told CNN it snowed."]
        >>> Corpus(texts).unnamed()["source"], Corpus(texts).unnamed(alone=False)["n_claimed"]
        (['A senior official'], [1, -1, 1])
        """

        def work(_: list[Record], found: dict[str, _core.Batch]) -> list[tuple[Any, ...]]:
            return unnamed(found, USUAL(found["quotes"]), alone)

        table = table_of([row for rows in self._analyse(UNNAMED_TABLES, work) for row in rows], UNNAMED)
        return self._told(table, "unnamed", alone=alone)

    def report(
        self, path: str | os.PathLike[str], *, title: str | None = None, full_text: bool | None = None
    ) -> None:
        """Write one HTML page about the corpus, to read, filter and print; it needs no network and no other file.

        It shows who is quoted, the shares of outlets and of kinds of source, how openly sources are named, who is
        quoted through whom, what rests on one unnamed source, which words several statements share, and the articles.
        Statements are those of `quotes`.
        They are numbered over the page, and figures lead to the numbers, and those to the sentence in its article;
        where the mouse rests on it, its doc_id and quote_id are told.

        title       the heading (default: "Who is quoted")
        full_text   True shows the articles whole, False only their paragraphs with statements, and the page says so;
                    None shows them whole where all together have no more than 400,000 characters

        Raises OSError where the file cannot be written.

        >>> import tempfile
        >>> from pathlib import Path
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "report.html"
        ...     Corpus(["“It rained,” Ada Holm said."]).report(path, title="Rain")
        ...     "<h1>Rain</h1>" in path.read_text("utf-8")
        True
        """
        from quotelens.report import page

        with replacing(Path(path)) as temporary:
            temporary.write_text(page(self, title=title, full_text=full_text), encoding="utf-8", errors="replace")

    def explore(
        self,
        *,
        kind: Choice = None,
        acts: Choice = None,
        zones: Choice = None,
        min_confidence: float | None = None,
        corrections: Iterable[Mapping[str, Any]] = (),
    ) -> Explorer:
        """A widget for Jupyter to browse articles, speakers and statements, and to correct these.

        Options as for `quotes`.  What a reader corrects is in its `corrections`, a list of dicts, which can be given
        to another one to go on with: see `quotelens.explorer.Explorer`.  Needs anywidget.

        >>> Corpus(["“It rained,” Ann Lee said."]).explore().corrections  # doctest: +SKIP
        []
        """
        from quotelens.explorer import Explorer

        options: dict[str, Any] = {"kind": kind, "acts": acts, "zones": zones, "min_confidence": min_confidence}
        return Explorer(self, **options, corrections=corrections)

    def _seen(self, choose: QuoteFilter = USUAL) -> list[Seen]:
        parts = self._analyse(SOURCE_TABLES, lambda records, found: seen_in(records, found, choose))
        return [seen for part in parts for seen in part]

    def _sources(self, documents: list[Seen]) -> Sources:
        return Sources(documents, self._engine.config.known_sources)

    def problems(self) -> Table:
        """What to know before trusting the other tables: doc_id, source, problem, done, detail.

        `source` is the file, the file:line, the file:row or the archive!member; `problem` one of unreadable, skipped
        (what is not read, as files of other kinds), bad_encoding, bad_row (more or fewer cells than columns),
        bad_date (a date that is not understood, or may be one of two: see `Corpus`), empty, duplicate (the text of an
        earlier document), duplicate_id; `done` what was done about it, and `detail` what
        it is.  `doc_id` is null for a file that gave no document.
        """
        return self._told(problems_table([problem.row() for problem in self._all_problems()]), "problems")

    def _all_problems(self) -> Iterator[Problem]:
        """What readers said, then what the texts say without being analysed."""
        told = {id(problem.record) for problem in self._problems if problem.problem != "duplicate_id"}
        yield from self._problems
        yield from self._text_problems(told)

    def _text_problems(self, told: set[int]) -> Iterator[Problem]:
        """What is wrong with dates, and with texts but for those (by `id()`) that something was said of already."""
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

    def duplicates(self) -> set[str]:
        """The doc_id of each document whose text an earlier one has."""
        return {self._records[k].doc_id for k in self._duplicates()}

    def _duplicates(self) -> dict[int, int]:
        """Positions of documents whose text an earlier one has, and the first position of each such text."""
        first: dict[str, int] = {}
        again = {}
        for k, record in enumerate(self._records):
            if record.text.strip() and first.setdefault(record.text, k) != k:
                again[k] = first[record.text]
        return again

    # --------------------------------------------------------------------------------------------- the work

    def _told(self, table: AnyTable, name: str, **options: Any) -> AnyTable:
        """The table, which knows from here on what made it."""
        return table._told(self._engine.origin(name, **options))

    def _table(self, name: str, *, quotes: bool = False, parse: bool = False) -> Table:
        parts = self._analyse((name,), lambda _, found: found[name], quotes=quotes, parse=parse)
        options = {"quotes": quotes or None, "parse": parse or None}
        return self._told(Table(list(parts), _core.empty(name)), name, **options)

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

    def each(self, work: Callable[[Record, _core.Engine, _core.LineCounts | None], Done], /) -> Iterator[Done]:
        """What `work` makes of each document, in order: for what needs no table of them all."""
        engine, counts = self._engine.core, self._recurrence.counts()
        for part in self._in_batches(lambda part: [work(record, engine, counts) for record in part], self._records):
            yield from part

    def _in_batches(self, work: Callable[[list[Record]], Done], records: list[Record]) -> Iterator[Done]:
        """What `work` makes of each batch of documents, in order."""
        with Progress(len(records), unit="documents", show=self._progress) as progress:
            for part, done in in_order(cut(records), work, self._threads):
                progress.update(len(part))
                yield done


# --------------------------------------------------------------------------------------------------------- data in


def _records_of(
    data: Any, text: str | None, id: str | None, ours: Mapping[str, str], problems: list[Problem]
) -> list[Record]:
    if isinstance(data, (str, bytes)):
        raise TypeError(
            "A corpus is made of a list of texts. For one text use annotate(text), for a file or folder read(path)."
        )
    if type(data).__name__ == "LazyFrame":
        raise TypeError("This is a LazyFrame, which has no rows yet: give what its .collect() gives.")
    if hasattr(data, "__arrow_c_stream__"):
        items: list[Any] = rows_of_frame(data)
    elif isinstance(data, Mapping) or not isinstance(data, Iterable):
        raise TypeError(
            f"Cannot make a corpus of a {type(data).__name__}: give a list of texts, a list of dicts, or a dataframe."
        )
    else:
        items = list(data)
    columns = _columns_of(items, text, id, ours)
    if columns is not None:
        texts = (item.get(columns[0]) if isinstance(item, Mapping) else item for item in items)
        check_texts(texts, f"The column {columns[0]!r}", "Say which column holds it with text=….")
    else:
        check_texts(items, "What was given", "A corpus is made of texts, as str or bytes.")
    records = []
    for k, item in enumerate(items):
        if isinstance(item, Mapping) and columns is not None:
            record, problem = record_of(item, text=columns[0], id=columns[1], default_id=str(k))
            fill_ours(record.meta, ours)
        else:
            record, problem = text_record(item, str(k))
        records.append(record)
        if problem is not None:
            problems.append(problem)
    return records


def _columns_of(
    items: list[Any], text: str | None, id: str | None, ours: Mapping[str, str]
) -> tuple[str, str | None] | None:
    """Which keys of the dicts among `items` hold text and id; None where there are no dicts."""
    names = dict.fromkeys(name for item in items if isinstance(item, Mapping) for name in item)
    if not names:
        return None
    return pick_columns(names, text, id, ours)


def _some_ids(records: list[Record], most: int = 5) -> str:
    shown = ", ".join(repr(record.doc_id) for record in records[:most])
    return f"Ids here: {shown}{', …' if len(records) > most else ''}." if records else "The corpus is empty."
