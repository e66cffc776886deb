"""Many texts at a time: `Corpus`, its tables, and the threads behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from quotelens import _core
from quotelens.api import Choice, Document, Engine, QuoteFilter, default_engine
from quotelens.metadata import document_rows, documents_table
from quotelens.parallel import check_threads, cut, in_order
from quotelens.progress import Progress
from quotelens.records import Problem, Record, make_unique, pick_columns, record_of, text_record
from quotelens.table import Table, optional

if TYPE_CHECKING:
    import pyarrow

Done = TypeVar("Done")


class Corpus:
    """Documents, and the tables of what is found in them.

    `data` is a list of texts (str, or bytes, which are decoded), a list of dicts, or a dataframe: anything with
    `__arrow_c_stream__`, such as a pandas, polars, pyarrow or DuckDB table (needs pyarrow).

    text, id    names of the columns with the text (default "text") and the identifier (default "doc_id" or "id");
                other columns become metadata
    threads     None or -1 for all processors, or a number from 1 up; results never depend on it
    progress    None shows a bar on a terminal when work lasts more than a second, True always, False never
    engine      an `Engine` with options of its own

    A table is computed when its method is called.  Offsets are code points into the document's own text, half-open.

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
        threads: int | None = None,
        progress: bool | None = None,
        engine: Engine | None = None,
    ) -> None:
        problems: list[Problem] = []
        self._set_up(_records_of(data, text, id, problems), problems, threads, progress, engine)

    @classmethod
    def from_records(
        cls,
        records: list[Record],
        problems: list[Problem],
        *,
        threads: int | None = None,
        progress: bool | None = None,
        engine: Engine | None = None,
    ) -> Corpus:
        """A corpus of documents that a reader has prepared."""
        corpus = cls.__new__(cls)
        corpus._set_up(records, problems, threads, progress, engine)
        return corpus

    def _set_up(
        self,
        records: list[Record],
        problems: list[Problem],
        threads: int | None,
        progress: bool | None,
        engine: Engine | None,
    ) -> None:
        self._threads = check_threads(threads)
        self._progress = progress
        self._engine = engine or default_engine()
        make_unique(records, problems)
        self._records, self._problems = records, problems
        self._index = {record.doc_id: k for k, record in enumerate(records)}

    # -------------------------------------------------------------------------------------------- documents

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Document]:
        return map(self._document, self._records)

    def __getitem__(self, key: str | int) -> Document:
        """The document of this id, or at this position."""
        if isinstance(key, str):
            if key not in self._index:
                raise KeyError(f"There is no document {key!r}. {_some_ids(self._records)}")
            return self._document(self._records[self._index[key]])
        try:
            return self._document(self._records[key])
        except IndexError:
            raise IndexError(f"There is no document {key}: the corpus has {len(self):,}.") from None

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._index

    def _document(self, record: Record) -> Document:
        return Document(record.text, id=record.doc_id, meta=record.meta, engine=self._engine)

    def __repr__(self) -> str:
        chars = sum(len(record.text) for record in self._records)
        known = f"; {len(self._problems):,} problems, see .problems()" if self._problems else ""
        return f"<Corpus: {len(self):,} documents, {chars:,} characters{known}>"

    # ----------------------------------------------------------------------------------------------- tables

    def documents(self) -> Table:
        """One row a document, those without a quote as well: they are the denominator.

        doc_id, title, published, date_source, byline, outlet, agency, place, url, n_chars, n_tokens, n_sentences,
        n_quotes, status (`ok`, `empty`, `bad_encoding`, `duplicate`), then your own columns, which win over ours of
        the same name.  `n_quotes` counts what `quotes()` gives.  What is not known is null.
        """
        parts = self._analyse(("documents", "zones", "quotes"), document_rows)
        rows = [row for part in parts for row in part]
        for k in self._duplicates():
            if rows[k]["status"] == "ok":
                rows[k]["status"] = "duplicate"
        return documents_table(rows, [record.meta for record in self._records])

    def zones(self) -> Table:
        """Parts of each page: doc_id, zone_id, start, end, zone."""
        return self._table("zones")

    def sentences(self) -> Table:
        """doc_id, sentence_id, paragraph_id, zone, start, end."""
        return self._table("sentences")

    def tokens(self, *, quotes: bool = False) -> Table:
        """doc_id, token_id, sentence_id, start, end, text, norm, class, tag, lemma, head, relation, quote_id.

        `quote_id` is the innermost quote around the token, and -1 everywhere unless `quotes=True`.
        """
        return self._table("tokens", quotes=quotes)

    def pieces(self) -> Table:
        """The marked strings of all quotes: doc_id, quote_id, piece, start, end, open_mark, close_mark."""
        return self._table("pieces")

    def mentions(self) -> Table:
        """Mentions of people, bodies, documents and groups.

        doc_id, mention_id, entity_id, start, end, text, kind, head.
        """
        return self._table("mentions")

    def quotes(self, *, kind: Choice = None, acts: Choice = None, zones: Choice = None) -> Table:
        """What was said or shown, one row a statement.

        kind    direct, mixed, indirect, scare: one or several; None all but scare
        acts    speech, evidence, thought, intention, attitude, seeming, other, none: one or several; None speech and
                evidence, "all" every one, words in scare quotes (act none) included
        zones   title, deck, byline, date, dateline, caption, body, boilerplate: one or several; None all but
                boilerplate, "all" every one

        Raises ValueError for a name that is none of these.

        >>> c = Corpus(["“It will rain,” Ann Lee said."])
        >>> c.quotes(kind=["direct", "mixed"]).columns[:4]
        ['doc_id', 'quote_id', 'kind', 'act']
        """
        return self._table("quotes", choose=QuoteFilter(kind, acts, zones))

    def stream(
        self, *, batch: int = 2000, kind: Choice = None, acts: Choice = None, zones: Choice = None
    ) -> Iterator[pyarrow.RecordBatch]:
        """The quotes of `batch` documents at a time, as pyarrow record batches, in constant memory.

        Options as for `quotes`.  Needs pyarrow.
        """
        if not isinstance(batch, int) or batch < 1:
            raise ValueError(f"batch is {batch!r}: give the number of documents at a time, from 1 up.")
        return self._streamed(optional("pyarrow", "stream()"), batch, QuoteFilter(kind, acts, zones))

    def _streamed(self, arrow: Any, size: int, choose: QuoteFilter) -> Iterator[pyarrow.RecordBatch]:
        for first in range(0, len(self), size):
            part = self._records[first : first + size]
            found = list(self._analyse(("quotes",), lambda _, found: choose(found["quotes"]), records=part))
            table = arrow.table(Table(found, _core.empty("quotes"))).combine_chunks()
            yield from table.to_batches() or [arrow.RecordBatch.from_pylist([], schema=table.schema)]

    def problems(self) -> Table:
        """What to know before trusting the other tables: doc_id, origin, problem, message.

        `problem` is one of unreadable, skipped (a file of a kind that is not read), bad_encoding, empty, duplicate
        (the text of an earlier document), duplicate_id.  `doc_id` is null for a file that gave no document.
        """
        told = {id(problem.record) for problem in self._problems if problem.problem != "duplicate_id"}
        problems = [*self._problems, *self._text_problems(told)]
        columns: dict[str, list[str | None]] = {
            "doc_id": [problem.record.doc_id if problem.record else None for problem in problems],
            "origin": [problem.origin for problem in problems],
            "problem": [problem.problem for problem in problems],
            "message": [problem.message for problem in problems],
        }
        return Table.from_columns(columns, ["string"] * len(columns))

    def _text_problems(self, told: set[int]) -> Iterator[Problem]:
        """What is wrong with the texts, but for documents (by `id()`) that something was said of already."""
        for record in self._records:
            if id(record) in told:
                continue
            if not record.text.strip():
                yield Problem(record, record.origin, "empty", "the text is empty")
            elif not is_encodable(record.text):
                yield Problem(record, record.origin, "bad_encoding", "the text holds lone surrogates")
        for k, first in self._duplicates().items():
            record = self._records[k]
            message = f"the same text as {self._records[first].doc_id!r}"
            yield Problem(record, record.origin, "duplicate", message)

    def _duplicates(self) -> dict[int, int]:
        """Positions of documents whose text an earlier one has, and the first position of each such text."""
        first: dict[str, int] = {}
        again = {}
        for k, record in enumerate(self._records):
            if record.text.strip() and first.setdefault(record.text, k) != k:
                again[k] = first[record.text]
        return again

    # --------------------------------------------------------------------------------------------- the work

    def _table(
        self, name: str, *, choose: Callable[[_core.Batch], _core.Batch] | None = None, quotes: bool = False
    ) -> Table:
        def finish(_: list[Record], found: dict[str, _core.Batch]) -> _core.Batch:
            return choose(found[name]) if choose else found[name]

        return Table(list(self._analyse((name,), finish, quotes=quotes)), _core.empty(name))

    def _analyse(
        self,
        tables: tuple[str, ...],
        finish: Callable[[list[Record], dict[str, _core.Batch]], Done],
        *,
        records: list[Record] | None = None,
        quotes: bool = False,
    ) -> Iterator[Done]:
        """What `finish` makes of each batch of documents and its tables, in order."""
        if records is None:
            records = self._records

        def work(part: list[Record]) -> Done:
            texts, ids = [record.text for record in part], [record.doc_id for record in part]
            return finish(part, self._engine.core.analyse(texts, ids, tables, quotes=quotes))

        with Progress(len(records), unit="documents", show=self._progress) as progress:
            for part, done in in_order(cut(records), work, self._threads):
                progress.update(len(part))
                yield done


# --------------------------------------------------------------------------------------------------------- data in


def _records_of(data: Any, text: str | None, id: str | None, problems: list[Problem]) -> list[Record]:
    if isinstance(data, (str, bytes)):
        raise TypeError(
            "A corpus is made of a list of texts. For one text use annotate(text), for a file or folder read(path)."
        )
    if hasattr(data, "__arrow_c_stream__"):
        items: list[Any] = _rows_of_frame(data)
    elif isinstance(data, Mapping) or not isinstance(data, Iterable):
        raise TypeError(
            f"Cannot make a corpus of a {type(data).__name__}: give a list of texts, a list of dicts, or a dataframe."
        )
    else:
        items = list(data)
    columns = _columns_of(items, text, id)
    records = []
    for k, item in enumerate(items):
        if isinstance(item, Mapping) and columns is not None:
            record, problem = record_of(item, text=columns[0], id=columns[1], default_id=str(k))
        else:
            record, problem = text_record(item, str(k))
        records.append(record)
        if problem is not None:
            problems.append(problem)
    return records


def _columns_of(items: list[Any], text: str | None, id: str | None) -> tuple[str, str | None] | None:
    """Which keys of the dicts among `items` hold text and id; None where there are no dicts."""
    names = dict.fromkeys(name for item in items if isinstance(item, Mapping) for name in item)
    if not names:
        return None
    return pick_columns(names, text, id)


def _rows_of_frame(data: Any) -> list[Any]:
    """The rows of a dataframe as dicts, or the texts of a series."""
    arrow = optional("pyarrow", "Reading a dataframe")
    try:
        return list(arrow.table(data).to_pylist())
    except (arrow.ArrowException, TypeError, ValueError):
        return list(arrow.chunked_array(data).to_pylist())


def is_encodable(text: str) -> bool:
    """Whether the text is well-formed Unicode: it holds no lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _some_ids(records: list[Record], most: int = 5) -> str:
    shown = ", ".join(repr(record.doc_id) for record in records[:most])
    return f"Ids here: {shown}{', …' if len(records) > most else ''}." if records else "The corpus is empty."
