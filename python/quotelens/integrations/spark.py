"""Quotes and their families of documents in Spark (the extra `spark`, and Java).

`import quotelens.integrations.spark` brings `quotes` and `families`.

Quotes are found where the documents are; quotelens has to be installed on the workers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from quotelens import _core
from quotelens.analysis.config import Config
from quotelens.analysis.engine import engine_for
from quotelens.analysis.filter import Choice, QuoteFilter
from quotelens.analysis.parallel import cut
from quotelens.corpus import Corpus
from quotelens.families.families import VARIANT_COLUMNS, grouped, variant_rows
from quotelens.families.member import Facts, Member
from quotelens.families.quotes import compared_words
from quotelens.reading.records import listed, pick_columns, text_record
from quotelens.table.dates import moment_of
from quotelens.table.extras import optional
from quotelens.table.table import table_of

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import DataFrame

COMPARED = "compared"
_SPARK_TYPES = {
    "string": "string",
    "int32": "int",
    "int64": "bigint",
    "float64": "double",
    "bool": "boolean",
    "timestamp": "timestamp",
}
_AT_ONCE = 10_000  # members of families in one record batch


def quotes(
    df: DataFrame,
    *,
    text: str = "text",
    id: str = "doc_id",
    config: Config | None = None,
    kind: Choice = None,
    acts: Choice = None,
    zones: Choice = None,
    min_confidence: float | None = None,
    compared: bool = False,
) -> DataFrame:
    """What was said or shown in the documents of a Spark DataFrame: the rows and columns of `Corpus.quotes`.

    text, id  names of the columns with the text and the identifier, which becomes `doc_id` as a string: one a
              document, as nothing is renamed here
    config    a `Config`, which is pickled to the workers
    kind, acts, zones, min_confidence
              which quotes to return, as `Corpus.quotes` takes them
    compared  whether there is a last column `compared` with the words that families go by: of mixed quotes those in
              marks, where they are three or more; else the content

    Nothing is computed before Spark needs it, and the order of rows is Spark's.  Lines that recur on the pages of an
    outlet are not counted, as that takes a pass of its own: where that matters, give texts without menus and notices.

    Raises ImportError without pyspark, ValueError for a column that is not there, for unknown
    names, and while it runs for a document without an id; TypeError for another kind of config.

    >>> import quotelens.integrations.spark                                             # doctest: +SKIP
    >>> df = spark.createDataFrame([("a", "“It rained,” Ann Lee said.")], ["doc_id", "text"])    # doctest: +SKIP
    >>> quotelens.integrations.spark.quotes(df).select("speaker", "content").collect()  # doctest: +SKIP
    [Row(speaker='Ann Lee', content='It rained')]
    """
    functions = optional("pyspark.sql.functions", "quotelens.integrations.spark")
    pick_columns(df.columns, text, id)
    engine_for(config)
    QuoteFilter(kind, acts, zones, min_confidence)
    options = {"kind": kind, "acts": acts, "zones": zones, "min_confidence": min_confidence}
    empty = _core.empty("quotes")
    columns = dict(zip(empty.names, empty.types, strict=True)) | ({COMPARED: "string"} if compared else {})
    documents = df.select(
        functions.col(_quoted(id)).cast("string").alias("doc_id"),
        functions.col(_quoted(text)).cast("string").alias("text"),
    )
    return documents.mapInArrow(partial(_found, config, options, compared), _schema(columns))


def families(quotes: DataFrame, *, documents: DataFrame | None = None) -> DataFrame:
    """Which quotes are the same, whole or in part: one row per quote, with the columns of `Families.variants`.

    quotes     what `quotes` gives: doc_id, quote_id and content; `compared` is used if it is there, and has to be if
               the families are to be those of `Corpus.quotes().families(least=1)`; speaker if it is there
    documents  doc_id, outlet and published of each document, one row each: timestamps, dates or ISO 8601 strings, as
               exact as they are known; without, outlet, published and lag_seconds are null and rank is -1

    Families are the same as on one machine, as grouping looks at different texts only.  They are numbered in the
    order of doc_id (as strings) and quote_id, as on one machine whose documents come in that order.

    What scales runs on the cluster: finding the different texts, joining their families to the quotes, comparing each
    quote with its family.  What does not is the grouping, which weighs words over all quotes: the different texts are
    collected, and grouped by one thread of the driver, when this is called.  A million of them, from 1.4 million
    quotes, took 92 seconds and 1.6 GB in Python, and 3.5 GB in the JVM of a local session with two threads.  Some
    millions are the limit; `spark.driver.memory` and `spark.driver.maxResultSize` have to allow for them.  A family
    is handled by one task as a whole, in its memory.  `quotes` is computed twice, unless it is cached or was written.

    Raises ImportError without pyspark, ValueError for a column that is not there.

    >>> found = quotelens.integrations.spark.quotes(df, compared=True).cache()          # doctest: +SKIP
    >>> quotelens.integrations.spark.families(found).groupBy("family_id").count()       # doctest: +SKIP
    DataFrame[family_id: int, count: bigint]
    """
    functions = optional("pyspark.sql.functions", "quotelens.integrations.spark")
    _check_columns("quotes", quotes, ("doc_id", "quote_id", "content"))
    words = COMPARED if COMPARED in quotes.columns else "content"
    members = quotes.select(
        "doc_id",
        "quote_id",
        functions.coalesce(functions.col(words), functions.lit("")).alias("text"),
        functions.col("speaker") if "speaker" in quotes.columns else _null(functions).alias("speaker"),
    )
    joined = members.join(_grouped_texts(functions, members), "text")
    if documents is not None:
        _check_columns("documents", documents, ("doc_id",))
        joined = joined.join(_facts(functions, documents), "doc_id", "left")
    placed = joined.repartition("family_id").sortWithinPartitions("family_id", "doc_id", "quote_id")
    return placed.mapInArrow(_variants, _schema(VARIANT_COLUMNS))


# ---------------------------------------------------------------------------------------------------- on the driver


def _grouped_texts(functions: Any, members: DataFrame) -> DataFrame:
    """Family, canonical form and likeness of each different text of some members, grouped here."""
    arrow = optional("pyarrow", "quotelens.integrations.spark")
    first = functions.min(functions.struct("doc_id", "quote_id"))
    texts = members.groupBy("text").agg(first.alias("first")).orderBy("first").select("text").toArrow()["text"]
    found = grouped(text.as_py() for text in texts)
    canonical = [text for text, _ in found.canonical()]
    rows = found.members()
    columns = {
        "family_id": arrow.array([row[0] for row in rows], arrow.int32()),
        "canonical": arrow.array([canonical[row[0]] for row in rows], arrow.string()),
        "similarity": arrow.array([row[1] for row in rows], arrow.float64()),
        "is_exact": arrow.array([row[2] for row in rows], arrow.bool_()),
        "is_fragment": arrow.array([row[3] for row in rows], arrow.bool_()),
    }
    return members.sparkSession.createDataFrame(arrow.table({"text": texts, **columns}))


def _facts(functions: Any, documents: DataFrame) -> DataFrame:
    known = (functions.col(name) for name in ("outlet", "published") if name in documents.columns)
    return documents.select(functions.col("doc_id").cast("string").alias("doc_id"), *known)


def _check_columns(argument: str, df: DataFrame, wanted: Iterable[str]) -> None:
    for name in wanted:
        if name not in df.columns:
            raise ValueError(f"{argument} has no column {name!r}; its columns are: {listed(df.columns)}.")


def _schema(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{_quoted(name)} {_SPARK_TYPES[kind]}" for name, kind in columns.items())


def _quoted(name: str) -> str:
    """A name of a column as Spark takes it literally, dots included."""
    return "`" + name.replace("`", "``") + "`"


def _null(functions: Any) -> Any:
    return functions.lit(None).cast("string")


# --------------------------------------------------------------------------------------------------- on the workers


def _found(
    config: Config | None, options: Mapping[str, Any], compared: bool, batches: Iterable[RecordBatch]
) -> Iterator[RecordBatch]:
    """The quotes of batches of documents, some documents at a time."""
    for batch in batches:
        ids, texts = batch.column("doc_id").to_pylist(), batch.column("text").to_pylist()
        if None in ids:
            raise ValueError("A document has no id: fill that column, or leave the document out, before quotes().")
        records = (text_record(text, doc_id)[0] for doc_id, text in zip(ids, texts, strict=True))
        for part in cut(records):
            corpus = Corpus._of_records(part, [], threads=1, progress=False, config=config)
            found = corpus.quotes(**options)
            table = found.to_arrow()
            if compared:
                arrow = optional("pyarrow", "quotelens.integrations.spark")
                words = compared_words(found, corpus)
                table = table.append_column(COMPARED, arrow.array(words, arrow.string()))
            yield from table.to_batches()


def _variants(batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    """Rows of `Families.variants` of members that come family by family."""
    rows: list[dict[str, Any]] = []
    members = (row for batch in batches for row in batch.to_pylist())
    for family, group in groupby(members, key=itemgetter("family_id")):
        own = list(group)
        rows += variant_rows(family, own[0]["canonical"], [_member(row) for row in own])
        if len(rows) >= _AT_ONCE:
            yield from _as_batches(rows)
            rows = []
    yield from _as_batches(rows)


def _member(row: Mapping[str, Any]) -> Member:
    published = row.get("published")
    if isinstance(published, datetime) and published.tzinfo is not None:  # that of the session, else
        published = published.astimezone(UTC)
    return Member(
        row["doc_id"],
        row["quote_id"],
        row["text"],
        row["speaker"],
        Facts(row.get("outlet"), moment_of(published)),
        set(),
        row["similarity"],
        row["is_exact"],
        row["is_fragment"],
    )


def _as_batches(rows: list[dict[str, Any]]) -> Iterator[RecordBatch]:
    yield from table_of(rows, VARIANT_COLUMNS).to_arrow().to_batches()
