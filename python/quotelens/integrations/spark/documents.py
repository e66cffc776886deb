"""Documents of a Spark DataFrame: what is found in each, with the lines that recur over its outlet left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from heapq import nsmallest
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from quotelens import _core
from quotelens.analysis.config import Config
from quotelens.analysis.engine import Engine, engine_for
from quotelens.analysis.filter import Choice, QuoteFilter
from quotelens.analysis.metadata import DOCUMENT_COLUMNS
from quotelens.analysis.naming import with_speakers
from quotelens.analysis.parallel import cut
from quotelens.analysis.recurrence import Recurrence
from quotelens.corpus import Corpus
from quotelens.families.quotes import Quotes, compared_words, outside_of
from quotelens.integrations.spark.shared import Stages, functions, in_batches, quoted, rows_in, schema
from quotelens.reading.exports import value_of
from quotelens.reading.records import Record, outlet_of, pick_columns, text_record
from quotelens.table.extras import optional

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import DataFrame

    from quotelens.annotations.corrections import Corrections

OURS = ("title", "published", "byline", "outlet", "agency", "place", "url")
_SAMPLE = 64  # pages of an outlet whose lines are counted
NAMES, CHOSEN = "_names", "_chosen"  # columns with the user's names of entities, and the quotes that count


@dataclass(frozen=True)
class Reading:
    """How documents are read and analysed, wherever that is."""

    engine: Engine
    recurring: bytes | None = None

    def corpus(self, records: list[Record]) -> Corpus:
        """Some documents, analysed as in all of them."""
        made = Corpus._of_records(records, [], threads=1, progress=False)
        made._engine = self.engine
        made._recurrence = Recurrence.known(self.recurring)
        return made


@dataclass(frozen=True)
class Documents:
    """The documents of a DataFrame under our names, and how to read them."""

    df: DataFrame
    reading: Reading

    @classmethod
    def of(
        cls,
        df: DataFrame,
        text: str,
        id: str,
        ours: Mapping[str, str | None],
        config: Config | None,
        corrections: Corrections | None,
        folder: str | None = None,
    ) -> Documents:
        """Raises ImportError without pyspark, and ValueError or TypeError for what cannot be."""
        f = functions()
        asked = {name: column for name, column in ours.items() if column is not None}
        layout = pick_columns(df.columns, text, id, asked)
        columns = {name: name for name in OURS if name in df.columns} | layout.ours | asked
        columns = {name: column for name, column in columns.items() if name in OURS}
        documents = df.select(
            f.col(quoted(id)).cast("string").alias("doc_id"),
            f.col(quoted(text)).cast("string").alias("text"),
            *(f.col(quoted(column)).alias(name) for name, column in columns.items()),
        )
        engine = engine_for(config)
        if corrections is not None:
            from quotelens.annotations.corrected import CorrectedEngine

            engine = CorrectedEngine(engine, corrections)
        return cls(documents, replace(Reading(engine), recurring=_recurring(documents, Stages(folder, "documents"))))

    def analysed(
        self, work: Callable[[Corpus, list[dict[str, Any]]], Iterable[RecordBatch]], columns: Mapping[str, str]
    ) -> DataFrame:
        """What `work` makes of some documents at a time, with these columns.  Nothing runs before Spark needs it."""
        return self.df.mapInArrow(partial(_worked, self.reading, work), schema(columns))

    def with_column(self, name: str, rows: DataFrame) -> Documents:
        """The documents with a column of rows that have a doc_id, null where there is none."""
        return replace(self, df=self.df.join(rows.select("doc_id", name), "doc_id", "left"))


def quotes(
    df: DataFrame,
    *,
    text: str = "text",
    id: str = "doc_id",
    outlet: str | None = None,
    published: str | None = None,
    config: Config | None = None,
    corrections: Corrections | None = None,
    kind: Choice = None,
    acts: Choice = None,
    zones: Choice = None,
    min_confidence: float | None = None,
    compared: bool = False,
) -> DataFrame:
    """What was said or shown in the documents of a Spark DataFrame: the rows and columns of `Corpus.quotes`.

    text, id  names of the columns with the text and the identifier, which becomes `doc_id` as a string: one per
              document, as nothing is renamed here
    outlet, published
              the same for the outlet and the date; without, columns are recognised as `Corpus` recognises them
    config    a `Config`, which is sent to the workers
    corrections
              a `Corrections` laid over what is found, as `Corpus.corrected` does
    kind, acts, zones, min_confidence
              which quotes to return, as `Corpus.quotes` takes them
    compared  adds two last columns that `families` and `variants` use: `compared`, the words by which quotes are
              compared (of mixed quotes those in marks, if there are three or more; else the content), and
              `outside`, the agencies and outlets that the chain names

    Quotes are computed when Spark needs them, in any order of rows.  If an outlet is known, two passes over the
    texts run first, when this is called: they draw up to 64 pages of each outlet and count the lines that recur on
    them, as one machine does.  Only one number per outlet and the hashes of recurring lines pass through the driver.
    With sources of your own in `config`, all documents are analysed first to find out whom short names mean.

    Raises ImportError without pyspark, ValueError for a column that is not there, for unknown
    names, and while it runs for a document without an id; TypeError for another kind of config.

    >>> import quotelens.integrations.spark                                             # doctest: +SKIP
    >>> df = spark.createDataFrame([("a", "“It rained,” Ann Lee said.")], ["doc_id", "text"])    # doctest: +SKIP
    >>> quotelens.integrations.spark.quotes(df).select("speaker", "content").collect()  # doctest: +SKIP
    [Row(speaker='Ann Lee', content='It rained')]
    """
    choose = QuoteFilter(kind, acts, zones, min_confidence)
    documents = Documents.of(df, text, id, {"outlet": outlet, "published": published}, config, corrections)
    engine = documents.reading.engine
    if engine.claims.own:
        from quotelens.integrations.spark.sources import own_names

        documents = documents.with_column(NAMES, own_names(documents))
    empty = engine.empty("quotes")
    columns = dict(zip(empty.names, empty.types, strict=True))
    more = {"compared": "string", "outside": "array<string>"} if compared else {}
    return documents.analysed(partial(_quotes, choose, compared), columns | more)


def documents(
    df: DataFrame,
    *,
    text: str = "text",
    id: str = "doc_id",
    outlet: str | None = None,
    published: str | None = None,
    config: Config | None = None,
    corrections: Corrections | None = None,
) -> DataFrame:
    """One row per document, including those without quotes: the columns of `Corpus.documents`.

    Arguments are those of `quotes`.  Columns of your own that are none of ours follow as they are.  Of documents
    with the same text, the one with the smallest doc_id counts as the first, and the others as duplicates.
    """
    f = functions()
    made = Documents.of(df, text, id, {"outlet": outlet, "published": published}, config, corrections)
    digest = f.sha2("text", 256)
    is_text = f.length(f.trim(f.regexp_replace("text", r"\s+", " "))) > 0
    texts = made.df.where(is_text).select("doc_id", digest.alias("digest"))
    firsts = texts.groupBy("digest").agg(f.min("doc_id").alias("first"))
    again = texts.join(firsts, "digest").where("doc_id != first").select("doc_id", f.lit(True).alias("_again"))
    rows = made.analysed(_documents, DOCUMENT_COLUMNS).join(again, "doc_id", "left")
    is_again = f.col("_again") & (f.col("status") == "ok")
    status = f.when(is_again, f.lit("duplicate")).otherwise(f.col("status")).alias("status")
    ours = [status if name == "status" else f.col(name) for name in DOCUMENT_COLUMNS]
    others = [name for name in df.columns if name not in (text, id, *DOCUMENT_COLUMNS)]
    if not others:
        return rows.select(*ours)
    own = df.select(f.col(quoted(id)).cast("string").alias("doc_id"), *map(quoted, others))
    return rows.select(*ours).join(own, "doc_id").select(*DOCUMENT_COLUMNS, *map(quoted, others))


# ------------------------------------------------------------------------------------------ lines that recur


def _recurring(documents: DataFrame, stages: Stages) -> bytes | None:
    """The lines that recur on the pages of each outlet, by hashes; None where no outlet is known.

    Pages are drawn by their hash, so the draw can be made in parts: first the largest hash that is drawn of each
    outlet, then the pages up to it.
    """
    if not {"outlet", "url"} & set(documents.columns):
        return None
    f = functions()
    pages = documents.select(*(name for name in ("outlet", "url", "text") if name in documents.columns))
    hashes = pages.mapInArrow(_page_hashes, "outlet string, hash bigint")
    smallest = f.slice(f.array_sort(f.collect_set("hash")), 1, _SAMPLE)
    drawn = stages.keep("drawn", hashes.groupBy("outlet").agg(f.element_at(smallest, -1).alias("most")))
    most = {row["outlet"]: row["most"] for row in drawn.collect()}
    if not most:
        return None
    texts = pages.mapInArrow(partial(_drawn_pages, most), "outlet string, hash bigint, text string")
    sorted_texts = texts.repartition("outlet").sortWithinPartitions("outlet", "hash")
    counted = stages.keep("lines", sorted_texts.mapInArrow(_counted, "lines binary"))
    return b"".join(row["lines"] for row in counted.collect())


def _hashed(batch: RecordBatch) -> Iterator[tuple[str, int, str]]:
    """Outlet, hash and text of the pages whose outlet is known."""
    columns = [name for name in ("outlet", "url") if name in batch.schema.names]
    for row in batch.to_pylist():
        name = outlet_of(Record("", "", {key: value_of(key, row[key]) for key in columns}))
        if name:
            text = row["text"] or ""
            yield name, _core.page_hash(text) - (1 << 63), text  # in the order of hashes, as Spark has no unsigned


def _page_hashes(batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    """The smallest hashes of each outlet among some pages."""
    drawn: dict[str, set[int]] = {}
    for batch in batches:
        for outlet, hash, _ in _hashed(batch):
            own = drawn.setdefault(outlet, set())
            own.add(hash)
            if len(own) >= 8 * _SAMPLE:
                drawn[outlet] = set(nsmallest(_SAMPLE, own))
    rows = [{"outlet": outlet, "hash": hash} for outlet, own in drawn.items() for hash in nsmallest(_SAMPLE, own)]
    yield from in_batches(rows, {"outlet": "string", "hash": "int64"})


def _drawn_pages(most: Mapping[str, int], batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    for batch in batches:
        rows = [
            {"outlet": outlet, "hash": hash, "text": text}
            for outlet, hash, text in _hashed(batch)
            if hash <= most.get(outlet, -1 << 63)
        ]
        yield from in_batches(rows, {"outlet": "string", "hash": "int64", "text": "string"})


def _counted(batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    """The lines that recur on the pages of each outlet."""
    arrow = optional("pyarrow", "quotelens.integrations.spark")
    for outlet, rows in groupby(rows_in(batches), key=itemgetter("outlet")):
        counts = _core.LineCounts()
        counts.add(outlet, [row["text"] for row in rows])
        yield arrow.RecordBatch.from_arrays([arrow.array([counts.recurring()], arrow.binary())], names=["lines"])


# --------------------------------------------------------------------------------------------- on the workers


def _worked(
    reading: Reading,
    work: Callable[[Corpus, list[dict[str, Any]]], Iterable[RecordBatch]],
    batches: Iterable[RecordBatch],
) -> Iterator[RecordBatch]:
    """What is made of batches of documents, some documents at a time."""
    for batch in batches:
        rows = batch.to_pylist()
        if any(row["doc_id"] is None for row in rows):
            raise ValueError("A document has no id: fill that column, or leave the document out.")
        by_id = {row["doc_id"]: row for row in rows}
        for part in cut(map(_record, rows)):
            yield from work(reading.corpus(part), [by_id[record.doc_id] for record in part])


def _record(row: Mapping[str, Any]) -> Record:
    record, _ = text_record(row["text"], row["doc_id"])
    meta = {name: value_of(name, in_utc(row[name])) for name in OURS if row.get(name) is not None}
    record.meta = {name: value for name, value in meta.items() if value is not None}
    return record


def in_utc(value: Any) -> Any:
    """A moment that Spark handed out in the time zone of its session; other values as they are."""
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo is not None else value


def _quotes(choose: QuoteFilter, compared: bool, corpus: Corpus, rows: list[dict[str, Any]]) -> Iterator[RecordBatch]:
    parts = list(corpus._analyse(("quotes",), lambda _, found: choose(found["quotes"])))
    if rows and NAMES in rows[0]:
        names = {(row["doc_id"], own["entity_id"]): own["name"] for row in rows for own in row[NAMES] or ()}
        parts = [with_speakers(part, names) for part in parts]
    found = Quotes(parts, corpus._engine.empty("quotes"), corpus)
    table = found.to_arrow()
    if compared:
        arrow = optional("pyarrow", "quotelens.integrations.spark")
        outside = outside_of(corpus)
        keys = zip(found["doc_id"], found["quote_id"], strict=True)
        named = [sorted(outside.get(key, ())) for key in keys]
        table = table.append_column("compared", arrow.array(compared_words(found, corpus), arrow.string()))
        table = table.append_column("outside", arrow.array(named, arrow.list_(arrow.string())))
    yield from table.to_batches()


def _documents(corpus: Corpus, rows: list[dict[str, Any]]) -> Iterator[RecordBatch]:
    yield from corpus.documents().select(*DOCUMENT_COLUMNS).to_arrow().to_batches()
