"""What is found in the documents of a Spark DataFrame: quotes, and the documents themselves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from quotelens.analysis.config import Config
from quotelens.analysis.filter import Choice, QuoteFilter
from quotelens.analysis.metadata import DOCUMENT_COLUMNS
from quotelens.analysis.naming import with_speakers
from quotelens.corpus import Corpus
from quotelens.families.quotes import Quotes, compared_words, outside_of
from quotelens.integrations.spark.linking import own_names
from quotelens.integrations.spark.reading import NAMES, Documents
from quotelens.integrations.spark.shared import functions, quoted
from quotelens.table.extras import optional

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import DataFrame

    from quotelens.annotations.corrections import Corrections


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

    text, id  names of the columns with the text and the identifier, which becomes `doc_id` as a string; it has to be
              unique, because nothing is renamed here
    outlet, published
              the same for the outlet and the date; if not given, columns are recognised as by `Corpus`
    config    a `Config`, which is sent to the workers
    corrections
              a `Corrections` applied to what is found, as `Corpus.corrected` does
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

    Arguments are those of `quotes`.  Your own columns follow unchanged.  If several documents have the same text, the
    one with the smallest doc_id counts as the first, and the others as duplicates.
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


# --------------------------------------------------------------------------------------------- on the workers


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
