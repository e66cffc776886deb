"""Which texts are the centres of families, by edges from a text to the longer ones that may be its centre.

A text without edges is a centre, one with an edge to a centre is a member, and one all of whose edges lead to members
is a centre.  Each round decides more of them.  What is not decided after the last round takes the others that are not
decided for members.  Short texts that are a part of several centres are set phrases, and centres as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from quotelens.integrations.spark.blocks import numbers
from quotelens.integrations.spark.shared import Stages, functions

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ROUNDS = 12
_JUMPS = 4  # of sixteen steps together
PAIR = "key bigint, other bigint, votes bigint"
FOUND = "key bigint, centre bigint, shared int, centre_mass int"
_PHRASE_CENTRES = 3  # as on one machine, see ext/core/families/family.h
_NEARLY_WHOLE = 85  # percent


# --------------------------------------------------------------------------------------- a graph that a task holds


def members_of(phrase_shared: int, edges: pa.RecordBatch) -> pa.RecordBatch:
    """Each member of a family, with the centre that it shares most with: from all edges."""
    names = ("key", "other", "votes", "mass", "other_mass", "shared")
    key, other, votes, mass, other_mass, shared = (numbers(edges, name) for name in names)
    own, others, n = _places(key, other)
    is_centre = _decided(own, others, n)
    to_centre = np.flatnonzero(is_centre[others])
    phrases = _phrases(own[to_centre], mass[to_centre], shared[to_centre], phrase_shared, n)
    is_centre |= phrases
    joins = np.flatnonzero(is_centre[others] & ~is_centre[own])
    order = joins[np.lexsort((other[joins], other_mass[joins], votes[joins], shared[joins], own[joins]))]
    best = order[np.concatenate([own[order][1:] != own[order][:-1], [True]])] if len(order) else order
    columns = [key[best], other[best], shared[best], other_mass[best]]
    return pa.RecordBatch.from_arrays(
        [pa.array(column) for column in columns], names=["key", "centre", "shared", "centre_mass"]
    )


def second_pairs(edges: pa.RecordBatch) -> pa.RecordBatch:
    """Each type with the one that is reached by going from each to the longest that it has an edge to, to the end.

    A near copy looked for no other than the one that it met, which may have found a longer one.
    """
    names = ("key", "other", "other_mass", "shared")
    key, other, other_mass, shared = (numbers(edges, name) for name in names)
    own, others, n = _places(key, other)
    order = np.lexsort((other, shared, other_mass, own))
    leads_to = np.arange(n)
    leads_to[own[order]] = others[order]  # the last of each is kept
    tops = leads_to.copy()
    for _ in range(_JUMPS):
        leads_to = leads_to[leads_to]
    names_of = np.zeros(n, np.int64)
    names_of[own], names_of[others] = key, other
    pairs = np.flatnonzero(leads_to != tops)
    columns = [names_of[pairs], names_of[leads_to[pairs]], np.zeros(len(pairs), np.int64)]
    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], names=["key", "other", "votes"])


def _places(key: Any, other: Any) -> tuple[Any, Any, int]:
    """Both ends of each edge as numbers from 0, and how many there are."""
    names, places = np.unique(np.concatenate([key, other]), return_inverse=True)
    places = places.astype(np.int32)
    return places[: len(key)], places[len(key) :], len(names)


def _decided(own: Any, others: Any, n: int) -> Any:
    """Whether each type is a centre."""
    unknown, member, centre = -1, 0, 1
    state = np.full(n, centre, np.int8)
    state[own] = unknown
    for number in range(ROUNDS):
        known = state[others]
        if number == ROUNDS - 1:
            known = np.where(known == unknown, member, known)
        joins, waits = np.zeros(n, bool), np.zeros(n, bool)
        joins[own[known == centre]] = True
        waits[own[known == unknown]] = True
        is_open = state == unknown
        state[is_open & joins] = member
        state[is_open & ~joins & ~waits] = centre
        if not is_open.any():
            break
    return state == centre


def _phrases(own: Any, mass: Any, shared: Any, phrase_shared: int, n: int) -> Any:
    """Whether each type is a part of several centres; edges lead to centres."""
    most = np.zeros(n, np.int64)
    np.maximum.at(most, own, shared)
    near = own[(mass < phrase_shared) & (shared.astype(np.int64) * 100 // most[own] >= _NEARLY_WHOLE)]
    return np.bincount(near, minlength=n) >= _PHRASE_CENTRES


# ------------------------------------------------------------------------------------- a graph that no task holds


def second_pairs_by_joins(edges: DataFrame) -> DataFrame:
    """The same as `second_pairs`: each join doubles the steps of the way."""
    f = functions()
    largest = f.struct("other_mass", "shared", "other")
    tops = edges.groupBy("key").agg(f.max_by("other", largest).alias("top"))
    ways = tops.select("key", "top", f.col("top").alias("end"))
    for _ in range(_JUMPS):
        steps = ways.select(f.col("key").alias("end"), f.col("end").alias("next"))
        ways = ways.join(steps, "end", "left").select("key", "top", f.coalesce("next", "end").alias("end"))
    votes = f.lit(0).cast("bigint").alias("votes")
    return ways.where("end != top").select("key", f.col("end").alias("other"), votes)


def members_by_rounds(edges: DataFrame, phrase_shared: int, stages: Stages) -> DataFrame:
    """The same, from edges that stay where they are: a few rounds of joins."""
    f = functions()
    undecided = f.lit(None).cast("boolean")
    waiting = edges.select("key", "other", undecided.alias("is_centre"))
    alone = edges.select(f.col("other").alias("key")).distinct()
    alone = alone.join(edges.select("key").distinct(), "key", "left_anti")
    news = stages.keep("round 0", alone.withColumn("decided", f.lit(True)))
    centres = news.select("key")
    for number in range(1, ROUNDS + 1):
        news = news.select(f.col("key").alias("other"), "decided")
        known = f.coalesce("is_centre", "decided", f.lit(False) if number == ROUNDS else undecided)
        waiting = waiting.join(news, "other", "left").withColumn("is_centre", known).drop("decided")
        waiting = stages.keep(f"round {number}", _with_decisions(waiting))
        news = waiting.where("decided is not null").select("key", "decided").distinct()
        centres = centres.unionByName(news.where("decided").select("key"))
        waiting = waiting.where("decided is null").drop("decided")
        if waiting.isEmpty():
            break
    centres = stages.keep("centres", centres)
    centres = centres.unionByName(_phrases_by_join(edges, centres, phrase_shared)).distinct()
    joining = edges.join(centres.select(f.col("key").alias("other")), "other").join(centres, "key", "left_anti")
    best = f.struct("shared", "votes", "other_mass", "other")
    joining = joining.groupBy("key").agg(f.max_by(f.struct("other", "shared", "other_mass"), best).alias("best"))
    return joining.select(
        "key", f.col("best.other").alias("centre"), "best.shared", f.col("best.other_mass").alias("centre_mass")
    )


def _with_decisions(waiting: DataFrame) -> DataFrame:
    """Edges, with whether the type that each leads from is a centre; null where that cannot be decided yet."""
    from pyspark.sql import Window

    f = functions()
    own = Window.partitionBy("key")
    is_member = f.max(f.coalesce("is_centre", f.lit(False))).over(own)
    is_open = f.max(f.col("is_centre").isNull()).over(own)
    return waiting.withColumn("decided", f.when(is_member, f.lit(False)).when(~is_open, f.lit(True)))


def _phrases_by_join(edges: DataFrame, centres: DataFrame, phrase_shared: int) -> DataFrame:
    """The keys of short types that are a part of several centres."""
    f = functions()
    short = edges.where(f.col("mass") < phrase_shared).join(centres.select(f.col("key").alias("other")), "other")
    known = short.groupBy("key").agg(f.max("shared").alias("most"), f.collect_list("shared").alias("all"))
    near = f.filter("all", lambda n: f.floor(n * 100 / f.col("most")) >= _NEARLY_WHOLE)
    return known.where(f.size(near) >= _PHRASE_CENTRES).select("key")
