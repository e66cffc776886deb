"""Which texts are one quotation: what workers compute, on whole blocks of texts, seeds and pairs.

Most texts are near copies of a longer one.  They meet it under one of the few seeds that tell most in both, and
are settled.  What is left looks for others by more seeds, but finds only texts that are not near copies themselves:
there are few of these, however often a quotation was printed.
"""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pyarrow as pa

from quotelens import _core
from quotelens.integrations.spark.blocks import numbers

NEAR = 2  # seeds by which near copies meet: those that tell most
_SETTLED = 0.95  # of what a text tells: a text that has a longer one so far looks for no other
_ASKED = 16  # seeds by which a text looks for others: those that tell most
_LEADERS = 32  # texts that a seed finds: those that tell most
_CANDIDATES = 16  # that are compared with a text
_USUAL_TYPES = 5000  # as on one machine, see ext/core/families/family.h
_PHRASE_SHARED = 2500
_LEAST_SHARED = 1000

COUNTED = "form string, n bigint"
WEIGHED = "key bigint, text string, mass int, n_tokens int, near array<bigint>"
CANDIDATE = "key bigint, other bigint, votes bigint"
EDGE = "key bigint, other bigint, votes bigint, mass int, other_mass int, shared int"


def _schema(**kinds: str) -> pa.Schema:
    return pa.schema([(name, getattr(pa, kind)()) for name, kind in kinds.items()])


TEXT = _schema(key="int64", text="string")
NEAR_SEED = _schema(seed="int64", key="int64", text="string", mass="int32", n_tokens="int32")
SEED = _schema(seed="int64", key="int64", mass="int32", n_tokens="int32", told="int32", asks="bool_", leads="bool_")
PAIR = _schema(key="int64", other="int64", mass="int32", other_mass="int32", told="int32")


class Known:
    """How many types there are, and how many have each word that is not among the rarest: sent to the workers."""

    def __init__(self, n_types: int, forms: list[str], counts: list[int]) -> None:
        self.n_types, self.forms, self.counts = n_types, forms, counts

    @property
    def _more(self) -> int:
        """What two share by chance, and so have to share in addition."""
        return int(log(self.n_types / _USUAL_TYPES) * 100) if self.n_types > _USUAL_TYPES else 0

    @property
    def phrase_shared(self) -> int:
        """What tells less and is a part of several families is a phrase."""
        return _PHRASE_SHARED + self._more

    @property
    def least_votes(self) -> int:
        """What the seeds of two have to tell."""
        return (_LEAST_SHARED + self._more) // 4 * 3

    def families(self, texts: list[str]) -> _core.Families:
        """Quotations of this collection."""
        made = _core.Families()
        made.know(self.forms, self.counts, self.n_types)
        made.add(texts)
        return made


# ------------------------------------------------------------------------------------------------- texts and words


def shown_texts(table: pa.RecordBatch) -> pa.RecordBatch:
    """Of the texts with one key the one to show: the longest, the first of these by its bytes."""
    import pyarrow.compute as pc

    sized = pa.Table.from_batches([table]).append_column("size", pc.binary_length(table.column("text")))
    order = pc.sort_indices(sized, [("key", "ascending"), ("size", "descending"), ("text", "ascending")])
    key = numbers(table, "key")[order.to_numpy()]
    is_first = np.concatenate([[True], key[1:] != key[:-1]]) if len(key) else np.zeros(0, bool)
    return table.take(order.filter(pa.array(is_first)))


def word_counts(batch: pa.RecordBatch) -> pa.RecordBatch:
    """How many texts of a batch have each word."""
    found = _core.Families()
    found.add(batch.column("text").to_pylist())
    found.types()
    words = [(form, n) for form, n, _ in found.words() if n]
    return pa.RecordBatch.from_arrays(
        [pa.array([form for form, _ in words], pa.string()), pa.array([n for _, n in words], pa.int64())],
        names=["form", "n"],
    )


def common_words(n_types: int, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The words that weigh less than they would if one type alone had them."""
    forms, counts = batch.column("form").to_pylist(), batch.column("n").to_pylist()
    weights = [_weights(forms, given, n_types) for given in (counts, [1] * len(counts))]
    return batch.filter(pa.array([weights[0][form] != weights[1][form] for form in forms], pa.bool_()))


def _weights(forms: list[str], counts: list[int], n_types: int) -> dict[str, int]:
    found = _core.Families()
    found.know(forms, counts, n_types)
    found.types()
    return {form: weight for form, _, weight in found.words()}


def weighed(known: Known, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Texts with what they tell, and the seeds by which near copies meet."""
    found = known.families(batch.column("text").to_pylist())
    _, masses, lengths = found.types()
    owner, keys, told = _seeds(found)
    best = _first_of(owner, told, keys, NEAR)
    sizes = np.bincount(owner[best], minlength=batch.num_rows)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    columns = [
        batch.column("key"),
        batch.column("text"),
        _array(masses),
        _array(lengths),
        pa.ListArray.from_arrays(pa.array(offsets), pa.array(keys[best])),
    ]
    return pa.RecordBatch.from_arrays(columns, names=["key", "text", "mass", "n_tokens", "near"])


def _array(data: bytes) -> pa.Array:
    return pa.array(np.frombuffer(data, np.int32))


def _seeds(found: _core.Families) -> tuple[Any, Any, Any]:
    """Of each seed the number of its text, its key, and what it tells."""
    sizes, keys, told = (
        np.frombuffer(data, kind) for data, kind in zip(found.seeds(), ("i4", "i8", "i4"), strict=True)
    )
    return np.repeat(np.arange(len(sizes)), sizes), keys, told


def _first_of(owner: Any, told: Any, keys: Any, most: int) -> Any:
    """The places of the seeds of each owner that tell most, at most so many."""
    order = np.lexsort((keys, -told, owner))
    return order[_rank(owner[order]) < most]


def _rank(ordered: Any) -> Any:
    """The place of each item within the run of equal ones that it stands in."""
    at = np.arange(len(ordered))
    is_first = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, bool)
    return at - np.maximum.accumulate(np.where(is_first, at, 0))


# ----------------------------------------------------------------------------------------------------- near copies


def near_seeds(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A row for each seed by which near copies meet."""
    near = batch.column("near")
    sizes = np.diff(near.offsets.to_numpy())
    taken = batch.select(["key", "text", "mass", "n_tokens"]).take(pa.array(np.repeat(np.arange(len(sizes)), sizes)))
    return pa.RecordBatch.from_arrays([near.flatten(), *taken.columns], schema=NEAR_SEED)


def near_copies(known: Known, table: pa.RecordBatch) -> pa.RecordBatch | None:
    """Edges to the first text of each seed, in the order of centres."""
    seed, key, mass, n_tokens = (numbers(table, name) for name in ("seed", "key", "mass", "n_tokens"))
    order = np.lexsort((key, -n_tokens, -mass, seed))
    rank = _rank(seed[order])
    at = np.flatnonzero(rank)
    return edges_of(known, table, order[at], order[at - rank[at]], np.zeros(len(at), np.int64))


def edges_of(known: Known, table: pa.RecordBatch, own: Any, other: Any, votes: Any) -> pa.RecordBatch | None:
    """The pairs of rows that are one quotation, with what they share; rows have key, text and mass."""
    if not len(own):
        return None
    rows, places = np.unique(np.concatenate([own, other]), return_inverse=True)
    found = known.families(table.column("text").take(pa.array(rows)).to_pylist())
    found.types()
    pairs = places.reshape(2, -1).T.astype(np.int32)
    shared = np.frombuffer(found.shared(np.ascontiguousarray(pairs).tobytes()), np.int32)
    kept = np.flatnonzero(shared)
    own, other = own[kept], other[kept]
    key, mass = numbers(table, "key"), numbers(table, "mass")
    columns = [key[own], key[other], votes[kept], mass[own], mass[other], shared[kept]]
    names = [column.split()[0] for column in EDGE.split(", ")]
    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], names=names)


# ------------------------------------------------------------------------------------------------------ candidates


def seeds_of_open(known: Known, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The seeds of texts that are not settled; `shared` is what they share with a longer one, if there is one."""
    mass, shared = numbers(batch, "mass"), batch.column("shared").fill_null(0).to_numpy()
    is_open = (mass < known.phrase_shared) | (shared < _SETTLED * mass)
    batch, leads = batch.filter(pa.array(is_open)), (shared == 0)[is_open]
    found = known.families(batch.column("text").to_pylist())
    found.types()
    owner, keys, told = _seeds(found)
    asks = np.zeros(len(keys), bool)
    asks[_first_of(owner, told, keys, _ASKED)] = True
    kept = np.flatnonzero(asks | leads[owner])
    own = owner[kept]
    columns = [
        keys[kept],
        *(numbers(batch, name)[own] for name in ("key", "mass", "n_tokens")),
        told[kept],
        asks[kept],
        leads[own],
    ]
    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], schema=SEED)


def pairs_of_seeds(table: pa.RecordBatch) -> pa.RecordBatch | None:
    """A type that asks, and each longer one that its seed finds."""
    seed = numbers(table, "seed")
    order = np.argsort(seed, kind="stable")
    ordered = seed[order]
    is_next = ordered[1:] == ordered[:-1]
    shared = order[np.concatenate([is_next, [False]]) | np.concatenate([[False], is_next])]  # seeds that several have
    if not len(shared):
        return None
    table = table.take(pa.array(shared))
    seed, key, mass, n_tokens = (numbers(table, name) for name in ("seed", "key", "mass", "n_tokens"))
    table = table.take(pa.array(np.lexsort((key, -n_tokens, -mass, seed))))
    seed, key, mass, n_tokens, told = (numbers(table, name) for name in ("seed", "key", "mass", "n_tokens", "told"))
    group = np.cumsum(np.concatenate([[0], seed[1:] != seed[:-1]]))
    leaders = np.flatnonzero(numbers(table, "leads"))
    rank = _rank(group[leaders])
    leaders, rank = leaders[rank < _LEADERS], rank[rank < _LEADERS]
    asking = np.flatnonzero(numbers(table, "asks"))
    made = []
    for k in range(int(rank.max(initial=-1)) + 1):
        leader = np.full(group[-1] + 1, -1)
        own = leaders[rank == k]
        leader[group[own]] = own
        other = leader[group[asking]]
        is_found = (other >= 0) & (key[other] != key[asking])
        is_found &= (mass[other] > mass[asking]) | (
            (mass[other] == mass[asking]) & (n_tokens[other] >= n_tokens[asking])
        )
        made.append(np.stack([asking[is_found], other[is_found]]))
        asking = asking[other >= 0]
    if not made:
        return None
    own, other = np.concatenate(made, axis=1)
    columns = [key[own], key[other], mass[own], mass[other], told[own]]
    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], schema=PAIR)


def best_candidates(known: Known, table: pa.RecordBatch) -> pa.RecordBatch | None:
    """The pairs whose seeds tell enough, at most _CANDIDATES of a type: those that tell most."""
    key, other, told = (numbers(table, name) for name in ("key", "other", "told"))
    order = np.lexsort((other, key))
    starts = np.flatnonzero(
        np.concatenate([[True], (key[order][1:] != key[order][:-1]) | (other[order][1:] != other[order][:-1])])
    )
    votes = np.add.reduceat(told[order].astype(np.int64), starts)
    first = order[starts]
    enough = votes >= np.minimum(known.least_votes, numbers(table, "mass")[first] / 2)
    first, votes = first[enough], votes[enough]
    own, others = key[first], other[first]
    order = np.lexsort((others, -numbers(table, "other_mass")[first], -votes, own))
    order = order[_rank(own[order]) < _CANDIDATES]
    columns = [own[order], others[order], votes[order]]
    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], names=["key", "other", "votes"])


def shared_by_pairs(known: Known, batch: pa.RecordBatch) -> pa.RecordBatch | None:
    """The pairs that are one quotation: rows have key, other, votes, and text, mass, other_text and other_mass."""
    n = batch.num_rows
    both = [
        pa.concat_arrays([batch.column(one), batch.column(two)])
        for one, two in (("key", "other"), ("text", "other_text"), ("mass", "other_mass"))
    ]
    table = pa.RecordBatch.from_arrays(both, names=["key", "text", "mass"])
    _, first, place = np.unique(numbers(table, "key"), return_index=True, return_inverse=True)
    return edges_of(known, table, first[place[:n]], first[place[n:]], numbers(batch, "votes"))
