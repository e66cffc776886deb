"""Documents of a Spark DataFrame: how they are read and analysed, with lines that recur over an outlet counted."""

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
from quotelens.analysis.parallel import cut
from quotelens.analysis.recurrence import Recurrence
from quotelens.corpus import Corpus
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
        rows.sort(key=itemgetter("doc_id"))  # so that the first place is the same in any partition
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
