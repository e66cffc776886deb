"""Families of quotations in Spark: grouped by shuffles, with no process that sees them all.

Quotations with the same normal form are one type.  A type is compared with the types that share its rarest seeds
(rare words, and pairs of neighbouring words) and tell at least as much; pairs that are one quotation are edges.  A
type without edges is a centre, one with an edge to a centre is a member, one all of whose edges lead to members is
a centre: this is what one machine decides in the order of types, and here takes some rounds over all of them.  Set
phrases, which are a part of several centres, are told last.  Nothing depends on partitions.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
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
    batch_of,
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

_ASKED = 16  # seeds by which a type looks for others: those that tell most
_LEADERS = 32  # types that a seed finds: those that tell most
_CANDIDATES = 32  # that are compared with a type: other members of its family are among them
_LEAST_VOTES = 750  # hundredths of a nat that their seeds tell
_ROUNDS = 12
_PHRASE_CENTRES = 3  # as on one machine, see ext/core/families/family.h
_PHRASE_SHARED = 2500
_USUAL_TYPES = 5000
_NEARLY_WHOLE = 85  # percent
_FRAGMENT_PERCENT = 80
_AT_ONCE = 50_000  # texts that a worker holds
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

    Families are those of one machine, except that a very common seed finds fewer candidates.  They depend
    neither on partitions nor on the order of rows, and are numbered in the order of doc_id (as strings) and quote_id.

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
    placed = members.join(found.select("key", "centre"), "key")
    firsts = placed.groupBy("centre").agg(f.min(f.struct("doc_id", "quote_id")).alias("first"))
    numbers = numbered(firsts, ["first"], "family_id", stages).select("centre", "family_id")
    return found.join(numbers, "centre").drop("centre")


def _with_keys(members: DataFrame) -> DataFrame:
    """Members with the key of the normal form of their text."""
    columns = ", ".join(f"{quoted(field.name)} {field.dataType.simpleString()}" for field in members.schema)
    return members.mapInArrow(_keys, f"{columns}, key bigint")


def _grouped_types(members: DataFrame, stages: Stages) -> DataFrame:
    """key, centre, canonical, similarity, is_exact, is_fragment and told of each normal form."""
    f = functions()
    shown_first = f.struct(-f.octet_length("text"), "text")
    texts = stages.keep("texts", members.groupBy("key").agg(f.min_by("text", shown_first).alias("text")))
    known = _Known.of(texts, stages)
    types = stages.keep("weighed", texts.mapInArrow(partial(_weighed, known), _WEIGHED))
    candidates = stages.keep("candidates", _candidates(types))
    edges = stages.keep("edges", _compared(candidates, types, known))
    more = _second_edges(edges, candidates, types, known)
    edges = stages.keep("all edges", edges.unionByName(more))
    centres = _centres(edges, types, known.phrase_shared, stages)
    return _with_centres(edges, types, centres)


# -------------------------------------------------------------------------------------------------- what words tell


class _Known:
    """How many types there are, and how many have each word that is not among the rarest: sent to the workers."""

    def __init__(self, n_types: int, forms: list[str], counts: list[int]) -> None:
        self.n_types, self.forms, self.counts = n_types, forms, counts

    @classmethod
    def of(cls, texts: DataFrame, stages: Stages) -> _Known:
        f = functions()
        n_types = texts.count()
        counted = texts.mapInArrow(_word_counts, "form string, n bigint").groupBy("form").agg(f.sum("n").alias("n"))
        common = stages.keep("words", counted.mapInArrow(partial(_common_words, n_types), "form string, n bigint"))
        table = common.toArrow()
        return cls(n_types, table["form"].to_pylist(), table["n"].to_pylist())

    @property
    def phrase_shared(self) -> int:
        """What tells less and is a part of several families is a phrase."""
        from math import log

        return _PHRASE_SHARED + (int(log(self.n_types / _USUAL_TYPES) * 100) if self.n_types > _USUAL_TYPES else 0)

    def families(self) -> _core.Families:
        """Quotations of this collection."""
        made = _core.Families()
        made.know(self.forms, self.counts, self.n_types)
        return made


def _word_counts(batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    """How many types of a part have each word."""
    for part in _runs(batches):
        found = _core.Families()
        found.add([row["text"] for row in part])
        found.types()
        words = [(form, n) for form, n, _ in found.words() if n]
        yield batch_of({"form": ("string", [form for form, _ in words]), "n": ("int64", [n for _, n in words])})


def _common_words(n_types: int, batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    """The words that weigh less than they would if one type alone had them."""
    for batch in batches:
        forms, counts = batch.column("form").to_pylist(), batch.column("n").to_pylist()
        weights = [_weights(forms, given, n_types) for given in (counts, [1] * len(counts))]
        kept = [k for k in range(len(forms)) if weights[0][forms[k]] != weights[1][forms[k]]]
        yield batch_of({"form": ("string", [forms[k] for k in kept]), "n": ("int64", [counts[k] for k in kept])})


def _weights(forms: list[str], counts: list[int], n_types: int) -> dict[str, int]:
    found = _core.Families()
    found.know(forms, counts, n_types)
    found.types()
    return {form: weight for form, _, weight in found.words()}


# ------------------------------------------------------------------------------------------------------- candidates

_SEEDS = "array<struct<seed: bigint, asks: boolean, told: int>>"
_WEIGHED = f"key bigint, text string, mass int, n_tokens int, seeds {_SEEDS}"


def _weighed(known: _Known, batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    """Types with what they tell, and their seeds."""
    from pyarrow import ListArray, StructArray
    from pyarrow import array as arrow_array

    for part in _runs(batches):
        found = known.families()
        found.add([row["text"] for row in part])
        _, masses, lengths = found.types()
        sizes, keys, told = (array(kind, data) for kind, data in zip("iqi", found.seeds(), strict=True))
        offsets, asks = [0], []
        for size in sizes:
            own = told[offsets[-1] : offsets[-1] + size]
            asks += _asking(own)
            offsets.append(offsets[-1] + size)
        seeds = StructArray.from_arrays(
            [arrow_array(keys, "int64"), arrow_array(asks, "bool"), arrow_array(told, "int32")],
            names=["seed", "asks", "told"],
        )
        columns = {
            "key": ("int64", [row["key"] for row in part]),
            "text": ("string", [row["text"] for row in part]),
            "mass": ("int32", array("i", masses)),
            "n_tokens": ("int32", array("i", lengths)),
        }
        made = batch_of(columns)
        lists = ListArray.from_arrays(arrow_array(offsets, "int32"), seeds)
        yield made.append_column("seeds", lists)


def _asking(told: array[int]) -> list[bool]:
    """Which seeds look for others: those that tell most."""
    if len(told) <= _ASKED:
        return [True] * len(told)
    best = set(sorted(range(len(told)), key=lambda k: (-told[k], k))[:_ASKED])
    return [k in best for k in range(len(told))]


def _candidates(types: DataFrame) -> DataFrame:
    """Pairs of a type and one that may be its centre: those that share most of what their seeds tell."""
    from pyspark.sql import Window

    f = functions()
    seeds = types.select("key", "mass", "n_tokens", f.inline("seeds"))
    by_seed = Window.partitionBy("seed")
    size = f.struct(-f.col("mass"), -f.col("n_tokens"), "key")
    seeds = seeds.withColumn("n", f.count("*").over(by_seed)).where("n > 1")
    seeds = seeds.withColumn("place", f.row_number().over(by_seed.orderBy(size)))
    leaders = seeds.where(f.col("place") <= _LEADERS)
    leaders = leaders.select("seed", *(f.col(name).alias(f"other_{name}") for name in ("key", "mass", "n_tokens")))
    is_larger = f.struct("other_mass", "other_n_tokens") >= f.struct("mass", "n_tokens")
    pairs = seeds.where("asks").join(leaders, "seed").where(is_larger & (f.col("key") != f.col("other_key")))
    votes = pairs.groupBy("key", "mass", "other_key", "other_mass").agg(f.sum("told").alias("votes"))
    votes = votes.where(f.col("votes") >= f.least(f.lit(_LEAST_VOTES), f.col("mass") / 2))
    best = Window.partitionBy("key").orderBy(f.desc("votes"), f.desc("other_mass"), "other_key")
    ranked = votes.withColumn("rank", f.row_number().over(best)).where(f.col("rank") <= _CANDIDATES)
    return ranked.select("key", f.col("other_key").alias("other"), "votes")


def _compared(pairs: DataFrame, types: DataFrame, known: _Known) -> DataFrame:
    """The pairs that are one quotation, with what they share."""
    f = functions()
    own = types.select("key", "text", "mass")
    others = types.select(
        f.col("key").alias("other"), f.col("text").alias("other_text"), f.col("mass").alias("other_mass")
    )
    joined = pairs.join(others, "other").join(own, "key").sortWithinPartitions("key")
    columns = "key bigint, other bigint, votes bigint, mass int, other_mass int, shared int"
    return joined.mapInArrow(partial(_shared, known), columns)


def _shared(known: _Known, batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    for part in _runs(batches):
        places: dict[str, int] = {}
        pairs = array("i")
        for row in part:
            pairs.append(places.setdefault(row["text"], len(places)))
            pairs.append(places.setdefault(row["other_text"], len(places)))
        found = known.families()
        found.add(list(places))
        found.types()
        shared = array("i", found.shared(pairs.tobytes()))
        kept = [(row, n) for row, n in zip(part, shared, strict=True) if n]
        kinds = {"key": "int64", "other": "int64", "votes": "int64", "mass": "int32", "other_mass": "int32"}
        columns = {name: (kind, [row[name] for row, _ in kept]) for name, kind in kinds.items()}
        yield batch_of(columns | {"shared": ("int32", [n for _, n in kept])})


def _second_edges(edges: DataFrame, candidates: DataFrame, types: DataFrame, known: _Known) -> DataFrame:
    """Edges to the largest that a neighbour has an edge to: in a large family, lists of seeds may not have it."""
    f = functions()
    largest = f.struct("other_mass", "shared", "other")
    tops = edges.groupBy("key").agg(f.max_by("other", largest).alias("top"))
    tops = tops.select(f.col("key").alias("other"), "top")
    pairs = edges.join(tops, "other").select("key", f.col("top").alias("other")).distinct()
    pairs = pairs.join(candidates.select("key", "other"), ["key", "other"], "left_anti").where("key != other")
    return _compared(pairs.withColumn("votes", f.lit(0).cast("bigint")), types, known)


# ---------------------------------------------------------------------------------------------------------- centres


def _centres(edges: DataFrame, types: DataFrame, phrase_shared: int, stages: Stages) -> DataFrame:
    """The keys of types that are centres; edges lead from a type to those that may be its centre.

    A type with an edge to a centre is a member; one all of whose edges lead to members is a centre.  What is not
    decided after the last round takes the others that are not decided for members.
    """
    f = functions()
    undecided = f.lit(None).cast("boolean")
    waiting = edges.select("key", "other", undecided.alias("is_centre"))
    alone = types.select("key").join(edges.select("key").distinct(), "key", "left_anti")
    news = stages.keep("round 0", alone.withColumn("decided", f.lit(True)))
    centres = news.select("key")
    for number in range(1, _ROUNDS + 1):
        news = news.select(f.col("key").alias("other"), "decided")
        known = f.coalesce("is_centre", "decided", f.lit(False) if number == _ROUNDS else undecided)
        waiting = waiting.join(news, "other", "left").withColumn("is_centre", known).drop("decided")
        waiting = stages.keep(f"round {number}", _decided(waiting))
        news = waiting.where("decided is not null").select("key", "decided").distinct()
        centres = centres.unionByName(news.where("decided").select("key"))
        waiting = waiting.where("decided is null").drop("decided")
        if waiting.isEmpty():
            break
    centres = stages.keep("centres", centres)
    return centres.unionByName(_phrases(edges, centres, phrase_shared))


def _decided(waiting: DataFrame) -> DataFrame:
    """Edges, with whether the type that each leads from is a centre; null where that cannot be decided yet."""
    from pyspark.sql import Window

    f = functions()
    own = Window.partitionBy("key")
    is_member = f.max(f.coalesce("is_centre", f.lit(False))).over(own)
    is_open = f.max(f.col("is_centre").isNull()).over(own)
    return waiting.withColumn("decided", f.when(is_member, f.lit(False)).when(~is_open, f.lit(True)))


def _phrases(edges: DataFrame, centres: DataFrame, phrase_shared: int) -> DataFrame:
    """The keys of set phrases: short types that are a part of several centres, and so families of their own."""
    f = functions()
    short = edges.where(f.col("mass") < phrase_shared).join(centres.select(f.col("key").alias("other")), "other")
    known = short.groupBy("key").agg(f.max("shared").alias("most"), f.collect_list("shared").alias("all"))
    near = f.filter("all", lambda n: f.floor(n * 100 / f.col("most")) >= _NEARLY_WHOLE)
    return known.where(f.size(near) >= _PHRASE_CENTRES).select("key")


def _with_centres(edges: DataFrame, types: DataFrame, centres: DataFrame) -> DataFrame:
    """Each type with its centre: the one that it shares most with."""
    f = functions()
    alone = centres.select("key", f.col("key").alias("centre"), f.lit(None).cast("int").alias("shared"))
    joining = edges.join(centres.select(f.col("key").alias("other")), "other").join(centres, "key", "left_anti")
    best = f.struct("shared", "votes", "other_mass", "other")
    joining = joining.groupBy("key").agg(f.max_by(f.struct("other", "shared"), best).alias("best"))
    found = alone.unionByName(joining.select("key", f.col("best.other").alias("centre"), "best.shared"))
    own = types.select("key", "mass")
    canonical = types.select(
        f.col("key").alias("centre"), f.col("text").alias("canonical"), f.col("mass").alias("centre_mass")
    )
    joined = found.join(own, "key").join(canonical, "centre")
    is_exact = f.col("key") == f.col("centre")
    share = (f.col("shared") / f.col("mass")).cast("float").cast("double")
    part = f.floor(f.col("mass") * f.lit(100).cast("bigint") / f.col("centre_mass"))
    return joined.select(
        "key",
        "centre",
        "canonical",
        f.when(is_exact, f.lit(1.0)).otherwise(share).alias("similarity"),
        is_exact.alias("is_exact"),
        (part < _FRAGMENT_PERCENT).alias("is_fragment"),
        f.col("mass").alias("told"),
    )


# --------------------------------------------------------------------------------------------------- on the workers


def _runs(batches: Iterable[RecordBatch]) -> Iterator[list[dict[str, Any]]]:
    """Rows in lists of some size."""
    part: list[dict[str, Any]] = []
    for batch in batches:
        part += batch.to_pylist()
        if len(part) >= _AT_ONCE:
            yield part
            part = []
    if part:
        yield part


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
        rows = iter(group)
        first = next(rows)
        members = [_member(first, texts), *(_member(row, texts) for row in rows)]
        if least > 1:
            members = printed_elsewhere(members)
        if len({member.doc_id for member in members}) >= least:
            yield family, first["canonical"], members


def _family_rows(least: int, batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    yield from in_batches((family_row(*family) for family in _families_of(least, batches)), FAMILY_COLUMNS)


def _variant_rows(least: int, batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    rows = (row for family in _families_of(least, batches) for row in variant_rows(*family))
    yield from in_batches(rows, VARIANT_COLUMNS)


def _member(row: Mapping[str, Any], texts: dict[str, str]) -> Member:
    start, end = row["start"], row["end"]
    return Member(
        row["doc_id"],
        row["quote_id"],
        texts.setdefault(row["text"], row["text"]),
        row["speaker"],
        Facts(row.get("outlet"), moment_of(in_utc(row.get("published")))),
        set(row["outside"] or ()),
        row["similarity"],
        row["is_exact"],
        row["is_fragment"],
        row["told"],
        row["kind"],
        None if start is None or end is None else (start, end),
    )
