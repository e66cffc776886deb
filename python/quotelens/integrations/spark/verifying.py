"""Is this word for word in one of the documents?  In Spark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from quotelens.analysis.config import Config
from quotelens.integrations.spark.reading import Documents
from quotelens.integrations.spark.shared import functions, in_batches, schema
from quotelens.quality.verify import UNKNOWN, VERIFIED_COLUMNS, Finder, asked_of, rank_of

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import DataFrame

    from quotelens.annotations.corrections import Corrections
    from quotelens.corpus import Corpus

_PLACE = {"number": "int32", "step": "int32", "agrees": "bool", "likeness": "int32", "is_quoted": "bool"}


def verify(
    quotes: Any,
    df: DataFrame,
    *,
    text: str = "text",
    id: str = "doc_id",
    outlet: str | None = None,
    published: str | None = None,
    config: Config | None = None,
    corrections: Corrections | None = None,
) -> DataFrame:
    """Check quotations against the documents of a Spark DataFrame: the rows and columns of `quotelens.verify`.

    `quotes` is a list as `quotelens.verify` takes it, which is sent to the workers.  Other arguments are those of
    `quotes`.  Among equally good places, the one in the document with the smallest doc_id is told.

    >>> quotelens.integrations.spark.verify(["It never rained"], articles).collect()    # doctest: +SKIP
    """
    f = functions()
    asked = asked_of(quotes)
    documents = Documents.of(df, text, id, {"outlet": outlet, "published": published}, config, corrections)
    columns = VERIFIED_COLUMNS | _PLACE
    found = documents.analysed(partial(_found, asked), columns)
    best = f.struct(
        -f.col("step"), "agrees", "likeness", "similarity", "is_quoted"
    )  # as on one machine; then the first document
    told = found.groupBy("number").agg(f.max(best).alias("best"))
    found = found.join(told, "number").where(best.eqNullSafe(f.col("best")))
    row = f.struct(*VERIFIED_COLUMNS)
    found = (
        found.groupBy("number").agg(f.min_by(row, f.struct("doc_id", "start")).alias("row")).select("number", "row.*")
    )
    missing = [
        (k, *(UNKNOWN | {"quote": quote["text"], "verdict": "missing"}).values()) for k, quote in enumerate(asked)
    ]
    unfound = df.sparkSession.createDataFrame(missing, "number int, " + schema(VERIFIED_COLUMNS))
    rows = unfound.join(found.select("number"), "number", "left_anti").unionByName(found)
    return rows.orderBy("number").select(*VERIFIED_COLUMNS)


def _found(asked: list[Mapping[str, Any]], corpus: Corpus, _: list[dict[str, Any]]) -> Iterator[RecordBatch]:
    yield from in_batches(_rows(asked, corpus), VERIFIED_COLUMNS | _PLACE)


def _rows(asked: list[Mapping[str, Any]], corpus: Corpus) -> Iterator[dict[str, Any]]:
    for number, step, row in Finder(corpus).rows(asked):
        agrees, likeness, _, is_quoted = rank_of(row)
        place = {"number": number, "step": step, "agrees": agrees, "likeness": likeness, "is_quoted": is_quoted}
        yield UNKNOWN | row | place
