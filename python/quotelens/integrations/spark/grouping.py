"""Families of quotations in Spark: grouped by shuffles, with no process that sees them all.

Quotations with the same normal form are one type.  Types that share one of their most telling seeds (rare words, and
pairs of neighbouring words) meet, and most turn out to be near copies of a longer one.  The others are compared with
the types that share most of their seeds.  Pairs that are one quotation are the edges of a graph, and centres.py
chooses the centres of families in it.  Nothing depends on partitions.

Workers compute on whole blocks (alike.py); seeds travel in blocks as well (blocks.py).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from quotelens import _core
from quotelens.families.families import FAMILY_COLUMNS, VARIANT_COLUMNS, family_row, variant_rows
from quotelens.families.member import Facts, Member, printed_elsewhere
from quotelens.integrations.spark.reading import in_utc
from quotelens.integrations.spark.shared import (
    Stages,
    check_columns,
    functions,
    in_batches,
    numbered,
    quoted,
    rows_in,
    schema,
)
from quotelens.table.dates import moment_of
from quotelens.table.wording import shown

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import DataFrame

    from quotelens.integrations.spark.alike import Known

_FRAGMENT_PERCENT = 80  # as on one machine, see ext/core/families/family.h
_SMALL_GRAPH = 8_000_000  # edges that one task holds, in some hundred megabytes
_UNKNOWN, _NOBODY = Facts(), set[str]()  # one for all members of a family that is very large
_MEMBER = {
    "kind": "string",
    "start": "int",
    "end": "int",
    "speaker": "string",
    "outside": "array<string>",
}


def families(
    quotes: DataFrame, *, documents: DataFrame | None = None, least: int = 2, folder: str | None = None
) -> DataFrame:
    """Which quotes several documents have, whole or in part: one row per family, with the columns of `Families`.

    quotes     what `quotes(…, compared=True)` gives: doc_id, quote_id and content; and, if they are there, compared,
               outside, speaker, kind, start and end, which one machine uses as well
    documents  doc_id, outlet and published of each document, one row each: timestamps, dates or ISO 8601 strings, as
               exact as they are known; `documents` gives these.  Without, outlets and dates are null
    least      the number of documents that must have it, as `Quotes.families` takes it
    folder     where to write intermediate results.  A run that was stopped goes on from there when it is called again
               with the same quotes, and `variants` uses the same; without, executors keep them until the session
               ends

    Families are those of one machine, except that a text looks for others by fewer seeds.  They depend neither on
    partitions nor on the order of rows, and are numbered in the order of doc_id (as strings) and quote_id.

    Quotes are grouped when this is called.  Texts stay on the workers.  The driver collects the number of texts, the
    words that are common enough to weigh less than the rarest (at most 163,000 for each word of an average quotation,
    however large the corpus), and counts of rows.  One task holds the members of a family at a time.

    Raises ImportError without pyspark, ValueError for a column that is not there or a wrong number.

    >>> found = quotelens.integrations.spark.quotes(df, compared=True).cache()          # doctest: +SKIP
    >>> quotelens.integrations.spark.families(found).orderBy("n_members").collect()     # doctest: +SKIP
    """
    placed = _placed(quotes, documents, least, folder)
    return placed.mapInArrow(partial(_family_rows, least), schema(FAMILY_COLUMNS))


def variants(
    quotes: DataFrame, *, documents: DataFrame | None = None, least: int = 1, folder: str | None = None
) -> DataFrame:
    """The members of families: one row per quote, with the columns of `Families.variants`.

    Arguments are those of `families`.  By default every quote has a family, even if it is the only member.
    """
    placed = _placed(quotes, documents, least, folder)
    return placed.mapInArrow(partial(_variant_rows, least), schema(VARIANT_COLUMNS))


def _placed(quotes: DataFrame, documents: DataFrame | None, least: int, folder: str | None) -> DataFrame:
    """The members of each family side by side, with all that is known of them."""
    f = functions()
    if not isinstance(least, int) or least < 1:
        raise ValueError(f"least is {shown(least)}: give a number of documents, 1 or more.")
    check_columns("quotes", quotes, ("doc_id", "quote_id", "content"))
    if documents is not None:
        check_columns("documents", documents, ("doc_id",))
    stages = Stages(folder, "families")
    words = f.col("compared" if "compared" in quotes.columns else "content")
    more = [
        f.col(name) if name in quotes.columns else f.lit(None).cast(_MEMBER[name]).alias(name) for name in _MEMBER
    ]
    members = quotes.select("doc_id", "quote_id", f.coalesce(words, f.lit("")).alias("text"), *more)
    members = stages.keep("members", _with_keys(members))
    joined = members.join(_grouped(members, stages), "key").drop("key")
    if documents is not None:
        known = (f.col(name) for name in ("outlet", "published") if name in documents.columns)
        joined = joined.join(
            documents.select(f.col("doc_id").cast("string").alias("doc_id"), *known), "doc_id", "left"
        )
    return joined.repartition("family_id").sortWithinPartitions("family_id", "doc_id", "quote_id")


def _grouped(members: DataFrame, stages: Stages) -> DataFrame:
    """The family of each normal form, and how alike the two are."""
    f = functions()
    found = stages.keep("types", _grouped_types(members, stages))
    placed = members.select("key", "doc_id", "quote_id").join(found.select("key", "centre"), "key")
    firsts = placed.groupBy("centre").agg(f.min(f.struct("doc_id", "quote_id")).alias("first"))
    numbers = numbered(firsts, ["first"], "family_id", stages).select("centre", "family_id")
    return found.join(numbers, "centre").drop("centre")


def _with_keys(members: DataFrame) -> DataFrame:
    """Members with the key of the normal form of their text."""
    columns = ", ".join(f"{quoted(field.name)} {field.dataType.simpleString()}" for field in members.schema)
    return members.mapInArrow(_keys, f"{columns}, key bigint")


def _grouped_types(members: DataFrame, stages: Stages) -> DataFrame:
    """key, centre, similarity, is_exact, is_fragment and told of each normal form."""
    from quotelens.integrations.spark import alike
    from quotelens.integrations.spark.blocks import buckets_for, gather, send

    n_buckets = buckets_for(members.count())
    given = send(members.select("key", "text"), alike.shown_texts, "key", n_buckets)
    texts = stages.keep("texts", gather(given, alike.shown_texts, alike.TEXT, "key bigint, text string"))
    known = _known(texts, stages)
    types = stages.keep("weighed", _on_held(texts, partial(alike.weighed, known), alike.WEIGHED))
    meeting = send(types, alike.near_seeds, "seed", n_buckets)
    near = stages.keep("near", gather(meeting, partial(alike.near_copies, known), alike.NEAR_SEED, alike.EDGE))
    candidates = stages.keep("candidates", _candidates(types, near, known, n_buckets))
    edges = stages.keep("edges", _distinct(near.unionByName(_compared(candidates, types, known))))
    is_small = edges.count() <= _SMALL_GRAPH
    more = _compared(_second_pairs(edges, is_small), types, known)
    edges = stages.keep("all edges", _distinct(edges.unionByName(more)))
    return _with_centres(_members_of(edges, is_small, known, stages), types)


def _known(texts: DataFrame, stages: Stages) -> Known:
    """What workers have to know of all texts."""
    from quotelens.integrations.spark import alike

    f = functions()
    n_types = texts.count()
    counted = _on_held(texts, alike.word_counts, alike.COUNTED).groupBy("form").agg(f.sum("n").alias("n"))
    common = stages.keep("words", _on_held(counted, partial(alike.common_words, n_types), alike.COUNTED))
    table = common.toArrow()
    return alike.Known(n_types, table["form"].to_pylist(), table["n"].to_pylist())


def _candidates(types: DataFrame, near: DataFrame, known: Known, n_buckets: int) -> DataFrame:
    """Pairs of a type that is not settled and one that may be its centre: those whose seeds tell most."""
    from quotelens.integrations.spark import alike
    from quotelens.integrations.spark.blocks import gather, send, send_on

    f = functions()
    best = near.groupBy("key").agg(f.max("shared").alias("shared"))
    weighed = types.select("key", "text", "mass", "n_tokens").join(best, "key", "left")
    seeds = send(weighed, partial(alike.seeds_of_open, known), "seed", n_buckets)
    pairs = send_on(seeds, alike.pairs_of_seeds, alike.SEED, "key", n_buckets)
    return gather(pairs, partial(alike.best_candidates, known), alike.PAIR, alike.CANDIDATE)


def _compared(pairs: DataFrame, types: DataFrame, known: Known) -> DataFrame:
    """The pairs that are one quotation, with what they share."""
    from quotelens.integrations.spark import alike

    f = functions()
    own = types.select("key", "text", "mass")
    others = types.select(
        f.col("key").alias("other"), f.col("text").alias("other_text"), f.col("mass").alias("other_mass")
    )
    joined = pairs.join(others, "other").join(own, "key")
    return _on_held(joined, partial(alike.shared_by_pairs, known), alike.EDGE)


def _distinct(edges: DataFrame) -> DataFrame:
    """Edges that several seeds found, once."""
    f = functions()
    most = [f.max(name).alias(name) for name in ("votes", "mass", "other_mass", "shared")]
    return edges.groupBy("key", "other").agg(*most)


# ------------------------------------------------------------------------------------------------------------ graph


def _second_pairs(edges: DataFrame, is_small: bool) -> DataFrame:
    """Pairs of a type and the end of the way that leads from each type to the longest that it has an edge to."""
    from quotelens.integrations.spark import centres

    if is_small:
        return _at_once(edges, centres.second_pairs, centres.PAIR)
    return centres.second_pairs_by_joins(edges)


def _members_of(edges: DataFrame, is_small: bool, known: Known, stages: Stages) -> DataFrame:
    """Each member of a family, with its centre."""
    from quotelens.integrations.spark import centres

    if is_small:
        return _at_once(edges, partial(centres.members_of, known.phrase_shared), centres.FOUND)
    return centres.members_by_rounds(edges, known.phrase_shared, stages)


def _with_centres(found: DataFrame, types: DataFrame) -> DataFrame:
    """Each type with its centre, and how alike the two are."""
    f = functions()
    joined = types.select("key", "mass").join(found, "key", "left")
    is_exact = f.col("centre").isNull()
    share = (f.col("shared") / f.col("mass")).cast("float").cast("double")
    part = f.floor(f.col("mass") * f.lit(100).cast("bigint") / f.col("centre_mass"))
    return joined.select(
        "key",
        f.coalesce("centre", "key").alias("centre"),
        f.when(is_exact, f.lit(1.0)).otherwise(share).alias("similarity"),
        is_exact.alias("is_exact"),
        f.coalesce(part < _FRAGMENT_PERCENT, f.lit(False)).alias("is_fragment"),
        f.col("mass").alias("told"),
    )


def _at_once(df: DataFrame, works: Callable[[RecordBatch], RecordBatch], columns: str) -> DataFrame:
    """What a function makes of all rows, in one task."""
    return df.coalesce(1).mapInArrow(partial(_held_by, works, None), columns)


def _on_held(df: DataFrame, works: Callable[[RecordBatch], RecordBatch | None], columns: str) -> DataFrame:
    """What a function makes of some rows at a time."""
    from quotelens.integrations.spark.blocks import ROWS_HELD

    return df.mapInArrow(partial(_held_by, works, ROWS_HELD), columns)


# --------------------------------------------------------------------------------------------------- on the workers


def _held_by(
    works: Callable[[RecordBatch], RecordBatch | None], n: int | None, batches: Iterable[RecordBatch]
) -> Iterator[RecordBatch]:
    from quotelens.integrations.spark.blocks import held

    made = (works(batch) for batch in held(batches, n))
    yield from (batch for batch in made if batch is not None)


def _keys(batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    from pyarrow import array as arrow_array

    for batch in batches:
        found = _core.Families()
        found.add(batch.column("text").to_pylist())
        yield batch.append_column("key", arrow_array(array("q", found.types()[0]), "int64"))


Family = tuple[int, str, list[Member]]


def _families_of(least: int, batches: Iterable[RecordBatch]) -> Iterator[Family]:
    """Number, canonical form and members of the families that enough documents have."""
    for family, group in groupby(rows_in(batches), key=itemgetter("family_id")):
        texts: dict[str, str] = {}  # a text that many have is kept once
        members = [_member(row, texts) for row in group]
        canonical = min((member.text for member in members if member.is_exact), key=_shown_first)
        if least > 1:
            members = printed_elsewhere(members)
        if len({member.doc_id for member in members}) >= least:
            yield family, canonical, members


def _family_rows(least: int, batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    yield from in_batches((family_row(*family) for family in _families_of(least, batches)), FAMILY_COLUMNS)


def _variant_rows(least: int, batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    rows = (row for family in _families_of(least, batches) for row in variant_rows(*family))
    yield from in_batches(rows, VARIANT_COLUMNS)


def _shown_first(text: str) -> tuple[int, bytes]:
    """Of texts with the same normal form the longest is shown, the first of these by its bytes."""
    data = text.encode()
    return -len(data), data


def _facts(row: Mapping[str, Any]) -> Facts:
    outlet, published = row.get("outlet"), row.get("published")
    return _UNKNOWN if outlet is published is None else Facts(outlet, moment_of(in_utc(published)))


def _member(row: Mapping[str, Any], texts: dict[str, str]) -> Member:
    start, end = row["start"], row["end"]
    return Member(
        row["doc_id"],
        row["quote_id"],
        texts.setdefault(row["text"], row["text"]),
        row["speaker"],
        _facts(row),
        set(row["outside"]) if row["outside"] else _NOBODY,
        row["similarity"],
        row["is_exact"],
        row["is_fragment"],
        row["told"],
        row["kind"],
        None if start is None or end is None else (start, end),
    )
