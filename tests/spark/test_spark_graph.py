"""Centres of families in a graph of edges, and blocks of rows: without a session of Spark."""

import random

import pytest

np = pytest.importorskip("numpy", reason="numpy is not installed")
pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")

from quotelens.integrations.spark import alike, blocks, centres  # noqa: E402


def edges(*rows):
    """Edges of (key, other, mass, other_mass, shared)."""
    columns = list(zip(*rows, strict=True))
    key, other, mass, other_mass, shared = (pa.array(column, pa.int64()) for column in columns)
    votes = pa.array([0] * len(rows), pa.int64())
    names = ["key", "other", "votes", "mass", "other_mass", "shared"]
    return pa.RecordBatch.from_arrays([key, other, votes, mass, other_mass, shared], names=names)


def centre_of(batch, phrase_shared=2500):
    found = centres.members_of(phrase_shared, batch)
    return dict(zip(found["key"].to_pylist(), found["centre"].to_pylist(), strict=True))


def test_a_text_whose_edges_all_lead_to_members_is_a_centre():
    chain = edges((3, 2, 30, 40, 30), (2, 1, 40, 50, 40), (4, 3, 20, 30, 20))
    assert centre_of(chain, 0) == {2: 1, 4: 3}


def test_the_centre_is_the_one_that_shares_most():
    assert centre_of(edges((3, 1, 9000, 9900, 8000), (3, 2, 9000, 9500, 8500))) == {3: 2}


def test_a_short_text_in_several_families_is_a_phrase():
    short = [(9, k, 1200, 9000, 1200) for k in (1, 2, 3)]
    assert centre_of(edges(*short)) == {}
    assert centre_of(edges(*short[:2])) == {9: 2}  # of equals the larger key
    assert centre_of(edges(*((9, k, 4000, 9000, 4000) for k in (1, 2, 3)))) == {9: 3}


def test_a_near_copy_is_paired_with_the_end_of_its_way():
    pairs = centres.second_pairs(edges((3, 2, 30, 40, 30), (2, 1, 40, 50, 40), (4, 3, 20, 30, 20)))
    assert set(zip(pairs["key"].to_pylist(), pairs["other"].to_pylist(), strict=True)) == {(3, 1), (4, 1)}


@pytest.mark.parametrize("n_buckets", [1, 4, 9])
def test_rows_with_one_key_meet_in_one_bucket(n_buckets):
    seeds = [random.Random(1).getrandbits(62) - 2**61 for _ in range(50)] * 3
    random.Random(2).shuffle(seeds)
    table = pa.RecordBatch.from_arrays([pa.array(seeds), pa.array([f"{k}" for k in seeds])], names=["key", "text"])
    sent = [
        batch
        for k in range(0, 150, 40)
        for batch in blocks._sent(lambda rows: rows, "key", n_buckets, [table.slice(k, 40)])
    ]
    rows = sorted((row for batch in sent for row in batch.to_pylist()), key=lambda row: row["bucket"])
    met = pa.RecordBatch.from_pylist(rows, schema=sent[0].schema)
    parts = list(blocks._gathered(lambda rows: rows, alike.TEXT, [met.slice(0, 5), met.slice(5)]))
    assert len(parts) <= n_buckets and sorted(k for part in parts for k in part["key"].to_pylist()) == sorted(seeds)
    owners = [set(part["key"].to_pylist()) for part in parts]
    assert sum(map(len, owners)) == len(set(seeds))
    assert all(f"{k}" == text for part in parts for k, text in zip(*part.to_pydict().values(), strict=True))


def test_of_texts_with_one_key_the_longest_is_shown():
    table = pa.RecordBatch.from_pylist([{"key": k, "text": t} for k, t in [(2, "b"), (1, "a"), (2, "ä"), (1, "b")]])
    assert alike.shown_texts(table.cast(alike.TEXT)).to_pylist() == [{"key": 1, "text": "a"}, {"key": 2, "text": "ä"}]


def test_only_the_longest_texts_of_a_seed_are_found():
    """A seed that very many texts share gives no more pairs than its leaders."""
    n = 300
    columns = [[7] * n, range(n), [100 + k for k in range(n)], [9] * n, [800] * n, [True] * n, [True] * n]
    arrays = [pa.array(list(column), field.type) for column, field in zip(columns, alike.SEED, strict=True)]
    pairs = alike.pairs_of_seeds(pa.RecordBatch.from_arrays(arrays, schema=alike.SEED))
    assert set(pairs["other"].to_pylist()) == set(range(n - 32, n))
    assert all(key < other for key, other in zip(pairs["key"].to_pylist(), pairs["other"].to_pylist(), strict=True))
    assert pairs.num_rows == (n - 32) * 32 + 32 * 31 // 2
